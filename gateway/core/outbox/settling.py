"""What became of messages that a channel took: written down, and owed again or not."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from gateway.core import budget, digest, pauses, reports
from gateway.core.envelope import EMAIL, Failure, Receipt
from gateway.core.errors import (
    ChannelShut,
    DeliveryError,
    OptedOut,
    PermanentFailure,
    PutOff,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.core.models import Outbox, UtcTime
from gateway.core.outbox.at_once import settle_simple
from gateway.core.outbox.patience import (
    FIRST_ASK,
    FIRST_WAIT_SECONDS,
    LEASE,
    LONGEST_PUT_OFF,
    MOST_ATTEMPTS,
    STALE_DIGEST,
    back_off,
)
from gateway.core.prepared import Prepared

LONGER_EVERY = LEASE / 10
"""One that was made longer so recently is long enough: writing it costs as much as the rest."""

Ends = dict[tuple[str, str], datetime]
"""When each trouble of all (a channel, a code) is over: it is looked for once, not for each row."""

NEVER_LEFT = (TemporaryFailure, PermanentFailure, OptedOut)
"""What a carrier did not take, and bills nothing for."""

_ROW = Outbox.__table__.c
_LONGER = Prepared(
    update(Outbox.__table__)  # type: ignore[arg-type]  # it is a table
    .where(
        _ROW.claim == bindparam("token"),
        _ROW.state == "claimed",
        _ROW.lease_until < bindparam("soon", type_=UtcTime),
    )
    .values(lease_until=bindparam("until", type_=UtcTime))
)


def settle(
    session: Session, token: str, outcomes: Iterable[Receipt | Failure], now: datetime
) -> None:
    """Write what became of messages claimed under `token`; the rest of them stay ours longer.

    A report may come first, and knows better. A claim may have run out meanwhile: then a receipt is
    still the truth, and a failure is another's to tell.
    """
    outcomes = list(outcomes)
    settled = settle_simple(session, token, outcomes, now)
    taken_on = set(settled.values())
    cost: list[tuple[Outbox, int]] = []
    ends: Ends = {}
    for outcome in outcomes:
        if outcome.outbound_id in settled:
            continue
        row = session.get(Outbox, outcome.outbound_id, with_for_update=True)
        if row is None:
            continue
        if isinstance(outcome, Receipt):
            taken_on.add(row.channel)
        used = _settle(session, row, token, outcome, now, ends)
        if used is not None:
            cost.append((row, used))
    for channel in taken_on:
        pauses.opened(session, channel)
    _LONGER.run(session, token=token, until=now + LEASE, soon=now + LEASE - LONGER_EVERY)
    budget.count(session, cost)


def _settle(  # one outcome, and what is known of all
    session: Session,
    row: Outbox,
    token: str,
    outcome: Receipt | Failure,
    now: datetime,
    ends: Ends,
) -> int | None:
    """Write one outcome; the segments that this try cost, None where that is not known."""
    mine = row.claim == token
    if isinstance(outcome, Receipt):
        reports.bind(session, row, outcome.external_id, outcome.segments, now)
        row.said = outcome.said
        return outcome.segments if mine and outcome.segments else None
    if not mine or row.state != "claimed":
        return None
    _not_sent(session, row, outcome.error, now, ends)
    return 0 if isinstance(outcome.error, NEVER_LEFT) else None


def _not_sent(session: Session, row: Outbox, error: Exception, now: datetime, ends: Ends) -> None:
    _move(session, row, error, now, ends)
    if row.state != "failed":
        return
    digest.unsee(session, row)
    if isinstance(error, DeliveryError) and error.harm:
        reports.refused(session, row, error, now)


def _move(session: Session, row: Outbox, error: Exception, now: datetime, ends: Ends) -> None:
    """Owe it again, or not, as the error asks."""
    row.code = getattr(error, "code", type(error).__name__)
    row.settled_at = now
    match error:
        case OptedOut():
            row.state, row.status = "failed", "opted_out"
            reports.close(session, row, now)
        case PermanentFailure(bad_address=bad):
            row.state = "failed"
            if bad:
                reports.fail_address(session, row, row.code, now)
        case UnknownOutcome():
            row.state, row.not_before = "unknown", now + FIRST_ASK
        case TemporaryFailure() if _is_no_attempt(row, error, now):
            # Not this message's fault: it waits, and has lost nothing.
            row.state, row.claim, row.attempts = "due", "", row.attempts - 1
            _wait(session, row, error, now, ends)
        case TemporaryFailure(retry_after=wait) if _has_tries_left(row, now):
            row.state, row.claim = "due", ""
            # Whatever the carrier says: soon again and again would use up all tries in a minute.
            seconds = max(wait or 0.0, back_off(row.attempts))
            row.not_before = now + timedelta(seconds=seconds)
        case _:
            row.state = "failed"


def _has_tries_left(row: Outbox, now: datetime) -> bool:
    """So many tries; of a mail, as many as there are in the days that a mail server goes on for."""
    if row.attempts < MOST_ATTEMPTS:
        return True
    is_mail = row.channel == EMAIL and row.kind != "digest"
    return is_mail and now - row.created_at < LONGEST_PUT_OFF


def _is_no_attempt(row: Outbox, error: TemporaryFailure, now: datetime) -> bool:
    """Others' trouble is waited for, but not without end."""
    if isinstance(error, ChannelShut):
        return True
    patience = LONGEST_PUT_OFF
    if error.for_all and row.kind == "digest":
        patience = STALE_DIGEST  # the next one is not far
    others = isinstance(error, PutOff) or error.for_all
    return others and now - row.created_at < patience


def _wait(
    session: Session, row: Outbox, error: TemporaryFailure, now: datetime, ends: Ends
) -> None:
    if isinstance(error, ChannelShut):
        row.not_before = now
        pauses.shut(session, row.channel, error, now)
        return
    row.not_before = now + timedelta(seconds=error.retry_after or FIRST_WAIT_SECONDS)
    if error.for_all:
        known = row.channel, row.code
        if known not in ends:
            ends[known] = _end_for_all(session, row, now)
        row.not_before = min(row.not_before, ends[known])


def _end_for_all(session: Session, row: Outbox, now: datetime) -> datetime:
    """When what others have met already is over: this one, be it an answer, waits no longer."""
    others = select(func.min(Outbox.not_before)).where(
        Outbox.channel == row.channel,
        Outbox.state == "due",
        Outbox.code == row.code,
        Outbox.not_before > now,
        Outbox.id != row.id,
    )
    return min(row.not_before, session.scalar(others) or row.not_before)
