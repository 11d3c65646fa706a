"""The kiosk's API over a `FakeDesk`, served on a free port by the server that we ship.

with served() as (url, desk):        # url: http://127.0.0.1:PORT
    kiosk = Kiosk(url, DEVICE_TOKEN)
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from gateway.core.desk import Desk
from gateway.core.ports import Clock
from gateway.web import api
from gateway.web.app import create_app
from gateway.web.server import WebServer
from tests.support.desk import FakeClock, FakeDesk

ORGANISATION = "Transports Martin"
SMS_NUMBER = "+33700000000"


def app_of(
    desk: Desk, clock: Clock | None = None, *, rate: float = 20, burst: int = 10_000
) -> Flask:
    """The app of the API alone. The clock stands still: the burst is all there is."""
    routes = api.blueprint(
        desk,
        organisation=ORGANISATION,
        sms_number=SMS_NUMBER,
        clock=clock or FakeClock(),
        rate=rate,
        burst=burst,
    )
    return create_app([routes])


@contextmanager
def served(desk: FakeDesk | None = None) -> Iterator[tuple[str, FakeDesk]]:
    """The API at a real address, until the block ends."""
    desk = desk or FakeDesk()
    server = WebServer(app_of(desk, desk.clock), "127.0.0.1", 0, threads=2)
    server.start()
    host, port = server.address
    try:
        yield f"http://{host}:{port}", desk
    finally:
        server.stop(timeout=2)
