"""How much one subject may do in a while: token buckets, and counts in any stretch of time.

Both are rows of `bucket`, changed by one conditional statement each: however many do it at the
same moment, no more get through than may. A subject that stands for a person is a keyed hash.
"""

import hashlib
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    String,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gateway.core.models import Bucket, UtcTime
from gateway.core.prepared import Prepared

FORGOTTEN = timedelta(hours=25)
"""Longer than any bucket takes to fill, and than any stretch in which something is counted."""

OF_MINUTES = ("alike", "answers", "refusals")
"""What is counted for each answer, over minutes: by far the most buckets."""

FORGOTTEN_SOON = timedelta(hours=1)

_ROUNDING = 0.001
"""A token that lacks as little is whole: times are kept in floats on the way."""


def subject(kind: str, secret: bytes, *parts: str) -> str:
    """What a bucket of `kind` is called: nobody reads a number or words out of it."""
    plain = "\0".join((kind, *parts)).encode()
    # Keyed BLAKE2 (RFC 7693): each text asks for five, and HMAC takes nearly three times as long.
    keyed = hashlib.blake2b(plain, digest_size=16, key=_key(secret))
    return f"{kind}:{keyed.hexdigest()}"


@cache
def _key(secret: bytes) -> bytes:
    """A secret of any length as the 64 bytes that a key of BLAKE2 may have at most."""
    return hashlib.blake2b(secret).digest()


def take(session: Session, subject: str, rate: float, burst: float, now: datetime) -> bool:
    """Take a token of a bucket that holds `burst` and gets `rate` a minute; False if none is left.

    In any stretch of time no more go through than `burst` and what came in meanwhile.
    """
    values = {"name": subject, "rate": rate / 60, "burst": burst, "rest": burst - 1, "now": now}
    return _TAKE.first(session, **values) is not None


def seconds_until(session: Session, subject: str, rate: float, now: datetime) -> int:
    """In how many seconds a bucket that gets `rate` a minute has a token again; 0: it has one."""
    row = session.get(Bucket, subject)
    if row is None:
        return 0
    tokens = row.tokens + max(0.0, (now - row.filled_at).total_seconds()) * rate / 60
    return max(0, math.ceil((1 - _ROUNDING - tokens) * 60 / rate))


def give_back(session: Session, subject: str) -> None:
    """Put back a token that was of no use."""
    session.execute(
        update(Bucket)
        .where(Bucket.subject == subject)
        .values(tokens=Bucket.tokens + 1)
        .execution_options(synchronize_session=False)
    )


def within(session: Session, subject: str, most: int, window: timedelta, now: datetime) -> bool:
    """Count one of `subject`; False where there were `most` of them in the last `window` already.

    Each takes one of `most` places for as long as `window`, so there are never more in any stretch
    of that length, and never fewer allowed. Where one begins to look differs from second to second:
    it is mostly free, and nothing need be read.
    """
    if _occupy(session, _first_place(subject, most, now), window, now):
        return True
    return _elsewhere(session, subject, most, window, now)


def all_within(
    session: Session, counts: Sequence[tuple[str, int]], window: timedelta, now: datetime
) -> bool:
    """`within` of each (subject, most) up to the first that is full, which is False.

    In one statement, where their first places are free.
    """
    firsts = [_first_place(subject, most, now) for subject, most in counts]
    values: dict[str, Any] = {f"name{number}": place for number, place in enumerate(firsts)}
    values |= {"rest": 0.0, "now": now, "since": now - window, "until": now + window}
    had = {row[0] for row in _occupy_all(len(firsts)).rows(session, **values)}
    for number, (subject, most) in enumerate(counts):
        if firsts[number] not in had and not _elsewhere(session, subject, most, window, now):
            # Of what comes to nothing, nothing behind it is counted.
            _free(session, [place for place in firsts[number + 1 :] if place in had])
            return False
    return True


def counted(session: Session, subject: str, most: int, window: timedelta, now: datetime) -> int:
    """How many of `subject` were counted in the last `window`."""
    return len(_taken(session, subject, most, window, now))


def forget_old(session: Session, now: datetime) -> None:
    """Forget the buckets that are full again."""
    of_minutes = or_(*(Bucket.subject.startswith(f"{kind}:") for kind in OF_MINUTES))
    for old in (
        delete(Bucket).where(Bucket.filled_at < now - FORGOTTEN),
        delete(Bucket).where(Bucket.filled_at < now - FORGOTTEN_SOON, of_minutes),
    ):
        session.execute(old.execution_options(synchronize_session=False))


