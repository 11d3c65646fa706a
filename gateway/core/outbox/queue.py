"""What waits in the outbox, for those who look at it or ring for it."""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from gateway.core.models import Outbox

_DUE_CHANNELS = (
    select(Outbox.channel)
    .where(Outbox.state == "due", Outbox.not_before <= bindparam("now"))
    .group_by(Outbox.channel)
)


def due_channels(session: Session, now: datetime) -> list[str]:
    """The channels on which something is due now."""
    return list(session.scalars(_DUE_CHANNELS, {"now": now}))


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
