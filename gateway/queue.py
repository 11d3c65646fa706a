"""The bell: it wakes up whoever works, and carries nothing. Embedded in threads, or by RQ.

Losing a ring loses nothing: the rows of the outbox say what is left, and the timer rings again.
While Redis says nothing, each thread of a worker looks into the database by itself, at the latest
7 s after its last look (two of waiting for Redis, `TICK_SECONDS` of rest).
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis import Redis
    from rq import Queue

log = logging.getLogger(__name__)

QUEUE = "gateway"
"""The queue of all channels: see `RqBell`."""

RUNG_SECONDS = 5
"""A worker that is killed between a ring and hearing it leaves a channel silent for no longer."""

HEARD_SECONDS = 30
"""For so long is somebody believed to hear a channel who said so last."""

PROMPT_SECONDS = 0.1
LEFT_ALONE_SECONDS = 5.0
"""So long is nothing rung after a ring that failed and was not prompt about it. It is rung before a
text is acknowledged, and where Redis is silent each would keep its carrier waiting for seconds."""

FEW = 50
GATHER_SECONDS = 0.05
"""Behind a batch of so few, what comes within this time leaves together. A batch costs as much as
thirty messages in it, and whoever is answered one by one pays for one each."""

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
    """A job for whichever worker comes first. One ring that waits is enough for any number.

    Each channel has a queue that only its own threads hear: no text waits until a mail server has
    answered. The version before knows `QUEUE` alone, and both run side by side in a deploy. So
    whoever hears a channel hears `QUEUE` too, and passes on what is for others; and a channel that
    nobody of this version hears is rung there. What falls between is rung again by the timer.
    """

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._rings_from = 0.0
        """By the monotonic clock; 0 where the last ring was well."""

    def ring(self, channel: str) -> None:
        from redis import RedisError

        began = time.monotonic()
        if began < self._rings_from:
            return
        if self._rings_from:  # one finds out for all whether it answers again
            self._rings_from = began + LEFT_ALONE_SECONDS
        try:
            self._ring(channel)
            self._rings_from = 0.0
        except RedisError:
            # The row is committed: the timer rings again when Redis is back.
            log.warning("the bell is broken: Redis does not answer")
            over = time.monotonic()
            prompt = over - began < PROMPT_SECONDS
            self._rings_from = 0.0 if prompt else over + LEFT_ALONE_SECONDS

    def begin(self, channel: str) -> None:
        """Ring for whoever begins to hear: one who was killed may have taken a ring along."""
        self.hears(channel)
        self.heard(channel)
        self._ring(channel)

    def heard(self, channel: str) -> None:
        """From here on a new ring is a new job."""
        self._redis.delete(_rung(channel))

    def hears(self, channel: str) -> None:
        """Somebody listens to the queue of a channel; to be said again and again."""
        self._redis.set(_hears(channel), "1", ex=HEARD_SECONDS)

    def pass_on(self, channel: str) -> None:
        """Give a ring that was for all to those who hear this channel."""
        if self._redis.exists(_hears(channel)):
            self._enqueue(_queue_of(channel), channel)
        else:
            self.heard(channel)  # by nobody: it may be rung again at once

    def queues(self, channel: str) -> "list[Queue]":
        """Where whoever delivers on a channel listens, what comes first first."""
        from rq import Queue

        return [Queue(name, connection=self._redis) for name in (_queue_of(channel), QUEUE)]

    def _ring(self, channel: str) -> None:
        if self._redis.set(_rung(channel), "1", nx=True, ex=RUNG_SECONDS):
            heard = self._redis.exists(_hears(channel))
            self._enqueue(_queue_of(channel) if heard else QUEUE, channel)

    def _enqueue(self, queue: str, channel: str) -> None:
        from rq import Queue

        # No alarm, for it would come in the middle of a message; and nothing is kept of a job.
        Queue(queue, connection=self._redis).enqueue(
            "gateway.jobs.deliver", channel, job_timeout=-1, result_ttl=0, failure_ttl=0
        )


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


def _queue_of(channel: str) -> str:
    return f"{QUEUE}-{channel}"


def _rung(channel: str) -> str:
    return f"gateway:rung:{channel}"


def _hears(channel: str) -> str:
    return f"gateway:hears:{channel}"
