"""The installation at a glance, counted: what `gateway status` shows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from gateway.core import bounces, budget, doubts, members, resends, throttle, turns
from gateway.core.envelope import CHANNELS, SMS
from gateway.core.house import House
from gateway.core.models import (
    Address,
    DeviceRow,
    Group,
    Inbox,
    Lease,
    Member,
    Outbox,
    Post,
    SessionRow,
)
from gateway.core.models.wire import UNANSWERED

HOUR = timedelta(hours=1)
MOST_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """`waiting` is due later (quiet hours, a retry); times are those of the oldest that is due."""

    channel: str
    due: int = 0
    waiting: int = 0
    claimed: int = 0
    held: int = 0
    unknown: int = 0
    failed: int = 0
    oldest_due: datetime | None = None
    parked: int = 0
    came_too_fast: int = 0
    """Of the inbox: what waits for its turn, for its sender wrote too much at once."""
    came_last_hour: int = 0
    left_last_hour: int = 0
    failed_last_hour: int = 0


@dataclass(frozen=True, slots=True)
class SmsBudget:
    """Segments `spent` this month, of `budget` (none: no limit), `reserve` of them for alerts.

    `held` is how many messages wait, in every month, for a budget to have room.
    """

    month: str
    spent: int
    budget: int | None
    reserve: int
    held: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The installation at a glance. `timer_until` is when the timer's office runs out."""

    members: int
    reachable: int
    groups: int
    posts: int
    posts_last_hour: int
    kiosks: int
    signed_in: int
    timer_until: datetime | None
    sms: SmsBudget
    channels: tuple[ChannelFigures, ...]


@dataclass(frozen=True, slots=True)
class Troubles:
    """What somebody must look at. `oldest_due` is by channel; `newest` is the last time we know."""

    parked: int
    failed_last_day: int
    unknown: int
    oldest_due: Mapping[str, datetime]
    newest: datetime | None
    sms: SmsBudget
    waiting: int = 0
    """Messages whose senders wrote too much at once; `flooded` are those kept for an operator."""
    flooded: int = 0
    looped: int = 0
    """Messages of the last day that were not answered, for it looked like two machines."""
    locked: int = 0
    """Numbers and mailboxes that sent too many wrong codes."""
    doubted: int = 0
    """Phone numbers whose holders are asked whether they are still the members'."""
    closed: int = 0
    """Mailboxes that were closed lately, for mail to them came back."""
    refusing: tuple[str, ...] = ()
    """Domains from which so much comes back that it is not the mailboxes' fault."""


def troubles(session: Session, now: datetime, house: House) -> Troubles:
    """What `gateway doctor` asks the tables."""
    came = session.scalar(select(func.max(Inbox.received_at)))
    settled = session.scalar(select(func.max(Outbox.settled_at)))
    return Troubles(
        parked=_count(session, Inbox.id, Inbox.state == "failed"),
        failed_last_day=_count(
            session,
            Outbox.id,
            Outbox.state == "failed",
            Outbox.status != "opted_out",  # a member's will, and nothing to mend
            Outbox.settled_at > now - 24 * HOUR,
            ~resends.taken_over(),
        ),
        unknown=_count(session, Outbox.id, Outbox.state == "unknown"),
        oldest_due=dict(_oldest(session, now)),
        waiting=_count(session, Inbox.id, Inbox.state == "waiting"),
        flooded=_count(session, Inbox.id, Inbox.state == "held", Inbox.reason.startswith("flood")),
        looped=unanswered_since(session, now - 24 * HOUR).get("loop", 0),
        locked=throttle.count_locked(session, "codes:", now),
        newest=max((at for at in (came, settled) if at is not None), default=None),
        sms=_sms(session, house, now),
        doubted=_count(
            session, Address.id, Address.channel == SMS, Address.state.in_(doubts.IN_DOUBT)
        ),
        closed=bounces.closed_lately(session, now),
        refusing=tuple(bounces.domains_refusing(session, now)),
    )


