"""SMS in: signed, committed and answered, over kept connections; and beside it a bare handler.

First all of it, which also sends the answers to a carrier: `gateway run` on SQLite, or web, worker
and timer on PostgreSQL. Then, in turns, our web door alone and the bare handler of `bench.door` on
the same database: what the whole job costs over the least that could be called one. At last our
door at 70 % of what it can, texts coming when they come and not when we are free.
"""

import http.client
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from subprocess import Popen
from urllib.parse import urlencode

from sqlalchemy import create_engine, text
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has none

from bench.installation import (
    NUMBER,
    SID,
    TOKEN,
    Installation,
    cpu_seconds,
    free_port,
    installation,
    spread,
    started,
    wait_for,
)

PARTS = ("timer", "web", "worker")
CONNECTIONS = 16
GROUPS = [f"quai{number}" for number in range(1, 6)]
PHONES = [f"+3363{number:07}" for number in range(9_980_000, 9_982_000)]
"""So many that nobody writes more than a person does."""

TURNS = 3
LOAD, LOAD_SECONDS = 0.7, 10.0
"""Shorter, and a single wait for the disk would be all that is seen."""

AT_ONCE = 64

_NUMBERS = count()

Request = tuple[bytes, dict[str, str]]


def measure(engine: str, messages: int) -> dict[str, float]:
    """Post `messages` texts as fast as 16 connections can; what came of it."""
    people = ["name,phone,groups"]
    people += [f"P {phone[-4:]},{phone},{_group(place)}" for place, phone in enumerate(PHONES)]
    parts, settings = ("run",), dict[str, str]()
    with ExitStack() as stack:
        if engine == "PostgreSQL":
            parts, settings = PARTS, stack.enter_context(spread())
        running = stack.enter_context(installation(people, GROUPS, parts=parts, **settings))
        figures = _whole(running, messages)
        for process in running.processes:
            process.terminate()
            process.wait()
        figures |= _beside_bare(running, messages // TURNS)
    bare = figures["bare_door_a_second"]
    return figures | {"all_of_it_in_percent_of_bare": 100 * figures["answered_a_second"] / bare}


def _whole(running: Installation, messages: int) -> dict[str, float]:
    """All parts: from the carrier's request to the carrier's having the answer."""
    requests = texts(running.port, messages)
    before = running.cpu_seconds
    waits, seconds = post_all(running.port, requests)
    began = time.monotonic() - seconds
    answered = wait_for(running.sms, messages) - began
    return {
        "accepted_a_second": messages / seconds,
        "answered_a_second": messages / answered,
        "p50_ms": 1000 * statistics.median(waits),
        "p99_ms": 1000 * statistics.quantiles(waits, n=100)[98],
        "cpu_ms_each": 1000 * (running.cpu_seconds - before) / messages,
        "peak_mib": running.peak_mebibytes,
    }


def _beside_bare(running: Installation, messages: int) -> dict[str, float]:
    """Our door and the bare ones in turns, then ours under less than it can."""
    ours, bare, tuned = [], [], []
    with (
        _door(running, "bare", free_port(), _another(running, "bare")) as peer,
        _door(running, "tuned", free_port(), _another(running, "tuned")) as other,
        _door(running, "gateway", running.port) as own,
    ):
        for _ in range(TURNS):
            bare.append(_pace(peer, messages))
            ours.append(_pace(own, messages))
            tuned.append(_pace(other, messages))
        rate, cpu = (statistics.median(values) for values in zip(*ours, strict=True))
        bare_rate, bare_cpu = (statistics.median(values) for values in zip(*bare, strict=True))
        tuned_rate = statistics.median(rate for rate, _ in tuned)
        many, _ = _pace(own, messages, AT_ONCE)
        paced = texts(own.port, round(LOAD_SECONDS * LOAD * rate))
        waits = _post_in_time(own.port, paced, LOAD * rate)
    return {
        "door_a_second": rate,
        "bare_door_a_second": bare_rate,
        "door_in_percent_of_bare": 100 * rate / bare_rate,
        "bare_door_set_as_ours_a_second": tuned_rate,
        "door_in_percent_of_bare_set_as_ours": 100 * rate / tuned_rate,
        f"door_a_second_on_{AT_ONCE}_connections": many,
        "door_cpu_ms_each": 1000 * cpu,
        "bare_door_cpu_ms_each": 1000 * bare_cpu,
        "door_p50_ms_at_70_percent": 1000 * statistics.median(waits),
        "door_p99_ms_at_70_percent": 1000 * statistics.quantiles(waits, n=100)[98],
    }


def _another(running: Installation, name: str) -> str:
    """The URL of an empty database on the same disk, and of the same kind."""
    ours = running.environment["GATEWAY_DATABASE_URL"]
    if not ours.startswith("postgresql"):
        return f"sqlite:///{running.folder}/{name}.db"
    engine = create_engine(ours, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{ours.rpartition('/')[0]}/{name}"


@dataclass
class _Door:
    """A process of `bench.door`, and where it listens."""

    process: Popen[bytes]
    port: int


@contextmanager
def _door(running: Installation, kind: str, port: int, *database: str) -> Iterator[_Door]:
    command = [sys.executable, "-m", "bench.door", kind, str(port), *database]
    with started(command, running.folder, running.environment) as door:
        yield _Door(door, port)


def _pace(door: _Door, messages: int, connections: int = CONNECTIONS) -> tuple[float, float]:
    """Requests a second, and seconds of CPU for each."""
    requests = texts(door.port, messages)
    before = cpu_seconds(door.process)
    _, seconds = post_all(door.port, requests, connections)
    return messages / seconds, (cpu_seconds(door.process) - before) / messages


def _group(place: int) -> str:
    return GROUPS[place % len(GROUPS)]


def texts(port: int, messages: int) -> list[Request]:
    numbers = [next(_NUMBERS) for _ in range(messages)]
    return [signed(port, number, group=_group(number % len(PHONES))) for number in numbers]


def signed(port: int, number: int, phones: Sequence[str] = PHONES, group: str = "quai3") -> Request:
    form = {
        "MessageSid": f"SM{number:032x}",
        "AccountSid": SID,
        "From": phones[number % len(phones)],
        "To": NUMBER,
        "Body": f"P {group} palette {number} au quai 4",
        "NumMedia": "0",
    }
    url = f"http://127.0.0.1:{port}/sms/inbound"
    signature = RequestValidator(TOKEN).compute_signature(url, form)
    headers = {
        "X-Twilio-Signature": signature,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return urlencode(form).encode(), headers


def post_all(
    port: int, requests: list[Request], connections: int = CONNECTIONS
) -> tuple[list[float], float]:
    """How long each took, and all of them; as a carrier would, again where a connection broke.

    What had to be posted again is not among those that tell how long they took.
    """
    waits: list[float] = []
    todo = iter(requests)
    lock = threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                request = next(todo, None)
            if request is None:
                connection.close()
                return
            began = time.perf_counter()
            try:
                _post(connection, request)
            except ConnectionError:
                connection.close()
                _post(connection, request)
            else:
                waits.append(time.perf_counter() - began)

    began = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits, time.monotonic() - began


def _post_in_time(port: int, requests: list[Request], rate: float) -> list[float]:
    """Post at `rate` a second whatever becomes of it; the waits from when each was to be posted."""
    own = threading.local()
    start = time.perf_counter() + 0.1

    def post(place: int) -> float:
        due = start + place / rate
        time.sleep(max(0.0, due - time.perf_counter()))  # each at its time: an open loop
        if not hasattr(own, "connection"):
            own.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        _post(own.connection, requests[place])
        return time.perf_counter() - due

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(post, range(len(requests))))


def _post(connection: http.client.HTTPConnection, request: Request) -> None:
    connection.request("POST", "/sms/inbound", request[0], request[1])
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
