"""Where the kiosk in plain lines begins and ends: on any terminal, or between two pipes."""

import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from gateway.kiosk import boot, terminal
from gateway.kiosk.api import Api
from gateway.kiosk.idle import Idle
from gateway.kiosk.plain.app import PlainApp
from gateway.kiosk.plain.ear import sign_by_sign
from gateway.kiosk.plain.voice import Voice
from gateway.kiosk.printer import Printer
from gateway.kiosk.store import open_store
from gateway.kiosk.texts import Texts

TYPED: Final = 0
SAID: Final = 1
log = logging.getLogger(__name__)


def run(
    server: str,
    device: str,
    *,
    language: str = "fr",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ticks: Callable[[], float] = boot.seconds,
    idle: Idle | None = None,
    state: Path | None = None,
    runtime: Path | None = None,
    printer: Path | None = None,
    by_itself: bool = False,
) -> int:
    """Run the kiosk in lines until what is typed ends, or it is told to: the exit code.

    `by_itself`: nobody asked for lines, the terminal shows nothing else.
    """
    encoding = sys.stdout.encoding if sys.stdout is not None else "utf-8"
    voice = Voice(SAID, dumb=terminal.is_dumb(), encoding=encoding)
    at_terminal = os.isatty(TYPED)
    app = PlainApp(
        Api(server, device),
        voice,
        echoes=at_terminal,
        patient=not at_terminal,
        source=TYPED,
        language=language,
        clock=clock,
        ticks=ticks,
        idle=idle,
        store=open_store(state, runtime),
        printer=Printer(printer) if printer is not None else None,
    )
    _greet(voice, Texts(language), by_itself=by_itself)
    try:
        with sign_by_sign(TYPED):
            app.run(headless=True, size=voice.size())
    finally:
        voice.clear()
        voice.close()
    if app.fault is not None:
        log.error("the kiosk ended on a fault: %s", terminal.place(app.fault))
    return app.return_code or 0


def _greet(voice: Voice, t: Texts, *, by_itself: bool) -> None:
    if by_itself:
        voice.say(t("This terminal shows no screens: the kiosk is read out in lines."))
    voice.say(t("A digit and Enter = choose   Enter alone = hear it again"))
