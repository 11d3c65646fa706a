"""What must not cost more for each one, however many there are: fan-out, claims, and sending.

Each size is tried in a process of its own, whose memory and CPU are then its alone; of PostgreSQL
the CPU of the connection's own server process is counted as well.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select, text

from bench import crowd
from bench.installation import cpu_seconds, peak_mebibytes, sink, started, wait_for
from bench.postgresql import postgresql
from gateway.config import Settings
from gateway.core import outbox
from gateway.core.database import Database
from gateway.core.envelope import EMAIL, SMS, Inbound
from gateway.core.migrations import upgrade
from gateway.core.models import Outbox
from gateway.wiring import install

SIZES = (1_000, 10_000, 100_000, 1_000_000)
DRAINED = (10_000, 200_000)
"""A million mails would take minutes more, and show no more."""

CLAIMED, CLAIMS = 500, 20
WARM = 8
"""Posts that a process has taken before its fan-out is measured."""

SECRET = "0123456789abcdef" * 4


def fan_out(engine: str, sizes: tuple[int, ...]) -> dict[str, float]:
    """A text to a group of so many, from its arrival to its commit."""
    figures: dict[str, float] = {}
    least: dict[str, float] = {}
    for size in sizes:
        told = _apart(engine, "fan_out", size)
        least = least or told
        each = 1e6 / size
        figures[f"{size:,}:_seconds"] = told["seconds"]
        figures[f"{size:,}:_us_each"] = told["seconds"] * each
        figures[f"{size:,}:_cpu_us_each"] = told["cpu"] * each
        figures[f"{size:,}:_peak_mib"] = told["peak"]
        if size > sizes[0]:  # without what a text costs that goes to nobody
            for what, name in (("seconds", "us"), ("cpu", "cpu_us")):
                more = told[what] - least[what]
                figures[f"{size:,}:_{name}_for_one_more"] = 1e6 * more / (size - sizes[0])
    return figures


def claims(engine: str, sizes: tuple[int, ...]) -> dict[str, float]:
    """A batch of 500 taken among so many that wait, in a table that was analyzed when empty."""
    return {f"{size:,}_wait:_ms": _apart(engine, "claim", size)["ms"] for size in sizes}


def drain(engine: str, sizes: tuple[int, ...]) -> dict[str, float]:
    """One worker, and so many mails that wait."""
    figures: dict[str, float] = {}
    for size in sizes:
        with new_database(engine) as url, sink("smtp") as taker:
            _owed(url, size)
            environment = {
                **os.environ,
                **settings(url),
                "GATEWAY_SMTP_URL": f"smtp://127.0.0.1:{taker.port}",
            }
            command = [sys.executable, "-m", "gateway", "worker"]
            with started(command, Path.cwd(), environment) as worker:
                wait_for(taker, 1)  # what its own start costs is another thing
                before, (gone, began) = cpu_seconds(worker), taker.count()
                seconds = wait_for(taker, size, 1800) - began
                spent, peak = cpu_seconds(worker) - before, peak_mebibytes(worker)
        figures[f"{size:,}:_mails_a_second"] = (size - gone) / seconds
        figures[f"{size:,}:_cpu_us_each"] = 1e6 * spent / (size - gone)
        figures[f"{size:,}:_peak_mib"] = peak
    return figures


def _owed(url: str, size: int) -> None:
    database, now = Database(url), datetime.now(UTC)
    upgrade(database)
    crowd.fill(database, size, now, once=True)
    crowd.write(database, 1, now, group=1)
    crowd.owe(database, size, now)
    crowd.analyzed(database)
    database.close()


def _apart(engine: str, what: str, size: int) -> dict[str, float]:
    with new_database(engine) as url:
        command = [sys.executable, "-m", "bench.outsized", what, url, str(size)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


@contextmanager
def new_database(engine: str) -> Iterator[str]:
    """The URL of an empty one, gone at the end."""
    if engine == "PostgreSQL":
        with postgresql() as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/bench.db"


def _fan_out(url: str, size: int) -> dict[str, float]:
    now = datetime.now(UTC)
    installation = install(Settings.load(settings(url), None))
    database = installation.gateway.parts.database
    upgrade(database)
    crowd.fill(database, size + 1, now, once=True)
    crowd.analyzed(database)
    intake = installation.gateway.intake
    # What its first posts cost a process is another thing.
    for words in ("JOIN g2", *(f"P g2 palette {number}" for number in range(WARM))):
        warm = intake.receive(_text(words, words))
        assert warm.state == "done", warm.words
    backend = _backends(database)
    before, began = _cpu(backend), time.perf_counter()
    intake.receive(_text("one", f"P {crowd.CROWD} palette cassée au quai 4"))
    seconds, spent = time.perf_counter() - began, _cpu(backend) - before
    with database.read() as session:
        owed = session.scalar(select(func.count()).where(Outbox.kind == "post"))
    assert owed == size, f"{owed} of {size}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": spent, "peak": peak}


def _claim(url: str, size: int) -> dict[str, float]:
    now = datetime.now(UTC)
    database = Database(url)
    upgrade(database)
    crowd.never_analyzed(database)
    crowd.fill(database, size + CLAIMED, now, once=True)
    crowd.write(database, 1, now, group=1)
    crowd.owe(database, size + CLAIMED, now)
    crowd.at_rest(database)
    taken: list[float] = []
    for _ in range(1 + min(CLAIMS, size // CLAIMED)):
        began = time.perf_counter()
        with database.write() as session:
            claimed = outbox.claim(session, EMAIL, CLAIMED, now, "fr")
        taken.append(time.perf_counter() - began)
        assert claimed.rows == CLAIMED
    warm = sorted(taken[1:])  # the first one finds all cold
    return {"ms": 1000 * warm[len(warm) // 2]}


def _text(name: str, words: str) -> Inbound:
    return Inbound(SMS, f"SM{name}", crowd.PHONE, words)


def settings(url: str) -> dict[str, str]:
    return {
        "GATEWAY_DATABASE_URL": url,
        "GATEWAY_SECRET": SECRET,
        "GATEWAY_SMTP_URL": "smtp://127.0.0.1:1",
        "GATEWAY_MAIL_DOMAIN": "bench.example",
        "GATEWAY_TWILIO_ACCOUNT_SID": "AC" + "0" * 31 + "1",
        "GATEWAY_TWILIO_AUTH_TOKEN": "a-token-of-the-bench",
        "GATEWAY_TWILIO_SENDER": "+33700000001",
    }


def _backends(database: Database) -> list[int]:
    """The server's processes that work for us."""
    if database.is_sqlite:
        return []
    with database.read() as session:
        mine = "SELECT pid FROM pg_stat_activity WHERE usename IS NOT NULL"
        return list(session.scalars(text(mine)))


def _cpu(others: list[int]) -> float:
    """CPU seconds of this process and of `others` so far."""
    spent = time.process_time()
    for pid in others:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


if __name__ == "__main__":
    tried: dict[str, Callable[[str, int], dict[str, float]]] = {
        "fan_out": _fan_out,
        "claim": _claim,
    }
    print(json.dumps(tried[sys.argv[1]](sys.argv[2], int(sys.argv[3]))))
