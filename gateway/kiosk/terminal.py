"""The terminal before the app and after it: no echo, no core file, no words left on it.

Nothing here imports Textual, so that it can be done first: a badge that is scanned while the
program still starts must not stand on the screen, and Textual reads its environment as it loads.
"""

import logging
import os
import resource
import sys
import termios
import threading
from contextlib import suppress
from pathlib import Path
from typing import TextIO

WIPE = "\x1b[?1000l\x1b[?1003l\x1b[?1049l\x1bc\x1b[3J\x1b[H\x1b[2J"
"""No mouse, back from the second screen, reset, then drop what could be scrolled back to."""
SYSLOG = Path("/dev/log")
_SET_DUMPABLE = 4
"""PR_SET_DUMPABLE of linux/prctl.h."""
_PRIVATE = "TEXTUAL"
_SHOWN_ELSEWHERE = ("TEXTUAL_DRIVER", "TEXTUAL_FPS", "TEXTUAL_COLOR_SYSTEM")
"""How who shows the kiosk in a browser has it drawn; nobody types these at a terminal."""
log = logging.getLogger(__name__)


def prepare() -> None:
    """Make the terminal and the process fit for a place that anybody can reach. Call it first."""
    hush()
    _dump_nothing()
    # Doors to shut: they log keys, press some, take pictures.
    surroundings = os.environ  # noqa: TID251  # no settings of ours are read here
    kept = () if _terminals() else _SHOWN_ELSEWHERE
    for name in [name for name in surroundings if name.startswith(_PRIVATE)]:
        if name not in kept:
            del surroundings[name]
    sys.excepthook = lambda _kind, fault, _trace: _told(fault)
    threading.excepthook = lambda thread: _told(thread.exc_value)
    sys.unraisablehook = lambda unraisable: _told(unraisable.exc_value)
    if surroundings.get("INVOCATION_ID") and SYSLOG.exists():
        # Under systemd the terminal is wiped at the end: what went wrong is told elsewhere.
        from logging.handlers import SysLogHandler

        logging.getLogger().addHandler(SysLogHandler(str(SYSLOG)))
    # What it writes of a task that failed holds the words of the fault.
    logging.getLogger("asyncio").disabled = True


def is_dumb() -> bool:
    """A terminal that says of itself that it can do nothing but write lines."""
    return os.environ.get("TERM", "dumb") in ("", "dumb")  # noqa: TID251  # as above


def shows_screens() -> bool:
    """Can screens be drawn here? Somebody who shows them elsewhere draws them, too."""
    if any(name in os.environ for name in _SHOWN_ELSEWHERE):  # noqa: TID251  # as above
        return True
    return sys.stdout is not None and sys.stdout.isatty() and not is_dumb()


def hush() -> None:
    """Stop the terminal from showing what is typed; what was typed already is not lost."""
    for stream in _terminals():
        with suppress(termios.error, OSError):
            mode = termios.tcgetattr(stream)
            mode[3] &= ~(termios.ECHO | termios.ECHONL)
            termios.tcsetattr(stream, termios.TCSANOW, mode)


def wipe() -> None:
    """Leave nothing of anybody on the terminal."""
    for stream in _terminals():
        if stream.writable():
            with suppress(OSError):
                stream.write(WIPE)
                stream.flush()
                return


def place(fault: BaseException | None) -> str:
    """What kind of fault and where, without the words or values it holds."""
    last = fault.__traceback__ if fault is not None else None
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return type(fault).__name__
    code = last.tb_frame.f_code
    return f"{type(fault).__name__} at {Path(code.co_filename).name}:{last.tb_lineno}"


def _dump_nothing() -> None:
    """No core file, and none to a program that collects them: that one ignores the limit (core(5)).

    It also keeps the memory from other programs of the same user (prctl(2), PR_SET_DUMPABLE).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import ctypes  # Only the kiosk's own program needs it.

    # Where there is no such call (not Linux), the limit alone must do.
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def _told(fault: BaseException | None) -> None:
    log.error("a fault: %s", place(fault))


def _terminals() -> list[TextIO]:
    streams = (sys.__stderr__, sys.__stdout__, sys.__stdin__)
    return [stream for stream in streams if stream is not None and stream.isatty()]
