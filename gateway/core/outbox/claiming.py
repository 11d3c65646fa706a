"""Taking what is due for the length of a lease: no two workers ever hold the same message.

Of a batch only what is needed is read, as plain columns: a post to thousands passes here.
"""

import logging
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, String, Update, bindparam, literal, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from gateway.core import budget, digest, doubts, members, resends, turns
from gateway.core.contents import contents_of
from gateway.core.envelope import Content, Outbound
from gateway.core.many import among
from gateway.core.models import Address, Member, Outbox, Post, UtcTime
from gateway.core.outbox.at_once import ours
from gateway.core.outbox.order import first_due
from gateway.core.outbox.patience import LATE, LEASE
from gateway.core.outbox.poison import set_aside
from gateway.core.outbox.queue import answered
from gateway.core.prepared import Prepared, dialect_of

log = logging.getLogger(__name__)

HARMLESS_IN_QUIET_HOURS = ("answer", "alert")

_ROW, _READER, _ADDRESS = Outbox.__table__.c, Member.__table__.c, Address.__table__.c


class _Owed(NamedTuple):
    """What a row of the outbox is to whoever sends it."""

    id: int
    key: str
    channel: str
    kind: str
    member_id: int | None
    address_id: int | None
    recipient: str
    post_id: int | None
    payload: str
    attempts: int
    created_at: datetime


class _Reader(NamedTuple):
    """What a member is to whoever writes to them."""

    id: int
    name: str
    language: str
    timezone: str
    token_epoch: int
    paused_until: datetime | None
    seen_at: datetime | None
    quiet_from: int
    quiet_to: int


class _Where(NamedTuple):
    """What an address is to whoever writes there."""

    id: int
    member_id: int
    channel: str
    state: str
    heard_at: datetime | None


_SPLIT = tuple(accumulate(len(one._fields) for one in (_Owed, _Reader, _Where)))

_MINE = Prepared(
    select(
        *(_ROW[name] for name in _Owed._fields),
        *(_READER[name].label(f"reader_{name}") for name in _Reader._fields),
        *(_ADDRESS[name].label(f"address_{name}") for name in _Where._fields),
        Post.__table__.c.inbox_id,
    )
    .select_from(Outbox.__table__)
    .outerjoin(Member.__table__, _READER.id == _ROW.member_id)
    .outerjoin(Address.__table__, _ADDRESS.id == _ROW.address_id)
    .outerjoin(Post.__table__, Post.__table__.c.id == _ROW.post_id)
    .where(among(_ROW.id, "ids"), _ROW.claim == bindparam("token"), _ROW.state == "claimed")
    .order_by(_ROW.priority, _ROW.id)
)
"""Written once, and without objects: every message passes here."""


_MARK = Prepared(
    lambda dialect: (
        update(Outbox.__table__)  # type: ignore[arg-type]  # it is a table
        .where(among(_ROW.id, "ids"), *ours(dialect), ~doubts.closed_to())
        .values(wired_at=bindparam("now", type_=UtcTime), trace=bindparam("trace", type_=String))
    )
)


_PLANNED_ONCE = text("SET LOCAL plan_cache_mode = force_generic_plan")
"""For any list of ids, so by an index. Looking at the list, PostgreSQL may take half of a table for
it where nothing is known of that yet, and read the table."""

_TAKE = (
    update(Outbox.__table__)  # type: ignore[arg-type]  # it is a table
    .where(among(_ROW.id, "ids"), _ROW.state == "due")
    .values(
        state="claimed",
        claim=bindparam("token"),
        lease_until=bindparam("until", type_=UtcTime),
        attempts=_ROW.attempts + 1,
        wired_at=None,
        reserved=0,  # what an earlier try took, and may have left with, is spent
    )
)


@dataclass(frozen=True, slots=True)
class Claim:
    """`rows` were claimed; `messages` are those to be sent now, the rest wait or were dropped.

    `token` is the claimer's own: whoever comes back after the lease ran out is known by it. `wait`:
    nothing may leave for so many seconds, though something is due.
    """

    token: str
    rows: int
    messages: tuple[Outbound, ...]
    wait: float = 0.0


