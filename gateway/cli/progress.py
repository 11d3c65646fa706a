"""How far a long command has come: how many, how fast, how long still.

On a terminal it is one line that changes; elsewhere (a log, a pipe) a line every few seconds. It
goes to stderr, and nothing is said of what is over at once.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from threading import Lock
from types import TracebackType
from typing import Self, TextIO, TypeVar

T = TypeVar("T")

FIRST_SECONDS = 1.0
REDRAWN_SECONDS = 0.2
REPEATED_SECONDS = 5.0


class Progress:
    """`what` is done to how many of `total`; None where nobody knows how many there are.

    Where the command is `printing` to the same terminal meanwhile, that says enough.
    """

    def __init__(
        self,
        what: str,
        total: int | None = None,
        out: TextIO | None = None,
        *,
        printing: bool = False,
    ) -> None:
        self._what = what
        self._total = total
        self._out = out or sys.stderr
        self._live = self._out.isatty()
        self._silent = printing and sys.stdout.isatty()
        self._lock = Lock()
        self._done = 0
        self._began = time.monotonic()
        self._next = self._began + (FIRST_SECONDS if self._live else REPEATED_SECONDS)
        self._said = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._said and self._live:
            self._out.write("\r\x1b[K")
            self._out.flush()

    def each(self, things: Iterable[T]) -> Iterator[T]:
        """Each of them, counted when the next one is asked for."""
        for thing in things:
            yield thing
            self.add()

    def batches(self, lists: Iterable[list[T]]) -> Iterator[list[T]]:
        """Each of these lists, their members counted when the next one is asked for."""
        with self:
            for one in lists:
                yield one
                self.add(len(one))

    def add(self, number: int = 1) -> None:
        """So many more are done; any thread may say so."""
        with self._lock:
            self.reach(self._done + number)

    def reach(self, done: int) -> None:
        """So many are done altogether."""
        self._done = done
        now = time.monotonic()
        if now < self._next or self._silent:
            return
        line = told(self._what, self._done, self._total, now - self._began)
        self._out.write(f"\r{line}\x1b[K" if self._live else f"{line}\n")
        self._out.flush()
        self._said = True
        self._next = now + (REDRAWN_SECONDS if self._live else REPEATED_SECONDS)


def told(what: str, done: int, total: int | None, seconds: float) -> str:
    """`importing: 12,000 of 100,000 (12 %), 810 a second, 109 s left`."""
    rate = done / seconds if seconds > 0 else 0.0
    line = f"{what}: {done:,}"
    if total:
        line += f" of {total:,} ({100 * min(done, total) // total} %)"
    line += f", {rate:,.0f} a second" if rate >= 1 or not done else f", {1 / rate:,.0f} s each"
    if total and rate and done < total:
        line += f", {_left((total - done) / rate)} left"
    return line


def _left(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
