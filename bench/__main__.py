"""`make bench`: the figures of docs/performance.md, measured again and written there.

Rounds of every case are interleaved and medians are kept, because machines are shared and noisy:
only ratios within one run mean anything. `python -m bench --quick` tries all of it in a minute,
`--only Terminal` measures the parts whose names begin so, and leaves the others as they are.
"""

import argparse
import os
import statistics
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    digests,
    fanout,
    inbound,
    joins,
    kiosk,
    limits,
    namespaces,
    outsized,
    recovery,
    servers,
)

REPORT = Path(__file__).parents[1] / "docs" / "performance.md"

MAILS, TEXTS, COMMANDS = "E-mail to", "SMS to", "Commands by mail: joins with their answers"
KIOSK_START = "Terminal: from nothing to the first paint, in a real 80x24 terminal"
KIOSK_POSTS = "Terminal: 10,000 posts in the list, and keys from press to last byte"
KIOSK_IDLE = "Terminal: nobody there"
SERVERS = "WSGI servers: the bare handler and our door behind each"
NAMESPACES = "Two workers on two network namespaces beside one"
ASIDE = {
    SERVERS: "One process with 16 threads each; 16 connections post as fast as they can. `posted "
    "again`: where the server broke a kept connection.",
    NAMESPACES: "Wanted: 1.7 times. Workers, PostgreSQL and the sink share the two cores here: "
    "where one worker leaves less than half of their time, a second one can but take it from the "
    "others. A mail server that takes 5 ms for each mail leaves them idle.",
    KIOSK_START: "Wanted: under 600 ms. A prototype on an idle machine: 375 - 500, at most 801; "
    "`import textual.app` alone 265 - 340; here it stands beside, for machines differ.",
    KIOSK_POSTS: "Wanted: ready under 1,000 ms and 60 MiB, p95 under 35 ms. The prototypes: drawn "
    "line by line 612 ms, 50 MiB, p95 33; OptionList 1,312 ms, 65 MiB; ListView 67 s, 599 MiB.",
    KIOSK_IDLE: "Wanted: under 0.5 %. The prototype: 0.25 %.",
}
"""What to hold a figure against: prototypes of the same lists, measured on two cores before."""

_HEAD = (
    "# Performance\n\n"
    "Written by `make bench`; do not edit. Medians of interleaved rounds, the spread beside them. "
    "Only ratios within one run mean anything: machines are shared and noisy.\n"
)

Case = Callable[[], dict[str, float]]


def main() -> None:
    asked = _asked()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
    quick, only = asked.quick, asked.only
    peers = asked.peers
    rounds, texts, readers, company = (1, 200, 500, 2000) if quick else (3, 2000, 5000, 100_000)
    rounds = asked.rounds or rounds
    sizes = outsized.SIZES[:2] if quick else outsized.SIZES
    cases: dict[str, Case] = {
        f"SMS in: {texts} texts, signed, committed, answered": lambda: inbound.measure(texts),
        f"{MAILS} {readers:,} members": lambda: fanout.mails(readers, peers),
        f"{MAILS} {readers:,} members, a server without PIPELINING": lambda: fanout.plain_mails(
            readers
        ),
        COMMANDS: lambda: joins.measure(readers // 2, peers // 10),
        f"{TEXTS} {readers:,} members": lambda: fanout.texts(readers),
        f"Digests of {company:,} members, SQLite": lambda: digests.on_sqlite(company),
        f"Digests of {company:,} members, PostgreSQL": lambda: digests.on_postgresql(company),
        "Fan-out to any number, SQLite": lambda: outsized.fan_out("SQLite", sizes),
        "Fan-out to any number, PostgreSQL": lambda: outsized.fan_out("PostgreSQL", sizes),
        "Claims of 500 among any number, SQLite": lambda: outsized.claims("SQLite", sizes),
        "Claims of 500 among any number, PostgreSQL": lambda: outsized.claims("PostgreSQL", sizes),
        "Limit: SQLite commits (WAL, FULL)": lambda: {"a_second": limits.commits_a_second()},
    }
    if not quick:
        cases |= {
            SERVERS: lambda: servers.measure(texts),
            "Recovery after a kill, one process": lambda: recovery.measure("embedded"),
            "Recovery after a kill, processes of each kind": lambda: recovery.measure("spread"),
        }
    if os.geteuid() == 0:
        cases[NAMESPACES] = lambda: namespaces.measure(4 * readers)
    starts, seconds = (1, 5.0) if quick else (5, 20.0)
    cases |= {
        KIOSK_START: lambda: kiosk.cold_start(starts),
        KIOSK_POSTS: kiosk.posts,
        KIOSK_IDLE: lambda: kiosk.idle(seconds),
    }
    cases = {name: case for name, case in cases.items() if name.startswith(only)}
    load = os.getloadavg()[0]
    stolen, total = limits.stolen_jiffies()
    results: dict[str, list[dict[str, float]]] = {name: [] for name in cases}
    for number in range(rounds):
        for name, case in cases.items():
            print(f"round {number + 1} of {rounds}: {name}", flush=True)
            results[name].append(case())
    stolen_after, total_after = limits.stolen_jiffies()
    steal = 100 * (stolen_after - stolen) / max(total_after - total, 1)
    measured = (
        f"{datetime.now(UTC):%Y-%m-%d}, {limits.machine()}, rounds: {rounds}, {steal:.0f} % of the "
        f"time stolen by neighbours, {load:.1f} processes in line when it began."
    )
    sections = {name: _section(name, rows, measured) for name, rows in results.items()}
    print("\n".join(sections.values()))
    if not quick:
        kept = _sections(REPORT.read_text("utf-8")) if only else {}
        REPORT.write_text("\n".join([_HEAD, *(kept | sections).values()]), encoding="utf-8")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="try all of it, and write nothing")
    parser.add_argument("--rounds", type=int, default=0, help="instead of three")
    parser.add_argument(
        "--peers", type=int, default=0, metavar="N", help="Mailman 3 too, with N members"
    )
    parser.add_argument("--only", default="", metavar="BEGINNING", help="of the parts' names")
    return parser.parse_args()


def _sections(report: str) -> dict[str, str]:
    """The parts of a report by their names, to be kept where they are not measured again."""
    parts = report.split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


def _section(name: str, rows: list[dict[str, float]], measured: str) -> str:
    aside = [ASIDE[name], ""] if name in ASIDE else []
    if name.startswith((MAILS, COMMANDS)) and fanout.skipped:
        aside += ["Not measured: " + "; ".join(f"{p}: {w}" for p, w in fanout.skipped.items()), ""]
    lines = [f"## {name}", "", measured, "", *aside]
    lines += ["| figure | median | spread |", "| --- | --- | --- |"]
    for figure in rows[0]:
        values = [row[figure] for row in rows]
        lines.append(
            f"| {figure.replace('_', ' ')} | {_shown(statistics.median(values))} "
            f"| {_shown(min(values))} - {_shown(max(values))} |"
        )
    return "\n".join(lines) + "\n"


def _shown(value: float) -> str:
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"


if __name__ == "__main__":
    main()
