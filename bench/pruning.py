"""Letting go of what is old: how fast, how long whoever writes meanwhile waits, what a row takes.

By `gateway prune`, which makes no pause between its batches; the timer makes one.
"""

import os
import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, literal, select, text

from bench import crowd
from bench.meanwhile import meanwhile
from bench.outsized import new_database, settings
from gateway.config import Settings
from gateway.core.database import Database
from gateway.core.envelope import EMAIL, SMS, Inbound
from gateway.core.migrations import upgrade
from gateway.core.models import Inbox, Outbox, UtcTime
from gateway.wiring import Installation, install

OLD = timedelta(days=1000)
RATE, ALONE_SECONDS = 20.0, 10.0
"""What is written meanwhile: mails a second, each a post, by as many members."""

MEMBERS = 2000
_SID = f"SM{'0' * 26}"
"""The beginning of a carrier's own name for a message."""


def measure(engine: str, rows: int) -> dict[str, float]:
    """So many texts and so many answers, all old, go while posts come in."""
    with new_database(engine) as url:
        installation = install(Settings.load(settings(url), None))
        database, now = installation.gateway.parts.database, datetime.now(UTC)
        upgrade(database)
        crowd.fill(database, MEMBERS, now, once=False)
        figures = _aged(installation, rows, now - OLD)
        crowd.analyzed(database)
        crowd.at_rest(database)
        alone, beside = list[float](), list[float]()
        with meanwhile(lambda over: _write(installation, "alone", alone, over)):
            time.sleep(ALONE_SECONDS)  # how it is while nothing is let go of
        with meanwhile(lambda over: _write(installation, "beside", beside, over)):
            began = time.perf_counter()
            command = [sys.executable, "-m", "gateway", "prune"]
            environment = {**os.environ, **settings(url)}
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
            seconds = time.perf_counter() - began
        left = _old(database, now)
        installation.close()
    assert not left, f"{left} of {2 * rows} are left"
    return {
        **figures,
        "rows_that_went": 2.0 * rows,
        "rows_a_second": 2 * rows / seconds,
        **_told("alone", alone),
        **_told("beside", beside),
    }


def _aged(installation: Installation, rows: int, at: datetime) -> dict[str, float]:
    """Write what one text and its answer are so many times, and look what each takes."""
    intake, database = installation.gateway.intake, installation.gateway.parts.database
    intake.receive(Inbound(SMS, f"SM{'0' * 32}", crowd.PHONE, f"P {crowd.CROWD} palette au quai 4"))
    figures = dict[str, float]()
    then = literal(at, UtcTime)
    for name, table, own in (("in", Inbox, _text_in), ("out", Outbox, _text_out)):
        before = _size(database)
        with database.write() as session:
            newest = session.scalar(select(func.max(table.id))) or 0
            crowd.copy(session, table, newest, rows, partial(own, then))
        figures[f"bytes_for_each_{name}"] = (_size(database) - before) / rows
    return figures


def _text_in(at: Any, number: Any) -> dict[str, Any]:
    return {"external_id": literal(_SID) + number, "received_at": at}


def _text_out(at: Any, number: Any) -> dict[str, Any]:
    """One that has left, and of which the carrier has said so."""
    times = dict.fromkeys(("created_at", "not_before", "wired_at", "settled_at"), at)
    words = {"state": literal("sent"), "status": literal("delivered"), "attempts": literal(1)}
    known_by = {"key": literal("answer:0") + number, "external_id": literal(_SID) + number}
    return times | words | known_by


def _size(database: Database) -> int:
    """Bytes of the database, with its indexes."""
    crowd.at_rest(database)
    with database.read() as session:
        if database.is_sqlite:
            pages, each = (session.scalar(text(f"PRAGMA {p}")) for p in ("page_count", "page_size"))
            return int(pages or 0) * int(each or 0)
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def _old(database: Database, now: datetime) -> int:
    with database.read() as session:
        times = (Inbox.received_at, Outbox.created_at)
        counted = (
            session.scalar(select(func.count()).where(time < now - OLD / 2)) for time in times
        )
        return sum(one or 0 for one in counted)


def _write(
    installation: Installation, name: str, waits: list[float], over: threading.Event
) -> None:
    """Post at a rate; what each waits from when it came in."""
    began = time.perf_counter()
    while not over.is_set():
        at, number = began + len(waits) / RATE, len(waits) % (MEMBERS - 1) + 2
        time.sleep(max(0.0, at - time.perf_counter()))  # each at its time
        mail = Inbound(
            EMAIL,
            f"<{name}{len(waits)}@x.example>",
            f"m{number}@readers.example",
            f"P {crowd.CROWD} chariot {len(waits)}",
        )
        installation.gateway.intake.receive(mail)
        waits.append(time.perf_counter() - at)


def _told(name: str, waits: list[float]) -> dict[str, float]:
    return {
        f"{name}:_posts": float(len(waits)),
        f"{name}:_median_ms": 1000 * statistics.median(waits),
        f"{name}:_p99_ms": 1000 * statistics.quantiles(waits, n=100)[98],
        f"{name}:_slowest_ms": 1000 * max(waits),
    }
