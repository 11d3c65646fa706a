"""SMS in: signed, committed and answered, over 16 kept connections; its latency at the web door."""

import http.client
import statistics
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from bench.installation import NUMBER, SID, TOKEN, installation, wait_for

CONNECTIONS = 16
PHONES = [f"+3363998{number:04}" for number in range(200)]


def measure(messages: int) -> dict[str, float]:
    """Post `messages` texts as fast as 16 connections can; what came of it."""
    people = ["name,phone,groups", *(f"P {phone[-4:]},{phone},quai3" for phone in PHONES)]
    with installation(people, ["quai3"]) as running:
        requests = [signed(running.port, number) for number in range(messages)]
        waits, seconds = _post_all(running.port, requests)
        began = time.monotonic() - seconds
        answered = wait_for(running.sms, messages) - began
        return {
            "accepted_a_second": messages / seconds,
            "answered_a_second": messages / answered,
            "p50_ms": 1000 * statistics.median(waits),
            "p99_ms": 1000 * statistics.quantiles(waits, n=100)[98],
            "cpu_ms_each": 1000 * running.cpu_seconds / messages,
            "peak_mib": running.peak_mebibytes,
        }


def signed(port: int, number: int, phones: Sequence[str] = PHONES) -> tuple[bytes, dict[str, str]]:
    form = {
        "MessageSid": f"SM{number:032x}",
        "AccountSid": SID,
        "From": phones[number % len(phones)],
        "To": NUMBER,
        "Body": f"P quai3 palette {number} au quai 4",
        "NumMedia": "0",
    }
    url = f"http://127.0.0.1:{port}/sms/inbound"
    signature = RequestValidator(TOKEN).compute_signature(url, form)
    headers = {
        "X-Twilio-Signature": signature,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return urlencode(form).encode(), headers


def _post_all(port: int, requests: list[tuple[bytes, dict[str, str]]]) -> tuple[list[float], float]:
    waits: list[float] = []
    todo = iter(requests)
    lock = threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                request = next(todo, None)
            if request is None:
                return
            began = time.perf_counter()
            connection.request("POST", "/sms/inbound", request[0], request[1])
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            waits.append(time.perf_counter() - began)

    began = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits, time.monotonic() - began
