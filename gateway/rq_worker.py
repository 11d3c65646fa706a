"""A worker at the bell of Redis: it hears `gateway.jobs`, and stops between two messages."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rq import Queue, SimpleWorker

from gateway import jobs
from gateway.queue import QUEUE

if TYPE_CHECKING:
    from redis import Redis


class _Worker(SimpleWorker):
    """Not forking: a fork a job costs more than the sending, and jobs here are ours alone."""

    def request_stop(self, signum: int, frame: Any) -> None:
        jobs.stopping.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # rq is not typed here


def work(redis: "Redis", say: Callable[[str], None]) -> None:
    """Until SIGTERM or Ctrl-C."""
    worker = _Worker([Queue(QUEUE, connection=redis)], connection=redis)
    say("ready worker")
    worker.work(logging_level="WARNING")
