"""Joins by mail, each with its answer: the command that a mailing list manager gets most."""

import smtplib
import time

from bench import fanout, mailman
from bench.installation import free_port, installation, wait_for

SERVER = "mx.bench.example"


def measure(count: int, peers: int = 0) -> dict[str, float]:
    """`peers`: how many joins Mailman gets, 0 for no Mailman."""
    people = [f"M {number},,m{number}@readers.example," for number in range(count)]
    lmtp = free_port()
    settings = {"GATEWAY_LMTP": f"127.0.0.1:{lmtp}", "GATEWAY_MAIL_AUTHSERV_ID": SERVER}
    with (
        installation(["name,phone,email,groups", *people], ["quai3"], **settings) as running,
        smtplib.LMTP("127.0.0.1", lmtp) as server,
    ):
        before, began = running.cpu_seconds, time.monotonic()
        for number in range(count):
            sender = f"m{number}@readers.example"
            server.sendmail(sender, ["quai3+join@bench.example"], _mail(number, sender))
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


def _mail(number: int, sender: str) -> bytes:
    return (
        f"Authentication-Results: {SERVER}; dmarc=pass header.from=readers.example\r\n"
        f"From: M {number} <{sender}>\r\nTo: quai3+join@bench.example\r\n"
        f"Subject: join\r\nMessage-ID: <{number}.{time.monotonic_ns()}@readers.example>\r\n"
        "\r\njoin\r\n"
    ).encode()
