"""Telling systemd that the kiosk stands there, and that it still turns (sd_notify(3)).

`gateway run` and its parts tell by it that they are ready. A kiosk's sign of life comes from the
app's own timer, through the queue that keys go through: one that hears no key any more gives none,
and systemd starts it anew.
"""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

READY: Final = b"READY=1"
ALIVE: Final = b"WATCHDOG=1"
SIGNS: Final = 3
"""Signs of life in the time that systemd waits: two may be late on a busy machine."""
SHORTEST: Final = 0.05
_ADDRESS, _MICROSECONDS, _PROCESS = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"

Repeat = Callable[[float, Callable[[], None]], object]
"""Calls something again and again, with seconds between: the timer of an app."""


def begin(repeat: Repeat) -> bool:
    """Say that the kiosk is ready, and from now on that it is alive; False where nobody asks."""
    told = os.environ  # noqa: TID251  # what systemd tells what it starts, no setting of ours
    address = told.get(_ADDRESS, "")
    if not address:
        return False
    _send(address, READY)
    seconds = patience(told.get(_MICROSECONDS, ""), told.get(_PROCESS, ""))
    if seconds:
        repeat(max(SHORTEST, seconds / SIGNS), lambda: _send(address, ALIVE))
    return True


def patience(microseconds: str, process: str) -> float:
    """Seconds that systemd waits for a sign; 0 where it does not, or waits for another process."""
    if process and process != str(os.getpid()):
        return 0.0
    return int(microseconds) / 1e6 if microseconds.isascii() and microseconds.isdigit() else 0.0


def _send(address: str, word: bytes) -> None:
    """One datagram. Nobody there is no reason to end: systemd will act by what it misses."""
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        # The loop must not wait for a systemd that does not read.
        wire.setblocking(False)
        wire.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        wire.send(word)
