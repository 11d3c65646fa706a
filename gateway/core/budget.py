"""Segments that texts may cost in a month: taken before the wire is touched, so that no number of
workers together can pass a cap, and given back where nothing left.

A try that may have left keeps what it took. Over all months, what is spent is what the rows of the
outbox were charged, to the segment.
"""

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, bindparam, or_, select, update
from sqlalchemy.orm import Session

from gateway.core import views
from gateway.core.database import insert_once
from gateway.core.envelope import Outbound
from gateway.core.house import House
from gateway.core.many import among
from gateway.core.models import Group, Outbox, Post, Spending

ALL = "all"
"""The scope of the whole organisation; a group's is its id."""

HELD = "budget"
"""The code of a row that is held because no budget has room for it."""

log = logging.getLogger(__name__)

_OF_ALERT = '"alert": true'
"""In the payload of an answer that is about an alert: without it no alert would be confirmed."""

IS_ALERT = or_(Outbox.kind == "alert", Outbox.payload.contains(_OF_ALERT))

Cost = Callable[[Outbound], int]

_ROW: Any = Outbox.__table__
_THESE = among(Outbox.id, "ids")
_GROUPS = select(Outbox.id, Post.group_id).outerjoin(Post, Post.id == Outbox.post_id).where(_THESE)
_RESERVE = (
    update(_ROW)
    .where(_THESE)
    .values(
        charged=_ROW.c.charged + bindparam("count"),
        reserved=bindparam("count"),
        reserved_in=bindparam("in"),
    )
)


@dataclass(frozen=True, slots=True)
class Room:
    """What a budget still allows: `spent` of `cap` (none: no limit), `reserve` for alerts alone."""

    spent: int = 0
    cap: int | None = None
    reserve: int = 0

    def left(self, *, alert: bool = False) -> int | None:
        """Segments that may still leave; None where there is no limit."""
        if self.cap is None:
            return None
        return max(self.cap - self.spent - (0 if alert else self.reserve), 0)


def month(now: datetime, house: House) -> str:
    """The month that is spent from, on the organisation's own calendar: `2026-11`."""
    return now.astimezone(ZoneInfo(house.timezone)).strftime("%Y-%m")


def of_house(session: Session, house: House, now: datetime) -> Room:
    """What the organisation spent this month, of how much."""
    used = spent(session, house, now).get(ALL, 0)
    return Room(used, house.sms_budget, house.sms_reserve if house.sms_budget is not None else 0)


def of_groups(session: Session, house: House, now: datetime) -> dict[int, Room]:
    """What each group spent this month, of how much, by its id."""
    used = spent(session, house, now)
    rows = session.execute(select(Group.id, Group.sms_budget))
    return {group_id: Room(used.get(str(group_id), 0), cap) for group_id, cap in rows}


def left_for_alert(
    session: Session, house: House, group: Group, now: datetime, before: int = 0
) -> int | None:
    """Segments that an alert of a group may still cost; None where nothing limits it.

    `before` are those that the organisation spends on it before it leaves.
    """
    used = spent(session, house, now)
    rooms = (
        Room(used.get(ALL, 0) + before, house.sms_budget),
        Room(used.get(str(group.id), 0), group.sms_budget),
    )
    limits = [left for room in rooms if (left := room.left(alert=True)) is not None]
    return min(limits, default=None)


def reserve(
    session: Session, messages: Sequence[Outbound], cost: Cost, house: House, now: datetime
) -> tuple[Outbound, ...]:
    """Take what claimed messages cost out of the budgets; those that found room.

    The others are held, most urgent first served. Before the wire, and in the claim's transaction.
    """
    needed = {message.id: _cost(message, cost) for message in messages}
    needed = {row_id: count for row_id, count in needed.items() if count}
    when = month(now, house)
    if not needed or _reserve_together(session, needed, house, when):
        return tuple(messages)
    claimed = _with_groups(session, list(needed))
    caps = _caps(session, house, {group for _, group in claimed.values() if group})
    _open(session, when, caps)
    kept = []
    for message in messages:
        row, group_id = claimed.get(message.id, (None, None))
        if row is None or _take(session, row, group_id, needed[row.id], when, caps, house):
            kept.append(message)
        else:
            _hold(session, row, needed[row.id])
    return tuple(kept)


def count(session: Session, tries: Iterable[tuple[Outbox, int]]) -> None:
    """Write what the last try of each row cost in truth: 0 where it surely did not leave.

    A carrier that counts more than we did is believed, even past a cap; ours counts alike. Call it
    last in a transaction: every other that writes waits for whoever changes what is spent.
    """
    changed = [(row, used - row.reserved) for row, used in tries if row.reserved]
    changed = [(row, more) for row, more in changed if more]
    groups = _groups_of(session, [row for row, _ in changed])
    owed: Counter[tuple[str, str]] = Counter()
    for row, more in changed:
        owed[row.reserved_in, ALL] += more
        if row.id in groups:
            owed[row.reserved_in, str(groups[row.id])] += more
        row.charged += more
        row.reserved += more
    session.flush()
    # Each month's whole before its parts, as in `reserve`: two who wait never wait for each other.
    for when, scope in sorted(owed, key=lambda key: (key[0], key[1] != ALL, key[1])):
        _add(session, when, scope, owed[when, scope])


