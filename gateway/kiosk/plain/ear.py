"""Hears what is typed: a terminal sign by sign and without its own echo, or a pipe.

A thread reads, for not every file can be waited for by the loop. It is given leave for each piece,
so that a pipe that never ends fills no memory.
"""

import os
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

PIECE: Final = 1 << 12


class Ear(threading.Thread):
    """Hands on what comes, and then that nothing more will; `more` gives leave to read on."""

    def __init__(
        self, source: int, heard: Callable[[bytes], None], ended: Callable[[], None]
    ) -> None:
        super().__init__(name="kiosk-ear", daemon=True)
        self._source, self._heard, self._ended = source, heard, ended
        self._leave = threading.Event()

    def more(self) -> None:
        """Leave for one piece, however often it is given."""
        self._leave.set()

    def run(self) -> None:
        # A terminal that was torn away is an OSError; a loop that is gone, a RuntimeError.
        with suppress(OSError, RuntimeError):
            while data := os.read(self._source, PIECE):
                self._heard(data)
                self._leave.wait()
                self._leave.clear()
        with suppress(RuntimeError):
            self._ended()


@contextmanager
def sign_by_sign(source: int) -> Iterator[None]:
    """Have a terminal hand on each key, and show, stop and suspend nothing by itself."""
    if not os.isatty(source):
        yield
        return
    before = termios.tcgetattr(source)
    mode = termios.tcgetattr(source)
    mode[0] &= ~(termios.IXON | termios.IXOFF | termios.INLCR | termios.IGNCR | termios.ISTRIP)
    mode[3] &= ~(termios.ICANON | termios.ECHO | termios.ECHONL | termios.ISIG | termios.IEXTEN)
    mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
    termios.tcsetattr(source, termios.TCSANOW, mode)
    try:
        yield
    finally:
        # What was typed for the kiosk is not for whoever reads here next.
        with suppress(termios.error):
            termios.tcsetattr(source, termios.TCSAFLUSH, before)
