"""What a thread at the bell of Redis runs. A job carries the name of a channel, never content."""

import logging
import threading
import time
from dataclasses import dataclass

from gateway.core.gateway import Delivery
from gateway.queue import RqBell, gather

log = logging.getLogger(__name__)

MOST_SECONDS = 10.0
"""Then a job ends and another goes on: RQ takes one for lost that it has not heard of for minutes,
and whoever is free may be the one to go on."""


@dataclass(frozen=True, slots=True)
class Hearer:
    """A thread that hears the bell, and delivers on one channel until it is told to stop."""

    delivery: Delivery
    bell: RqBell
    channel: str
    stopped: threading.Event

    def deliver(self) -> None:
        """Send what is due, for `MOST_SECONDS`; what is on the wire then is finished."""
        self.bell.heard(self.channel)
        over = time.monotonic() + MOST_SECONDS
        while count := self.delivery.deliver(self.channel, self.stopped):
            if self.stopped.is_set():
                return
            if time.monotonic() > over:
                self.bell.ring(self.channel)
                return
            gather(count, self.stopped)

    def look(self) -> None:
        """Send what is due although nothing rings: Redis is gone, and what is owed waits for it
        no longer than for a look.
        """
        try:
            while not self.stopped.is_set() and self.delivery.deliver(self.channel, self.stopped):
                pass
        except Exception:  # the next look is soon
            log.exception("delivery on %s failed", self.channel)


class _Here(threading.local):
    hearer: Hearer


_here = _Here()


def hear_as(hearer: Hearer) -> None:
    """From now on jobs in this thread are `hearer`'s."""
    _here.hearer = hearer


def deliver(channel: str) -> None:
    """Send what is due on a channel, or pass the ring on where this thread hears another one."""
    hearer = _here.hearer
    try:
        if channel == hearer.channel:
            hearer.deliver()
        else:
            hearer.bell.pass_on(channel)
    except Exception:  # RQ would write its words into the log, and keep them
        log.exception("delivery on %s failed; the timer rings again", channel)
