"""What is done with goes when it is old: in small batches, so that nobody waits for it.

A table is read from its oldest row on, by number, a batch at a time; what may go of a batch goes in
one transaction. Where it was cut off it begins anew, and finds the rest. The last row of inbox and
outbox never goes: SQLite would give its number to the next, and numbers are in posts and mails.

| what | goes | stays, however old |
| --- | --- | --- |
| how a message came in | when it has ended | of one that is parked, held or waits |
| a message that came in | when it has ended | parked, held, waiting; what brought pictures |
| a message that was owed | sent, refused for good, dropped | due, claimed, held, unknown |
| what a carrier said of a message | always | |

Posts, and who agreed to what, are not of these tables and stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, exists, func, select, update
from sqlalchemy.orm import Session

from gateway.core.house import House
from gateway.core.models import DeliveryEvent, Inbox, Media, Outbox

BATCH = 500
"""Rows looked at in one transaction: some milliseconds."""

REPORTS_KEPT = 90
"""Days. What became of each message stays in its own row."""

_ENDED = Inbox.state.in_(("done", "refused", "automatic", "duplicate"))
_GONE = Outbox.state.in_(("sent", "failed", "dropped"))


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of `table` that are older than so many `days` at `time`, and `may_go`.

    They are deleted, or, where a value is `emptied`, take that one.
    """

    name: str
    table: Any
    time: Any
    may_go: ColumnElement[bool]
    days: int
    emptied: Mapping[str, object] | None = None
    numbered: bool = True
    """Whether its numbers are known elsewhere, and the last one is not to be given again."""


def rules(house: House) -> list[Rule]:
    """In the order in which they are to run."""
    has_pictures = exists().where(Media.inbox_id == Inbox.id).correlate(Inbox)
    return [
        Rule(
            "original",
            Inbox,
            Inbox.received_at,
            _ENDED & (func.length(Inbox.raw) > 0),
            house.keep_originals,
            {"raw": b"", "cut": ""},
        ),
        Rule("inbox", Inbox, Inbox.received_at, _ENDED & ~has_pictures, house.keep_messages),
        Rule("outbox", Outbox, Outbox.created_at, _GONE, house.keep_messages),
        Rule(
            "report",
            DeliveryEvent,
            DeliveryEvent.received_at,
            DeliveryEvent.id > 0,
            REPORTS_KEPT,
            numbered=False,
        ),
    ]


def look(session: Session, rule: Rule, after: int, now: datetime) -> tuple[list[int], int, bool]:
    """Of the next rows behind `after`: those that may go, the last one, and whether it is the end.

    Numbers are in the order of time but for clocks that were set: it is the end where the last row
    of a batch is young.
    """
    before = now - timedelta(days=rule.days)
    rows = session.execute(
        select(rule.table.id, rule.time, rule.may_go.label("may_go"))
        .where(rule.table.id > after)
        .order_by(rule.table.id)
        .limit(BATCH)
    ).all()
    newest = session.scalar(select(func.max(rule.table.id))) if rule.numbered else None
    ids = [row[0] for row in rows if row[1] < before and row.may_go and row[0] != newest]
    ended = len(rows) < BATCH or rows[-1][1] >= before
    return ids, rows[-1][0] if rows else after, ended


def apply(session: Session, rule: Rule, ids: Sequence[int]) -> int:
    """Let these go, where they still may: somebody may have owed one again. How many went."""
    if not ids:
        return 0
    which = rule.table.id.in_(ids), rule.may_go
    statement: Any = delete(rule.table).where(*which)
    if rule.emptied is not None:
        statement = update(rule.table).where(*which).values(**rule.emptied)
    quiet = statement.execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", session.execute(quiet)).rowcount
