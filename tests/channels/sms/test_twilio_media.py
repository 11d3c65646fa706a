"""Pictures come from Twilio and from nowhere else, whatever a message or a redirect says."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.sms.media import LARGEST, MOST_REDIRECTS, TwilioMedia
from gateway.channels.sms.public import addresses, is_public
from gateway.core.errors import DeliveryError, PermanentFailure, TemporaryFailure
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, FakeTwilio
from gateway.demo.twilio_media import PIXEL

API, CDN = "api.twilio.com", "mms.twiliocdn.com"
BUCKET = "s3-external-1.amazonaws.com"
PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/MM1/Media/ME1"
URL = f"https://{API}{PATH}"
PUBLIC = {API: "3.208.29.1", CDN: "18.66.1.2", BUCKET: "52.217.1.3"}
CONTENT = b"\xff\xd8 a picture"

Answer = bytes | Callable[[socket.socket], None]


def ok(content: bytes = CONTENT, kind: str = "image/jpeg") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def to(location: str, status: int = 307) -> bytes:
    return (
        f"HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    )


def status(code: int) -> bytes:
    return f"HTTP/1.1 {code} No\r\nContent-Length: 0\r\n\r\n".encode()


@dataclass
class World:
    """All hosts there are, behind one TLS listener. `answers` are given in order, by host."""

    certificate: Path
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=lambda: {h: [a] for h, a in PUBLIC.items()})
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Host, target and credentials of each request."""
    dialled: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def media(self, patience: float = 5.0) -> TwilioMedia:
        trusted = ssl.create_default_context(cafile=str(self.certificate.with_suffix(".crt")))
        return TwilioMedia(
            ACCOUNT_SID,
            AUTH_TOKEN,
            resolve=lambda host, _: self.names.get(host, []),
            dial=self._dial,
            context=trusted,
            patience=patience,
        )

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()
        self._thread.join(5)

    def _dial(self, address: tuple[str, int], timeout: float) -> socket.socket:
        self.dialled.append(address)
        return socket.create_connection(self._listener.getsockname(), timeout)

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            with suppress(OSError):
                plain.settimeout(5)
                connection = self._tls.wrap_socket(plain, server_side=True)
                self._open.append(connection)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines if line)
        host = headers["Host"]
        self.asked.append((host, first.split()[1], headers.get("Authorization", "")))
        answer = self.answers[host].pop(0)
        if isinstance(answer, bytes):
            connection.sendall(answer)
        else:
            answer(connection)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its certificate for the hosts of this world, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        missing = pytest.fail if os.environ.get("GATEWAY_TEST_ALL") else pytest.skip
        missing("install the package openssl")
    pem = tmp_path_factory.mktemp("tls") / "both.pem"
    named = ",".join(f"DNS:{host}" for host in PUBLIC)
    asked = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=twilio"
    paths = ["-keyout", str(pem), "-out", str(pem.with_suffix(".crt"))]
    subprocess.run(
        [openssl, *asked.split(), "-addext", f"subjectAltName={named}", *paths],
        check=True,
        capture_output=True,
    )
    pem.write_text(pem.read_text() + pem.with_suffix(".crt").read_text())
    return pem


@pytest.fixture
def world(certificate: Path) -> Iterator[World]:
    world = World(certificate)
    yield world
    world.close()


def failure(media: TwilioMedia, url: str = URL) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        media.fetch(url)
    assert AUTH_TOKEN not in str(raised.value)
    return raised.value


@pytest.mark.parametrize(
    "where", [f"https://{CDN}/AC1/1?Expires=5", f"https://{BUCKET}/media.twiliocdn.com/AC1/1"]
)
def test_a_picture_comes_over_one_redirect_without_credentials(world: World, where: str) -> None:
    host = where.split("/")[2]
    world.answers = {API: [to(where)], host: [ok()]}
    assert world.media().fetch(URL) == CONTENT
    (first, target, told), (second, _, nothing) = world.asked
    assert (first, target) == (API, PATH)
    assert told.startswith("Basic ")
    assert (second, nothing) == (host, "")
    assert world.dialled == [(PUBLIC[API], 443), (PUBLIC[host], 443)]


