"""What waits in the outbox, for those who look at it or ring for it."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from gateway.core.models import Outbox

_DUE_CHANNELS = (
    select(Outbox.channel)
    .where(Outbox.state == "due", Outbox.not_before <= bindparam("now"))
    .group_by(Outbox.channel)
)


def answered(key: str) -> int:
    """The row of the inbox that a message with this key answers; 0 where it answers none."""
    kind, _, row = key.partition(":")
    row = row.partition(":")[0]
    return int(row) if kind == "answer" and row.isdigit() else 0


def due_channels(session: Session, now: datetime) -> list[str]:
    """The channels on which something is due now."""
    return list(session.scalars(_DUE_CHANNELS, {"now": now}))
