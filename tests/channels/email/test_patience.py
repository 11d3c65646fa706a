"""Mail out to servers that never come to an end: a message has a limit in all, a farewell too.

Each says something just often enough that no single wait is long.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from gateway.channels.email.pipeline import Cut, Line
from gateway.channels.email.render import Letters
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.smtp import SmtpMail
from gateway.core.envelope import Failure
from gateway.core.errors import DeliveryError, TemporaryFailure, UnknownOutcome
from tests.channels.email.support import DOMAIN, TOKENS, answer, clock, outbound

LETTERS = Letters(DOMAIN, "https://gateway.example", TOKENS, clock)
PATIENCE = 30.0
OFTEN = 0.05

Talk = Callable[[socket.socket, threading.Event], None]


@contextmanager
def server(talk: Talk) -> Iterator[Smarthost]:
    """Takes one connection, and talks as it likes until the test ends or we hang up."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            connection, _ = listening.accept()
            with connection:
                talk(connection, over)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Smarthost("127.0.0.1", listening.getsockname()[1])
    finally:
        over.set()
        listening.close()
        thread.join(PATIENCE)


def drips(connection: socket.socket, over: threading.Event, line: bytes) -> None:
    while not over.wait(OFTEN):
        connection.sendall(line)


def floods(connection: socket.socket, over: threading.Event) -> None:
    while not over.is_set():
        connection.sendall(b"220-please hold\r\n" * 1_000)


def talks(until: bytes, then: Talk) -> Talk:
    """As servers do; once it has heard `until`, `then` goes on."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        heard = connection.makefile("rb")
        connection.sendall(b"220 hi\r\n")
        for line in heard:
            if line.upper().startswith(until):
                then(connection, over)
                return
            connection.sendall(b"354 go\r\n" if line == b"DATA\r\n" else b"250 ok\r\n")
            if line == b"DATA\r\n":
                while heard.readline() != b".\r\n":
                    pass
                if until == b".":
                    then(connection, over)
                    return
                connection.sendall(b"250 taken\r\n")

    return talk


def outcome(talk: Talk, timeout: float) -> Exception:
    """What a mail meets there, which must come to an end."""
    with ThreadPoolExecutor(1) as pool, server(talk) as host:
        channel = SmtpMail(host, LETTERS, TOKENS, timeout=timeout)
        [failed] = pool.submit(list, channel.send([outbound(answer())])).result(PATIENCE)
        channel.close()
    assert isinstance(failed, Failure)
    return failed.error


def drip_with(line: bytes) -> Talk:
    return lambda connection, over: drips(connection, over, line)


@pytest.mark.parametrize(
    ("talk", "timeout", "kind"),
    [
        (drip_with(b"220-please hold\r\n"), 0.3, TemporaryFailure),
        (drip_with(b"."), 0.3, TemporaryFailure),
        (talks(b"EHLO", drip_with(b"250-and\r\n")), 0.3, TemporaryFailure),
        (talks(b"DATA", drip_with(b"3")), 0.3, TemporaryFailure),
        # All until there must be in time, also on a machine that is busy.
        (talks(b".", drip_with(b"250-and\r\n")), 0.75, UnknownOutcome),
    ],
    ids=["greeting", "greeting by letters", "EHLO", "DATA", "text"],
)
def test_a_server_that_never_ends_a_reply_is_left(
    talk: Talk, timeout: float, kind: type[DeliveryError]
) -> None:
    assert type(outcome(talk, timeout)) is kind


def test_a_greeting_without_end_does_not_fill_the_memory() -> None:
    assert type(outcome(floods, 10 * PATIENCE)) is TemporaryFailure


def test_a_server_that_takes_a_text_bit_by_bit_is_left() -> None:
    def takes_its_time(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(b"250 ok\r\n250 ok\r\n354 go\r\n")
        while not over.wait(OFTEN):
            connection.recv(100_000)

    with server(takes_its_time) as host:
        line = Line(socket.create_connection((host.host, host.port)), 0.75, pipelining=True)
        line.offer("a@depot.example", "b@depot.example")
        line.admitted()
        line.give(b"x" * 50_000_000)
        began = time.monotonic()
        with pytest.raises(Cut):
            line.taken()
        line.close()
        assert time.monotonic() - began < PATIENCE / 3


@pytest.mark.parametrize("until", [b"", b".", b"QUIT"], ids=["greeting", "text", "farewell"])
def test_who_leaves_does_not_wait_for_a_server_that_says_nothing(until: bytes) -> None:
    reached = threading.Event()

    def silent(_connection: socket.socket, over: threading.Event) -> None:
        reached.set()
        over.wait(10 * PATIENCE)

    talk = talks(until, silent) if until else silent
    with ThreadPoolExecutor(1) as pool, server(talk) as host:
        channel = SmtpMail(host, LETTERS, TOKENS, timeout=2 * PATIENCE)
        sending = pool.submit(list, channel.send([outbound(answer())]))
        if until == b"QUIT":
            sending.result(PATIENCE)
        else:
            assert reached.wait(PATIENCE)
        began = time.monotonic()
        channel.close()
        assert time.monotonic() - began < PATIENCE
