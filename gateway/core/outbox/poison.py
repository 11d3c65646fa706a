"""A message that we cannot read, by a fault of ours: tried again, and then left to an operator.

What waits behind it leaves meanwhile.
"""

from datetime import datetime, timedelta

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from gateway.core.models import Outbox
from gateway.core.outbox.patience import back_off

MOST_TRIES = 3


def set_aside(session: Session, row_id: int, error: Exception, now: datetime) -> None:
    """One try more that failed before the wire; the third one is the last."""
    tries = Outbox.attempts + 1
    session.execute(
        update(Outbox)
        .where(Outbox.id == row_id, Outbox.state == "due")
        .values(
            attempts=tries,
            state=case((tries >= MOST_TRIES, "failed"), else_="due"),
            code=type(error).__name__,
            not_before=now + timedelta(seconds=back_off(MOST_TRIES)),
            settled_at=now,
        )
        .execution_options(synchronize_session=False)
    )
