"""What a terminal program must do to stand where anybody can reach it.

Textual ends on one byte that is not UTF-8 (a scanner set wrong is enough), and leaves the last
screen to be read where a terminal has no second one.
"""

import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from functools import partial
from pathlib import Path

WIPE = "\x1bc\x1b[3J\x1b[H\x1b[2J"
"""Reset the terminal, then drop what could be scrolled back to."""


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
