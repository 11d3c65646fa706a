"""How long to wait after a failure: longer with each, and never all kiosks at the same moment."""

from collections.abc import Callable
from dataclasses import dataclass

FIRST, LONGEST = 2.0, 300.0
"""Seconds to wait after one failure, and after many."""


@dataclass(slots=True)
class Wait:
    """How long to wait, longer with each failure, and never for all at the same moment."""

    failures: int = 0
    until: float = 0.0

    def longer(self, now: float, chance: Callable[[], float], at_least: float = 0.0) -> None:
        most = min(LONGEST, FIRST * 2.0 ** min(self.failures, 10))
        self.failures += 1
        self.until = now + max(at_least, most * (0.5 + chance() / 2))