def unanswered_since(session: Session, since: datetime) -> dict[str, int]:
    """How many that came in since then were answered by nobody on purpose, by why."""
    newest = session.scalar(select(func.max(Inbox.id))) or 0
    reasons = session.scalars(
        select(Inbox.reason).where(
            # By id, which has an index: it is asked often, and of a table that only grows.
            Inbox.id > newest - MOST_LOOKED_AT,
            Inbox.received_at >= since,
            Inbox.reason.contains(UNANSWERED),
        )
    )
    return dict(Counter(reason.rpartition(f"{UNANSWERED} ")[2] for reason in reasons))


def figures(session: Session, now: datetime, house: House) -> Figures:
    """All that `gateway status` shows, counted now."""
    hour_ago = now - HOUR
    return Figures(
        members=_count(session, Member.id, Member.role != members.ERASED),
        reachable=_count(session, Address.member_id.distinct(), Address.state == "active"),
        groups=_count(session, Group.id),
        posts=_count(session, Post.id),
        posts_last_hour=_count(session, Post.id, Post.created_at > hour_ago),
        kiosks=_count(session, DeviceRow.id, DeviceRow.revoked_at.is_(None)),
        signed_in=_count(session, SessionRow.hash, SessionRow.expires_at > now),
        timer_until=session.scalar(select(Lease.until).where(Lease.name == "timer")),
        sms=_sms(session, house, now),
        channels=tuple(_channels(session, now, hour_ago)),
    )


def _sms(session: Session, house: House, now: datetime) -> SmsBudget:
    room = budget.of_house(session, house, now)
    held = _count(session, Outbox.id, Outbox.state == "held", Outbox.code == budget.HELD)
    return SmsBudget(budget.month(now, house), room.spent, room.cap, room.reserve, held)


def _channels(session: Session, now: datetime, hour_ago: datetime) -> list[ChannelFigures]:
    due = Outbox.state == "due"
    owed = _by_channel(session, Outbox.channel, due & (Outbox.not_before <= now))
    later = _by_channel(session, Outbox.channel, due & (Outbox.not_before > now))
    states = {
        state: _by_channel(session, Outbox.channel, Outbox.state == state)
        for state in ("claimed", "held", "unknown", "failed")
    }
    recent = Outbox.settled_at > hour_ago
    left = _by_channel(session, Outbox.channel, recent & (Outbox.state == "sent"))
    refused = _by_channel(session, Outbox.channel, recent & (Outbox.state == "failed"))
    parked = _by_channel(session, Inbox.channel, Inbox.state == "failed")
    too_fast = _by_channel(session, Inbox.channel, Inbox.state == "waiting")
    came = _by_channel(session, Inbox.channel, Inbox.received_at > hour_ago)
    oldest = dict(_oldest(session, now))
    return [
        ChannelFigures(
            channel=channel,
            due=owed.get(channel, 0),
            waiting=later.get(channel, 0),
            claimed=states["claimed"].get(channel, 0),
            held=states["held"].get(channel, 0),
            unknown=states["unknown"].get(channel, 0),
            failed=states["failed"].get(channel, 0),
            oldest_due=oldest.get(channel),
            parked=parked.get(channel, 0),
            came_too_fast=too_fast.get(channel, 0),
            came_last_hour=came.get(channel, 0),
            left_last_hour=left.get(channel, 0),
            failed_last_hour=refused.get(channel, 0),
        )
        for channel in CHANNELS
    ]


def _oldest(session: Session, now: datetime) -> list[tuple[str, datetime]]:
    statement = (
        select(Outbox.channel, func.min(turns.owed_since()))
        .where(Outbox.state == "due", Outbox.not_before <= now)
        .group_by(Outbox.channel)
    )
    return [(channel, at) for channel, at in session.execute(statement)]


def _by_channel(session: Session, channel: Any, where: ColumnElement[bool]) -> dict[str, int]:
    statement: Select[str, int] = select(channel, func.count()).where(where).group_by(channel)
    return dict(session.execute(statement).all())


def _count(session: Session, what: Any, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(what)).where(*where)) or 0
