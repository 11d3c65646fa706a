"""How many messages of a channel are claimed, and marked as leaving, at a time.

What is marked may have left when a process dies, and what has left is written a moment later: both
are kept to what leaves within a fraction of a second, however fast or slow the carrier is. A claim
is a few times that, so that an answer never waits long behind posts that somebody has in hand.
"""

from dataclasses import dataclass
from datetime import timedelta

SETTLED_EVERY = timedelta(seconds=0.25)
"""After this time what became of messages is written, although more of them were marked."""

LONGEST = timedelta(seconds=1.5)
"""What of a claim would take longer is given back."""

GROUPS_IN_A_CLAIM = 2

FASTER = 4
"""So many times as many are marked the next time, at most: a short time is measured badly."""


_A_MOMENT = timedelta(milliseconds=1)


@dataclass(slots=True)
class Pace:
    """Of one channel. Threads may share it: it is only ever a guess."""

    at_once: int
    least: int
    most: int
    largest: int
    """Of all claims."""
    groups: int = GROUPS_IN_A_CLAIM

    @property
    def claimed(self) -> int:
        """How many to claim: what leaves in half a second or so."""
        return min(self.groups * self.at_once, self.largest)

    def went(self, count: int, time: timedelta) -> None:
        """Of those that were marked at once, so many have left within that time."""
        at_this_rate = count * SETTLED_EVERY / max(time, _A_MOMENT)
        if time > 2 * SETTLED_EVERY:
            self._set(at_this_rate)
        elif self.at_once == self.most:
            self.groups = max(GROUPS_IN_A_CLAIM, int(GROUPS_IN_A_CLAIM * at_this_rate / self.most))
        elif at_this_rate > self.at_once:
            self._set(min(at_this_rate, FASTER * self.at_once))

    def is_too_slow(self, count: int, time: timedelta, left: int) -> bool:
        """Whether `left` messages will take too long, now that `count` took that time."""
        if left * time <= count * LONGEST:
            return False
        self._set(count * (SETTLED_EVERY / time))
        return True

    def _set(self, at_once: float) -> None:
        self.groups = GROUPS_IN_A_CLAIM
        self.at_once = min(self.most, max(self.least, int(at_once)))