def test_credentials_are_not_said_twice_even_to_the_same_host(world: World) -> None:
    world.answers = {API: [to(f"{PATH}/again", 301), ok()]}
    world.media().fetch(URL)
    assert [bool(told) for _, _, told in world.asked] == [True, False]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        f"http://{API}{PATH}",
        f"https://{API}:8443{PATH}",
        f"https://{API}@evil.example{PATH}",
        f"https://user:pass@{API}{PATH}",
        f"https://{API}.evil.example{PATH}",
        f"https://evil{API}{PATH}",
        f"https://{API}\\@evil.example/",
        f"https://{CDN}/x",  # good for a redirect, and told no password
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "ftp://api.twilio.com/x",
        f"https://{API}:99999/",
        "https://[api.twilio.com/",
        f"https://{API}/a b",
        f"https://{API}/\r\nX: y",
        f"https://{API}/é",
        "//api.twilio.com/x",
        "",
    ],
)
def test_credentials_go_to_twilio_alone(world: World, url: str) -> None:
    assert isinstance(failure(world.media(), url), PermanentFailure)
    assert not world.dialled


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/x",
        "https://evil-twiliocdn.com/x",
        f"https://{CDN}.evil.example/x",
        f"http://{CDN}/x",
        f"https://{CDN}:22/x",
        f"https://{BUCKET}/another-bucket/x",
        f"https://{BUCKET}/media.twiliocdn.com.evil/x",
        "https://127.0.0.1/x",
        "http://127.0.0.1:8080/x",
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/",
        "https://[::ffff:10.0.0.1]/x",
        "https://[::1]/x",
        "//evil.example/x",
        f"https://x@{CDN}/x",
        "gopher://127.0.0.1/",
        "https://[",
    ],
)
def test_a_redirect_leads_to_twilio_or_nowhere(world: World, where: str) -> None:
    world.answers = {API: [to(where)]}
    assert isinstance(failure(world.media()), PermanentFailure)
    assert len(world.dialled) == 1


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.0.9", "192.168.1.1", "169.254.169.254", "0.0.0.0",
     "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
     "ff02::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "2002:a00:1::1", "64:ff9b::a00:1",
     "2001:0:a00:1::1", "not an address"],
)  # fmt: skip
@pytest.mark.parametrize("host", [API, CDN])
def test_a_name_of_our_own_network_is_not_called(world: World, host: str, address: str) -> None:
    world.answers = {API: [to(f"https://{CDN}/x")]}
    world.names[host] = [PUBLIC[host], address]
    assert failure(world.media()).code == "address"
    assert (PUBLIC[host], 443) not in world.dialled


@pytest.mark.parametrize("address", ["3.208.29.1", "2600:1f18::1", "64:ff9b::3d0:1d01"])
def test_addresses_out_there(address: str) -> None:
    assert is_public(address)


def test_a_name_is_looked_up_once_and_that_very_address_called(world: World) -> None:
    told = iter([["3.208.29.1"], ["127.0.0.1"]])
    world.answers = {API: [ok()]}
    media = world.media()
    media._resolve = lambda *_: next(told)
    assert media.fetch(URL) == CONTENT
    assert world.dialled == [("3.208.29.1", 443)]


def test_round_and_round(world: World) -> None:
    world.answers = {API: [to(URL)] * 10}
    assert isinstance(failure(world.media()), PermanentFailure)
    assert len(world.asked) == 1 + MOST_REDIRECTS


def test_six_megabytes_are_too_many(world: World) -> None:
    world.answers = {API: [ok(b"x" * (6 * 2**20))]}
    assert failure(world.media()).code == "too large"