def give_back(session: Session, rows: Iterable[Outbox]) -> None:
    """The last try of these rows did not leave."""
    count(session, [(row, 0) for row in rows])


def spent(session: Session, house: House, now: datetime) -> dict[str, int]:
    """The segments of this month, by scope."""
    rows = select(Spending.scope, Spending.segments).where(Spending.month == month(now, house))
    return dict(session.execute(rows).all())


def _cost(message: Outbound, cost: Cost) -> int:
    try:
        return cost(message)
    except Exception:  # what cannot be written is told when it is sent
        log.exception("message %s has no price", message.id)
        return 0


def _reserve_together(session: Session, needed: Mapping[int, int], house: House, when: str) -> bool:
    """Take for all of them at once; False, and nothing taken, where there is no room for all."""
    rows = session.execute(_GROUPS, {"ids": list(needed)}).all()
    if len(rows) != len(needed):
        return False
    caps = _caps(session, house, {group for _, group in rows if group})
    _open(session, when, caps)
    total: Counter[str] = Counter()
    for row_id, group in rows:
        total[ALL] += needed[row_id]
        if group:
            total[str(group)] += needed[row_id]
    if not _add_all(session, when, total, caps, house.sms_reserve):
        return False
    by_cost: dict[int, list[int]] = defaultdict(list)
    for row_id, count in needed.items():
        by_cost[count].append(row_id)
    for count, ids in by_cost.items():
        session.connection().execute(_RESERVE, {"ids": ids, "count": count, "in": when})
    return True


def _add_all(
    session: Session,
    when: str,
    total: Mapping[str, int],
    caps: Mapping[str, int | None],
    reserve: int,
) -> bool:
    """Spend in each scope, or in none; the `reserve` is left to alerts, one by one."""
    taken: list[str] = []
    for scope in sorted(total, key=lambda scope: (scope != ALL, scope)):
        cap = caps[scope]
        if cap is not None and scope == ALL:
            cap -= reserve
        if not _add(session, when, scope, total[scope], cap):
            for done in taken:
                _add(session, when, done, -total[done])
            return False
        taken.append(scope)
    return True


def _with_groups(
    session: Session, row_ids: Collection[int]
) -> dict[int, tuple[Outbox, int | None]]:
    """The rows, each with the group whose post it carries."""
    rows = session.execute(
        select(Outbox, Post.group_id)
        .outerjoin(Post, Post.id == Outbox.post_id)
        .where(Outbox.id.in_(row_ids))
    )
    return {row.id: (row, group_id) for row, group_id in rows}


def _groups_of(session: Session, rows: Sequence[Outbox]) -> dict[int, int]:
    """The group whose post each row carries, by the row's id."""
    serials = {row.post_id for row in rows if row.post_id}
    if not serials:
        return {}
    found = session.execute(select(Post.id, Post.group_id).where(Post.id.in_(serials)))
    groups = dict(found.all())
    return {row.id: groups[row.post_id] for row in rows if row.post_id in groups}


def _caps(session: Session, house: House, group_ids: Collection[int]) -> dict[str, int | None]:
    caps: dict[str, int | None] = {ALL: house.sms_budget}
    if group_ids:
        rows = select(Group.id, Group.sms_budget).where(Group.id.in_(group_ids))
        caps |= {str(group_id): cap for group_id, cap in session.execute(rows)}
    return caps


def _open(session: Session, when: str, scopes: Iterable[str]) -> None:
    ordered = sorted(scopes, key=lambda scope: (scope != ALL, scope))
    rows = [{"scope": scope, "month": when, "segments": 0} for scope in ordered]
    session.execute(insert_once(session, Spending), rows)


def _take(
    session: Session,
    row: Outbox,
    group_id: int | None,
    needed: int,
    when: str,
    caps: dict[str, int | None],
    house: House,
) -> bool:
    """Take a row's segments out of each budget that it falls under, or out of none."""
    taken: list[str] = []
    for scope in (ALL, str(group_id)) if group_id else (ALL,):
        cap = caps[scope]
        if cap is not None and scope == ALL and not _is_alert(row):
            cap -= house.sms_reserve
        if not _add(session, when, scope, needed, cap):
            for done in taken:
                _add(session, when, done, -needed)
            return False
        taken.append(scope)
    row.charged += needed
    row.reserved, row.reserved_in = needed, when
    return True


def _is_alert(row: Outbox) -> bool:
    return row.kind == "alert" or _OF_ALERT in row.payload


def _add(session: Session, when: str, scope: str, more: int, cap: int | None = None) -> bool:
    """Spend `more`, unless that would pass `cap`: looked at and written in one statement."""
    room = () if cap is None else (Spending.segments + more <= cap,)
    statement = (
        update(Spending)
        .where(Spending.scope == scope, Spending.month == when, *room)
        .values(segments=Spending.segments + more)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1


def _hold(session: Session, row: Outbox, needed: int) -> None:
    """It waits for room, and was no attempt; what it was to show has not been shown."""
    row.state, row.code, row.claim, row.lease_until = "held", HELD, "", None
    row.attempts -= 1
    row.segments = needed
    told: list[int] = json.loads(row.payload).get("digest", []) if row.payload else []
    if row.member_id is not None and row.kind != "answer":
        views.unshow(session, row.member_id, [row.post_id] if row.post_id else told)
