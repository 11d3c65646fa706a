"""What we owe: claimed for a while, sent by a channel, settled; never two at the same time.

A claim is one conditional UPDATE under a fresh token, with a lease. Between claim and settlement
no transaction is open. An outcome that nobody knows is `unknown`, and is not blindly repeated.
"""

import json
import random
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Update, case, func, or_, select, update
from sqlalchemy.orm import Session

from gateway.core import members, pauses, reports, views
from gateway.core.commands import Page, PostView
from gateway.core.envelope import (
    Answer,
    Content,
    Digest,
    Failure,
    Notice,
    Outbound,
    Receipt,
)
from gateway.core.errors import (
    ChannelShut,
    OptedOut,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.core.models import Address, Group, Member, Outbox, Post, Subscription
from gateway.core.numbers import serial_of

LEASE = timedelta(minutes=5)
FIRST_WAIT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 3600.0
MOST_ATTEMPTS = 14
LATE = timedelta(hours=2)
UNKNOWN_WAIT = timedelta(minutes=10)
LONGEST_UNKNOWN = timedelta(days=1)
MOST_UNKNOWN = 3
"""As often may a message have gone for all we know; then somebody must look at it."""

FIRST_ASK = timedelta(seconds=5)
ONCE_ONLY = ("sms",)
"""Where a repeat costs money and rings; a mail has its own Message-ID, which shows it for one."""

HARMLESS_IN_QUIET_HOURS = ("answer", "alert")


@dataclass(frozen=True, slots=True)
class Claim:
    """`rows` were claimed; `messages` are those to be sent now, the rest wait or were dropped.

    `token` is the claimer's own: whoever comes back after the lease ran out is known by it.
    """

    token: str
    rows: int
    messages: tuple[Outbound, ...]


def claim(session: Session, channel: str, limit: int, now: datetime, language: str) -> Claim:
    """Take up to `limit` due rows of a channel for the length of a lease, most urgent first."""
    token = secrets.token_hex(12)
    chosen = (
        select(Outbox.id)
        .where(Outbox.channel == channel, Outbox.state == "due", Outbox.not_before <= now)
        .order_by(Outbox.priority, Outbox.id)
        .limit(limit)
    )
    if session.get_bind().dialect.name == "postgresql":
        chosen = chosen.with_for_update(skip_locked=True)
    # Chosen first: within an UPDATE, PostgreSQL may choose, and lock, more than once.
    ids = list(session.scalars(chosen))
    session.execute(
        update(Outbox)
        .where(Outbox.id.in_(ids), Outbox.state == "due")
        .values(
            state="claimed",
            claim=token,
            lease_until=now + LEASE,
            attempts=Outbox.attempts + 1,
            wired_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(
        select(Outbox, Member, Address)
        .outerjoin(Member, Member.id == Outbox.member_id)
        .outerjoin(Address, Address.id == Outbox.address_id)
        .where(Outbox.claim == token, Outbox.state == "claimed")
        .order_by(Outbox.priority, Outbox.id)
    ).all()
    kept = [(row, member) for row, member, address in rows if _may_leave(row, member, address, now)]
    contents = contents_of(session, [row for row, _ in kept])
    return Claim(
        token,
        len(rows),
        tuple(
            _outbound(row, member, contents[row.id], language)
            for row, member in kept
            if row.id in contents
        ),
    )


def settle(
    session: Session, token: str, outcomes: Iterable[Receipt | Failure], now: datetime
) -> None:
    """Write what became of messages claimed under `token`; the rest of them stay ours longer.

    A report may come first, and knows better. A claim may have run out meanwhile: then a receipt is
    still the truth, and a failure is another's to tell.
    """
    taken_on: set[str] = set()
    for outcome in outcomes:
        row = session.get(Outbox, outcome.outbound_id, with_for_update=True)
        if row is None:
            continue
        if isinstance(outcome, Receipt):
            reports.bind(session, row, outcome.external_id, outcome.segments, now)
            taken_on.add(row.channel)
        elif row.claim == token and row.state == "claimed":
            _not_sent(session, row, outcome.error, now)
    for channel in taken_on:
        pauses.opened(session, channel)
    session.execute(
        update(Outbox)
        .where(Outbox.claim == token, Outbox.state == "claimed")
        .values(lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )


def mark(session: Session, token: str, traces: Mapping[int, str], now: datetime) -> bool:
    """Write that these are about to leave; False where they are no longer ours to send."""
    marked = 0
    for trace in set(traces.values()):
        ids = [row_id for row_id, known_by in traces.items() if known_by == trace]
        marked += _changed(
            session,
            update(Outbox)
            .where(Outbox.id.in_(ids), Outbox.claim == token, Outbox.state == "claimed")
            .values(wired_at=now, trace=trace),
        )
    return marked == len(traces)


def sweep(session: Session, now: datetime) -> int:
    """Let go of what a dead worker had claimed; owe again what stayed unknown for too long.

    But not without end: a message that is never heard of again is left to an operator. Where a
    carrier can be asked, nothing is owed again before it was (`gateway.tracing`).
    """
    too_long = (Outbox.trace == "") & (Outbox.settled_at < now - UNKNOWN_WAIT)
    never_asked = Outbox.settled_at < now - LONGEST_UNKNOWN
    _changed(
        session,
        update(Outbox)
        .where(
            Outbox.state == "unknown",
            or_(never_asked, too_long & (Outbox.attempts >= MOST_UNKNOWN)),
        )
        .values(state="failed", claim="", code="never heard of", settled_at=now),
    )
    unknown = _changed(
        session,
        update(Outbox)
        .where(Outbox.state == "unknown", too_long)
        .values(state="due", claim="", not_before=now),
    )
    return _let_go(session, Outbox.lease_until < now, now) + unknown


def release_all(session: Session, now: datetime) -> int:
    """Let go of all that was claimed: for the start of an installation of a single process."""
    return _let_go(session, Outbox.id > 0, now)


def _let_go(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    """Owe again what had not left; what may have left, and must not go twice, is unknown."""
    gone = (Outbox.state == "claimed") & which
    left = gone & Outbox.wired_at.is_not(None)
    unknown = _changed(
        session,
        update(Outbox)
        .where(left, Outbox.channel.in_(ONCE_ONLY))
        .values(
            state="unknown",
            claim="",
            lease_until=None,
            code="interrupted",
            settled_at=now,
            not_before=now + FIRST_ASK,
        ),
    )
    _changed(
        session,
        update(Outbox)
        .where(left, Outbox.attempts >= MOST_UNKNOWN)
        .values(state="failed", claim="", code="never heard of", settled_at=now),
    )
    begun = case((Outbox.wired_at.is_(None), 0), else_=1)
    owed = _changed(
        session,
        update(Outbox)
        .where(gone)
        .values(state="due", claim="", lease_until=None, attempts=Outbox.attempts - 1 + begun),
    )
    return owed + unknown


def due_channels(session: Session, now: datetime) -> list[str]:
    """The channels on which something is due now."""
    return list(
        session.scalars(
            select(Outbox.channel)
            .where(Outbox.state == "due", Outbox.not_before <= now)
            .group_by(Outbox.channel)
        )
    )


def counts(session: Session) -> dict[tuple[str, str], int]:
    """How many rows are in each (channel, state)."""
    rows = session.execute(
        select(Outbox.channel, Outbox.state, func.count()).group_by(Outbox.channel, Outbox.state)
    )
    return {(channel, state): count for channel, state, count in rows}


def oldest_due(session: Session) -> dict[str, datetime]:
    """Since when the oldest message that is due waits, by channel."""
    rows = session.execute(
        select(Outbox.channel, func.min(Outbox.not_before))
        .where(Outbox.state == "due")
        .group_by(Outbox.channel)
    )
    return {row[0]: row[1] for row in rows}


def _changed(session: Session, statement: Update) -> int:
    quiet = statement.execution_options(synchronize_session=False)
    result = cast("CursorResult[Any]", session.execute(quiet))
    return result.rowcount


def _may_leave(row: Outbox, member: Member | None, address: Address | None, now: datetime) -> bool:
    """Whether a claimed row may be sent now; if not, it is dropped or put off right here."""
    if row.kind != "answer" and (address is None or address.state != "active"):
        row.state, row.code = "dropped", "stopped"
        return False
    if address is not None and row.member_id not in (None, address.member_id):
        row.state, row.code = "dropped", "moved"
        return False
    if row.kind in HARMLESS_IN_QUIET_HOURS or member is None:
        return True
    until = _held_until(row, member, now)
    if until is not None:
        row.state, row.claim, row.not_before = "due", "", until
        row.attempts -= 1
    return until is None


def _held_until(row: Outbox, member: Member, now: datetime) -> datetime | None:
    """The end of the pause or of the quiet hours that hold a message back."""
    if member.paused_until and member.paused_until > now:
        return member.paused_until
    # A digest comes when its reader asked for it, be it at night; one that is late can wait.
    fresh = row.kind == "digest" and now - row.created_at < LATE
    if row.channel != "sms" or fresh:
        return None
    return members.quiet_until(member, now)


def contents_of(session: Session, rows: Sequence[Outbox]) -> dict[int, Content]:
    """What each row says now; one that has nothing to say any more is dropped and left out.

    A post may have been taken back since it was owed, and its reader may have left the group.
    """
    serials: set[int] = {row.post_id for row in rows if row.post_id}
    payloads = {row.id: json.loads(row.payload) for row in rows if row.payload}
    for payload in payloads.values():
        serials.update(payload.get("digest", ()))
    roots = session.scalars(select(Post.parent_id).where(Post.id.in_(serials)))
    serials.update(root for root in roots if root)
    ordered = sorted(serials)
    posts = dict(zip(ordered, views.views(session, ordered), strict=True))
    readers = {row.member_id for row in rows if row.member_id}
    reading = _reading(session, readers)
    contents: dict[int, Content] = {}
    for row in rows:
        of_reader = {
            serial: post for serial, post in posts.items() if (row.member_id, post.group) in reading
        }
        content = _content(row, payloads.get(row.id, {}), posts, of_reader)
        if content is None:
            row.state, row.code = "dropped", "nothing left"
        else:
            contents[row.id] = content
    return contents


def _reading(session: Session, readers: set[int]) -> set[tuple[int | None, str]]:
    """Who is in which group, by its slug."""
    rows = session.execute(
        select(Subscription.member_id, Group.slug)
        .join(Group, Group.id == Subscription.group_id)
        .where(Subscription.member_id.in_(readers), Subscription.state == "in")
    )
    return {(member_id, slug) for member_id, slug in rows}


def _content(
    row: Outbox,
    payload: dict[str, object],
    posts: dict[int, PostView],
    readable: dict[int, PostView],
) -> Content | None:
    if row.post_id:
        post = readable.get(row.post_id)
        if post is None or post.withdrawn:
            return None
        root = serial_of(post.parent) if post.parent else None
        return Notice(post, posts[root] if root else None, row.post_id, root or 0)
    if "digest" in payload:
        listed: list[int] = payload["digest"]  # type: ignore[assignment]  # JSON
        serials = tuple(s for s in listed if s in readable and not readable[s].withdrawn)
        if not serials and row.kind == "digest":
            return None
        page = Page(tuple(posts[s] for s in serials), int(str(payload["remaining"])), "digest")
        return Digest(page, serials)
    names = ("text", "subject", "message_id", "references")
    return Answer(**{name: str(payload.get(name, "")) for name in names})


def _outbound(row: Outbox, member: Member | None, content: Content, language: str) -> Outbound:
    return Outbound(
        id=row.id,
        channel=row.channel,
        recipient=row.recipient,
        language=member.language if member else language,
        content=content,
        member_id=row.member_id,
        member=member.name if member else "",
        attempts=row.attempts,
        timezone=member.timezone if member else "UTC",
    )


def _not_sent(session: Session, row: Outbox, error: Exception, now: datetime) -> None:
    row.code = getattr(error, "code", type(error).__name__)
    row.settled_at = now
    match error:
        case OptedOut():
            row.state = "failed"
            reports.close(session, row, now)
        case PermanentFailure(bad_address=bad):
            row.state = "failed"
            if bad:
                reports.fail_address(session, row, now)
        case UnknownOutcome():
            row.state, row.not_before = "unknown", now + FIRST_ASK
        case ChannelShut():
            # Not this message's fault: it waits, and has lost nothing.
            row.state, row.claim, row.not_before = "due", "", now
            row.attempts -= 1
            pauses.shut(session, row.channel, error, now)
        case TemporaryFailure(retry_after=wait) if row.attempts < MOST_ATTEMPTS:
            row.state, row.claim = "due", ""
            row.not_before = now + timedelta(seconds=wait or _back_off(row.attempts))
        case _:
            row.state = "failed"


def _back_off(attempts: int) -> float:
    """Twice as long each time, with jitter, so that a crowd does not come back as a crowd."""
    full = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** (attempts - 1))
    return full * random.uniform(0.5, 1.0)  # noqa: S311  # jitter is no secret
