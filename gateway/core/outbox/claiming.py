"""Taking what is due for the length of a lease: no two workers ever hold the same message.

Of a batch only what is needed is read, as plain columns: a post to thousands passes here.
"""

import logging
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Row, Update, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Bundle, Session

from gateway.core import budget, digest, doubts, members, resends
from gateway.core.contents import contents_of
from gateway.core.envelope import Content, Outbound
from gateway.core.models import Address, Member, Outbox, Post
from gateway.core.outbox.order import first_due
from gateway.core.outbox.patience import LATE, LEASE
from gateway.core.outbox.poison import set_aside
from gateway.core.outbox.queue import answered

log = logging.getLogger(__name__)

HARMLESS_IN_QUIET_HOURS = ("answer", "alert")

_OWED: Bundle[Any] = Bundle(
    "owed",
    Outbox.id,
    Outbox.key,
    Outbox.channel,
    Outbox.kind,
    Outbox.member_id,
    Outbox.address_id,
    Outbox.recipient,
    Outbox.post_id,
    Outbox.payload,
    Outbox.attempts,
    Outbox.created_at,
)
_READER: Bundle[Any] = Bundle(
    "reader",
    Member.id,
    Member.name,
    Member.language,
    Member.timezone,
    Member.token_epoch,
    Member.paused_until,
    Member.seen_at,
    Member.quiet_from,
    Member.quiet_to,
)
_ADDRESS: Bundle[Any] = Bundle(
    "address", Address.id, Address.member_id, Address.channel, Address.state, Address.heard_at
)


@dataclass(frozen=True, slots=True)
class Claim:
    """`rows` were claimed; `messages` are those to be sent now, the rest wait or were dropped.

    `token` is the claimer's own: whoever comes back after the lease ran out is known by it.
    """

    token: str
    rows: int
    messages: tuple[Outbound, ...]


def claim(session: Session, channel: str, limit: int, now: datetime, language: str) -> Claim:
    """Take up to `limit` due rows of a channel for the length of a lease, most urgent first.

    Where one of them cannot be read, fewer are taken until it is alone: it is set aside.
    """
    token = secrets.token_hex(12)
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
            return claim(session, channel, len(ids) // 2, now, language)
        set_aside(session, ids[0], error, now)
        return Claim(token, 1, ())


def _claimed(
    session: Session, token: str, ids: Sequence[int], now: datetime, language: str
) -> Claim:
    leaving: list[tuple[Any, Any, int | None]] = []
    put_off: dict[datetime, list[int]] = defaultdict(list)
    for owed, reader, address, origin in _read(session, ids):
        reader = reader if reader.id is not None else None
        if why := _barred(owed, address if address.id is not None else None, now):
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
    marked = 0
    for trace in set(traces.values()):
        ids = [row_id for row_id, known_by in traces.items() if known_by == trace]
        marked += _changed(
            session,
            update(Outbox)
            .where(Outbox.id.in_(ids), Outbox.claim == token, Outbox.state == "claimed")
            .where(~doubts.closed_to())
            .values(wired_at=now, trace=trace),
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
    taken = _changed(
        session,
        update(Outbox)
        .where(Outbox.id.in_(ids), Outbox.state == "due")
        .values(
            state="claimed",
            claim=token,
            lease_until=now + LEASE,
            attempts=Outbox.attempts + 1,
            wired_at=None,
            reserved=0,  # what an earlier try took, and may have left with, is spent
        ),
    )
    if taken == len(ids):
        return ids
    mine = select(Outbox.id).where(Outbox.claim == token, Outbox.state == "claimed")
    return list(session.scalars(mine))


def _read(session: Session, ids: Sequence[int]) -> Sequence[Row[Any, Any, Any, Any]]:
    return session.execute(
        select(_OWED, _READER, _ADDRESS, Post.inbox_id)
        .select_from(Outbox)
        .outerjoin(Member, Member.id == Outbox.member_id)
        .outerjoin(Address, Address.id == Outbox.address_id)
        .outerjoin(Post, Post.id == Outbox.post_id)
        .where(Outbox.id.in_(ids))
        .order_by(Outbox.priority, Outbox.id)
    ).all()


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
    _changed(
        session,
        update(Outbox)
        .where(Outbox.id.in_(ids))
        .values(state="due", claim="", not_before=until, attempts=Outbox.attempts - 1),
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
