"""When a request was surely never sent, and when nobody can know."""

import json
import socketserver
import ssl
import threading
import time
from contextlib import suppress

import pytest
import requests
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, ProtocolError, SSLError

from gateway.channels.sms.twilio import TwilioSms
from gateway.channels.sms.wire import Wire, never_connected
from gateway.core.envelope import Failure
from gateway.core.errors import UnknownOutcome
from gateway.demo.twilio import FakeTwilio
from tests.support.sms import owed

POOL = HTTPConnectionPool("carrier.example")


def tls(reason: Exception) -> Exception:
    return requests.exceptions.SSLError(MaxRetryError(POOL, "/", SSLError(reason)))


@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectTimeout("nobody picked up"),
        tls(ssl.SSLCertVerificationError("not the carrier's certificate")),
    ],
)
def test_the_wire_was_not_touched(error: Exception) -> None:
    assert never_connected(error)


@pytest.mark.parametrize(
    "error",
    [
        requests.ReadTimeout("no answer"),
        requests.ConnectionError(ProtocolError("reset by peer")),
        tls(ssl.SSLError("broken in the middle")),
        requests.ConnectionError(),
        ValueError("an answer that is no JSON"),
    ],
)
def test_the_wire_may_have_been_touched(error: Exception) -> None:
    assert not never_connected(error)


def test_a_path_and_a_query_stay_as_they_are_at_another_address() -> None:
    with FakeTwilio() as carrier:
        wire = Wire(5, f"{carrier.url}/")
        answer = wire.request("GET", "https://api.twilio.com/_fake/messages?to=%2B33612345678")
        assert (answer.status_code, answer.text) == (200, '{"messages": []}')
        assert wire.request("GET", "https://api.twilio.com/_fake/messages").ok


class Hasty(socketserver.StreamRequestHandler):
    """A carrier, or what stands before it, that says something ahead of each answer (103)."""

    taken = 0

    def handle(self) -> None:
        while self.rfile.readline():
            head = list(iter(self.rfile.readline, b"\r\n"))
            length = next(line for line in head if line.lower().startswith(b"content-length"))
            self.rfile.read(int(length.split(b":")[1]))
            Hasty.taken += 1
            body = json.dumps({"sid": f"SM{Hasty.taken:032}", "num_segments": "1"}).encode()
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
            self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(body))
            self.wfile.write(body)


def test_what_comes_ahead_of_an_answer_is_nobodys_answer() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Hasty) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        channel = TwilioSms("AC" + "0" * 32, "token", "+33700000000", "http://x", api_url=url)
        outcomes = list(channel.send([owed(number=1), owed(number=2)]))
        server.shutdown()
    errors = [outcome.error for outcome in outcomes if isinstance(outcome, Failure)]
    assert [type(error) for error in errors] == [UnknownOutcome, UnknownOutcome]


class Dripping(socketserver.StreamRequestHandler):
    """A carrier whose answer does not end: some of it comes now and then."""

    def handle(self) -> None:
        with suppress(OSError):
            while True:
                self.wfile.write(b"H")
                time.sleep(0.05)  # sooner than any wait for one piece is over


def test_an_answer_that_does_not_end_is_not_waited_for() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Dripping) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        channel = TwilioSms(
            "AC" + "0" * 32, "token", "+33700000000", "http://x", api_url=url, timeout=0.4
        )
        (outcome,) = channel.send([owed(number=1)])
        server.shutdown()
    assert isinstance(outcome, Failure)
    assert isinstance(outcome.error, UnknownOutcome)
