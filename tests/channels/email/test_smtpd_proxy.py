"""A proxy before the mail server says for whom it speaks (PROXY protocol); nobody else may.

The headers are written here by hand from HAProxy's specification of the protocol.
"""

import smtplib
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address, ip_network

import pytest

from gateway.channels.email.connections import Limits
from gateway.channels.email.smtpd import MailServer
from tests.channels.email.support import DOMAIN, PAUL, PROVED, TOKENS, Directory, Inbox, mail

ANY = ("127.0.0.1", 0)
GROUP = f"quai3@{DOMAIN}"
HERE = (ip_network("127.0.0.0/8"),)
ELSEWHERE = (ip_network("10.0.0.0/8"), ip_network("::1"))
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def first(source: str, port: int = 4711) -> bytes:
    """Version 1: a line of text."""
    family, here = ("TCP6", "::1") if ":" in source else ("TCP4", "192.0.2.1")
    return f"PROXY {family} {source} {here} {port} 25\r\n".encode()


def second(source: str, extra: bytes = b"") -> bytes:
    """Version 2: octets."""
    address = ip_address(source).packed
    family = 0x21 if len(address) == 16 else 0x11
    body = address + address + struct.pack("!HH", 4711, 25) + extra
    return SIGNATURE + struct.pack("!BBH", 0x21, family, len(body)) + body


LOCAL = SIGNATURE + struct.pack("!BBH", 0x20, 0, 0)
NOOP_TLV = b"\x04" + struct.pack("!H", 3) + b"pad"


@contextmanager
def serving(
    inbox: Inbox, proxies: tuple[object, ...] = HERE, **limits: float
) -> Iterator[MailServer]:
    server = MailServer(
        inbox,
        Directory(),
        TOKENS,
        DOMAIN,
        PROVED,
        lmtp=ANY,
        smtp=ANY,
        limits=Limits(**{"proxy_seconds": 3.0, **limits}),  # type: ignore[arg-type]
        proxies=proxies,  # type: ignore[arg-type]
    )
    server.start()
    yield server
    server.stop()


def connected(server: MailServer, header: bytes, way: str = "smtp") -> socket.socket:
    address = server.smtp_address if way == "smtp" else server.lmtp_address
    assert address is not None
    wire = socket.create_connection(address, 5)
    wire.sendall(header)
    return wire


def hears(wire: socket.socket) -> bytes:
    """What the server says first; nothing where it hangs up."""
    try:
        return wire.recv(500)
    except ConnectionError:
        return b""


def client_of(wire: socket.socket, way: str) -> smtplib.SMTP:
    client = smtplib.SMTP() if way == "smtp" else smtplib.LMTP()
    client.sock = wire
    assert client.getreply()[0] == 220
    return client


@pytest.mark.parametrize("way", ["smtp", "lmtp"])
@pytest.mark.parametrize(
    "header",
    [
        first("203.0.113.9"),
        first("2001:db8::9"),
        b"PROXY UNKNOWN\r\n",
        b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n",
        second("203.0.113.9"),
        second("2001:db8::9", NOOP_TLV),
        LOCAL,
    ],
)
def test_a_mail_is_taken_behind_a_header(header: bytes, way: str) -> None:
    inbox = Inbox()
    with serving(inbox) as server, client_of(connected(server, header, way), way) as client:
        assert client.sendmail(PAUL, [GROUP], mail("ok")) == {}
    assert [one.text for one in inbox.received] == ["ok"]


@pytest.mark.parametrize(
    "header",
    [
        b"EHLO x.example\r\nNOOP\r\n",
        b"PROXY TCP4 203.0.113.9 192.0.2.1 4711\r\n",
        b"PROXY TCP4 2001:db8::9 192.0.2.1 4711 25\r\n",
        b"PROXY TCP4 203.0.113.9 192.0.2.1 99999 25\r\n",
        b"PROXY TCP4 203.0.113.9 192.0.2.1 4711 25 and more\r\n",
        b"PROXY TCP4 eve 192.0.2.1 4711 25\r\n",
        b"PROXY " + b"x" * 200 + b"\r\n",
        SIGNATURE + struct.pack("!BBH", 0x31, 0x11, 0),
        SIGNATURE + struct.pack("!BBH", 0x21, 0x11, 4) + b"\0\0\0\0",
        b"\r\n\r\n\0\r\nQUIP\n" + b"\0" * 4,
    ],
)
def test_a_proxy_that_says_it_wrongly_is_hung_up_on_without_a_word(header: bytes) -> None:
    inbox = Inbox()
    with serving(inbox) as server:
        with connected(server, header) as wire:
            assert hears(wire) == b""
        with client_of(connected(server, first("203.0.113.9")), "smtp") as client:
            assert client.noop()[0] == 250


def test_a_proxy_that_says_nothing_is_not_waited_for() -> None:
    with serving(Inbox()) as server, connected(server, b"PRO") as wire:
        assert hears(wire) == b""


def test_who_is_no_proxy_is_met_as_ever_and_cannot_speak_for_another() -> None:
    inbox = Inbox()
    with serving(inbox, ELSEWHERE) as server:
        with client_of(connected(server, b""), "smtp") as client:
            assert client.sendmail(PAUL, [GROUP], mail("ok")) == {}
        with client_of(connected(server, first("10.0.0.1")), "smtp") as client:
            assert client.getreply()[0] == 500  # no command, and nothing else
            assert client.noop()[0] == 250
    assert len(inbox.received) == 1


def test_one_sender_cannot_take_all_connections() -> None:
    with serving(Inbox(), from_one=2, connections=5) as server, ExitStack() as stack:
        held = [
            stack.enter_context(connected(server, header))
            for header in (first("203.0.113.9"), second("203.0.113.9"))
        ]
        assert [hears(wire)[:3] for wire in held] == [b"220", b"220"]
        third = stack.enter_context(connected(server, first("203.0.113.9", 5)))
        assert hears(third).startswith(b"421 4.7.0")
        assert hears(third) == b""
        other = stack.enter_context(connected(server, first("203.0.113.10")))
        assert hears(other).startswith(b"220")


def test_nor_can_one_without_a_proxy_but_our_own_mail_server_may() -> None:
    with serving(Inbox(), (), from_one=2, connections=9) as server, ExitStack() as stack:
        wires = [stack.enter_context(connected(server, b"")) for _ in range(3)]
        assert [hears(wire)[:9] for wire in wires][2] == b"421 4.7.0"
        ours = [stack.enter_context(connected(server, b"", "lmtp")) for _ in range(4)]
        assert [hears(wire)[:3] for wire in ours] == [b"220"] * 4


def test_connections_are_counted_while_the_header_is_awaited() -> None:
    with serving(Inbox(), connections=2) as server, ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(connected(server, b"PRO"))
        late = stack.enter_context(connected(server, first("203.0.113.9")))
        assert hears(late).startswith(b"421 4.3.2")
