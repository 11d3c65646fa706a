"""What a terminal program must do to stand where anybody can reach it.

Textual ends on one byte that is not UTF-8 (a scanner set wrong is enough), and leaves the last
screen to be read where a terminal has no second one.
"""

import asyncio
import signal
import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from textual.app import App

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
WIPE = "\x1bc\x1b[3J\x1b[H\x1b[2J"
"""Reset the terminal, then drop what could be scrolled back to."""


class HardApp(App[None], inherit_bindings=False):
    """An app that nobody in front of it can quit, copy from or look into."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self.animation_level = "none"

    @property
    def fault(self) -> Exception | None:
        """What ended the app, if it did not end well."""
        return self._exception

    def end_on_signals(self) -> None:
        """End well when an operator or the system says so: the screen is wiped on the way out."""
        # Where there is no main thread or no such signal (tests, a browser), there is no need.
        with suppress(NotImplementedError, RuntimeError, ValueError):
            for name in SIGNALS:
                asyncio.get_running_loop().add_signal_handler(name, self.exit)

    def _fatal_error(self) -> None:
        """A fault ends the app without a picture of its memory: that may hold a PIN or a post."""
        self._close_messages_no_wait()


def forgive_bytes(driver: type) -> None:
    """Make `driver` read bytes that are not UTF-8 as a question mark instead of ending the app."""
    names = vars(sys.modules[driver.__module__])
    if "getincrementaldecoder" in names:
        names["getincrementaldecoder"] = _forgiving


def place(fault: BaseException) -> str:
    """What kind of fault and where, without the words or values it holds."""
    last = fault.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return type(fault).__name__
    code = last.tb_frame.f_code
    return f"{type(fault).__name__} at {Path(code.co_filename).name}:{last.tb_lineno}"


def _forgiving(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")


def wipe() -> None:
    """Leave nothing of anybody on the terminal."""
    for stream in (sys.__stderr__, sys.__stdout__):
        if stream is not None and stream.isatty():
            stream.write(WIPE)
            stream.flush()
            return
