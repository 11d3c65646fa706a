"""What is held because no budget had room for it: let go as soon as one has, or dropped in time."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from gateway.core import budget, members, turns, views
from gateway.core.budget import ALL, HELD, IS_ALERT
from gateway.core.envelope import SMS
from gateway.core.house import House
from gateway.core.models import Group, Member, Outbox, Post

STALE = {
    "answer": timedelta(hours=4),
    "digest": timedelta(hours=12),
    "post": timedelta(hours=24),
    "alert": timedelta(hours=24),
}
"""What was held for so long is of no use any more; what it told is news, or in the next digest."""

LONGEST = timedelta(hours=24)
MOST_RELEASED = 1000
AT_A_TIME = 500

_HELD = (Outbox.state == "held", Outbox.code == HELD)
_TOLD_NEWS = (Outbox.kind == "answer", Outbox.payload.contains('"shown": ['))


def release(session: Session, house: House, now: datetime) -> int:
    """Owe again what was held and has room by now, most urgent first; how many.

    What waits already comes before it, so that no more is let go than fits. What is too old is
    dropped, and counts as unread.
    """
    _drop_stale(session, now)
    if session.scalar(select(Outbox.id).where(*_HELD).limit(1)) is None:
        return 0
    chosen = _chosen(session, _rooms(session, house, now), house)
    anew = [row for row in chosen if row.kind == "digest"]
    _ask_anew(session, {row.member_id for row in anew if row.member_id}, now)
    _change(session, [row.id for row in anew], state="dropped", code="made anew", settled_at=now)
    _change(session, [row.id for row in chosen if row.kind != "digest"], state="due")
    return len(chosen)


def _drop_stale(session: Session, now: datetime) -> None:
    rest = (Outbox.kind.not_in(STALE), LONGEST)
    for of_kind, patience in (*((Outbox.kind == k, t) for k, t in STALE.items()), rest):
        old = (*_HELD, of_kind, turns.owed_since() < now - patience)
        _unshow_answers(session, session.scalars(select(Outbox).where(*old, *_TOLD_NEWS)))
        session.execute(
            update(Outbox)
            .where(*old)
            .values(state="dropped", code="stale", settled_at=now)
            .execution_options(synchronize_session=False)
        )


def _unshow_answers(session: Session, rows: Iterable[Outbox]) -> None:
    """A page of news that was asked for and never came."""
    for row in rows:
        shown: list[int] = json.loads(row.payload or "{}").get("shown", [])
        if shown and row.member_id is not None:
            views.unshow(session, row.member_id, shown)


def _rooms(session: Session, house: House, now: datetime) -> dict[str, int]:
    """What every limited budget has left beside what is due already."""
    caps = {ALL: house.sms_budget}
    caps |= {str(gid): cap for gid, cap in session.execute(select(Group.id, Group.sms_budget))}
    cost = func.sum(case((Outbox.segments > 0, Outbox.segments), else_=1))
    due = (
        select(Post.group_id, cost)
        .select_from(Outbox)
        .outerjoin(Post, Post.id == Outbox.post_id)
        .where(Outbox.channel == SMS, Outbox.state == "due", Outbox.not_before <= now)
        .group_by(Post.group_id)
    )
    taken: Counter[str] = Counter(budget.spent(session, house, now))
    for group_id, segments in session.execute(due):
        taken[ALL] += segments
        taken[str(group_id)] += segments
    return {scope: cap - taken[scope] for scope, cap in caps.items() if cap is not None}


def _chosen(session: Session, rooms: dict[str, int], house: House) -> list[Any]:
    """The held rows that fit, and no more; `rooms` is used up."""
    chosen: list[Any] = []
    for row in session.execute(_in_order(rooms, house)):
        scopes = [scope for scope in (ALL, str(row.group_id)) if scope in rooms]
        needed = row.segments or 1
        aside = {ALL: 0 if row.is_alert else house.sms_reserve}
        if all(rooms[scope] - aside.get(scope, 0) >= needed for scope in scopes):
            chosen.append(row)
            for scope in scopes:
                rooms[scope] -= needed
        if len(chosen) >= MOST_RELEASED:
            break
    return chosen


def _in_order(rooms: dict[str, int], house: House) -> Any:
    """What is held, but for budgets that have nothing left at all."""
    empty = [int(scope) for scope, room in rooms.items() if scope != ALL and room <= 0]
    wanted = [*_HELD, or_(Post.group_id.is_(None), Post.group_id.not_in(empty))]
    if ALL in rooms and rooms[ALL] <= house.sms_reserve:
        wanted.append(IS_ALERT)
    return (
        select(
            Outbox.id,
            Outbox.kind,
            Outbox.member_id,
            Outbox.segments,
            Post.group_id,
            IS_ALERT.label("is_alert"),
        )
        .outerjoin(Post, Post.id == Outbox.post_id)
        .where(*wanted)
        .order_by(Outbox.priority, Outbox.id)
    )


def _ask_anew(session: Session, member_ids: set[int], now: datetime) -> None:
    """A digest is made once more, of what is unread by then, and at no hour of sleep."""
    rows = select(Member).where(Member.id.in_(member_ids)).order_by(Member.id).with_for_update()
    for member in session.scalars(rows):
        if member.next_digest_at is not None:
            wanted = members.quiet_until(member, now) or now
            member.next_digest_at = min(member.next_digest_at, wanted)
    session.flush()


def _change(session: Session, row_ids: Sequence[int], **values: object) -> None:
    for start in range(0, len(row_ids), AT_A_TIME):
        session.execute(
            update(Outbox)
            .where(Outbox.id.in_(row_ids[start : start + AT_A_TIME]), *_HELD)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
