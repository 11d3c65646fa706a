"""What a terminal program must do to stand where anybody can reach it.

Textual ends on one byte that is not UTF-8 (a scanner set wrong is enough), and leaves the last
screen to be read where a terminal has no second one.
"""

import asyncio
import os
import signal
import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any

from textual.app import App
from textual.events import AppBlur

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Loose(ThreadPoolExecutor):
    """Threads that nobody waits for at the end: a request without an answer holds nothing up.

    What must not be lost is on the disk before a thread asks for anything.
    """

    def submit(self, task: Callable[..., Any], /, *given: Any, **named: Any) -> "Future[Any]":
        done: Future[Any] = Future()

        def run() -> None:
            if not done.set_running_or_notify_cancel():
                return
            try:
                done.set_result(task(*given, **named))
            except BaseException as fault:  # noqa: BLE001  # whoever waits gets it
                done.set_exception(fault)

        Thread(target=run, name="kiosk-work", daemon=True).start()
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Go; whatever still runs ends with the process."""


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

    def end_at_once(self) -> None:
        """Wait for no worker at the end: Textual and asyncio would, for as long as it takes."""
        asyncio.get_running_loop().set_default_executor(Loose())

    def end_on_signals(self) -> None:
        """End well when an operator or the system says so: the screen is wiped on the way out."""
        # Where there is no main thread or no such signal (tests, a browser), there is no need.
        with suppress(NotImplementedError, RuntimeError, ValueError):
            for name in SIGNALS:
                asyncio.get_running_loop().add_signal_handler(name, self.exit)

    def on_app_blur(self, event: AppBlur) -> None:
        """The mark stays where it is, whatever else is looked at.

        Textual would take it away, give none to a screen that opens meanwhile, and let the keys
        that come back reach that screen in any order.
        """
        event.prevent_default()

    def _fatal_error(self) -> None:
        """A fault ends the app without a picture of its memory: that may hold a PIN or a post."""
        self._close_messages_no_wait()


def forgive_bytes(driver: type) -> None:
    """Make `driver` read bytes that are not UTF-8 as a question mark instead of ending the app."""
    names = vars(sys.modules[driver.__module__])
    if "getincrementaldecoder" in names:
        names["getincrementaldecoder"] = _forgiving


def measure_truly(app: App[None]) -> None:
    """Ask the terminal how large it is, and not COLUMNS and LINES of the shell that began us.

    Rich and the driver each believe those first, and draw a screen that does not fit.
    """
    console = app.console
    console._environ = {k: v for k, v in console._environ.items() if k not in ("COLUMNS", "LINES")}
    console._width = console._height = None
    if hasattr(app.driver_class, "_get_terminal_size"):
        app.driver_class._get_terminal_size = lambda _driver: _size()


def _size() -> tuple[int, int]:
    for stream in (sys.__stderr__, sys.__stdout__, sys.__stdin__):
        with suppress(AttributeError, OSError, ValueError):
            wide, high = os.get_terminal_size(stream.fileno())  # type: ignore[union-attr]  # None is passed over
            if wide and high:
                return wide, high
    return 80, 24


def _forgiving(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")
