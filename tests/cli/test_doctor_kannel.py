"""The doctor asks Kannel whether it takes our login, and sends nothing."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gateway.cli.checkup import carriers
from gateway.config import Settings
from gateway.formats import SendSms
from tests.support.processes import free_port

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Smsbox(BaseHTTPRequestHandler):
    """Says 400 to a login that is right and names no recipient, 403 to a wrong one."""

    def do_GET(self) -> None:  # http.server's name
        right = "username=gateway&password=open" in self.path
        self.send_response(400 if right else 403)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the test's output is for pytest."""


@pytest.fixture
def smsbox() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Smsbox) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/cgi-bin/sendsms"
        server.shutdown()
        thread.join()


def found(url: str, password: str) -> tuple[str, str]:
    settings = Settings(kannel=SendSms(url, "gateway", password))
    finding = next(iter(carriers(settings, NOW)))
    return finding.check, finding.state


def test_a_login_that_is_taken_is_well(smsbox: str) -> None:
    assert found(smsbox, "open") == ("kannel", "ok")


def test_a_login_that_is_refused_is_to_be_mended(smsbox: str) -> None:
    assert found(smsbox, "shut") == ("kannel", "mend")


def test_nobody_there_is_to_be_mended() -> None:
    assert found(f"http://127.0.0.1:{free_port()}/", "open") == ("kannel", "mend")
