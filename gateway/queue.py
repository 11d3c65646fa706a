"""The bell: it wakes up whoever works, and carries nothing. Embedded in threads, or by RQ.

Losing a ring loses nothing: the rows of the outbox say what is left, and the timer rings again.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis import Redis

log = logging.getLogger(__name__)

QUEUE = "gateway"
RUNG_SECONDS = 10
"""A worker that is killed between a ring and hearing it leaves a channel silent for no longer."""

FEW = 50
GATHER_SECONDS = 0.05
"""Behind a batch of so few, what comes within this time leaves together. A batch costs as much as
thirty messages in it, and whoever is answered one by one pays for one each."""

JOB_SECONDS = 600
TICK_SECONDS = 5.0
SOON_SECONDS = 0.25


class EmbeddedBell:
    """A bell for each channel, rung and heard within one process."""

    def __init__(self, channels: Iterable[str]) -> None:
        self._events = {channel: threading.Event() for channel in channels}

    def ring(self, channel: str) -> None:
        if channel in self._events:
            self._events[channel].set()

    def wait(self, channel: str, seconds: float) -> None:
        """Until it rings, at most `seconds`; the ring is then heard."""
        self._events[channel].wait(seconds)
        self._events[channel].clear()


class RqBell:
    """A job for whichever worker comes first. One ring that waits is enough for any number."""

    def __init__(self, redis: "Redis") -> None:
        from rq import Queue

        self._redis = redis
        self._queue = Queue(QUEUE, connection=redis)

    def ring(self, channel: str) -> None:
        from redis import RedisError

        try:
            if self._redis.set(_rung(channel), "1", nx=True, ex=RUNG_SECONDS):
                self._queue.enqueue(
                    "gateway.jobs.deliver", channel, job_timeout=JOB_SECONDS, result_ttl=0
                )
        except RedisError:
            # The row is committed: the timer rings again when Redis is back.
            log.warning("the bell is broken: Redis does not answer")

    def heard(self, channel: str) -> None:
        """From here on a new ring is a new job."""
        self._redis.delete(_rung(channel))


class Loop:
    """A thread that calls `turn` again and again until it is stopped; it ends after a turn."""

    def __init__(self, name: str, turn: Callable[[threading.Event], None]) -> None:
        self._turn = turn
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self) -> None:
        """Ask it to end after its turn."""
        self._stopped.set()

    def stop(self, seconds: float) -> bool:
        """Ask it to end, and wait for the turn that is running. False where it still runs."""
        self.ask()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._turn(self._stopped)
            except Exception:  # a worker outlives its worst turn
                log.exception("%s failed; it goes on", self._thread.name)
                self._stopped.wait(TICK_SECONDS)


class Rest:
    """How long to wait where no bell rings: shortly behind work, then longer and longer.

    Where there is no Redis a bell is heard in one process only, and what another gives back, or is
    owed by another, is found by looking.
    """

    def __init__(self) -> None:
        self.seconds = TICK_SECONDS

    def after(self, count: int) -> None:
        """So many were found this time."""
        self.seconds = SOON_SECONDS if count else min(2 * self.seconds, TICK_SECONDS)


def gather(count: int, stopped: threading.Event) -> None:
    """After a batch of `count`: wait for others where it was small, and work was not to stop."""
    if count < FEW:
        stopped.wait(GATHER_SECONDS)


def worker_name() -> str:
    """A name that no other process has."""
    return secrets.token_hex(8)


def _rung(channel: str) -> str:
    return f"gateway:rung:{channel}"
