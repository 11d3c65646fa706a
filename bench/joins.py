"""Joins by mail, each with its answer: the command that a mailing list manager gets most.

A company's mail server hands them in on several connections at once, and says from whom and to whom
in one piece where that is offered (PIPELINING), and so is it done here. Mailman offers none, and
answers 250 before it does anything: the same connections bring it more than it can do.
"""

import smtplib
import time
from concurrent.futures import ThreadPoolExecutor

from bench import mailman
from bench.installation import free_port, installation, wait_for

SERVER = "mx.bench.example"

CONNECTIONS = 8
"""Less than half of what Postfix opens to one server, unless told otherwise."""


def measure(count: int) -> dict[str, float]:
    """So many joins, each by another mailbox."""
    people = [f"M {number},,m{number}@readers.example," for number in range(count)]
    lmtp = free_port()
    settings = {"GATEWAY_LMTP": f"127.0.0.1:{lmtp}", "GATEWAY_MAIL_AUTHSERV_ID": SERVER}
    with (
        installation(["name,phone,email,groups", *people], ["quai3"], **settings) as running,
        ThreadPoolExecutor(CONNECTIONS) as pool,
    ):
        before, began = running.cpu_seconds, time.monotonic()
        numbers = [range(first, count, CONNECTIONS) for first in range(CONNECTIONS)]
        list(pool.map(lambda some: _bring(lmtp, some), numbers))
        seconds = wait_for(running.mail, count) - began
        return {
            "joins_a_second": count / seconds,
            "cpu_us_each": 1e6 * (running.cpu_seconds - before) / count,
        }


def beside_mailman(count: int) -> dict[str, float]:
    """As many joins of each, on as many connections. Raises `mailman.NotHere`."""
    theirs, ours = mailman.joins(count, CONNECTIONS), measure(count)
    return {
        "joins": float(count),
        **ours,
        **{f"mailman_{name}": value for name, value in theirs.items()},
        "times_mailman": ours["joins_a_second"] / theirs["joins_a_second"],
    }


def _bring(port: int, numbers: range) -> None:
    """Over one connection, one after the other."""
    with smtplib.LMTP("127.0.0.1", port) as server:
        server.ehlo()
        assert server.has_extn("pipelining")
        for number in numbers:
            sender = f"m{number}@readers.example"
            server.send(f"MAIL FROM:<{sender}>\r\nRCPT TO:<quai3+join@bench.example>\r\nDATA\r\n")
            codes = [server.getreply()[0] for _ in range(3)]
            server.send(mail(number, sender) + b".\r\n")
            codes.append(server.getreply()[0])
            assert codes == [250, 250, 354, 250], codes


def mail(number: int, sender: str, to: str = "quai3+join@bench.example") -> bytes:
    """What somebody sends who joins a group."""
    return (
        f"Authentication-Results: {SERVER}; dmarc=pass header.from=readers.example\r\n"
        f"From: M {number} <{sender}>\r\nTo: {to}\r\n"
        f"Subject: join\r\nMessage-ID: <{number}.{time.monotonic_ns()}@readers.example>\r\n"
        "\r\njoin\r\n"
    ).encode()
