"""The threads of a process that deliver: a channel's batches, at its bell or by looking."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from gateway.core.envelope import SMS
from gateway.queue import EmbeddedBell, Loop, Rest, gather
from gateway.wiring import Installation

Turn = Callable[[threading.Event], None]
"""What a thread does again and again until it is stopped."""

Turns = Callable[[Installation, str], Turn]
"""A turn for one more thread that delivers on a channel."""


def looking(installation: Installation, channel: str) -> Turn:
    """A turn of a thread that delivers on a channel at its bell, or looks every few seconds."""
    delivery, bell, rest = installation.gateway.delivery, installation.bell, Rest()

    def turn(stopped: threading.Event) -> None:
        if isinstance(bell, EmbeddedBell):
            bell.wait(channel, rest.seconds)
        else:
            stopped.wait(rest.seconds)
        found = 0
        while not stopped.is_set() and (count := delivery.deliver(channel, stopped)):
            gather(count, stopped)
            found += count
        rest.after(found)

    return turn


def delivering_on(
    installation: Installation,
    channel: str,
    turns: Turns,
    stack: ExitStack,
    left: Callable[[], float],
) -> list[Loop]:
    """Threads that deliver on a channel until `stack` ends, within the seconds that are `left`."""

    def stop() -> None:
        over = time.monotonic() + left()
        ended = [loop.stop(max(0.0, over - time.monotonic())) for loop in loops]
        if not all(ended):
            installation.gateway.delivery.abandon(channel)

    loops = [
        Loop(f"deliver-{channel}-{number}", turns(installation, channel))
        for number in range(_claims(channel))
    ]
    for loop in loops:
        loop.start()
    stack.callback(stop)
    return loops


def _claims(channel: str) -> int:
    """How many have a claim on a channel at once.

    While one of two waits for the database, the carrier is kept at work by the other. Mails take
    turns on the connections to their server.
    """
    return 2 if channel == SMS else 1
