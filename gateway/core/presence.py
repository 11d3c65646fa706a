"""Who runs, and what all processes have counted: read by whoever serves the web."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gateway.core.models import ProcessRow, TallyRow
from gateway.core.prepared import dialect_of
from gateway.core.tally import Key

BEAT_SECONDS = 10.0
ALIVE = timedelta(seconds=45)
"""Who was not seen for so long does not run any more, or has lost the database."""

MISSED = timedelta(seconds=2.5 * BEAT_SECONDS)
"""Who was not seen for so long is looked for."""

FORGOTTEN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Part:
    """Processes of one kind: how many are `alive`, and when any was last seen."""

    part: str
    alive: int
    seen_at: datetime


def beat(session: Session, name: str, part: str, now: datetime) -> None:
    """This process is alive."""
    insert = sqlite.insert if dialect_of(session) == "sqlite" else postgresql.insert
    row = insert(ProcessRow.__table__).values(  # type: ignore[arg-type]  # a class has its table
        name=name, part=part, started_at=now, seen_at=now
    )
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"seen_at": now}))


def gone(session: Session, name: str) -> None:
    """This process ended as it should, and is missed by nobody."""
    session.execute(delete(ProcessRow).where(ProcessRow.name == name))


def forget_old(session: Session, now: datetime) -> None:
    """Forget those that were killed long ago."""
    session.execute(delete(ProcessRow).where(ProcessRow.seen_at < now - FORGOTTEN))


def missing(session: Session, now: datetime) -> dict[str, datetime]:
    """The processes that did not end as they should, and when each was seen last."""
    unseen = ProcessRow.seen_at < now - MISSED
    rows = session.execute(select(ProcessRow.name, ProcessRow.seen_at).where(unseen))
    return {row.name: row.seen_at for row in rows}


def parts(session: Session, now: datetime) -> list[Part]:
    """What runs, by the name of its command."""
    alive = func.count().filter(ProcessRow.seen_at >= now - ALIVE)
    rows = session.execute(
        select(ProcessRow.part, alive, func.max(ProcessRow.seen_at))
        .group_by(ProcessRow.part)
        .order_by(ProcessRow.part)
    )
    return [Part(*row) for row in rows]


def add(session: Session, counted: Mapping[Key, float]) -> None:
    """Add what one process has counted; in one order, so that no two wait for each other."""
    if not counted:
        return
    insert = sqlite.insert if dialect_of(session) == "sqlite" else postgresql.insert
    row = insert(TallyRow.__table__)  # type: ignore[arg-type]  # a class has its table
    more = row.on_conflict_do_update(
        index_elements=["name", "labels"], set_={"value": TallyRow.value + row.excluded.value}
    )
    session.connection().execute(
        more,
        [
            {"name": name, "labels": labels, "value": counted[name, labels]}
            for name, labels in sorted(counted)
        ],
    )


def tallies(session: Session, name: str) -> Iterator[tuple[dict[str, str], float]]:
    """What all have counted under a name, by labels."""
    rows = session.execute(
        select(TallyRow.labels, TallyRow.value)
        .where(TallyRow.name == name)
        .order_by(TallyRow.labels)
    )
    return ((json.loads(labels), value) for labels, value in rows)
