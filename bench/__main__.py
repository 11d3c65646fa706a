"""`make bench`: the figures of docs/performance.md, measured again and written there.

Rounds of every case are interleaved and medians are kept, because machines are shared and noisy:
only ratios within one run mean anything. `python -m bench --quick` tries all of it in a minute.
"""

import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import fanout, inbound, limits

REPORT = Path(__file__).parents[1] / "docs" / "performance.md"

Case = Callable[[], dict[str, float]]


def main() -> None:
    quick = "--quick" in sys.argv
    rounds, texts, readers = (1, 200, 500) if quick else (3, 2000, 5000)
    cases: dict[str, Case] = {
        f"SMS in: {texts} texts, signed, committed, answered": lambda: inbound.measure(texts),
        f"One post to {readers} readers by mail": lambda: fanout.measure(readers),
        "Limit: SQLite commits (WAL, FULL)": lambda: {"a_second": limits.commits_a_second()},
        "Limit: bare smtplib, one connection": lambda: {"a_second": limits.smtplib_a_second()},
    }
    stolen, total = limits.stolen_jiffies()
    results: dict[str, list[dict[str, float]]] = {name: [] for name in cases}
    for number in range(rounds):
        for name, case in cases.items():
            print(f"round {number + 1} of {rounds}: {name}", flush=True)
            results[name].append(case())
    stolen_after, total_after = limits.stolen_jiffies()
    steal = 100 * (stolen_after - stolen) / max(total_after - total, 1)
    report = _report(results, rounds, steal)
    print(report)
    if not quick:
        REPORT.write_text(report, encoding="utf-8")


def _report(results: dict[str, list[dict[str, float]]], rounds: int, steal: float) -> str:
    lines = [
        "# Performance",
        "",
        "Written by `make bench`; do not edit. Medians of "
        f"{rounds} interleaved rounds, the spread in brackets. Only ratios within one run mean "
        "anything: machines are shared and noisy.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {limits.machine()}, {steal:.0f} % of the time stolen by "
        "neighbours.",
    ]
    for name, rows in results.items():
        lines += ["", f"## {name}", "", "| figure | median | spread |", "| --- | --- | --- |"]
        for figure in rows[0]:
            values = [row[figure] for row in rows]
            lines.append(
                f"| {figure.replace('_', ' ')} | {statistics.median(values):,.1f} "
                f"| {min(values):,.1f} - {max(values):,.1f} |"
            )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
