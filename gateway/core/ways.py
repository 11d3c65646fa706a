"""The way that one message has gone: what came in, its post, each row owed for it, each report."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from gateway.core.envelope import DeliveryReport
from gateway.core.errors import Refused
from gateway.core.models import DeliveryEvent, Inbox, Outbox, Post
from gateway.core.numbers import number_of
from gateway.core.outbox import answered

MOST_SHOWN = 200
"""Rows of a post to thousands that are shown one by one; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a message. `outbox` is 0 where it is about none in particular."""

    at: datetime | None
    what: str
    inbox: int = 0
    outbox: int = 0
    channel: str = ""
    detail: str = ""


def of_inbox(session: Session, row_id: int) -> list[Step]:
    """The whole way of what came in as this row. Raises `Refused("no_such_row")`."""
    row = session.execute(
        select(Inbox.id, Inbox.channel, Inbox.received_at, Inbox.state, Inbox.reason).where(
            Inbox.id == row_id
        )
    ).first()
    if row is None:
        raise Refused("no_such_row", number=row_id)
    why = row.reason.strip().rpartition("\n")[2]
    steps = [
        Step(row.received_at, "came in", row_id, channel=row.channel),
        Step(row.received_at, row.state, row_id, channel=row.channel, detail=why),
    ]
    posts = session.execute(
        select(Post.id, Post.state, Post.created_at).where(Post.inbox_id == row_id)
    ).all()
    for post in posts:
        state = "" if post.state == "live" else f", {post.state}"
        steps.append(
            Step(post.created_at, "posted", row_id, detail=f"post {number_of(post.id)}{state}")
        )
    owed = or_(
        Outbox.key.in_([f"answer:{row_id}", f"answer:{row_id}:again"]),
        Outbox.post_id.in_([post.id for post in posts]),
    )
    return sorted([*steps, *_of_rows(session, owed, row_id)], key=_moment)


def of_outbox(session: Session, row_id: int) -> list[Step]:
    """The way of one message that was owed, from what it follows from.

    Raises `Refused("no_such_owed")`.
    """
    row = session.execute(_origins().where(Outbox.id == row_id)).first()
    if row is None:
        raise Refused("no_such_owed", number=row_id)
    origin = row.inbox_id or answered(row.key)
    before = of_inbox(session, origin)[:2] if origin else []
    return [*before, *sorted(_of_rows(session, Outbox.id == row_id, origin), key=_moment)]


def of_report(session: Session, report: DeliveryReport) -> tuple[int, int]:
    """The row of the outbox that a report speaks of, and that of the inbox; 0 where unknown."""
    if report.outbound_id is None and not report.external_id:
        return 0, 0
    by_id = Outbox.id == report.outbound_id
    by_name = (Outbox.external_id == report.external_id) & (Outbox.channel == report.channel)
    found = _origins().where(by_name if report.outbound_id is None else by_id).limit(1)
    row = session.execute(found).first()
    return (row.id, row.inbox_id or answered(row.key)) if row else (0, 0)


def _origins() -> Any:
    return select(Outbox.id, Outbox.key, Post.inbox_id).outerjoin(Post, Post.id == Outbox.post_id)


def _of_rows(session: Session, owed: ColumnElement[bool], origin: int) -> Iterator[Step]:
    rows = list(session.scalars(select(Outbox).where(owed).order_by(Outbox.id).limit(MOST_SHOWN)))
    for row in rows:
        yield from _of_row(row, origin)
    events = select(DeliveryEvent).where(DeliveryEvent.outbound_id.in_([row.id for row in rows]))
    for event in session.scalars(events.order_by(DeliveryEvent.id)):
        said = f"{event.raw_status or event.status} {event.code}".strip()
        at, channel = event.received_at, event.channel
        yield Step(at, "the carrier said", origin, event.outbound_id, channel, said)
    if len(rows) == MOST_SHOWN:
        kinds = Outbox.channel, Outbox.state
        counted = select(*kinds, func.count()).where(owed).group_by(*kinds)
        for channel, state, number in session.execute(counted):
            yield Step(None, state, origin, channel=channel, detail=f"{number} in all")


def _of_row(row: Outbox, origin: int) -> Iterator[Step]:
    def step(at: datetime | None, what: str, detail: str = "") -> Step:
        return Step(at, what, origin, row.id, row.channel, detail)

    yield step(row.created_at, "owed", row.kind)
    if row.wired_at is not None:
        yield step(row.wired_at, "on the wire", f"try {row.attempts}")
    if row.state == "due":
        yield step(max(row.not_before, row.created_at), "due", row.code)
        return
    about = (row.status, row.code, row.external_id, row.said)
    yield step(row.settled_at, row.state, " ".join(filter(None, about)))


def _moment(step: Step) -> tuple[bool, datetime]:
    """In order of time; what has none stands at the end."""
    return step.at is None, step.at or datetime.max  # noqa: DTZ901  # stands for no time
