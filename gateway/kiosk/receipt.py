"""A slip of paper with the number of a post: how to answer it from a phone, at home or on the bus.

Bytes of ESC/POS, as receipt printers take them (Epson's "ESC/POS Command Reference"). It holds
the number, the time, the place and the gateway's own SMS number, as words and as a QR code; never
the text, never a name: slips are left lying.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from gateway.kiosk.safe import line
from gateway.kiosk.script import wrap
from gateway.kiosk.texts import Texts

COLUMNS: Final = 32
"""Letters in a line of the narrowest paper, 58 mm; on 80 mm there is a margin."""
PAGE: Final = "cp437"
"""Page 0, which every such printer has and starts with. It holds the small accents of French, and
few of the large ones: what it lacks is written without its accent."""

_START: Final = b"\x1b@" + b"\x1bt\x00" + b"\x1ba\x01"  # reset, page 0, in the middle
_LARGE: Final = b"\x1d!\x11"  # GS ! n: twice as wide, twice as high
_PLAIN: Final = b"\x1d!\x00"
_END: Final = b"\x1bd\x04" + b"\x1dV\x42\x00"  # feed 4 lines, feed to the knife and cut
_QR: Final = b"\x1d(k"
_DOTS: Final = 6
"""Of one square of the code: 3/4 mm at 203 dots an inch."""
_PLAIN_SIGNS: Final = str.maketrans(
    {"œ": "oe", "Œ": "OE", "€": "EUR", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...",
     "—": "-", "–": "-", "\u202f": " ", "\xa0": " "}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on it."""

    number: int
    sms_number: str
    place: str
    time: str

    def data(self, texts: Texts) -> bytes:
        """The slip as the printer is told it, in one language."""
        parts = [_START, _lines(self.place), b"\n", _LARGE]
        parts += [_lines(texts("MESSAGE {number}", number=self.number), COLUMNS // 2), _PLAIN]
        parts += [_lines(self.time), b"\n"]
        if self.sms_number:
            parts += [
                _lines(texts("To answer it, send by SMS:")),
                _lines(texts("R{number} your words", number=self.number)),
                _lines(texts("to {number}", number=self.sms_number)),
                b"\n",
                qr(self.link()),
                b"\n",
            ]
        return b"".join([*parts, _END])

    def link(self) -> str:
        """What a phone makes an SMS of that is begun already (RFC 5724)."""
        return f"sms:{self.sms_number}?body={quote(f'R{self.number} ')}"


def qr(link: str) -> bytes:
    """The printer's own QR code: model 2, its size, a quarter may be dirty, the link, print it."""
    steps = (
        b"\x31\x41\x32\x00",
        b"\x31\x43" + bytes([_DOTS]),
        b"\x31\x45\x32",
        b"\x31\x50\x30" + link.encode("ascii", "replace"),
        b"\x31\x51\x30",
    )
    return b"".join(_QR + len(step).to_bytes(2, "little") + step for step in steps)


def printable(text: str) -> bytes:
    """`text` on the printer's page; letters that are not there lose their accent, or are a `?`.

    No byte of it is a command: nothing below a blank is left.
    """
    signs = []
    for sign in line(text).translate(_PLAIN_SIGNS):
        held = sign.encode(PAGE, "ignore") if sign >= "\x80" else sign.encode()
        signs.append(held or _bare(sign))
    return b"".join(signs)


def _bare(sign: str) -> bytes:
    base = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore")
    return base or b"?"


def _lines(text: str, columns: int = COLUMNS) -> bytes:
    return b"".join(printable(each) + b"\n" for each in wrap(line(text), columns))