def claim(
    session: Session, channel: str, limit: int, now: datetime, language: str, process: str = ""
) -> Claim:
    """Take up to `limit` due rows of a channel for the length of a lease, most urgent first.

    Where one of them cannot be read, fewer are taken until it is alone: it is set aside. When
    `process` is dead, its claims are let go of (`sweeping.let_go_of`).
    """
    token = f"{process}.{secrets.token_hex(12)}"
    if dialect_of(session) == "postgresql":
        session.connection().execute(_PLANNED_ONCE)
    ids = _taken(session, channel, limit, token, now)
    if not ids:
        return Claim(token, 0, ())
    try:
        return _claimed(session, token, ids, now, language)
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("one of %d rows of %s cannot be read", len(ids), channel)
        give_back(session, token, ids)
        if len(ids) > 1:
            return claim(session, channel, len(ids) // 2, now, language, process)
        set_aside(session, ids[0], error, now)
        return Claim(token, 1, ())


def _claimed(
    session: Session, token: str, ids: Sequence[int], now: datetime, language: str
) -> Claim:
    leaving: list[tuple[Any, Any, int | None]] = []
    put_off: dict[datetime, list[int]] = defaultdict(list)
    for owed, reader, address, origin in _read(session, token, ids):
        if why := _barred(owed, address, now):
            _drop(session, owed, why)
            digest.unsee(session, owed)
        elif why := resends.needless(session, owed, now):
            _drop(session, owed, why)
        elif until := _held_until(owed, reader, now):
            put_off[until].append(owed.id)
        else:
            leaving.append((owed, reader, origin))
    for until, held in put_off.items():
        _put_off(session, held, until)
    contents = contents_of(session, [owed for owed, _, _ in leaving])
    messages = [
        _outbound(owed, reader, contents[owed.id], language, origin)
        for owed, reader, origin in leaving
        if owed.id in contents
    ]
    return Claim(token, len(ids), tuple(messages))


def mark(session: Session, token: str, traces: Mapping[int, str], now: datetime) -> bool:
    """Write that these are about to leave; False where one is no longer ours to send.

    Nor is what its reader has sent STOP to since it was claimed: it is claimed anew, and dropped.
    """
    known_by: dict[str, list[int]] = defaultdict(list)
    for row_id, trace in traces.items():
        known_by[trace].append(row_id)
    marked = sum(
        _MARK.run(session, ids=ids, token=token, now=now, trace=trace)
        for trace, ids in known_by.items()
    )
    return marked == len(traces)


def give_back(session: Session, token: str, row_ids: Sequence[int]) -> None:
    """Owe again what was claimed under `token` and not begun; it was no attempt."""
    mine = Outbox.id.in_(row_ids) & (Outbox.claim == token) & (Outbox.state == "claimed")
    unspent = list(
        session.scalars(select(Outbox).where(mine, Outbox.reserved > 0).with_for_update())
    )
    _changed(
        session,
        update(Outbox)
        .where(mine)
        .values(state="due", claim="", lease_until=None, attempts=Outbox.attempts - 1),
    )
    budget.give_back(session, unspent)


def _taken(session: Session, channel: str, limit: int, token: str, now: datetime) -> list[int]:
    """The rows that are ours from now on."""
    # Chosen first: within an UPDATE, PostgreSQL may choose, and lock, more than once.
    ids = first_due(session, channel, limit, now)
    if not ids:
        return []
    values = {"ids": ids, "token": token, "until": now + LEASE}
    taken = session.connection().execute(_TAKE, values).rowcount
    if taken == len(ids):
        return ids
    mine = select(Outbox.id).where(Outbox.claim == token, Outbox.state == "claimed")
    return list(session.scalars(mine))


def _read(
    session: Session, token: str, ids: Sequence[int]
) -> Iterator[tuple[Any, Any, Any, int | None]]:
    """What was claimed under `token`, each with its reader and their address, or None for them.

    And with the inbox row that its post came in by.
    """
    first, second, third = _SPLIT
    for row in _MINE.rows(session, token=token, ids=ids):
        yield (
            _Owed._make(row[:first]),
            _Reader._make(row[first:second]) if row[first] is not None else None,
            _Where._make(row[second:third]) if row[second] is not None else None,
            row[third],
        )


def _barred(owed: Any, address: Any, now: datetime) -> str:
    """Why a claimed row may not be sent to where it is owed; empty where it may."""
    if address is not None and owed.member_id not in (None, address.member_id):
        return "moved"
    return doubts.barred(owed, address, now)


def _drop(session: Session, owed: Any, why: str) -> None:
    dropped = update(Outbox).where(Outbox.id == owed.id).values(state="dropped", code=why)
    _changed(session, dropped)


def _put_off(session: Session, ids: Sequence[int], until: datetime) -> None:
    """They wait, and it was no attempt."""
    later = turns.after(dialect_of(session), literal(until, UtcTime))
    _changed(
        session,
        update(Outbox)
        .where(Outbox.id.in_(ids))
        .values(state="due", claim="", not_before=later, attempts=Outbox.attempts - 1),
    )


def _held_until(owed: Any, reader: Any, now: datetime) -> datetime | None:
    """The end of the pause or of the quiet hours that hold a message back; None: it may leave."""
    if owed.kind in HARMLESS_IN_QUIET_HOURS or reader is None:
        return None
    if reader.paused_until and reader.paused_until > now:
        return cast("datetime", reader.paused_until)
    # A digest comes when its reader asked for it, be it at night; one that is late can wait.
    fresh = owed.kind == "digest" and now - owed.created_at < LATE
    if owed.channel != "sms" or fresh:
        return None
    return members.quiet_until(reader, now)


def _outbound(
    owed: Any, reader: Any, content: Content, language: str, origin: int | None
) -> Outbound:
    return Outbound(
        id=owed.id,
        channel=owed.channel,
        recipient=owed.recipient,
        language=reader.language if reader else language,
        content=content,
        member_id=owed.member_id,
        member=reader.name if reader else "",
        attempts=owed.attempts,
        timezone=reader.timezone if reader else "UTC",
        token_epoch=reader.token_epoch if reader else 0,
        kind=owed.kind,
        owed_at=owed.created_at,
        origin=origin or answered(owed.key),
        serial=owed.post_id or 0,
    )


def _changed(session: Session, statement: Update) -> int:
    quiet = statement.execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", session.execute(quiet)).rowcount
