"""Wrong tries: counted by subject, locked for a while, kept over a restart."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from gateway.core.database import insert_once
from gateway.core.errors import Refused
from gateway.core.models import Throttle

FORGOTTEN = timedelta(days=7)

FOR_GOOD = timedelta(days=36_500)
"""So long is locked what a person has to open: a time, for the row tells of its last try by it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Every so many wrong `tries` lock: for `first`, then twice as long, for `longest` at most.

    `most` of them lock for good, until somebody lets the subject in; 0: that never happens. With
    `most`, each try behind the first `tries` locks: there are few left.
    """

    tries: int
    first: timedelta
    longest: timedelta
    most: int = 0


SIGN_IN = Patience(3, timedelta(seconds=30), timedelta(hours=1), most=9)
"""Of a badge, with a person in front of it whose fingers slip; or one who goes through PINs."""

CODES = Patience(10, timedelta(hours=24), timedelta(hours=24))
"""Of a number or a mailbox that sends activation codes: they are on paper, and not guessed."""


def attempt(session: Session, subject: str, now: datetime, patience: Patience = SIGN_IN) -> None:
    """Count a try before it is made; `passed` forgets it where it was right.

    Counted first, a hundred tries at the same moment are no more than a hundred in a row. Raises
    `Refused`: `locked` (detail `seconds`), or `shut_out` for what is locked for good.
    """
    row = None
    while row is None:  # somebody who was right may forget it between the two statements
        session.execute(
            insert_once(session, Throttle).values(subject=subject, failures=0, locked_until=now)
        )
        row = session.get(Throttle, subject, with_for_update=True)
    if row.locked_until and row.locked_until > now + FOR_GOOD / 2:
        raise Refused("shut_out")
    if row.locked_until and row.locked_until > now:
        raise Refused("locked", seconds=int((row.locked_until - now).total_seconds()) + 1)
    row.failures += 1
    row.locked_until = now + _lock(row.failures, patience)


def _lock(failures: int, patience: Patience) -> timedelta:
    """For how long the last of so many failures locks."""
    if patience.most:
        locks = failures - patience.tries + 1
        if failures >= patience.most:
            return FOR_GOOD
    else:
        locks, over = divmod(failures, patience.tries)
        locks = 0 if over else locks
    # 2^20 times anything is past the longest; without a bound it would not be a time any more.
    doubled = patience.first * 2 ** min(max(locks - 1, 0), 20)
    return min(doubled, patience.longest) if locks > 0 else timedelta()


def shut_out(session: Session, beginning: str, now: datetime) -> set[str]:
    """The subjects that begin so and are locked for good."""
    locked = Throttle.subject.startswith(beginning) & (Throttle.locked_until > now + FOR_GOOD / 2)
    return set(session.scalars(select(Throttle.subject).where(locked)))


def is_locked(session: Session, subject: str, now: datetime) -> bool:
    """Whether the next try of `subject` will be refused."""
    row = session.get(Throttle, subject)
    return row is not None and row.locked_until is not None and row.locked_until > now


def count_locked(session: Session, beginning: str, now: datetime) -> int:
    """How many subjects that begin so are locked."""
    locked = Throttle.subject.startswith(beginning) & (Throttle.locked_until > now)
    return session.scalar(select(func.count()).where(locked)) or 0


def passed(session: Session, subject: str) -> bool:
    """Forget the tries of `subject`; False where there were none."""
    gone = delete(Throttle).where(Throttle.subject == subject).returning(Throttle.subject)
    return session.scalar(gone) is not None


def forget_shut(session: Session, subjects: Collection[str], before: datetime) -> None:
    """Forget those of `subjects` that were locked for good before then."""
    session.execute(
        delete(Throttle)
        .where(Throttle.subject.in_(subjects), Throttle.locked_until < before + FOR_GOOD)
        .execution_options(synchronize_session=False)
    )


def forget_old(session: Session, now: datetime) -> None:
    """Forget those that nobody tried for a week: made-up badges would fill the table."""
    session.execute(
        delete(Throttle)
        .where(Throttle.locked_until < now - FORGOTTEN)
        .execution_options(synchronize_session=False)
    )
