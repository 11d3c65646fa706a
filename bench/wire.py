"""What our mails and texts are held against: the barest loops that say the same over the same wire.

They keep no row, ask nobody and recover from nothing. What they reach is what the wire allows.
"""

import http.client
import re
import smtplib
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import urllib3

LETTER = "letter.eml"


@dataclass(frozen=True)
class Rate:
    """How many a second, and what one cost this process in CPU (microseconds)."""

    a_second: float
    cpu_us: float


class _Watch:
    def __init__(self) -> None:
        self._began, self._cpu = time.perf_counter(), time.process_time()

    def rate(self, count: int) -> Rate:
        seconds, cpu = time.perf_counter() - self._began, time.process_time() - self._cpu
        return Rate(count / seconds, 1e6 * cpu / count)


def letter() -> bytes:
    """A mail of ours as it goes over the wire: one post to one reader, in both bodies."""
    from datetime import UTC, datetime

    from gateway.channels.email.render import Letters
    from gateway.channels.email.tokens import Tokens
    from gateway.core.commands import PostView
    from gateway.core.envelope import EMAIL, Notice, Outbound

    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    post = PostView(1413, "quai3", "Quai3", "P 0000", WORDS, now, "sms")
    letters = Letters("bench.example", "http://127.0.0.1:8080", Tokens(b"bench"), lambda: now)
    outbound = Outbound(1, EMAIL, "m1@readers.example", "fr", Notice(post, None, 141), member_id=1)
    return letters.render(outbound)


WORDS = "Le camion de 15 h a du retard, venez au quai 3 avec le chariot."


def pipelined(port: int, count: int) -> Rate:
    """SMTP with PIPELINING by hand: the next envelope behind each text, one connection."""
    text, watch = letter() + b".\r\n", _Watch()
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        heard = line.makefile("rb")
        _replies(heard, 1)
        line.sendall(b"EHLO bench.example\r\n")
        _replies(heard, 1)
        line.sendall(_envelope(0))
        for number in range(count):
            _replies(heard, 3)
            line.sendall(text + (_envelope(number + 1) if number + 1 < count else b""))
            _replies(heard, 1)
        heard.close()
    return watch.rate(count)


def by_smtplib(port: int, count: int) -> Rate:
    """smtplib on one kept connection."""
    text = letter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        watch = _Watch()
        for number in range(count):
            server.sendmail(_sender(number), [f"m{number}@readers.example"], text)
        return watch.rate(count)


def by_urllib3(port: int, count: int) -> Rate:
    """The forms that a text is to Twilio, one after the other over one kept connection."""
    url = f"http://127.0.0.1:{port}/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
    headers = urllib3.make_headers(basic_auth="AC:token")
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    with urllib3.PoolManager(maxsize=1) as pool:
        watch = _Watch()
        for number in range(count):
            form = {
                "To": f"+3361{number:07}",
                "From": "+33700000001",
                "Body": f"Quai3 1413 P 0000: {WORDS} R1413 texte",
                "StatusCallback": f"http://127.0.0.1:8080/sms/status?m={number}",
                "ValidityPeriod": 14_400,
            }
            answer = pool.request("POST", url, body=urlencode(form), headers=headers)
            assert answer.status == http.client.CREATED
        return watch.rate(count)


def _sender(number: int) -> str:
    return f"bounces+abcdefghjkmnpqrstuvwxyz{number}@bench.example"


def _envelope(number: int) -> bytes:
    return (
        f"MAIL FROM:<{_sender(number)}>\r\nRCPT TO:<m{number}@readers.example>\r\nDATA\r\n"
    ).encode()


def _replies(heard: socket.SocketIO, count: int) -> None:  # type: ignore[type-arg]  # generic to mypy alone
    while count:
        line = heard.readline()
        if not re.match(rb"[23]\d\d", line):
            raise ConnectionError(line)
        count -= line[3:4] != b"-"
