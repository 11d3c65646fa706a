"""Asking a carrier which of our messages it has, where nobody knows whether they left.

What it has is bound to its row, each of its messages to one. What it has not is owed again, and not
before it had time to come to light; a list that does not reach back to it proves nothing. Nothing
is kept but in the rows: a crash here costs nothing.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.core import budget, digest, outbox, reports
from gateway.core.envelope import Outbound
from gateway.core.errors import ChannelShut, DeliveryError
from gateway.core.gateway.parts import Parts
from gateway.core.models import Outbox
from gateway.core.ports import Channel, Listing, Traceable, Traced

log = logging.getLogger(__name__)

PATIENCE = {"answer": timedelta(seconds=30), "alert": timedelta(minutes=2)}
LONGEST_PATIENCE = timedelta(minutes=10)
"""How long a message may take to come to light at its carrier before it is taken for not sent."""

SKEW = timedelta(minutes=2)
"""By as much may a carrier's clock differ from ours."""

ASKED_LATER = timedelta(minutes=1)
MOST_FAILURES = 3
"""Numbers in one turn whose lists cannot be had: each may have taken a whole timeout."""

MOST_ASKED = 20
"""Questions in one turn; the others are asked in the next one."""


def traces(way: Channel, messages: Sequence[Outbound]) -> dict[int, str]:
    """What each message is known by at its carrier, by its id; "" where it cannot be asked."""
    if not isinstance(way, Traceable):
        return {message.id: "" for message in messages}
    return {message.id: _trace(way, message) for message in messages}


def trace_all(parts: Parts) -> int:
    """Ask for all that is unknown and whose time to be asked for has come; how many have an end."""
    return sum(
        _of_channel(parts, name, way)
        for name, way in parts.channels.items()
        if isinstance(way, Traceable)
    )


def _trace(way: Traceable, message: Outbound) -> str:
    try:
        return way.trace(message)
    except Exception:  # what cannot be written is told when it is sent
        log.exception("message %s has no trace", message.id)
        return ""


def _of_channel(parts: Parts, channel: str, way: Traceable) -> int:
    with parts.database.read() as session:
        asked_for = _asked_for(session, channel, parts.clock())
    ended = failures = 0
    for recipient, since in asked_for:
        asked_at = parts.clock()
        try:
            listing = way.listed(recipient, since)
        except DeliveryError as error:
            log.warning("channel %s cannot be asked: %s", channel, error.code)
            failures += 1
            if _is_of_all(error) or failures == MOST_FAILURES:
                break
            _ask_later(parts, channel, recipient, asked_at)
            continue
        with parts.database.write() as session:
            ended += _match(session, channel, recipient, listing, asked_at)
    if ended:
        parts.bell.ring(channel)
    return ended


def _is_of_all(error: DeliveryError) -> bool:
    """Whether asking about another number would meet the same."""
    return isinstance(error, ChannelShut) or error.for_all


def _ask_later(parts: Parts, channel: str, recipient: str, asked_at: datetime) -> None:
    """Of a number whose list cannot be had: others are asked about first."""
    with parts.database.write() as session:
        for row in session.scalars(
            select(Outbox).where(
                Outbox.channel == channel,
                Outbox.state == "unknown",
                Outbox.recipient == recipient,
                Outbox.trace != "",
            )
        ):
            row.not_before = asked_at + ASKED_LATER


def _asked_for(session: Session, channel: str, now: datetime) -> list[tuple[str, datetime]]:
    """Of whom the carrier is asked in this turn, and since when: the first of what is unknown."""
    unknown = (Outbox.channel == channel, Outbox.state == "unknown", Outbox.trace != "")
    recipients = session.scalars(
        select(Outbox.recipient)
        .where(*unknown, Outbox.not_before <= now)
        .distinct()
        .limit(MOST_ASKED)
    ).all()
    left_at = func.min(func.coalesce(Outbox.wired_at, Outbox.created_at))
    firsts = session.execute(
        select(Outbox.recipient, left_at)
        .where(*unknown, Outbox.recipient.in_(recipients))
        .group_by(Outbox.recipient)
    )
    return [(recipient, first - SKEW) for recipient, first in firsts]


def _match(
    session: Session, channel: str, recipient: str, listing: Listing, asked_at: datetime
) -> int:
    """Give each of the carrier's messages to one row at most; how many rows have an end."""
    free = _unbound(session, channel, listing.taken)
    ended, cost = 0, list[tuple[Outbox, int]]()
    for row in session.scalars(
        select(Outbox)
        .where(
            Outbox.channel == channel,
            Outbox.state == "unknown",
            Outbox.recipient == recipient,
            Outbox.trace != "",
        )
        .order_by(Outbox.wired_at, Outbox.id)
        .with_for_update()
    ):
        left_at = row.wired_at or row.created_at
        found = next((o for o in free if o.trace == row.trace and o.at >= left_at - SKEW), None)
        if found is None:
            if left_at - SKEW < listing.since:
                row.not_before = _asked_again(left_at, asked_at)
            elif _not_found(session, row, left_at, asked_at):
                ended += 1
                cost.append((row, 0))
            continue
        free.remove(found)
        ended += 1
        reports.bind(session, row, found.report.external_id, found.segments, asked_at)
        reports.report(session, replace(found.report, outbound_id=row.id), asked_at)
        if found.segments:
            cost.append((row, found.segments))
    budget.count(session, cost)
    return ended


def _unbound(session: Session, channel: str, taken: Sequence[Traced]) -> list[Traced]:
    known = [one.report.external_id for one in taken]
    bound = set(
        session.scalars(
            select(Outbox.external_id).where(
                Outbox.channel == channel, Outbox.external_id.in_(known)
            )
        )
    )
    bound.update(reports.given_up(session, channel, known))
    return [one for one in taken if one.report.external_id not in bound]


def _asked_again(left_at: datetime, asked_at: datetime) -> datetime:
    """When: each time after twice as long."""
    return asked_at + max(outbox.FIRST_ASK, asked_at - left_at)


def _not_found(session: Session, row: Outbox, left_at: datetime, asked_at: datetime) -> bool:
    """Ask again later, or take it for not sent; whether that is the end of not knowing."""
    patience_ends = left_at + PATIENCE.get(row.kind, LONGEST_PATIENCE)
    if asked_at < patience_ends:
        row.not_before = min(_asked_again(left_at, asked_at), patience_ends)
        return False
    row.claim, row.settled_at = "", asked_at
    if row.kind == "digest" and row.created_at < asked_at - outbox.STALE_DIGEST:
        row.state, row.code = "dropped", "stale"
        digest.unsee(session, row)
    elif row.attempts >= outbox.MOST_ATTEMPTS:
        row.state, row.code = "failed", "never heard of"
        digest.unsee(session, row)
    else:
        # From when it left: the patience that it took counts. A carrier that is ill for an hour
        # does not use up all tries.
        again_at = left_at + timedelta(seconds=outbox.back_off(row.attempts))
        row.state, row.not_before = "due", max(again_at, asked_at)
    return True
