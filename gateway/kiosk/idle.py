"""How long a session may be left alone: a warning first, then the end."""

from dataclasses import dataclass
from enum import Enum


class Stage(Enum):
    HERE = "here"
    WARNED = "warned"
    GONE = "gone"


@dataclass(slots=True)
class Idle:
    """Counts seconds since the last key on a clock that is handed in.

    WCAG 2.2.1 asks for at least 20 seconds of warning and one simple action to go on.
    """

    quiet: float = 40.0
    warning: float = 20.0
    _last: float = 0.0

    def touched(self, now: float) -> None:
        self._last = now

    def stage(self, now: float) -> Stage:
        alone = now - self._last
        if alone < self.quiet:
            return Stage.HERE
        return Stage.WARNED if alone < self.quiet + self.warning else Stage.GONE

    def left(self, now: float) -> int:
        """Seconds until the end, as a person would count them."""
        return max(0, round(self.quiet + self.warning - (now - self._last)))
