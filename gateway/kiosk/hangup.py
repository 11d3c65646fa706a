"""A terminal that is gone ends the kiosk.

Textual's writing thread ends with the terminal, and the app then waits for ever for room in front
of it, deaf to signals, while the reading thread turns at full speed. So a thread of our own waits
for the hang-up, costs nothing meanwhile, and ends the process where it does not end by itself.
"""

import os
import select
import sys
import threading
from contextlib import suppress
from typing import Final

GRACE: Final = 1.0
"""Seconds to end well in."""
HUNG_UP: Final = 129
"""The exit code: 128 and SIGHUP, as shells tell it."""


def end_with_terminal() -> None:
    """Begin to watch what this process is typed into: a terminal, or the pipe of who shows it."""
    terminal = sys.__stdin__
    if terminal is None or terminal.closed:
        return
    watch = threading.Thread(
        target=_outlive, args=(terminal.fileno(),), name="kiosk-hangup", daemon=True
    )
    watch.start()


def _outlive(terminal: int) -> None:
    # No event is asked for: a hang-up, an error and a closed file are told all the same (poll(2)).
    gone = select.poll()
    gone.register(terminal, 0)
    with suppress(OSError):
        gone.poll()
    threading.Event().wait(GRACE)
    # What was kept is on the disk, and there is no screen left to wipe.
    os._exit(HUNG_UP)
