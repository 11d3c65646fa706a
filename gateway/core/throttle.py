"""Wrong tries: counted by subject, locked for longer each time, kept over a restart."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from gateway.core.database import insert_once
from gateway.core.errors import Refused
from gateway.core.models import Throttle

FREE_TRIES = 3
LOCK_SECONDS = 30
LONGEST_LOCK_SECONDS = 6 * 3600
FORGOTTEN = timedelta(days=7)


def attempt(session: Session, subject: str, now: datetime) -> None:
    """Count a try before it is made; `passed` forgets it where it was right.

    Every third one locks, twice as long as before. Counted first, a hundred tries at the same
    moment are no more than a hundred in a row. Raises `Refused("locked", seconds=...)`.
    """
    session.execute(
        insert_once(session, Throttle).values(subject=subject, failures=0, locked_until=now)
    )
    row = session.get_one(Throttle, subject, with_for_update=True)
    if row.locked_until and row.locked_until > now:
        raise Refused("locked", seconds=int((row.locked_until - now).total_seconds()) + 1)
    row.failures += 1
    locks, over = divmod(row.failures, FREE_TRIES)
    seconds = 0 if over else min(LOCK_SECONDS * 2 ** (locks - 1), LONGEST_LOCK_SECONDS)
    row.locked_until = now + timedelta(seconds=seconds)


def passed(session: Session, subject: str) -> None:
    """Forget the tries of `subject`."""
    session.execute(delete(Throttle).where(Throttle.subject == subject))


def forget_old(session: Session, now: datetime) -> None:
    """Forget those that nobody tried for a week: made-up badges would fill the table."""
    session.execute(
        delete(Throttle)
        .where(Throttle.locked_until < now - FORGOTTEN)
        .execution_options(synchronize_session=False)
    )
