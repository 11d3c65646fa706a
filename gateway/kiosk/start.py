"""Where a terminal's program begins and ends: the app is made, made hard, run, and wiped away."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from gateway.kiosk import boot, harden, terminal
from gateway.kiosk.api import Api
from gateway.kiosk.app import KioskApp
from gateway.kiosk.idle import Idle
from gateway.kiosk.printer import Printer
from gateway.kiosk.store import open_store

log = logging.getLogger(__name__)


def run(
    server: str,
    device: str,
    *,
    language: str = "fr",
    theme: str = "vt",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ticks: Callable[[], float] = boot.seconds,
    idle: Idle | None = None,
    draws_keys: bool = False,
    shaping: bool = True,
    state: Path | None = None,
    runtime: Path | None = None,
    printer: Path | None = None,
) -> int:
    """Run the kiosk in this terminal until it is told to end; the process's exit code.

    What people write is kept in `state`, copies to read in `runtime`, a folder in memory.
    """
    app = KioskApp(
        Api(server, device),
        language=language,
        theme=theme,
        clock=clock,
        ticks=ticks,
        idle=idle,
        draws_keys=draws_keys,
        shaping=shaping,
        store=open_store(state, runtime),
        printer=Printer(printer) if printer is not None else None,
    )
    harden.forgive_bytes(app.driver_class)
    harden.measure_truly(app)
    try:
        app.run()
    finally:
        terminal.wipe()
    if app.fault is not None:
        log.error("the kiosk ended on a fault: %s", terminal.place(app.fault))
    return app.return_code or 0
