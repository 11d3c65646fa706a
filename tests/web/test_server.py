"""The server over real sockets: its address, raw targets, limits, and an end that drops nothing."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
import pytest
from flask import Blueprint, Response, request
from waitress.channel import HTTPChannel

from gateway.web.app import create_app
from gateway.web.server import WebServer
from tests.support.api import served
from tests.support.desk import DEVICE_TOKEN

PART, PARTS = b"palette " * 25_000, 40


@dataclass
class Site:
    """A server with a page that waits until it is let go."""

    server: WebServer
    url: str
    entered: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def site() -> Iterator[Site]:
    pages = Blueprint("pages", __name__)

    @pages.route("/raw/<path:rest>")
    def raw(rest: str) -> Response:
        return Response(request.environ["REQUEST_URI"])

    @pages.route("/slow")
    def slow() -> Response:
        found.entered.set()
        found.let_go.wait(30)
        return Response("done " * 40_000)

    @pages.route("/parts")
    def parts() -> Response:
        return Response(PART for _ in range(PARTS))

    @pages.route("/size", methods=["POST"])
    def size() -> Response:
        return Response(str(len(request.get_data())))

    server = WebServer(create_app([pages]), "127.0.0.1", 0, threads=2)
    server.start()
    host, port = server.address
    found = Site(server, f"http://{host}:{port}")
    yield found
    found.let_go.set()
    server.stop(timeout=2)


def test_port_0_becomes_a_real_one() -> None:
    server = WebServer(create_app([]), "127.0.0.1", 0)
    assert server.address == ("127.0.0.1", 0)
    server.start()
    try:
        host, port = server.address
        assert port > 0
        socket.create_connection((host, port), timeout=2).close()
    finally:
        assert server.stop(timeout=2)


def test_a_taken_address_is_said_at_once(site: Site) -> None:
    _, port = site.server.address
    with pytest.raises(OSError, match="in use"):
        WebServer(create_app([]), "127.0.0.1", port).start()


def test_the_target_is_there_as_it_came(site: Site) -> None:
    target = "/raw/a%2Fb//c?x=%41&y=1+2&&z"
    host, port = site.server.address
    with socket.create_connection((host, port), timeout=2) as wire:
        wire.sendall(f"GET {target} HTTP/1.0\r\n\r\n".encode())
        answer = b"".join(iter(lambda: wire.recv(4096), b""))
    assert answer.partition(b"\r\n\r\n")[2].decode() == target


def test_it_does_not_say_what_it_is(site: Site) -> None:
    assert "server" not in httpx.get(f"{site.url}/raw/x").headers


def test_bodies_over_the_limit_end_at_the_door(site: Site) -> None:
    sizes = [65_536, 65_537, 200_000]
    statuses = [httpx.post(f"{site.url}/size", content=b"x" * size).status_code for size in sizes]
    assert statuses == [200, 413, 413]


def test_a_body_in_chunks_is_bounded_too(site: Site) -> None:
    def chunks(count: int) -> Iterator[bytes]:
        yield from (b"x" * 1_024 for _ in range(count))

    assert httpx.post(f"{site.url}/size", content=chunks(3)).text == "3072"
    assert httpx.post(f"{site.url}/size", content=chunks(65)).status_code == 413


def test_nobody_asks_whether_to_send_what_is_being_sent(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[bool]()
    send = HTTPChannel.send

    def sending(channel: HTTPChannel, data: bytes, do_close: bool = True) -> int:
        with ThreadPoolExecutor(1) as loop:
            asked.append(loop.submit(channel.writable).result())
        sent: int = send(channel, data, do_close)
        return sent

    monkeypatch.setattr(HTTPChannel, "send", sending)
    assert httpx.get(f"{site.url}/raw/x").text == "/raw/x"
    assert asked
    assert not any(asked)


def test_a_long_answer_arrives_at_who_reads_slowly(site: Site) -> None:
    with httpx.stream("GET", f"{site.url}/parts") as answer:
        read = 0
        for piece in answer.iter_raw(chunk_size=len(PART)):
            read += len(piece)
            threading.Event().wait(0.01)
    assert read == len(PART) * PARTS


def test_stopping_finishes_what_runs_and_takes_no_more(site: Site) -> None:
    with ThreadPoolExecutor(2) as pool:
        answer = pool.submit(httpx.get, f"{site.url}/slow", timeout=10)
        assert site.entered.wait(30)
        stopped = pool.submit(site.server.stop, 5)
        wait_until_refused(site.server.address)
        assert not stopped.done()
        site.let_go.set()

        assert stopped.result(5)
        assert answer.result(5).text == "done " * 40_000


def test_stopping_does_not_wait_for_ever(site: Site) -> None:
    with ThreadPoolExecutor(1) as pool:
        cut = pool.submit(httpx.get, f"{site.url}/slow", timeout=10)
        assert site.entered.wait(30)
        assert not site.server.stop(timeout=0.05)
        with pytest.raises(httpx.HTTPError):
            cut.result(5)
        site.let_go.set()


def test_stopping_ends_connections_that_only_wait(site: Site) -> None:
    with httpx.Client() as kept:
        kept.get(f"{site.url}/raw/x")
        assert site.server.stop(timeout=2)


def test_stopping_twice_or_before_the_start_is_no_error() -> None:
    server = WebServer(create_app([]), "127.0.0.1", 0)
    assert server.stop()
    server.start()
    assert server.stop(timeout=2)
    assert server.stop()


def test_the_api_over_a_real_wire() -> None:
    with served() as (url, desk), httpx.Client(base_url=f"{url}/api/v1") as kiosk:
        kiosk.headers["Authorization"] = f"Bearer {DEVICE_TOKEN}"
        signed = kiosk.post("/session", json={"badge": "1001", "pin": "123456"}).json()
        headers = {"Gateway-Session": signed["session"], "Idempotency-Key": "one-and-only"}
        ask = {"command": {"is": "Post", "group": "quai3", "text": "La rampe est libre."}}

        with ThreadPoolExecutor(8) as pool:
            told = list(
                pool.map(
                    lambda _: httpx.post(
                        f"{url}/api/v1/commands", json=ask, headers={**kiosk.headers, **headers}
                    ).json(),
                    range(20),
                )
            )

        assert desk.runs == 1
        assert all(one == told[0] for one in told)


def wait_until_refused(address: tuple[str, int]) -> None:
    for _ in range(500):
        try:
            socket.create_connection(address, timeout=1).close()
        except ConnectionRefusedError:
            return
        except ConnectionResetError:
            pass  # it stood in line when the server closed the line
        threading.Event().wait(0.01)
    raise AssertionError("still listening")
