"""Domains that take no mail for now: who writes to them again, and when.

A domain that puts one message off (greylisting, "too many") puts off the next ones as well: they
wait without bothering it. After that a few are tried at once, for who greylists wants to have seen
each of them before; if those are put off too, all wait for twice as long, until one is taken.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.core.ports import Clock

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=1)
PROBES = 10
MOST_KEPT = 1_000


@dataclass(slots=True)
class _Trouble:
    until: datetime
    wait: timedelta
    probes: int = PROBES


class Detours:
    """What is known of domains in trouble. Not for several threads at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, _Trouble] = {}

    def __len__(self) -> int:
        """How many domains are known to be in trouble."""
        return len(self._known)

    def seconds(self, domain: str) -> float:
        """For how long nothing is tried there; 0: it may be."""
        trouble = self._known.get(domain)
        return max(0.0, (trouble.until - self._clock()).total_seconds()) if trouble else 0.0

    def put_off(self, domain: str, attempts: int) -> float:
        """It put a message off, at its `attempts`th try; in how many seconds the next one is.

        A message is given up after so many tries: its own waits grow, whoever else is tried.
        """
        trouble = self._known.get(domain)
        if trouble is None:
            self._known[domain] = trouble = _Trouble(self._clock() + FIRST, FIRST)
            while len(self._known) > MOST_KEPT:
                del self._known[next(iter(self._known))]
        elif self._clock() >= trouble.until:  # else it was begun before it was known
            if trouble.probes == PROBES:
                trouble.wait = min(2 * trouble.wait, LONGEST)
            trouble.probes -= 1
            if not trouble.probes:
                trouble.until, trouble.probes = self._clock() + trouble.wait, PROBES
        own = min(LONGEST, FIRST * 2.0 ** (min(attempts, 10) - 1))
        return max(own, trouble.wait).total_seconds()

    def open(self, domain: str) -> None:
        """It takes mail."""
        self._known.pop(domain, None)
