"""A message that we cannot read, by a fault of ours: tried again, and then left to an operator.

What waits behind it leaves meanwhile. It is counted apart from what carriers refuse, which concerns
one person: this is for whoever runs the gateway.
"""

from datetime import datetime, timedelta

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from gateway.core import presence
from gateway.core.models import Outbox
from gateway.core.outbox.patience import back_off
from gateway.core.tally import key

MOST_TRIES = 3

PARKED = "gateway_outbox_parked_total"
"""Under this name it is counted for Prometheus, in the same transaction."""


def set_aside(session: Session, row_id: int, error: Exception, now: datetime) -> None:
    """One try more that failed before the wire; the third one is the last."""
    tries = Outbox.attempts + 1
    rows = session.execute(
        update(Outbox)
        .where(Outbox.id == row_id, Outbox.state == "due")
        .values(
            attempts=tries,
            state=case((tries >= MOST_TRIES, "failed"), else_="due"),
            code=type(error).__name__,
            not_before=now + timedelta(seconds=back_off(MOST_TRIES)),
            settled_at=now,
        )
        .returning(Outbox.channel, Outbox.state)
        .execution_options(synchronize_session=False)
    ).all()
    for channel, state in rows:
        if state == "failed":
            presence.add(session, {key(PARKED, {"channel": channel}): 1.0})
