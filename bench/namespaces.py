"""One worker, and two on two network namespaces: a PostgreSQL and a mail server between them.

`python -m bench.namespaces` as root. Each namespace is a machine of its own but for the cores: what
the two share is counted as well (idle time, switches of all processes, waits for locks).
"""

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import crowd, outsized
from bench.installation import Sink, free_port, wait_for
from gateway.core.database import Database
from gateway.core.migrations import upgrade
from tests.support import servers
from tests.support.processes import account, private_folder, serving

MAILS, ROUNDS = 500, 1
NET = "10.77"


def main() -> None:
    print("| workers | mails a second | idle % | switches a mail |\n| --- | --- | --- | --- |")
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        for workers in (1, 2):
            rate, idle, switches = _measure(workers)
            rates[workers].append(rate)
            print(f"| {workers} | {rate:,.0f} | {idle:.0f} | {switches:.1f} |", flush=True)
    one, two = (statistics.median(rates[count]) for count in (1, 2))
    print(f"\nTwo give {two / one:.2f} times one (medians of {ROUNDS} interleaved rounds).")


def _measure(workers: int) -> tuple[float, float, float]:
    with contextlib.ExitStack() as stack:
        hosts = [stack.enter_context(_namespace(number)) for number in range(workers)]
        folder = stack.enter_context(private_folder())
        port = free_port()
        command = [*servers.postgres_cluster(folder)(port), "-c", "listen_addresses=*"]
        with (folder / "cluster" / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {NET}.0.0/16 trust\n")
        stack.enter_context(
            serving(command, folder, lambda: servers.answers(port), owner=account())
        )
        database = Database(f"postgresql+psycopg://gateway@127.0.0.1:{port}/postgres")
        upgrade(database)
        now = datetime.now(UTC)
        crowd.fill(database, MAILS, now, once=True)
        crowd.write(database, 1, now, group=1)
        crowd.owe(database, MAILS, now)
        crowd.analyzed(database)
        database.close()
        sink = stack.enter_context(_sink())
        before = _counters()
        for name, ours in hosts:
            stack.enter_context(_worker(name, ours, port, sink.port))
        wait_for(sink, 1)
        first = time.monotonic()
        last = wait_for(sink, MAILS)
        after = _counters()
        total = sum(after["cpu"]) - sum(before["cpu"])
        idle = 100 * (after["cpu"][3] - before["cpu"][3]) / max(total, 1)
        return MAILS / (last - first), idle, (after["ctxt"][0] - before["ctxt"][0]) / MAILS


@contextlib.contextmanager
def _namespace(number: int) -> Iterator[tuple[str, str]]:
    """A namespace, and our address as it is seen from there."""
    name, ours, theirs = f"gwbench{number}", f"{NET}.{number}.1", f"{NET}.{number}.2"
    outer, inner = f"gwb{number}a", f"gwb{number}b"
    _ip("netns", "add", name)
    try:
        _ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name)
        _ip("addr", "add", f"{ours}/24", "dev", outer)
        _ip("link", "set", outer, "up")
        _ip("-n", name, "addr", "add", f"{theirs}/24", "dev", inner)
        _ip("-n", name, "link", "set", inner, "up")
        _ip("-n", name, "link", "set", "lo", "up")
        yield name, ours
    finally:
        _ip("netns", "delete", name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@contextlib.contextmanager
def _sink() -> Iterator[Sink]:
    port = free_port()
    command = [sys.executable, "-m", "bench.sinks", "smtp", str(port), "0.0.0.0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield Sink("smtp", port, process)
    finally:
        process.terminate()
        process.communicate()


@contextlib.contextmanager
def _worker(name: str, ours: str, database: int, mail: int) -> Iterator[None]:
    environment = {
        **os.environ,
        **outsized.settings(f"postgresql+psycopg://gateway@{ours}:{database}/postgres"),
        "GATEWAY_SMTP_URL": f"smtp://{ours}:{mail}",
    }
    command = ["ip", "netns", "exec", name, sys.executable, "-m", "gateway", "worker"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)


def _counters() -> dict[str, list[int]]:
    lines = Path("/proc/stat").read_text().splitlines()
    return {
        line.split()[0]: [int(word) for word in line.split()[1:]]
        for line in lines
        if line.startswith(("cpu ", "ctxt"))
    }


if __name__ == "__main__":
    main()
