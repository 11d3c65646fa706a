"""The wire to the gateway: every kind of no, and of no answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from gateway.core.commands import (
    Me,
)
from gateway.kiosk.api import Api, NoAnswer, Problem
from gateway.kiosk.session import Answer, Session
from gateway.kiosk.stock import Stock


@pytest.mark.parametrize("address", ["", "ftp://there", "http://", "://"])
def test_an_address_that_is_none_is_refused_at_once(address: str) -> None:
    with pytest.raises(ValueError, match="not the address"):
        Api(address, "x")


@contextmanager
def somebody(status: int, body: bytes, **headers: str) -> Iterator[str]:
    """A server that always answers the same: a proxy, a log-in page, a gateway that is ill."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/base/"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Please log in</html>"),
        (200, b"[1]"),
        (200, b"\xff\xfe"),
        (201, b"{}"),
        (500, b"{}"),
        (502, b"<h1>Bad gateway</h1>"),
        (409, b'{"type": "/busy"}'),
    ],
)
def test_who_is_not_the_gateway_gives_no_answer(status: int, body: bytes) -> None:
    with somebody(status, body) as url, pytest.raises(NoAnswer) as silence:
        Api(url, "x").sign_in(code="1")
    assert silence.value.uncertain


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, b'{"type": "https://gateway/problems/locked", "detail": "x"}', "locked"),
        (422, b'{"type": "urn:problem:weak-pin"}', "weak-pin"),
        (403, b"<html>no</html>", ""),
        (401, b'{"type": 7}', "7"),
    ],
)
def test_a_no_has_its_kind_and_its_wait(status: int, body: bytes, kind: str) -> None:
    with somebody(status, body, Retry_After="30") as url, pytest.raises(Problem) as problem:
        Api(url, "x").run("s", "k", {})
    assert (problem.value.kind, problem.value.status, problem.value.seconds) == (kind, status, 30)


@pytest.mark.parametrize("result", [b'{"is": "Hologram"}', b'{"is": "Join"}', b"7", b"null"])
def test_a_result_that_we_do_not_know_still_has_its_words(result: bytes) -> None:
    body = b'{"state": "done", "words": "Bien \\u001b[2Jfait", "result": ' + result + b"}"
    with somebody(200, body) as url:
        api = Api(url, "x")
        person = api_person()
        assert Session(api, person, stock=Stock(api)).run(Me()) == Answer(
            "done", None, "Bien [2Jfait"
        )


def api_person() -> Any:
    from gateway.kiosk.api import SignedIn

    return SignedIn("t", "Amina", "fr", 0, 0, (), False)
