"""The whole API under schemathesis: no 500, and no answer that its description does not know.

It runs for some seconds here, and for as long as is wanted with GATEWAY_TEST_API_SECONDS=600. The
API is the real one, over a town in SQLite; its clock runs a second with each request, so that
sessions end and locks are lifted on the way.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from gateway.core.desk import Device
from gateway.web.server import WebServer
from tests.support.api import app_of
from tests.support.clock import Clock
from tests.support.processes import plain_environment
from tests.support.servers import Missing
from tests.support.town import Town, fill

SECONDS = int(os.environ.get("GATEWAY_TEST_API_SECONDS", "15"))
TO_END = 180
PIN = "492817"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
)

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


class SignedIn:
    """Sends each request on as from a kiosk where somebody is signed in, or as it came.

    Signing out and the end of a session belong to what is tried: then somebody signs in again.
    """

    def __init__(self, app: Wsgi, town: Town, token: str, device: Device) -> None:
        self._app, self._town = app, town
        self._token, self._device = token, device
        self._asked = count(1)
        self.counts: dict[str, int] = {}
        self._sign_in()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        number = next(self._asked)
        self._town.clock.advance(seconds=1)
        if number % 11:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self._token}"
        if number % 7 == 0:
            environ["HTTP_GATEWAY_TICKET"] = self._signed.ticket
        elif number % 5:
            environ["HTTP_GATEWAY_SESSION"] = self._signed.token

        def started(status: str, headers: list[tuple[str, str]], *rest: object) -> Any:
            code = status[:3]
            self.counts[code] = self.counts.get(code, 0) + 1
            if number % 200 == 0 or code == "204":
                self._sign_in()
            return start(status, headers, *rest)

        return self._app(environ, started)

    def _sign_in(self) -> None:
        """By a code: no wrong PIN locks Zoe out of that."""
        code = self._town.gateway.office.invite(self._town.id_of("Zoe"))
        self._town.clock.advance(minutes=4)  # a kiosk takes one more try in three minutes
        self._signed = self._town.gateway.desk.sign_in(self._device, badge="", pin="", code=code)


@contextmanager
def api(folder: Path) -> Iterator[tuple[str, SignedIn]]:
    """The API of a town at a real address."""
    town = fill(Town(f"sqlite:///{folder / 'town.db'}", Clock()()))
    town.kiosk("Ana", "P quai3 La rampe est libre.")
    token = town.gateway.office.add_kiosk("Depot")
    device = town.gateway.desk.device(token)
    assert device is not None
    app = app_of(town.gateway.desk, town.clock, rate=1_000, burst=1_000_000)
    signed_in = SignedIn(app.wsgi_app, town, token, device)
    app.wsgi_app = signed_in  # type: ignore[method-assign, assignment]  # as Flask's own documentation has it
    server = WebServer(app, "127.0.0.1", 0, threads=4)
    server.start()
    host, port = server.address
    try:
        yield f"http://{host}:{port}/api/v1/openapi.json", signed_in
    finally:
        server.stop(timeout=5)
        town.close()


@pytest.fixture
def schemathesis() -> Path:
    """The program, of our own environment."""
    program = Path(sys.executable).with_name("schemathesis")
    if not program.exists():
        missing = Missing("schemathesis", "the packages of requirements/dev.txt")
        if os.environ.get("GATEWAY_TEST_ALL") == "1":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
    return program


@pytest.mark.timeout(SECONDS + TO_END)
def test_no_500_and_no_answer_that_is_not_described(schemathesis: Path, tmp_path: Path) -> None:
    with api(tmp_path) as (address, signed_in):
        ran = subprocess.run(
            [
                str(schemathesis),
                "run",
                address,
                f"--max-time={SECONDS}",
                f"--checks={','.join(CHECKS)}",
                "--phases=examples,coverage,fuzzing",
                "--suppress-health-check=all",
                "--warnings=off",
                "--request-timeout=30",
                "--continue-on-failure",
            ],
            cwd=tmp_path,
            env=plain_environment() | {"NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=SECONDS + TO_END,
            check=False,
        )
    print(ran.stdout[-6_000:], ran.stderr[-2_000:], signed_in.counts)  # noqa: T201  # what was tried
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2_000:]
    assert signed_in.counts.get("500", 0) == 0
    # Far from all were turned away: what is behind the doors was tried, too.
    assert signed_in.counts["200"]  # something was let in
