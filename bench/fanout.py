"""One post to many who want it at once, by mail and text: from when it is brought to the last one.

Beside each figure of ours, in the same round: the barest loop over the same wire, and the peers.
"""

import http.client
import sqlite3
import time
from datetime import UTC, datetime

from bench import mailman, mlmmj, wire
from bench.inbound import PHONES, signed
from bench.installation import Installation, installation, sink, wait_for

AUTHOR = PHONES[:1]
LINES, LATENCY_MS = 32, 50.0
"""Texts in flight at once, and what each takes, where the carrier is far away."""

skipped: dict[str, str] = {}
"""Peers that were not measured, and why."""

FIRST = "deliveries_a_second_of_the_first_post"


def mails(members: int) -> dict[str, float]:
    """The second post, and the first, which finds all cold; beside the wire, and beside mlmmj."""
    found = _mailed(members, "smtp")
    with sink("smtp") as outside:
        found |= _rate("bare_pipelined_loop", wire.pipelined(outside.port, members))
    found["ratio_to_bare_pipelined_loop"] = (
        found["deliveries_a_second"] / found["bare_pipelined_loop_a_second"]
    )
    try:
        found |= _beside("mlmmj", found, mlmmj.post(members))
    except mailman.NotHere as why:
        skipped["mlmmj"] = str(why)
    return found


def mails_beside_mailman(members: int) -> dict[str, float]:
    """Two posts to as many members of each. Raises `mailman.NotHere`."""
    found = _mailed(members, "smtp")
    verp, bulk = (mailman.post(members, personal=personal) for personal in (True, False))
    return {
        "members": float(members),
        **found,
        **_beside("mailman_verp", found, verp),
        **_beside("mailman_bulk", found, bulk),
    }


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
            FIRST: members / cold,
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


def _beside(name: str, ours: dict[str, float], theirs: dict[str, float]) -> dict[str, float]:
    """A peer's figures, and how many times as fast we are: warm, and cold."""
    speed = "deliveries_a_second"
    return {
        **{f"{name}_{figure}": value for figure, value in theirs.items()},
        f"times_{name}": ours[speed] / theirs[speed],
        f"times_{name}_at_the_first_post": ours[FIRST] / theirs[FIRST],
    }


def _rate(name: str, rate: wire.Rate) -> dict[str, float]:
    return {f"{name}_a_second": rate.a_second, f"{name}_cpu_us": rate.cpu_us}
