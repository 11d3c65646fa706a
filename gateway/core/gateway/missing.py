"""Which processes are dead: what they had claimed need not wait until its lease runs out.

By the database alone a whole installation looks dead when the database comes back after a minute,
and when the clock jumps. So whoever looks counts its own seconds as well, and only those in which
it could look all the time.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from gateway.core.presence import BEAT_SECONDS

WATCHED_SECONDS = 1.5 * BEAT_SECONDS
"""So long is a process looked for that was not seen. One that is late all the same loses what it
had not begun, and what it had is known by its own id."""

LONGEST_GAP = BEAT_SECONDS
"""Seconds between two looks; after more of them it was us, or the database, that was away."""


class Missing:
    """Is told who is missing, and tells who is dead, each once. For one thread at a time."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._looked_at = 0.0
        self._since: dict[tuple[str, datetime], float] = {}
        self._told: set[tuple[str, datetime]] = set()

    def dead(self, missing: Mapping[str, datetime]) -> list[str]:
        """Who of these has been missing all the while; each with when it was seen last."""
        now = self._seconds()
        if now - self._looked_at > LONGEST_GAP:
            self._since.clear()
        self._looked_at = now
        self._since = {one: self._since.get(one, now) for one in missing.items()}
        dead = {one for one, at in self._since.items() if now - at >= WATCHED_SECONDS}
        new = dead - self._told
        self._told = dead
        return [name for name, _ in new]
