"""Wrong tries: counted by subject, locked for longer each time, kept over a restart."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core.errors import Refused
from gateway.core.models import Throttle

FREE_TRIES = 3
LOCK_SECONDS = 30
LONGEST_LOCK_SECONDS = 6 * 3600


def check(session: Session, subject: str, now: datetime) -> None:
    """Raises `Refused("locked", seconds=...)` while `subject` is locked."""
    row = session.get(Throttle, subject)
    if row and row.locked_until and row.locked_until > now:
        raise Refused("locked", seconds=int((row.locked_until - now).total_seconds()) + 1)


def failed(session: Session, subject: str, now: datetime) -> int:
    """Count one wrong try; every third one locks, twice as long as before. The tries so far."""
    row = session.get(Throttle, subject)
    if row is None:
        row = Throttle(subject=subject, failures=0)
        session.add(row)
    row.failures += 1
    locks = row.failures // FREE_TRIES
    if row.failures % FREE_TRIES == 0:
        seconds = min(LOCK_SECONDS * 2 ** (locks - 1), LONGEST_LOCK_SECONDS)
        row.locked_until = now + timedelta(seconds=seconds)
    return row.failures


def passed(session: Session, subject: str) -> None:
    """Forget the wrong tries of `subject`."""
    row = session.get(Throttle, subject)
    if row is not None:
        session.delete(row)
