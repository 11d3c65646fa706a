"""The sender's own rate: a carrier is given no more segments than it passes on.

What is more would wait at the carrier, where an answer stands behind every post before it. Here it
waits in our own order. The bucket is a row, so any number of workers keeps to one rate.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core.database import insert_once
from gateway.core.envelope import SMS
from gateway.core.house import House
from gateway.core.models import Bucket

_ROUNDING = 0.001
"""A token that lacks as little is whole: time is kept in microseconds."""

_ASTRAY = timedelta(minutes=1)
"""A bucket that was filled so long after now was filled under a wrong clock."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may leave now by one sender; its bucket is ours until the transaction ends."""

    _bucket: Bucket
    _rate: float

    @property
    def room(self) -> int:
        """How many messages may leave, of a segment each; a longer one is paid for afterwards."""
        return max(0, int(self._bucket.tokens + _ROUNDING))

    @property
    def seconds(self) -> float:
        """Until there is room for one."""
        return max(0.0, 1 - self._bucket.tokens) / self._rate

    def spend(self, segments: int) -> None:
        self._bucket.tokens -= segments


def allowance(session: Session, channel: str, house: House, now: datetime) -> Allowance | None:
    """What a channel may send now; None where it has no rate of its own.

    A bucket holds what is passed on in a second.
    """
    rate = house.sms_rate if channel == SMS else None
    if rate is None:
        return None
    subject, burst = f"rate:{channel}", max(1.0, rate)
    new = {"subject": subject, "tokens": burst, "filled_at": now}
    session.execute(insert_once(session, Bucket).values(**new))
    bucket = session.get_one(Bucket, subject, with_for_update=True)
    passed = now - bucket.filled_at
    if passed < -_ASTRAY:
        bucket.tokens, bucket.filled_at = burst, now
    elif passed > timedelta():
        bucket.tokens = min(burst, bucket.tokens + passed.total_seconds() * rate)
        bucket.filled_at = now
    return Allowance(bucket, rate)
