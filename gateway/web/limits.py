"""How often one caller may ask: a token bucket for each, in memory.

It keeps one kiosk that went mad from slowing down the others; it protects no secret, so several
processes with a bucket each are good enough.
"""

import math
import threading
from dataclasses import dataclass
from datetime import datetime

from gateway.core.ports import Clock


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: datetime


class Buckets:
    """`rate` requests a second for each caller in the long run, `burst` at once.

    Only callers who proved who they are get a bucket, so there are never more than devices.
    """

    def __init__(self, clock: Clock, *, rate: float = 20, burst: int = 60) -> None:
        self._clock = clock
        self._rate = rate
        self._burst = burst
        self._buckets: dict[int, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, caller: int) -> int:
        """Take one token of `caller`. 0 where there was one, else the seconds to wait."""
        now = self._clock()
        with self._lock:
            bucket = self._buckets.setdefault(caller, _Bucket(self._burst, now))
            # A clock that was set back fills nothing, and takes nothing away.
            passed = max(0.0, (now - bucket.filled).total_seconds())
            bucket.tokens = min(self._burst, bucket.tokens + passed * self._rate)
            bucket.filled = now
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0
            return math.ceil((1 - bucket.tokens) / self._rate)
