"""Lines on a terminal or a pipe: never an escape sequence, never a line drawn over another.

A thread writes, so that a terminal which takes nothing holds up neither a badge nor the end.
"""

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Final

from gateway.kiosk.safe import safe
from gateway.kiosk.script import Script, width

COLUMNS: Final = 80
ROWS: Final = 24
GRACE: Final = 0.5
"""Seconds for the last words at the end."""


class Voice:
    """Says things into `out`, an open file."""

    def __init__(self, out: int, *, dumb: bool = False, encoding: str = "utf-8") -> None:
        self._out, self._dumb, self._encoding = out, dumb, encoding
        self.is_terminal = os.isatty(out)
        self.gone: Callable[[], None] = lambda: None
        """Called, in the writing thread, when nobody takes what is said any more."""
        self._script = Script(shaping=False)
        self._inside = False
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._work = threading.Thread(target=self._write, name="kiosk-voice", daemon=True)
        self._work.start()

    def size(self) -> tuple[int, int]:
        """Columns and rows, as they are now."""
        if self.is_terminal:
            found = os.get_terminal_size(self._out)
            return found.columns or COLUMNS, found.lines or ROWS
        return COLUMNS, ROWS

    def lines(self, text: str) -> list[str]:
        """`text` in lines that fit, without anything that a terminal would obey."""
        return self._script.page(safe(text), self.size()[0])

    def say(self, *texts: str) -> None:
        for text in texts:
            self.end_line()
            self._put("".join(f"{line}\n" for line in self.lines(text)))

    def echo(self, text: str) -> None:
        """Show what is typed."""
        if text := safe(text):
            self._inside = True
            self._put(text)

    def rub(self, sign: str) -> None:
        """Show that a sign was rubbed out: a dumb terminal is shown which."""
        if self._dumb:
            self.echo("\\" + sign)
        else:
            self._put("\b \b" * width(sign))

    def end_line(self) -> None:
        if self._inside:
            self._inside = False
            self._put("\n")

    def clear(self) -> None:
        """Push what was said out of sight."""
        if self.is_terminal:
            self.end_line()
            self._put("\n" * self.size()[1])

    def close(self) -> None:
        """End when all is said, or soon."""
        self._lines.put(None)
        self._work.join(GRACE)

    def _put(self, text: str) -> None:
        self._lines.put(text.encode(self._encoding, "replace"))

    def _write(self) -> None:
        while (data := self._lines.get()) is not None:
            try:
                while data:
                    data = data[os.write(self._out, data) :]
            except OSError:
                self.gone()
                return
