"""One worker, and two on two network namespaces: a PostgreSQL and a mail server between them.

For root only. Each namespace is a machine of its own but for the cores: what those had left, and
how often their processes took turns, is counted as well.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import crowd, outsized
from bench.installation import sink, wait_for
from bench.postgresql import postgresql
from gateway.core.database import Database
from gateway.core.migrations import upgrade

NET = "10.77"
FAR_MS = 5.0


def measure(mails: int) -> dict[str, float]:
    """Mails a second of one worker and of two, and what the cores had left meanwhile.

    To a mail server that takes none of its time, and to one that takes some for each mail, as those
    do that write it down.
    """
    near, far = _compared(mails, 0), _compared(mails // 5, FAR_MS)
    return near | {f"at_{FAR_MS:.0f}_ms_{name}": value for name, value in far.items()}


def _compared(mails: int, latency_ms: float) -> dict[str, float]:
    figures: dict[str, float] = {}
    rates: list[float] = []
    for workers, name in ((1, "one"), (2, "two")):
        rate, idle, switches = _measure(workers, mails, latency_ms)
        rates.append(rate)
        figures[f"{name}:_mails_a_second"] = rate
        figures[f"{name}:_percent_of_the_cores_idle"] = idle
        figures[f"{name}:_switches_a_mail"] = switches
    return {**figures, "two_by_one": rates[1] / rates[0]}


def _measure(workers: int, mails: int, latency_ms: float) -> tuple[float, float, float]:
    with contextlib.ExitStack() as stack:
        hosts = [stack.enter_context(_namespace(number)) for number in range(workers)]
        url = stack.enter_context(postgresql("listen_addresses=*", trusted=f"{NET}.0.0/16"))
        database = Database(url)
        upgrade(database)
        now = datetime.now(UTC)
        crowd.fill(database, mails, now, once=True)
        crowd.write(database, 1, now, group=1)
        crowd.owe(database, mails, now)
        crowd.analyzed(database)
        database.close()
        taker = stack.enter_context(sink("smtp", latency_ms, "0.0.0.0"))
        for name, ours in hosts:
            there = url.replace("127.0.0.1", ours)
            stack.enter_context(_worker(name, ours, there, taker.port))
        wait_for(taker, 1)
        before, first = _counters(), time.monotonic()
        last = wait_for(taker, mails)
        after = _counters()
        total = sum(after["cpu"]) - sum(before["cpu"])
        idle = 100 * (after["cpu"][3] - before["cpu"][3]) / max(total, 1)
        return mails / (last - first), idle, (after["ctxt"][0] - before["ctxt"][0]) / mails


@contextlib.contextmanager
def _namespace(number: int) -> Iterator[tuple[str, str]]:
    """A namespace, and our address as it is seen from there."""
    name, ours, theirs = f"gwbench{number}", f"{NET}.{number}.1", f"{NET}.{number}.2"
    outer, inner = f"gwb{number}a", f"gwb{number}b"
    for left in (("link", "delete", outer), ("netns", "delete", name)):  # by a run that was killed
        subprocess.run(["ip", *left], stderr=subprocess.DEVNULL)
    _ip("netns", "add", name)
    try:
        _ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name)
        _ip("addr", "add", f"{ours}/24", "dev", outer)
        _ip("link", "set", outer, "up")
        _ip("-n", name, "addr", "add", f"{theirs}/24", "dev", inner)
        _ip("-n", name, "link", "set", inner, "up")
        _ip("-n", name, "link", "set", "lo", "up")
        yield name, ours
        _ip("link", "delete", outer)  # the namespace takes its time to take it along
    finally:
        _ip("netns", "delete", name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@contextlib.contextmanager
def _worker(name: str, ours: str, database: str, mail: int) -> Iterator[None]:
    environment = {
        **os.environ,
        **outsized.settings(database),
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
