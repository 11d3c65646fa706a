"""Threads at the bell of Redis: each is a worker of RQ that delivers on one channel.

RQ ends a job that takes long by an alarm, in the middle of whatever it does. Here that is a message
on the wire: what became of it would be unknown, and it would leave twice. So no job has an alarm,
whatever whoever rang has set: a job ends by itself, and so does a message.
"""

import logging
import threading
from typing import Any

from redis import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.timeouts import BaseDeathPenalty

from gateway import jobs
from gateway.core.gateway import Delivery
from gateway.deliverers import Turn
from gateway.queue import TICK_SECONDS, RqBell
from gateway.wiring import Installation

log = logging.getLogger(__name__)

LISTEN_SECONDS = 1
"""So long does it listen before it looks whether it is to stop."""


class _NoAlarm(BaseDeathPenalty):
    def setup_death_penalty(self) -> None:
        """There is none."""

    def cancel_death_penalty(self) -> None:
        """There is none."""


class _Worker(SimpleWorker):
    """Not forking: a fork a job costs more than the sending, and jobs here are ours alone."""

    death_penalty_class = _NoAlarm
    max_connection_wait_time = TICK_SECONDS
    connection_timeout = LISTEN_SECONDS  # else it lets our other connections wait for minutes

    def __init__(self, hearer: jobs.Hearer) -> None:
        self._hearer = hearer
        queues = hearer.bell.queues(hearer.channel)
        super().__init__(queues, connection=queues[0].connection)

    def dequeue_job_and_maintain_ttl(
        self, _timeout: int | None, _max_idle_time: int | None = None
    ) -> Any:
        """The next job; None when it is time to stop."""
        found = None
        while found is None and not self._hearer.stopped.is_set():
            self._hearer.bell.hears(self._hearer.channel)
            found = super().dequeue_job_and_maintain_ttl(LISTEN_SECONDS, LISTEN_SECONDS)
        return found

    def heartbeat(self, *arguments: Any, **more: Any) -> None:
        """Said before each listening: where Redis does not hear it, it is looked what is due."""
        try:
            super().heartbeat(*arguments, **more)
        except RedisError:
            self._hearer.look()
            if self._hearer.stopped.is_set():
                raise StopRequested from None  # else it tries until Redis is there again
            raise

    def _install_signal_handlers(self) -> None:
        """The process has its own."""


def hearing(installation: Installation, channel: str) -> Turn:
    """A turn of a thread that delivers on a channel whenever it rings."""
    bell = installation.bell
    assert isinstance(bell, RqBell)

    def turn(stopped: threading.Event) -> None:
        hear(installation.gateway.delivery, bell, channel, stopped)

    return turn


def hear(delivery: Delivery, bell: RqBell, channel: str, stopped: threading.Event) -> None:
    """Deliver on a channel whenever it rings, until `stopped` is set or Redis is in trouble."""
    hearer = jobs.Hearer(delivery, bell, channel, stopped)
    jobs.hear_as(hearer)
    try:
        bell.begin(channel)
        _Worker(hearer).work(logging_level="WARNING")
    except RedisError as error:
        log.warning("nobody hears the bell: Redis does not answer (%s)", type(error).__name__)
        hearer.look()
    if not stopped.is_set():
        stopped.wait(TICK_SECONDS)