def test_a_length_is_not_believed(world: World) -> None:
    sent = 0

    def endless(connection: socket.socket) -> None:
        nonlocal sent
        head = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head)
        with suppress(OSError):
            while sent < 8 * LARGEST:
                connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
                sent += 65_536

    world.answers = {API: [endless]}
    assert failure(world.media()).code == "too large"
    assert sent < 3 * LARGEST


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n"])
def test_what_drips_is_cut_off(world: World, before: bytes) -> None:
    over = threading.Event()

    def dripping(connection: socket.socket) -> None:
        connection.sendall(before)
        with suppress(OSError):
            while not over.wait(0.02):
                connection.sendall(b"x")

    world.answers = {API: [dripping]}
    began = time.monotonic()
    assert isinstance(failure(world.media(patience=0.3)), TemporaryFailure)
    assert time.monotonic() - began < 20
    over.set()


@pytest.mark.parametrize("politely", [True, False])
def test_what_breaks_off_is_not_taken_for_a_picture(world: World, politely: bool) -> None:
    def half(connection: socket.socket) -> None:
        connection.sendall(ok(b"x" * 5_000)[:2_000])
        assert isinstance(connection, ssl.SSLSocket)
        if politely:
            connection.settimeout(0.2)
            connection.unwrap()
        connection.close()

    world.answers = {API: [half]}
    assert isinstance(failure(world.media()), TemporaryFailure)


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/json", "image/tiff", ""]
)
def test_only_pictures_are_taken(world: World, kind: str) -> None:
    world.answers = {API: [ok(kind=kind)]}
    assert failure(world.media()).code == "kind"


def test_heic_is_refused_with_its_reason(world: World) -> None:
    world.answers = {API: [ok(kind="image/heic")]}
    assert failure(world.media()).code == "heic"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (401, TemporaryFailure),
        (404, TemporaryFailure),
        (429, TemporaryFailure),
        (500, TemporaryFailure),
        (503, TemporaryFailure),
        (400, PermanentFailure),
        (410, PermanentFailure),
        (204, PermanentFailure),
    ],
)
def test_what_is_worth_another_try(world: World, code: int, kind: type[DeliveryError]) -> None:
    world.answers = {API: [status(code)]}
    assert isinstance(failure(world.media()), kind)


def test_a_stranger_with_twilio_s_name_is_told_nothing(world: World) -> None:
    world.names["lookups.twilio.com"] = ["3.208.29.9"]
    world.answers = {API: [to("https://lookups.twilio.com/x")]}
    assert failure(world.media()).code == "tls", "the certificate names another host"
    assert len(world.asked) == 1


def test_nobody_there(world: World) -> None:
    world.names[API] = []
    assert isinstance(failure(world.media()), TemporaryFailure)
    with pytest.raises(TemporaryFailure):
        addresses("no-such-host.invalid", 443)


@given(st.text(max_size=60) | st.text("/:@[]?#.%api.twilio.com\\ ", max_size=60))
def test_no_address_is_a_surprise(url: str) -> None:
    def dial(*_: object) -> socket.socket:
        raise AssertionError("called")

    media = TwilioMedia("AC1", "token", resolve=lambda *_: ["10.0.0.1"], dial=dial)
    with pytest.raises(DeliveryError):
        media.fetch(url)


def test_the_made_up_carrier_in_its_place() -> None:
    with FakeTwilio() as carrier:
        carrier.phone_sends("+33612345678", "regardez", media=["image/gif"])
        sid = carrier.messages[0].sid
        url = f"https://{API}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}/Media/ME{0:032x}"
        assert TwilioMedia(ACCOUNT_SID, AUTH_TOKEN, carrier.url).fetch(url) == PIXEL
        assert len(carrier.shelf.asked) == 2
        assert carrier.shelf.told_too_much == []
        wrong = TwilioMedia(ACCOUNT_SID, "another token", carrier.url)
        assert failure(wrong, url).code == "http 401"
        host = carrier.url.removeprefix("http://")
        assert failure(wrong, f"http://evil.example{PATH}").code == "host"
        assert failure(wrong, f"http://{host.partition(':')[0]}:1{PATH}").code == "host"
        carrier.shelf.leads_to = "http://127.0.0.1:1/x"
        media = TwilioMedia(ACCOUNT_SID, AUTH_TOKEN, carrier.url)
        assert failure(media, url).code == "redirect"
