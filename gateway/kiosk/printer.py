"""The receipt printer: a device (`/dev/usb/lp0`), a pipe or a file that takes bytes.

A printer may be off, out of paper, pulled out, or never take a byte: all of that is said within a
few seconds, and nothing else waits for it. `send` blocks for as long: call it in a worker.
"""

import errno
import fcntl
import os
import select
import stat
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Final

SECONDS: Final = 5.0
"""As long as somebody waits for a slip; a page of 32 columns is printed in two."""
GRACE: Final = 0.5
_LPGETSTATUS: Final = 0x060B
"""Linux's question to a printer port (lp(4)): one byte of the IEEE 1284 status lines."""
_NO_PAPER: Final = 0x20
_RETRY: Final = (errno.EAGAIN, errno.EINTR)


class Sent(Enum):
    """What became of a slip."""

    PRINTED = "printed"
    NO_PAPER = "no-paper"
    NO_PRINTER = "no-printer"
    STUCK = "stuck"
    """It took not all of it in time: a part may be printed."""


class Printer:
    """One for each kiosk."""

    def __init__(
        self,
        path: Path,
        seconds: float = SECONDS,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path, self._seconds, self._ticks = path, seconds, ticks
        self._free = threading.Lock()

    def send(self, data: bytes) -> Sent:
        """Hand all of `data` to the printer, or say why not. One slip at a time."""
        if not self._free.acquire(timeout=self._seconds):
            return Sent.STUCK
        told: list[Sent] = []
        # A thread of its own: even opening and closing a device may hang (a serial line waits for
        # its last byte), and then no later slip is begun before that is over.
        work = threading.Thread(target=self._run, args=(data, told), name="printer", daemon=True)
        work.start()
        work.join(self._seconds + GRACE)
        return told[0] if told else Sent.STUCK

    def _run(self, data: bytes, told: list[Sent]) -> None:
        try:
            told.append(self._print(data))
        finally:
            self._free.release()

    def _print(self, data: bytes) -> Sent:
        try:
            wire = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as fault:
            # usblp has one user at a time; a pipe with nobody at its end is a printer that is off.
            return Sent.STUCK if fault.errno == errno.EBUSY else Sent.NO_PRINTER
        try:
            if _is_out_of_paper(wire):
                return Sent.NO_PAPER
            return self._write(wire, data)
        except OSError as fault:
            return Sent.NO_PAPER if fault.errno == errno.ENOSPC else Sent.NO_PRINTER
        finally:
            with suppress(OSError):
                os.close(wire)

    def _write(self, wire: int, data: bytes) -> Sent:
        until = self._ticks() + self._seconds
        ready = select.poll()
        ready.register(wire, select.POLLOUT)
        while data:
            left = until - self._ticks()
            if left <= 0:
                return Sent.STUCK
            if ready.poll(left * 1000):
                data = data[_written(wire, data) :]
        return Sent.PRINTED


def _written(wire: int, data: bytes) -> int:
    try:
        return os.write(wire, data)
    except OSError as fault:
        if fault.errno in _RETRY:
            return 0
        raise


def _is_out_of_paper(wire: int) -> bool:
    """Ask the port, where it is one that can tell."""
    if not stat.S_ISCHR(os.fstat(wire).st_mode) or os.isatty(wire):
        return False
    told = bytearray(struct.calcsize("i"))
    try:
        fcntl.ioctl(wire, _LPGETSTATUS, told)
    except OSError:
        return False
    return bool(told[0] & _NO_PAPER)
