"""The installation at a glance, counted: what `gateway status` shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from gateway.core.envelope import CHANNELS
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

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """`waiting` is due later (quiet hours, a retry); times are those of the oldest that is due."""

    channel: str
    due: int = 0
    waiting: int = 0
    claimed: int = 0
    unknown: int = 0
    failed: int = 0
    oldest_due: datetime | None = None
    parked: int = 0
    came_last_hour: int = 0
    left_last_hour: int = 0
    failed_last_hour: int = 0


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
    channels: tuple[ChannelFigures, ...]


@dataclass(frozen=True, slots=True)
class Troubles:
    """What somebody must look at. `oldest_due` is by channel; `newest` is the last time we know."""

    parked: int
    failed_last_day: int
    unknown: int
    oldest_due: Mapping[str, datetime]
    newest: datetime | None


def troubles(session: Session, now: datetime) -> Troubles:
    """What `gateway doctor` asks the tables."""
    came = session.scalar(select(func.max(Inbox.received_at)))
    settled = session.scalar(select(func.max(Outbox.settled_at)))
    return Troubles(
        parked=_count(session, Inbox.id, Inbox.state == "failed"),
        failed_last_day=_count(
            session, Outbox.id, Outbox.state == "failed", Outbox.settled_at > now - 24 * HOUR
        ),
        unknown=_count(session, Outbox.id, Outbox.state == "unknown"),
        oldest_due=dict(_oldest(session, now)),
        newest=max((at for at in (came, settled) if at is not None), default=None),
    )


def figures(session: Session, now: datetime) -> Figures:
    """All that `gateway status` shows, counted now."""
    hour_ago = now - HOUR
    return Figures(
        members=_count(session, Member.id),
        reachable=_count(session, Address.member_id.distinct(), Address.state == "active"),
        groups=_count(session, Group.id),
        posts=_count(session, Post.id),
        posts_last_hour=_count(session, Post.id, Post.created_at > hour_ago),
        kiosks=_count(session, DeviceRow.id, DeviceRow.revoked_at.is_(None)),
        signed_in=_count(session, SessionRow.hash, SessionRow.expires_at > now),
        timer_until=session.scalar(select(Lease.until).where(Lease.name == "timer")),
        channels=tuple(_channels(session, now, hour_ago)),
    )


def _channels(session: Session, now: datetime, hour_ago: datetime) -> list[ChannelFigures]:
    due = Outbox.state == "due"
    owed = _by_channel(session, Outbox.channel, due & (Outbox.not_before <= now))
    later = _by_channel(session, Outbox.channel, due & (Outbox.not_before > now))
    states = {
        state: _by_channel(session, Outbox.channel, Outbox.state == state)
        for state in ("claimed", "unknown", "failed")
    }
    recent = Outbox.settled_at > hour_ago
    left = _by_channel(session, Outbox.channel, recent & (Outbox.state == "sent"))
    refused = _by_channel(session, Outbox.channel, recent & (Outbox.state == "failed"))
    parked = _by_channel(session, Inbox.channel, Inbox.state == "failed")
    came = _by_channel(session, Inbox.channel, Inbox.received_at > hour_ago)
    oldest = dict(_oldest(session, now))
    return [
        ChannelFigures(
            channel=channel,
            due=owed.get(channel, 0),
            waiting=later.get(channel, 0),
            claimed=states["claimed"].get(channel, 0),
            unknown=states["unknown"].get(channel, 0),
            failed=states["failed"].get(channel, 0),
            oldest_due=oldest.get(channel),
            parked=parked.get(channel, 0),
            came_last_hour=came.get(channel, 0),
            left_last_hour=left.get(channel, 0),
            failed_last_hour=refused.get(channel, 0),
        )
        for channel in CHANNELS
    ]


def _oldest(session: Session, now: datetime) -> list[tuple[str, datetime]]:
    statement = (
        select(Outbox.channel, func.min(Outbox.not_before))
        .where(Outbox.state == "due", Outbox.not_before <= now)
        .group_by(Outbox.channel)
    )
    return [(channel, at) for channel, at in session.execute(statement)]


def _by_channel(session: Session, channel: Any, where: ColumnElement[bool]) -> dict[str, int]:
    statement: Select[str, int] = select(channel, func.count()).where(where).group_by(channel)
    return dict(session.execute(statement).all())


def _count(session: Session, what: Any, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(what)).where(*where)) or 0
