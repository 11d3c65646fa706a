"""The way to the gateway breaks at each of its steps, and each time it is said what to do."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from gateway.cli import kiosk_network
from gateway.cli.checkup import Finding
from tests.support import certificates

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SITE = b'{"site": "Quai 3"}'


def answer(status: str, body: bytes = b"{}", **headers: str) -> bytes:
    told = {"Date": format_datetime(NOW), "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


@contextmanager
def answering(said: bytes, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Something that listens on 127.0.0.1, says this to everybody, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    wire, _ = listener.accept()
                    with suppress(OSError), wire:
                        wire.settimeout(5)
                        spoken = tls.wrap_socket(wire, server_side=True) if tls else wire
                        with spoken:
                            spoken.recv(4096)
                            spoken.sendall(said)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def found(url: str, now: datetime = NOW, site: str = "") -> dict[str, Finding]:
    return {one.check: one for one in kiosk_network.network(url, "token", site, lambda: now)}


def against(said: bytes, **more: object) -> dict[str, Finding]:
    with answering(said) as port:
        return found(f"http://127.0.0.1:{port}", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "check", "words"),
    [
        (answer("200 OK", b"<html>Welcome to our hotel"), "http", "log-in page"),
        (answer("200 OK", b"[]"), "http", "no gateway"),
        (answer("404 Not Found", b"nginx"), "http", "path that is missing"),
        (answer("401 No", b'{"type": "x:unknown-device"}'), "token", "gateway kiosks add"),
        (answer("429 No", b'{"type": "x:too-many"}'), "token", "in a minute"),
        (answer("502 Bad Gateway", b"nginx"), "http", "gateway doctor"),
        (answer("301 Moved", b"", Location="https://g.example/"), "http", "https://g.example/"),
        (answer("301 Moved", b"", Location="https://\x1b[2J/"), "http", "elsewhere"),
        (b"SSH-2.0-OpenSSH\r\n", "http", "is a proxy there"),
        (b"", "http", "cut before it answers"),
        (answer("200 OK", SITE, **{"Content-Length": "999"}), "http", "cut"),
    ],
)
def test_what_answers_wrongly_is_told_apart(said: bytes, check: str, words: str) -> None:
    told = against(said)
    assert words in told[check].words
    assert told[check].state in ("mend", "warn")
    assert "\x1b" not in told[check].words


def test_what_answers_well_is_told(tmp_path: Path) -> None:
    told = against(answer("200 OK", SITE))
    assert told["token"].words == 'this kiosk stands at "Quai 3"'
    assert {one.state for one in told.values()} == {"ok"}


@pytest.mark.parametrize(
    ("ahead", "state", "words"),
    [
        (timedelta(seconds=20), "ok", "as the gateway's"),
        (timedelta(hours=7, minutes=5), "mend", "7 h 05 min 00 s ahead"),
        (timedelta(days=-400), "mend", "behind the gateway"),
    ],
)
def test_a_clock_that_is_off_is_said(ahead: timedelta, state: str, words: str) -> None:
    told = against(answer("200 OK", SITE), now=NOW + ahead)["clock"]
    assert told.state == state
    assert words in told.words


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT"])
def test_who_tells_no_time_is_not_believed(date: str) -> None:
    assert against(answer("200 OK", SITE, Date=date))["clock"].state == "skip"


@pytest.mark.parametrize(
    "server", ["gateway.example", "https://", "http://a:b:c", "http://[::1", "https://h:99999"]
)
def test_what_is_no_address_is_said(server: str) -> None:
    assert "write https://" in found(server)["server"].words


def test_a_name_that_is_nowhere_and_a_port_that_is_shut_are_said() -> None:
    assert "is not found" in found("http://nowhere.invalid")["dns"].words
    assert "is not found" in found(f"http://{'a' * 70}.example")["dns"].words
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    told = found(f"http://127.0.0.1:{port}")
    assert "gateway web" in told["tcp"].words
    assert "http" not in told


def test_a_name_server_that_is_dead_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(kiosk_network, "PATIENCE", 0.1)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [over.wait(20)][1:])
    try:
        assert "DNS server does not answer" in found("http://gateway.example")["dns"].words
    finally:
        over.set()


def test_a_wire_that_is_not_secured_is_said_but_not_on_this_machine() -> None:
    assert found("http://nowhere.invalid")["server"].state == "warn"
    assert found("http://127.0.0.1:9")["server"].state == "ok"


class TestCertificates:
    @staticmethod
    def told(
        folder: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool = True, **made: object
    ) -> dict[str, Finding]:
        pair = certificates.made(folder / "tls", **made)  # type: ignore[arg-type]
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(pair.certificate, pair.key)
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(pair.certificate))
        with answering(answer("200 OK", SITE), server) as port:
            return found(f"https://localhost:{port}", datetime.now(UTC))

    def test_a_good_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        told = self.told(tmp_path, monkeypatch)
        assert told["tls"].state == "ok"
        assert told["token"].state == "ok"

    def test_one_that_runs_out_soon(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.told(tmp_path, monkeypatch, days=3)["tls"].state == "warn"

    def test_one_that_nobody_vouches_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told = self.told(tmp_path, monkeypatch, trusted=False)
        assert "update-ca-certificates" in told["tls"].words
        assert "http" not in told

    def test_one_for_another_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        told = self.told(tmp_path, monkeypatch, name="other.example")
        assert "not for localhost" in told["tls"].words

    def test_one_that_ran_out(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        told = self.told(tmp_path, monkeypatch, days=-1)
        assert "ran out" in told["tls"].words

    def test_a_port_without_tls(self) -> None:
        with answering(answer("400 Bad Request")) as port:
            told = found(f"https://127.0.0.1:{port}")
        assert "is it an http:// port" in told["tls"].words
