"""`make bench`: the figures of docs/performance.md, measured again and written there.

Rounds of every case are interleaved and medians are kept, because machines are shared and noisy:
only ratios within one run mean anything. `python -m bench --quick` tries all of it in a minute,
`--only Terminal` measures the parts whose names begin so. Parts that are not measured again stay in
the report as they are: those beside Mailman are measured with `--peers` alone.
"""

import argparse
import os
import statistics
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench import fanout, limits
from bench.asides import aside
from bench.cases import LONG, MAILS, QUICK, Sizes, cases, every
from bench.mailman import NotHere

REPORT = Path(__file__).parents[1] / "docs" / "performance.md"

_HEAD = (
    "# Performance\n\n"
    "Written by `make bench`; do not edit. Medians of interleaved rounds, the spread beside them. "
    "Only ratios within one run mean anything: machines are shared and noisy.\n"
)

ROUNDS = 3

Rows = list[dict[str, float]]


def main() -> None:
    asked = _asked()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
    quick: bool = asked.quick
    sizes = QUICK if quick else Sizes(peers=asked.peers)
    sections = _measured(sizes, asked.only, 1 if quick else asked.rounds, quick=quick)
    print("\n".join(sections.values()))
    if not quick:
        report = renewed(REPORT.read_text("utf-8"), sections, every(sizes))
        REPORT.write_text(report, encoding="utf-8")


def renewed(report: str, sections: Mapping[str, str], names: Iterable[str]) -> str:
    """The report with these sections anew, and the others of these names as they are."""
    found = _sections(report) | dict(sections)
    return "\n".join([_HEAD, *(found[name] for name in names if name in found)])


def _measured(sizes: Sizes, only: str, rounds: int, *, quick: bool) -> dict[str, str]:
    """The sections of the parts whose names begin with `only`, after so many rounds or as usual."""
    todo = {name: case for name, case in cases(sizes, quick=quick).items() if name.startswith(only)}
    load = os.getloadavg()[0]
    stolen, total = limits.stolen_jiffies()
    results: dict[str, Rows] = {}
    for number in range(rounds or ROUNDS):
        for name, case in todo.items():
            if number and not rounds and name.startswith(LONG):
                continue
            print(f"round {number + 1}: {name}", flush=True)
            try:
                results.setdefault(name, []).append(case())
            except NotHere as why:
                print(f"not measured: {why}", flush=True)
    stolen_after, total_after = limits.stolen_jiffies()
    steal = 100 * (stolen_after - stolen) / max(total_after - total, 1)
    here = f"{datetime.now(UTC):%Y-%m-%d}, {limits.machine()}"
    noise = (
        f"{steal:.0f} % of the time stolen by neighbours, {load:.1f} processes in line when it "
        "began."
    )
    return {
        name: _section(name, rows, f"{here}, rounds: {len(rows)}, {noise}")
        for name, rows in results.items()
        if rows
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="try most of it, and write nothing")
    parser.add_argument(
        "--rounds", type=int, default=0, help=f"instead of {ROUNDS}, and of one of what is long"
    )
    parser.add_argument(
        "--peers",
        type=int,
        default=0,
        nargs="?",
        const=Sizes.readers,
        metavar="N",
        help="Mailman 3 too, with N members (%(const)s)",
    )
    parser.add_argument("--only", default="", metavar="BEGINNING", help="of the parts' names")
    return parser.parse_args()


def _sections(report: str) -> dict[str, str]:
    """The parts of a report by their names."""
    parts = report.split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


def _section(name: str, rows: Rows, measured: str) -> str:
    lines = [f"## {name}", "", measured, "", *aside(name)]
    if name.startswith(MAILS) and fanout.skipped:
        lines += ["Not measured: " + "; ".join(f"{p}: {w}" for p, w in fanout.skipped.items()), ""]
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
