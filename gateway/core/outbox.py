"""What we owe: claimed for a while, sent by a channel, settled; never two at the same time.

A claim is one conditional UPDATE under a fresh token, with a lease. Between claim and settlement
no transaction is open. An outcome that nobody knows is `unknown`, and is not blindly repeated.
"""

import json
import random
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Update, func, select, update
from sqlalchemy.orm import Session

from gateway.core import members, views
from gateway.core.commands import Page, PostView
from gateway.core.envelope import (
    Answer,
    Content,
    DeliveryReport,
    Digest,
    Failure,
    Notice,
    Outbound,
    Receipt,
)
from gateway.core.errors import OptedOut, PermanentFailure, TemporaryFailure, UnknownOutcome
from gateway.core.models import Address, Member, Outbox, Post
from gateway.core.numbers import serial_of

LEASE = timedelta(minutes=5)
FIRST_WAIT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 3600.0
MOST_ATTEMPTS = 14
UNKNOWN_WAIT = timedelta(minutes=10)
HARMLESS_IN_QUIET_HOURS = ("answer", "alert")
RANKS = {"": 0, "sent": 1, "delivered": 2, "failed": 2, "opted_out": 2, "read": 3}
"""A carrier's report only ever moves a message up."""


@dataclass(frozen=True, slots=True)
class Claim:
    """`rows` were claimed; `messages` are those to be sent now, the rest wait or were dropped."""

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
    session.execute(
        update(Outbox)
        .where(Outbox.id.in_(chosen), Outbox.state == "due")
        .values(state="claimed", claim=token, lease_until=now + LEASE, attempts=Outbox.attempts + 1)
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
    contents = _contents(session, [row for row, _ in kept])
    return Claim(
        len(rows),
        tuple(
            _outbound(row, member, contents[row.id], language)
            for row, member in kept
            if _is_live(row, contents[row.id])
        ),
    )


def settle(session: Session, outcomes: Iterable[Receipt | Failure], now: datetime) -> None:
    """Write what became of claimed messages."""
    for outcome in outcomes:
        row = session.get(Outbox, outcome.outbound_id)
        if row is None or row.state not in ("claimed", "unknown"):
            continue  # A report came before us, and knows better.
        if isinstance(outcome, Receipt):
            _sent(row, outcome, now)
        else:
            _not_sent(session, row, outcome.error, now)


def report(session: Session, report: DeliveryReport, now: datetime) -> bool:
    """Take a delivery report; False where it speaks of nothing of ours."""
    row = _reported(session, report)
    if row is None:
        return False
    row.external_id = row.external_id or report.external_id or None
    if RANKS.get(report.status, 0) <= RANKS[row.status]:
        return True
    row.status, row.code = report.status, report.code
    # Whoever reports on a message has it, whatever became of our own request.
    if row.state in ("claimed", "unknown", "due"):
        row.state, row.settled_at = "sent", now
    if report.status == "opted_out":
        _close(session, row, f"carrier:{report.code}", now)
    return True


def sweep(session: Session, now: datetime) -> int:
    """Owe again what a dead worker had claimed, and what stayed unknown for too long."""
    expired = _changed(
        session,
        update(Outbox)
        .where(Outbox.state == "claimed", Outbox.lease_until < now)
        .values(state="due", claim="", lease_until=None),
    )
    unknown = _changed(
        session,
        update(Outbox)
        .where(Outbox.state == "unknown", Outbox.settled_at < now - UNKNOWN_WAIT)
        .values(state="due", claim="", not_before=now),
    )
    return expired + unknown


def release_all(session: Session) -> int:
    """Owe again all that was claimed: for the start of an installation of a single process."""
    return _changed(
        session,
        update(Outbox)
        .where(Outbox.state == "claimed")
        .values(state="due", claim="", lease_until=None),
    )


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
    return dict(rows.tuples().all())


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
    if row.kind in HARMLESS_IN_QUIET_HOURS or row.channel != "sms" or member is None:
        return True
    until = members.quiet_until(member, now)
    if until is not None:
        row.state, row.claim, row.not_before = "due", "", until
        row.attempts -= 1
    return until is None


def _is_live(row: Outbox, content: Content) -> bool:
    if isinstance(content, Notice) and content.post.withdrawn:
        row.state, row.code = "dropped", "withdrawn"
        return False
    return True


def _contents(session: Session, rows: Sequence[Outbox]) -> dict[int, Content]:
    serials: set[int] = {row.post_id for row in rows if row.post_id}
    payloads = {row.id: json.loads(row.payload) for row in rows if row.payload}
    for payload in payloads.values():
        serials.update(payload.get("digest", ()))
    roots = session.scalars(select(Post.parent_id).where(Post.id.in_(serials)))
    serials.update(root for root in roots if root)
    ordered = sorted(serials)
    posts = dict(zip(ordered, views.views(session, ordered), strict=True))
    return {row.id: _content(row, payloads.get(row.id, {}), posts) for row in rows}


def _content(row: Outbox, payload: dict[str, object], posts: dict[int, PostView]) -> Content:
    if row.post_id:
        post = posts[row.post_id]
        root = serial_of(post.parent) if post.parent else None
        return Notice(post, posts[root] if root else None, row.post_id, root or 0)
    if "digest" in payload:
        serials = tuple(s for s in payload["digest"] if not posts[s].withdrawn)  # type: ignore[attr-defined]  # JSON
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


def _sent(row: Outbox, receipt: Receipt, now: datetime) -> None:
    row.state, row.settled_at = "sent", now
    row.external_id = receipt.external_id or row.external_id
    row.segments = receipt.segments
    row.status = row.status or "sent"


def _not_sent(session: Session, row: Outbox, error: Exception, now: datetime) -> None:
    row.code = getattr(error, "code", type(error).__name__)
    row.settled_at = now
    match error:
        case OptedOut():
            row.state = "failed"
            _close(session, row, f"carrier:{row.code}", now)
        case PermanentFailure(bad_address=bad):
            row.state = "failed"
            if bad:
                _fail_address(session, row, now)
        case UnknownOutcome():
            row.state = "unknown"
        case TemporaryFailure(retry_after=wait) if row.attempts < MOST_ATTEMPTS:
            row.state, row.claim = "due", ""
            row.not_before = now + timedelta(seconds=wait or _back_off(row.attempts))
        case _:
            row.state = "failed"


def _back_off(attempts: int) -> float:
    """Twice as long each time, with jitter, so that a crowd does not come back as a crowd."""
    full = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** (attempts - 1))
    return full * random.uniform(0.5, 1.0)  # noqa: S311  # jitter is no secret


def _close(session: Session, row: Outbox, cause: str, now: datetime) -> None:
    address = session.get(Address, row.address_id) if row.address_id else None
    if address is not None and address.state == "active":
        members.consent(session, address, given=False, cause=cause, now=now)


def _fail_address(session: Session, row: Outbox, now: datetime) -> None:
    address = session.get(Address, row.address_id) if row.address_id else None
    if address is not None and address.state == "active":
        address.state, address.changed_at = "failed", now
        members.choose_preferred(session, address.member_id)


def _reported(session: Session, report: DeliveryReport) -> Outbox | None:
    if report.outbound_id is not None:
        row = session.get(Outbox, report.outbound_id)
        return row if row is not None and row.channel == report.channel else None
    if not report.external_id:
        return None
    found: Outbox | None = session.scalar(
        select(Outbox).where(
            Outbox.external_id == report.external_id, Outbox.channel == report.channel
        )
    )
    return found
