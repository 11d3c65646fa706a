"""What is typed, sign by sign: bytes that are no letters do nothing."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.kiosk.keys import PREFIX
from gateway.kiosk.safe import safe

ENTER: Final = "\n"
RUB: Final = "\b"
DROP: Final = "\x15"
"""Ctrl+U: the whole line again."""
SCAN: Final = "\x02"
"""Ctrl+B, before a badge."""
_NAMES: Final = {"\r": ENTER, "\n": ENTER, "\x7f": RUB, "\b": RUB, "\x15": DROP, "\x02": SCAN}
_ESC: Final = "\x1b"
_LONGEST_CODE: Final = 32
"""No key sends more behind an ESC: what is longer is no key, and ends the waiting for its end."""


class Keys:
    """Turns bytes into signs. Arrows and other keys that send several signs are swallowed whole."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        self._code: str | None = None
        self._before = ""

    def signs(self, data: bytes) -> Iterator[str]:
        """The signs in `data`: letters, and `ENTER`, `RUB`, `DROP`, `SCAN`."""
        if self._code == "":
            # Esc came alone: what is typed after a while is no part of it.
            self._code = None
        for sign in self._decode(data):
            before, self._before = self._before, sign
            if self._in_a_code(sign):
                continue
            if sign in _NAMES:
                # A reader that ends a badge by CR and LF means one Enter.
                if not (sign == "\n" and before == "\r"):
                    yield _NAMES[sign]
            elif safe(sign) or sign == "\t":
                yield " " if sign == "\t" else sign

    def _in_a_code(self, sign: str) -> bool:
        """ESC [ ... letter, ESC O letter, ESC letter (ECMA-48, 5.4)."""
        if sign == _ESC:
            self._code = ""
            return True
        if self._code is None:
            return False
        if sign in _NAMES:
            # Somebody pressed Esc alone, and then a key that counts.
            self._code = None
            return False
        starts = self._code == "" and sign in "[O"
        inside = self._code != "" or starts
        self._code += sign
        ends = len(self._code) >= _LONGEST_CODE or ("@" <= sign <= "~" and not starts)
        if ends or not inside:
            self._code = None
        return True


@dataclass(slots=True)
class Line:
    """The answer as far as it is typed. What is too much is counted and not taken."""

    room: int
    text: str = ""
    lost: int = 0

    def takes(self, sign: str) -> str:
        """Take a sign: the sign that stood there, where one was rubbed out."""
        if sign == RUB:
            last, self.text = self.text[-1:], self.text[:-1]
            return last
        if sign == DROP:
            self.text, self.lost = "", 0
        elif len(self.text) < self.room:
            self.text += sign
        else:
            self.lost += 1
        return ""


def named(sign: str) -> tuple[str, str | None]:
    """A sign as the badge reader's ear is told a key: its name, its letter."""
    if sign == SCAN:
        return PREFIX, None
    return ("enter", None) if sign == ENTER else (sign, sign)
