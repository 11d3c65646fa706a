"""What `gateway kiosk --check` finds at the terminal itself: its colours, size, letters, scanner.

It is asked, and answers by itself: a letter is written and the cursor asked where it stands. A
badge that is scanned is never shown.
"""

import array
import fcntl
import os
import re
import select
import shutil
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from gateway.cli.checkup import Finding
from gateway.kiosk.keys import badge

NEEDED: Final = "éèàçœÉ€—·─│█"
"""What a console's font may lack; what no font has is not drawn at all (`gateway.kiosk.safe`)."""
LEAST: Final = (40, 15)
ANSWER_SECONDS: Final = 1.0
BURST_SECONDS: Final = 2.0
"""From the prefix to Enter: the kiosk waits no longer for the rest of a badge."""
_PREFIX = "\x02"
_WHERE = re.compile(rb"\x1b\[(\d{1,4});(\d{1,4})R")
_KDGKBTYPE, _GIO_UNIMAP = 0x4B33, 0x4B66
"""Linux: is this a console; which letters its font has (ioctl_console(2))."""
_MOST_GLYPHS = 0xFFFF


def screen(terminal: int, name: str) -> Iterator[Finding]:
    """The terminal behind the file `terminal`; `name` is what TERM calls it."""
    yield colours(name)
    yield _size(terminal)
    yield _charset(terminal)
    yield _glyphs(terminal)


def nowhere(name: str) -> Iterator[Finding]:
    """What can be said where there is no terminal."""
    for check in ("screen", "scanner"):
        yield Finding(check, "skip", f"this is not the kiosk's own screen: check {name} there")


def colours(name: str) -> Finding:
    if name in ("", "dumb", "unknown"):
        words = f"TERM is {name or 'not set'}: TERM=linux on a console, TERM=foot in foot"
        return Finding("colours", "mend", words)
    number = _colours_of(name)
    if number is None:
        words = f"nobody here knows the terminal {name!r:.40}: install ncurses-term, or set TERM"
        return Finding("colours", "warn", words)
    if number < 8:
        return Finding("colours", "warn", f"{name} has no colours: take --look contrast")
    return Finding("colours", "ok", f"{name} has {number}")


def _colours_of(name: str) -> int | None:
    """What terminfo knows of it; asked of tput, for Python's curses asks once in a process."""
    program = shutil.which("tput")
    if program is None:
        return None
    done = subprocess.run(  # noqa: S603  # one word from TERM, and no shell
        [program, "-T", name, "colors"], capture_output=True, text=True, check=False, timeout=5
    )
    said = done.stdout.strip()
    if done.returncode or not said.lstrip("-").isdecimal():
        return None
    return int(said)


def _size(terminal: int) -> Finding:
    try:
        wide, high = os.get_terminal_size(terminal)
    except OSError:
        return Finding("size", "skip", "the terminal does not tell")
    if wide < LEAST[0] or high < LEAST[1]:
        words = f"{wide} x {high}: at least {LEAST[0]} x {LEAST[1]} are needed, so a smaller font"
        return Finding("size", "mend", f"{words} (gateway kiosk install --font)")
    return Finding("size", "ok", f"{wide} columns, {high} rows")


def _charset(terminal: int) -> Finding:
    """A letter of two bytes moves the cursor by one column where the terminal reads UTF-8."""
    with raw(terminal):
        os.write(terminal, "\ré\x1b[6n".encode())
        column = _column(terminal)
        os.write(terminal, b"\r  \r")
    if column is None:
        return Finding("charset", "skip", "the terminal does not tell where its cursor is")
    if column != 2:
        words = "not UTF-8: accents are drawn wrong; unicode_start, and vt.default_utf8=1 at boot"
        return Finding("charset", "mend", words)
    return Finding("charset", "ok", "UTF-8")


def _column(terminal: int) -> int | None:
    answer, until = b"", time.monotonic() + ANSWER_SECONDS
    while (left := until - time.monotonic()) > 0 and len(answer) < 200:
        if select.select([terminal], [], [], left)[0]:
            answer += os.read(terminal, 64)
            if found := _WHERE.search(answer):
                return int(found[2])
    return None


def _glyphs(terminal: int) -> Finding:
    """The letters that a Linux console's font has; of others, nobody can ask."""
    known = font_of(terminal)
    if known is None:
        return Finding("font", "skip", f"no console: see that these are letters: {NEEDED}")
    lacking = "".join(sign for sign in NEEDED if ord(sign) not in known)
    if lacking:
        words = f"the console's font lacks {lacking}: gateway kiosk install --font, such as the"
        return Finding("font", "mend", f"{words} default (package console-setup-linux)")
    return Finding("font", "ok", "all letters are there")


def font_of(terminal: int) -> set[int] | None:
    """The letters in a console's font, as numbers; None where it is no console."""
    pairs = array.array("H", bytes(4 * _MOST_GLYPHS))
    address, _ = pairs.buffer_info()
    asked = bytearray(struct.pack("@HP", _MOST_GLYPHS, address))
    try:
        fcntl.ioctl(terminal, _KDGKBTYPE, bytearray(1))
        fcntl.ioctl(terminal, _GIO_UNIMAP, asked)
    except OSError:
        return None
    count = struct.unpack("@HP", asked)[0]
    return set(pairs[: 2 * count : 2])


def scanner(terminal: int, seconds: float) -> Finding:
    """Wait for one badge; what it is stays here."""
    with raw(terminal):
        signs, took = _scanned(terminal, seconds)
    if signs in (b"\r", b"\n"):
        return Finding("scanner", "skip", "no badge was scanned")
    if not signs:
        words = f"no badge in {seconds:.0f} s: is the scanner plugged in, and set to be a keyboard?"
        return Finding("scanner", "mend", words)
    return judged(signs, took)


def judged(raw_signs: bytes, took: float) -> Finding:
    """What is to be said of a badge that came as `raw_signs` in `took` seconds."""
    text = raw_signs.decode("utf-8", "replace")
    number = text.strip("\r\n").removeprefix(_PREFIX)
    read = badge(number)
    troubles = []
    if not text.startswith(_PREFIX):
        troubles.append("program it to send Ctrl+B before a badge")
    if not text.endswith(("\r", "\n")):
        troubles.append("program it to send Enter behind a badge")
    if not read:
        troubles.append("set its keyboard to the one of this machine: what it types is no badge")
    if took > BURST_SECONDS:
        troubles.append("it types too slowly: take out its delay between keys")
    if troubles:
        return Finding("scanner", "mend", "; ".join(troubles))
    how = "as it is" if read == number else "on a French, Belgian or BEPO keyboard"
    return Finding("scanner", "ok", f"a badge of {len(read)} signs, read {how}")


def _scanned(terminal: int, seconds: float) -> tuple[bytes, float]:
    """All that comes until Enter, or until nothing comes any more."""
    signs, began = b"", 0.0
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and len(signs) < 256:
        if not select.select([terminal], [], [], left)[0]:
            break
        began = began or time.monotonic()
        signs += os.read(terminal, 64)
        if signs.endswith((b"\r", b"\n")):
            break
        until = min(until, time.monotonic() + BURST_SECONDS)
    return signs, time.monotonic() - began if began else 0.0


@contextmanager
def raw(terminal: int) -> Iterator[None]:
    """Neither shown nor obeyed, whatever is typed meanwhile."""
    before = termios.tcgetattr(terminal)
    mode = termios.tcgetattr(terminal)
    mode[0] &= ~(termios.ICRNL | termios.IXON | termios.INLCR)
    mode[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ECHONL)
    termios.tcsetattr(terminal, termios.TCSANOW, mode)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
