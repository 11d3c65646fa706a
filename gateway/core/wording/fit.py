"""How much room words take, and how they are cut where there is too little.

Room is counted in septets of GSM-7 because SMS has the least of it; the other channels show the
same short words.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

SEGMENT: Final = 160
JOINED: Final = 153
TWO_SEGMENTS: Final = 2 * JOINED

_CUT: Final = "..."
_LEAST_NAME: Final = 6
NOT_PLAIN: Final = 70
JOINED_NOT_PLAIN: Final = 67
"""The room of one SMS that holds an emoji or another script, alone and joined to others."""

_WIDE: Final = dict.fromkeys("^{}\\[~]|€œŒ→←≤≥™", 2) | {"…": 3, "½": 3, "°": 4}
"""What takes more than a place, as itself (the extension table) or in the letters it is sent as."""

_NOT_ONE: Final = re.compile(f"[{re.escape(''.join(_WIDE))}\U00010000-\U0010ffff]")

_TYPOGRAPHY: Final = frozenset("€…‘’‚“”„–—‐‑‒•−→←≤≥™\u202f\u2009")
_LAST_LATIN: Final = "\u024f"

_LINE_ENDS: Final = str.maketrans("\u2028\u2029\x0b\x0c\x85", "\n\n\n\n\n")
_TURNERS: Final = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_JOINERS: Final = "\u200d\ufe0f"


def width(text: str) -> int:
    """The septets that `text` takes; a character beyond the plane of letters counts as two."""
    return len(text) + sum(_WIDE.get(sign, 2) - 1 for sign in _NOT_ONE.findall(text))


def room(segments: int, *, plain: bool = True) -> int:
    """What so many SMS hold, of GSM-7 or of any other letters."""
    if segments <= 1:
        return SEGMENT if plain else NOT_PLAIN
    # A pair of septets or of units is never parted: each joint may stay one short.
    return segments * (JOINED if plain else JOINED_NOT_PLAIN) - segments + 1


def is_plain(text: str) -> bool:
    """Whether `text` can leave as GSM-7, once its rarer letters are written plainly."""
    return max(text, default="") <= _LAST_LATIN or all(
        sign <= _LAST_LATIN or sign in _TYPOGRAPHY for sign in text
    )


def in_plain(text: str) -> str:
    """`text` without what would cost the whole SMS its GSM-7; dots where nothing is left."""
    return " ".join("".join(filter(is_plain, text)).split()) or _CUT


def clean(text: str) -> str:
    """`text` without control characters, halves of characters and what turns lines around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS).split("\n")
    return "\n".join(_plain(line) for line in lines).strip()


def one_line(text: str) -> str:
    """`text` on one line, with single spaces."""
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """`text` on one line and at most `limit` wide, cut between two words where it can be."""
    line = one_line(text)
    if width(line) <= limit:
        return line
    whole = _prefix(line, limit - len(_CUT))
    words, space, _ = whole.rpartition(" ")
    if line[len(whole) : len(whole) + 1] == " ":
        words = whole
    elif not space or _is_endless(line, len(words) + 1, limit):
        words = whole.rstrip(_JOINERS)
    return f"{words.rstrip(' ,;:.-')}{_CUT}"[: max(limit, 0)]


def _is_endless(line: str, start: int, limit: int) -> bool:
    """Whether the word at `start` would have to be cut wherever it stood."""
    return width(line[start:].partition(" ")[0]) > limit - len(_CUT)


def listed(names: Sequence[str], limit: int, total: int = 0) -> str:
    """`names` with commas, as many as `limit` takes (one at least), and how many are left out.

    `total` is how many there are where `names` are only some of them.
    """
    if not names:
        return ""
    given = [one_line(name) for name in names]
    total = max(total, len(given))
    for shown in range(len(given), 1, -1):
        text = ", ".join(given[:shown]) + _left_out(total - shown)
        if width(text) <= limit:
            return text
    rest = _left_out(total - 1)
    return shorten(given[0], max(limit - len(rest), _LEAST_NAME)) + rest


def _left_out(count: int) -> str:
    return f" +{count}" if count else ""


def _plain(line: str) -> str:
    if line.isprintable():
        return line.rstrip()
    return "".join(
        " " if sign == "\t" else sign
        for sign in line
        if sign == "\t" or (unicodedata.category(sign) not in {"Cc", "Cs"} and sign not in _TURNERS)
    ).rstrip()


def _prefix(line: str, limit: int) -> str:
    used = 0
    for place, sign in enumerate(line):
        used += width(sign)
        if used > limit:
            return line[:place]
    return line
