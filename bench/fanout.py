"""One post to many who want it at once, by mail and text: from when it is brought to the last one.

Beside each figure of ours, in the same round: the barest loop over the same wire, and the peers.
"""

import http.client
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bench import mailman, mlmmj, wire
from bench.inbound import PHONES, signed
from bench.installation import Installation, installation, sink, wait_for

AUTHOR = PHONES[:1]
LINES, LATENCY_MS = 32, 50.0
"""Texts in flight at once, and what each takes, where the carrier is far away."""

skipped: dict[str, str] = {}
"""Peers that were not measured, and why."""


def mails(members: int, peers: int = 0) -> dict[str, float]:
    """The second post, for the first finds all cold. Mailman gets so many members, or none."""
    found = _named("", _mailed(members, "smtp"))
    with sink("smtp") as outside:
        found |= _rate("bare_pipelined_loop", wire.pipelined(outside.port, members))
    found["ratio_to_bare_pipelined_loop"] = (
        found["deliveries_a_second"] / found["bare_pipelined_loop_a_second"]
    )
    found |= _beside("mlmmj", found["deliveries_a_second"], lambda: mlmmj.post(min(members, 1_000)))
    if peers:
        ours = found["deliveries_a_second"]
        found |= _beside("mailman_verp", ours, lambda: mailman.post(peers, personal=True))
        found |= _beside("mailman_bulk", ours, lambda: mailman.post(5 * peers, personal=False))
    else:
        skipped["Mailman"] = "it is set up and measured with --peers only"
    return found


def plain_mails(members: int) -> dict[str, float]:
    """To a server that does not offer PIPELINING."""
    found = _mailed(members, "plain")
    with sink("plain") as outside:
        found |= _rate("bare_smtplib", wire.by_smtplib(outside.port, members))
    found["ratio_to_bare_smtplib"] = found["deliveries_a_second"] / found["bare_smtplib_a_second"]
    return found


def texts(members: int) -> dict[str, float]:
    """To a carrier that answers at once, and to one that is far away."""
    near = _texted(members, 0, 4)
    with sink("twilio") as outside:
        found = near | _rate("bare_urllib3", wire.by_urllib3(outside.port, members))
    found["ratio_to_bare_urllib3"] = found["texts_a_second"] / found["bare_urllib3_a_second"]
    far = _texted(members, LATENCY_MS, LINES)
    found["far_texts_a_second"] = far["texts_a_second"]
    found["ratio_to_what_is_in_flight"] = far["texts_a_second"] / (LINES * 1000 / LATENCY_MS)
    return found


def _mailed(members: int, kind: str) -> dict[str, float]:
    people = [f"M {number},,m{number}@readers.example,quai3" for number in range(members)]
    with installation([*_HEAD, *people], ["quai3"], sinks=("twilio", kind)) as running:
        cold = -_post(running, 0) + wait_for(running.mail, members)
        before = running.cpu_seconds
        seconds = -_post(running, 1) + wait_for(running.mail, 2 * members)
        return {
            "deliveries_a_second": members / seconds,
            "seconds": seconds,
            "cpu_us_each": 1e6 * (running.cpu_seconds - before) / members,
            "peak_mib": running.peak_mebibytes,
            "a_second_of_the_first_post": members / cold,
        }


def _texted(members: int, latency_ms: float, lines: int) -> dict[str, float]:
    people = [f"M {number},+3361{number:07},,quai3" for number in range(members)]
    noon = datetime.now(UTC).hour - 12  # texts rest at night; there it is midday
    settings = {"GATEWAY_SMS_LINES": str(lines), "GATEWAY_TIMEZONE": f"Etc/GMT{noon:+d}"}
    with installation([*_HEAD, *people], ["quai3"], latency_ms=latency_ms, **settings) as running:
        with sqlite3.connect(running.folder / "bench.db", timeout=30) as database:
            database.execute("UPDATE subscription SET delivery = 'once'")
        database.close()
        _post(running, 0)
        wait_for(running.sms, members + 1)  # and what its author is told
        before = running.cpu_seconds
        seconds = -_post(running, 1) + wait_for(running.sms, 2 * members + 2)
        return {
            "texts_a_second": members / seconds,
            "cpu_us_each": 1e6 * (running.cpu_seconds - before) / members,
        }


_HEAD = ["name,phone,email,groups", *(f"P {phone[-4:]},{phone},,quai3" for phone in AUTHOR)]


def _post(running: Installation, number: int) -> float:
    """A text to the group; when it was brought.

    Not when it was answered: by then the first ones may have left.
    """
    body, headers = signed(running.port, number, AUTHOR)
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    brought = time.monotonic()
    connection.request("POST", "/sms/inbound", body, headers)
    assert connection.getresponse().status == http.client.OK
    connection.close()
    return brought


def _beside(name: str, ours: float, measure: Callable[[], dict[str, float]]) -> dict[str, float]:
    """A peer's figures and how many times as fast we are; nothing, and why, where it is not had."""
    try:
        found = measure()
    except mailman.NotHere as why:
        skipped[name] = str(why)
        return {}
    return _named(f"{name}_", found) | {f"times_{name}": ours / found["deliveries_a_second"]}


def _named(beginning: str, found: dict[str, float]) -> dict[str, float]:
    return {f"{beginning}{name}": value for name, value in found.items()}


def _rate(name: str, rate: wire.Rate) -> dict[str, float]:
    return {f"{name}_a_second": rate.a_second, f"{name}_cpu_us": rate.cpu_us}
