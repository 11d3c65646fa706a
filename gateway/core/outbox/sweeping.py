"""What was forgotten: claims of the dead are let go, and nobody waits for an outcome for ever."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Update, case, or_, select, update
from sqlalchemy.orm import Session

from gateway.core import budget
from gateway.core.envelope import EMAIL
from gateway.core.models import Outbox
from gateway.core.outbox.patience import FIRST_ASK, LONGEST_PUT_OFF, MOST_ATTEMPTS, back_off

UNKNOWN_WAIT = timedelta(minutes=10)
LONGEST_UNKNOWN = timedelta(days=1)
MOST_UNKNOWN = 3
"""As often may a message have gone for all we know; then somebody must look at it."""

ONCE_ONLY = ("sms",)
"""Where a repeat costs money and rings; a mail has its own Message-ID, which shows it for one."""


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


def let_go_of(session: Session, process: str, now: datetime) -> int:
    """Let go of what a process had claimed that is dead."""
    return _let_go(session, Outbox.claim.startswith(f"{process}.", autoescape=True), now)


def _let_go(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    """Owe again what had not left; what may have left, and must not go twice, is unknown."""
    gone = (Outbox.state == "claimed") & which
    unspent = _reserved_only(session, gone)
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
        .where(
            left,
            Outbox.attempts >= MOST_ATTEMPTS,
            or_(Outbox.channel != EMAIL, Outbox.created_at < now - LONGEST_PUT_OFF),
        )
        .values(state="failed", claim="", code="never heard of", settled_at=now),
    )
    begun = case((Outbox.wired_at.is_(None), 0), else_=1)
    owed = _changed(
        session,
        update(Outbox)
        .where(gone)
        .values(
            state="due",
            claim="",
            lease_until=None,
            attempts=Outbox.attempts - 1 + begun,
            not_before=case(_apart(now), value=Outbox.attempts * begun, else_=Outbox.not_before),
        ),
    )
    budget.give_back(session, unspent)
    return owed + unknown


def _apart(now: datetime) -> dict[int, datetime]:
    """When a message goes again that was on its way at several deaths, by how many tries it had.

    One of them may be the cause. Waiting, each longer than the last time, parts it from the others
    of its batch; and a process that dies all day long costs nobody a mail.
    """
    tries = range(MOST_UNKNOWN, MOST_ATTEMPTS)
    return {count: now + timedelta(seconds=back_off(count)) for count in tries}


def _reserved_only(session: Session, gone: ColumnElement[bool]) -> list[Outbox]:
    """What took its segments out of a budget, and was never begun."""
    not_begun = (gone, Outbox.wired_at.is_(None), Outbox.reserved > 0)
    return list(session.scalars(select(Outbox).where(*not_begun).with_for_update()))


def _changed(session: Session, statement: Update) -> int:
    quiet = statement.execution_options(synchronize_session=False)
    result = cast("CursorResult[Any]", session.execute(quiet))
    return result.rowcount
