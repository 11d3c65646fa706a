"""When a request was surely never sent, and when nobody can know."""

import ssl

import pytest
import requests
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, ProtocolError, SSLError

from gateway.channels.sms.wire import Wire, never_connected
from gateway.demo.twilio import FakeTwilio

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
