"""Digests: who is due, what is unread for them, cut to a page; in batches, in bounded memory.

Running it twice, or killing it half way, owes nothing twice: a batch is one transaction, and the
key of a digest is its member and the time it was due.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Integer, Text, bindparam, func, literal, or_, select, update
from sqlalchemy.orm import Session

from gateway.core import doubts, members, views
from gateway.core.backlog import Backlog, backlogs
from gateway.core.database import from_select_once, upsert_from
from gateway.core.envelope import SMS
from gateway.core.many import among, given, packed
from gateway.core.models import Address, Member, Outbox, Post, Shown, Subscription, UtcTime
from gateway.core.prepared import dialect_of
from gateway.core.sheets import Sheet, Sheets

BATCHES: Final = {"sqlite": 2000, "postgresql": 4000}
"""Members in one transaction: what a post costs is paid once for all of them. On SQLite nobody else
writes for as long, some 0.1 s."""

FARTHEST = timedelta(days=100)
"""Beyond what anybody looks ahead, and less than a slip in the year."""

PUT_RIGHT = 500
MOST_ITEMS = 30
PRIORITY = 3


def run_batch(
    session: Session,
    now: datetime,
    sheets: Sheets,
    shifts: Sequence[int],
    asked_at: datetime | None = None,
) -> int:
    """Owe the digests of a batch of members who are due; how many members were looked at.

    `now` is the time that digests are made for. Where an operator asked for them, `asked_at` says
    when: those are wanted now, and not late.
    """
    batch = _due(session, now)
    awake = [row for row in batch if not _is_paused(row, now)]
    ways = _ways(session, [row.id for row in awake], asked_at or now)
    keys = _not_yet(session, [row for row in awake if row.id in ways])
    readers = [row for row in awake if row.id in keys]
    newest = views.newest(session)  # before the look
    unread = backlogs(session, list(keys), MOST_ITEMS)
    owed = _sheets(session, readers, ways, unread, sheets)
    _owe(session, keys, owed, ways, now, asked_at)
    _remember(session, owed, ways)
    _drop_held(session, owed)
    _move_cursors(session, list(keys), owed, newest)
    _set_next(session, batch, now, shifts)
    return len(batch)


def put_right(session: Session, now: datetime, shifts: Sequence[int]) -> bool:
    """Set anew what is set for farther ahead than makes sense; whether there may be more.

    Digests were sent as of a time far ahead: nobody would get another one before then.
    """
    awake = or_(Member.paused_until.is_(None), Member.paused_until <= now)
    far = _DUE.where(Member.next_digest_at > now + FARTHEST, awake).limit(PUT_RIGHT)
    batch = session.connection().execute(far).all()
    _set_next(session, batch, now, shifts)
    return len(batch) == PUT_RIGHT


def segments(member: Any, channel: str) -> int:
    """How many SMS a page of a member (or its columns) may take; else nothing comes in parts."""
    pages: int = member.page
    return pages if channel == SMS else 1


def _due(session: Session, now: datetime) -> Sequence[Any]:
    dialect = dialect_of(session)
    due = (
        _DUE.where(Member.next_digest_at <= now)
        .order_by(Member.next_digest_at, Member.id)
        .limit(BATCHES[dialect])
    )
    if dialect == "postgresql":
        due = due.with_for_update(skip_locked=True, key_share=True)
    return session.connection().execute(due).all()


def _is_paused(row: Any, now: datetime) -> bool:
    return bool(row.paused_until and row.paused_until > now)


def _not_yet(session: Session, batch: Sequence[Any]) -> dict[int, str]:
    """The key of the digest of each member who did not get this very one before.

    An undone HEURE may bring its time back.
    """
    keys = {_key(row): row.id for row in batch}
    owed = set(session.connection().scalars(_OWED, {"keys": list(keys)}))
    return {row_id: key for key, row_id in keys.items() if key not in owed}


def _key(row: Any) -> str:
    return f"digest:{row.id}:{row.next_digest_at.isoformat()}"


def unsee(session: Session, row: Outbox) -> None:
    """What a message that is dropped would have shown is unread again.

    A cursor passes a post that is owed on its own, and all that a digest shows, when they are owed.
    """
    shown = json.loads(row.payload)["digest"] if row.kind == "digest" else [row.post_id]
    serials = [serial for serial in shown if serial]
    if serials and row.member_id is not None:
        views.unshow(session, row.member_id, serials)


def _ways(session: Session, member_ids: Sequence[int], now: datetime) -> dict[int, Any]:
    """The address of each member that digests go to."""
    rows = session.connection().execute(_WAYS.where(doubts.fresh(now)), {"members": member_ids})
    return {row.member_id: row for row in rows}


def _sheets(
    session: Session,
    readers: Sequence[Any],
    ways: Mapping[int, Any],
    unread: Mapping[int, Backlog],
    sheets: Sheets,
) -> dict[int, Sheet]:
    """The page of each member who has something unread, cut to what its channel takes."""
    kinds = {}
    for row in readers:
        backlog = unread.get(row.id)
        if backlog is not None and backlog.serials:
            channel = ways[row.id].channel
            kinds[row.id] = (channel, row.language, segments(row, channel), backlog)
    return dict(zip(kinds, sheets.of(session, list(kinds.values())), strict=True))


def _owe(
    session: Session,
    keys: Mapping[int, str],
    sheets: Mapping[int, Sheet],
    ways: Mapping[int, Any],
    now: datetime,
    asked_at: datetime | None,
) -> None:
    rows = packed(
        {"key": keys[reader], "address": ways[reader].id, "payload": sheet.payload}
        for reader, sheet in sheets.items()
    )
    times = {"wanted": min(now, asked_at or now), "asked_at": asked_at}
    session.execute(_to_owe(dialect_of(session)), {"rows": rows, **times})


def _remember(session: Session, sheets: Mapping[int, Sheet], ways: Mapping[int, Any]) -> None:
    """For two-digit numbers in an answer, and for the next page."""
    more = json.dumps({"of": "news", "group": ""})
    rows = packed(
        {
            "reader": reader,
            "channel": ways[reader].channel,
            "serials": json.dumps(sheet.shown),
            "more": more if sheet.remaining else "",
        }
        for reader, sheet in sheets.items()
    )
    session.execute(_to_remember(dialect_of(session)), {"rows": rows})


def _drop_held(session: Session, sheets: Mapping[int, Sheet]) -> None:
    """What a digest shows is not sent on its own as well, once there is room for it."""
    held = session.connection().execute(_HELD, {"members": list(sheets)})
    seen = [row.id for row in held if row.post_id in sheets[row.member_id].shown]
    if seen:
        session.execute(_SEEN, {"rows": seen}, execution_options=_UNWATCHED)


def _move_cursors(
    session: Session, readers: Sequence[int], sheets: Mapping[int, Sheet], newest: int
) -> None:
    """Over exactly what is shown; to the newest serial for those who have nothing left."""
    done = {reader for reader in readers if reader not in sheets or not sheets[reader].remaining}
    session.execute(_DONE, {"members": list(done), "newest": newest}, execution_options=_UNWATCHED)
    # Some may have been written since `newest` was read.
    partly = {
        reader: sheet.shown
        for reader, sheet in sheets.items()
        if reader not in done or sheet.shown[-1] > newest
    }
    rows = packed(
        {"reader": reader, "in_group": group_id, "upto": serial}
        for reader, last in _last_shown(session, partly).items()
        for group_id, serial in last.items()
    )
    moved = _to_move(dialect_of(session))
    session.execute(moved, {"rows": rows}, execution_options=_UNWATCHED)


def _last_shown(
    session: Session, shown: Mapping[int, Collection[int]]
) -> dict[int, dict[int, int]]:
    """For each member the last serial that they were shown of each group."""
    serials = {serial for mine in shown.values() for serial in mine}
    rows = session.connection().execute(_GROUPS, {"serials": list(serials)})
    groups = dict(rows.all())
    return {
        reader: {groups[serial]: serial for serial in sorted(mine)}
        for reader, mine in shown.items()
    }


def _set_next(session: Session, batch: Sequence[Any], now: datetime, shifts: Sequence[int]) -> None:
    """When each member is due again. Most of a batch are at the same time: a statement for each."""
    at: dict[datetime | None, list[int]] = defaultdict(list)
    known: dict[tuple[str, int, str], datetime | None] = {}
    for row in batch:
        habit = (row.rhythm, row.digest_minute, row.timezone)
        if habit not in known:
            known[habit] = members.next_digest(row, now, shifts)
        at[row.paused_until if _is_paused(row, now) else known[habit]].append(row.id)
    for time, member_ids in at.items():
        session.execute(_NEXT, {"members": member_ids, "at": time}, execution_options=_UNWATCHED)


_UNWATCHED: Final = {"synchronize_session": False}
_DUE: Final = select(
    Member.id,
    Member.language,
    Member.timezone,
    Member.rhythm,
    Member.digest_minute,
    Member.page,
    Member.paused_until,
    Member.next_digest_at,
)
_OWED: Final = select(Outbox.key).where(among(Outbox.key, "keys", of_texts=True))
_WAYS: Final = select(Address.id, Address.member_id, Address.channel, Address.value).where(
    among(Address.member_id, "members"), Address.preferred, Address.state == "active"
)
_HELD: Final = select(Outbox.id, Outbox.member_id, Outbox.post_id).where(
    Outbox.state == "held", among(Outbox.member_id, "members"), Outbox.post_id.is_not(None)
)
_SEEN: Final = (
    update(Outbox)
    .where(among(Outbox.id, "rows"), Outbox.state == "held")
    .values(state="dropped", code="seen")
)
_DONE: Final = (
    update(Subscription)
    .where(
        among(Subscription.member_id, "members"),
        Subscription.delivery != "none",
        Subscription.cursor < bindparam("newest"),
    )
    .values(cursor=bindparam("newest"))
)
_GROUPS: Final = select(Post.id, Post.group_id).where(among(Post.id, "serials"))
_NEXT: Final = (
    update(Member).where(among(Member.id, "members")).values(next_digest_at=bindparam("at"))
)


@cache
def _to_owe(dialect: str) -> Any:
    row = given(dialect, key=Text, address=Integer, payload=Text)
    at = func.coalesce(bindparam("asked_at", type_=UtcTime), Member.next_digest_at)
    columns = {
        "key": row.c.key,
        "channel": Address.channel,
        "kind": literal("digest"),
        "priority": literal(PRIORITY),
        "member_id": Member.id,
        "address_id": Address.id,
        "recipient": Address.value,
        "payload": row.c.payload,
        "state": literal("due"),
        "not_before": bindparam("wanted", type_=UtcTime),
        "created_at": at,
    }
    owed = (
        select(*(value.label(name) for name, value in columns.items()))
        .select_from(row)
        .join(Address, Address.id == row.c.address)
        .join(Member, Member.id == Address.member_id)
        .where(Member.next_digest_at.is_not(None))
    )
    return from_select_once(dialect, Outbox, list(columns), owed)


@cache
def _to_remember(dialect: str) -> Any:
    row = given(dialect, reader=Integer, channel=Text, serials=Text, more=Text)
    shown = select(row.c.reader, row.c.channel, row.c.serials, row.c.more)
    # SQLite would read the ON of ON CONFLICT as that of a join, were there no WHERE before it.
    return upsert_from(dialect, Shown, shown.where(row.c.reader > 0))


@cache
def _to_move(dialect: str) -> Any:
    row = given(dialect, reader=Integer, in_group=Integer, upto=Integer)
    return (
        update(Subscription)
        .where(
            Subscription.member_id == row.c.reader,
            Subscription.group_id == row.c.in_group,
            Subscription.cursor < row.c.upto,
        )
        .values(cursor=row.c.upto)
    )
