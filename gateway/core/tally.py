"""Counted in the memory of one process, and added now and then to what all have counted.

Prometheus wants one figure for an installation, and asks whichever process serves the web; workers
serve nothing. So counters are rows. A process that is killed loses what it counted in the last few
seconds, and nothing else: no message depends on any of these.
"""

import json
import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

SECONDS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
"""Where the buckets of a histogram end; what took longer is in one more."""

Key = tuple[str, str]
"""A name, and labels as JSON in the order of their names."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """A histogram of one set of labels: how many by the end of their bucket, and their sum."""

    counts: Mapping[str, float] = field(default_factory=dict)
    total: float = 0.0


class Tally:
    """What this process has counted and not yet written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: defaultdict[Key, float] = defaultdict(float)

    def add(self, name: str, number: float = 1, **labels: str) -> None:
        """Count something that happened."""
        with self._lock:
            self._counted[_known_key(name, *labels.items())] += number

    def took(self, name: str, seconds: Iterable[float], **labels: str) -> None:
        """Count how long things took."""
        found: Counter[str] = Counter()
        total = 0.0
        for one in seconds:
            found[bucket(one)] += 1
            total += max(0.0, one)
        if not found:
            return
        for end, number in found.items():
            self.add(name, number, **labels, le=end)
        self.add(name, total, **labels, le="sum")

    def take(self) -> dict[Key, float]:
        """What was counted since the last time."""
        with self._lock:
            taken, self._counted = dict(self._counted), defaultdict(float)
        return taken

    def put_back(self, counted: Mapping[Key, float]) -> None:
        """What could not be written is written the next time."""
        with self._lock:
            for one, number in counted.items():
                self._counted[one] += number


def key(name: str, labels: Mapping[str, str]) -> Key:
    return name, json.dumps(labels, sort_keys=True)


@lru_cache(maxsize=1_024)
def _known_key(name: str, *labels: tuple[str, str]) -> Key:
    """`key`: the same few are counted again and again."""
    return key(name, dict(labels))


def bucket(seconds: float) -> str:
    """The end of the bucket that holds it."""
    place = bisect_left(SECONDS, seconds)
    return repr(SECONDS[place]) if place < len(SECONDS) else "+Inf"