def _places(subject: str, most: int) -> list[str]:
    return [f"{subject}#{place}" for place in range(most)]


def _first_place(subject: str, most: int, now: datetime) -> str:
    return f"{subject}#{int(now.timestamp()) % most}"


def _free(session: Session, places: Sequence[str]) -> None:
    gone = delete(Bucket).where(Bucket.subject.in_(places))
    session.execute(gone.execution_options(synchronize_session=False))


def _elsewhere(session: Session, subject: str, most: int, window: timedelta, now: datetime) -> bool:
    """Whether another place was free than where one began to look."""
    taken = _taken(session, subject, most, window, now)
    free = (place for place in _places(subject, most) if place not in taken)
    return any(_occupy(session, place, window, now) for place in free)


def _taken(session: Session, subject: str, most: int, window: timedelta, now: datetime) -> set[str]:
    values: dict[str, Any] = {
        f"place{number}": place for number, place in enumerate(_places(subject, most))
    }
    values |= {"since": now - window, "until": now + window}
    return {row[0] for row in _taken_of(most).rows(session, **values)}


def _occupy(session: Session, place: str, window: timedelta, now: datetime) -> bool:
    # Until: a place that was taken under a clock that was far ahead is free.
    values = {"name": place, "rest": 0.0, "now": now, "since": now - window, "until": now + window}
    return _OCCUPY.first(session, **values) is not None


_NOW, _SINCE, _UNTIL = (bindparam(name, type_=UtcTime) for name in ("now", "since", "until"))


@cache
def _taken_of(most: int) -> Prepared:
    """Which of so many places are taken."""
    places = [bindparam(f"place{number}", type_=String) for number in range(most)]
    asked = or_(*(Bucket.subject == place for place in places))
    within = (Bucket.filled_at > _SINCE, Bucket.filled_at <= _UNTIL)
    return Prepared(select(Bucket.subject).where(asked, *within))


def _take(dialect: str) -> Any:
    """Take a token where one is there by now; a row comes back where one was."""
    passed = _seconds_since(dialect)
    burst = bindparam("burst", type_=Double)
    rate = bindparam("rate", type_=Double)
    # One that was filled under a clock that was far ahead is new.
    ahead = passed < _number(-FORGOTTEN.total_seconds())
    level = case(
        (ahead, burst),
        else_=Bucket.tokens + case((passed > 0, passed), else_=_number(0)) * rate,
    )
    filled = case((level > burst, burst), else_=level)
    return (
        _insert(dialect, ["name"])
        .on_conflict_do_update(
            index_elements=[Bucket.subject],
            set_={
                "tokens": filled - _number(1),
                "filled_at": case((ahead, _NOW), (passed < 0, Bucket.filled_at), else_=_NOW),
            },
            where=filled >= _number(1 - _ROUNDING),
        )
        .returning(Bucket.subject)
    )


def _places_at(dialect: str, names: Sequence[str]) -> Any:
    """Occupy those of some places that are free by now; a row comes back for each."""
    return (
        _insert(dialect, names)
        .on_conflict_do_update(
            index_elements=[Bucket.subject],
            set_={"filled_at": _NOW},
            where=or_(Bucket.filled_at <= _SINCE, Bucket.filled_at > _UNTIL),
        )
        .returning(Bucket.subject)
    )


def _insert(dialect: str, names: Sequence[str]) -> Any:
    """An INSERT that may turn into an UPDATE, in the words of this database, of subjects that are
    given by these `names`.
    """
    table: Any = Bucket.__table__  # and not its class: no object is kept up to date with it
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    rest = bindparam("rest", type_=Double)
    return insert.values(
        [{"subject": bindparam(name), "tokens": rest, "filled_at": _NOW} for name in names]
    )


def _seconds_since(dialect: str) -> ColumnElement[float]:
    """Seconds from when the bucket was last filled to `now`."""
    if dialect == "sqlite":
        days = func.julianday(_NOW) - func.julianday(Bucket.filled_at)
        return cast(days * 86_400.0, Double)
    return cast(func.extract("epoch", _NOW - Bucket.filled_at), Double)


def _number(value: float) -> ColumnElement[float]:
    return literal(float(value), Double)


@cache
def _occupy_all(many: int) -> Prepared:
    return Prepared(lambda dialect: _places_at(dialect, [f"name{place}" for place in range(many)]))


_TAKE = Prepared(_take)
_OCCUPY = Prepared(lambda dialect: _places_at(dialect, ["name"]))
