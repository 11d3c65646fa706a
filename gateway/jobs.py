"""What a worker of RQ runs. A job carries the name of a channel, never content."""

import threading
from functools import cache

from gateway.config import Settings
from gateway.queue import RqBell, gather
from gateway.wiring import Installation, install

stopping = threading.Event()
"""Set when the worker is told to stop: it finishes what is on the wire."""

opened: list[Installation] = []
"""What jobs work with in this process: one a thread."""

MOST_BATCHES = 200
"""Then the job gives way to another, so that no channel waits behind one that never ends."""


def deliver(channel: str) -> int:
    """Send what is due on a channel; how many rows it took."""
    installation = _installation(threading.get_ident())
    bell = installation.bell
    if isinstance(bell, RqBell):
        bell.heard(channel)
    sent = 0
    for _ in range(MOST_BATCHES):
        count = installation.gateway.delivery.deliver(channel, stopping)
        sent += count
        if not count or stopping.is_set():
            return sent
        gather(count, stopping)
    bell.ring(channel)
    return sent


@cache
def _installation(_thread: int) -> Installation:
    """Built once a worker, after any fork."""
    installation = install(Settings.load())
    opened.append(installation)
    return installation
