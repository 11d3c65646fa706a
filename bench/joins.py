"""Joins by mail, each with its answer: the command that a mailing list manager gets most.

A company's mail server hands them in on several connections at once, and says from whom and to whom
in one piece where that is offered (PIPELINING), and so is it done here. Mailman answers 250 before
it does anything, so one connection brings it more than it can do.
"""

import smtplib
import time
from concurrent.futures import ThreadPoolExecutor

from bench import fanout, mailman
from bench.installation import free_port, installation, wait_for

SERVER = "mx.bench.example"

CONNECTIONS = 8
"""Less than half of what Postfix opens to one server, unless told otherwise."""


def measure(count: int, peers: int = 0) -> dict[str, float]:
    """`peers`: how many joins Mailman gets, 0 for no Mailman."""
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
        found = {
            "joins_a_second": count / seconds,
            "cpu_us_each": 1e6 * (running.cpu_seconds - before) / count,
        }
    if not peers:
        return found
    try:
        theirs = mailman.joins(peers)
    except mailman.NotHere as why:
        fanout.skipped["Mailman"] = str(why)
        return found
    return found | {
        "mailman_joins_a_second": theirs["joins_a_second"],
        "mailman_cpu_us_each": theirs["cpu_us_each"],
        "times_mailman": found["joins_a_second"] / theirs["joins_a_second"],
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
            server.send(_mail(number, sender) + b".\r\n")
            codes.append(server.getreply()[0])
            assert codes == [250, 250, 354, 250], codes


def _mail(number: int, sender: str) -> bytes:
    return (
        f"Authentication-Results: {SERVER}; dmarc=pass header.from=readers.example\r\n"
        f"From: M {number} <{sender}>\r\nTo: quai3+join@bench.example\r\n"
        f"Subject: join\r\nMessage-ID: <{number}.{time.monotonic_ns()}@readers.example>\r\n"
        "\r\njoin\r\n"
    ).encode()
