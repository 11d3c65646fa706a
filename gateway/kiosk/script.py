"""Lines of text as a terminal draws them: measured, cut between signs, broken between words.

Cutting and breaking are done in the order in which text is read, on letters that are joined
already; only then is a line put in the order of the terminal. A terminal that joins Arabic and
turns it round by itself (VTE, Konsole) is given the letters as they are.
"""

import unicodedata
from collections.abc import Iterator

from rich.cells import cell_len

from gateway.kiosk.arabic import shape
from gateway.kiosk.bidi import END, ISOLATE, RIGHT, is_right, visual

DOTS = "..."
_ISOLATES = str.maketrans("", "", ISOLATE + END)
_BEARS = ("Mn", "Me", "Mc", "Cf", "Sk")
"""What follows the sign that bears it; `Sk` holds the tones of skin, and signs that stand alone."""


def width(text: str) -> int:
    """Columns that `text` takes."""
    return cell_len(text.translate(_ISOLATES))


def clusters(text: str) -> Iterator[str]:
    """What a reader takes for one sign: a letter with its marks, a flag, a face with its tone."""
    start = 0
    flag = False
    for at in range(1, len(text)):
        pair = _is_flag(text[at - 1]) and _is_flag(text[at]) and not flag
        flag = pair
        if not pair and not _hangs_on(text[at]):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def fit(text: str, room: int) -> str:
    """`text` in `room` columns; what is cut ends in three dots, and no sign is torn."""
    if width(text) <= room:
        return text
    return _head(text, max(0, room - len(DOTS))).rstrip() + DOTS[: max(0, room)]


def wrap(text: str, room: int) -> list[str]:
    """The lines of one paragraph, broken at blanks; a word longer than a line is cut in pieces."""
    lines = [""]
    for word in _words(text):
        if width(lines[-1]) + width(word.rstrip()) <= room:
            lines[-1] += word
            continue
        if lines[-1].strip():
            lines.append("")
        while width(word.rstrip()) > room:
            piece = _head(word, room) or word[:1]
            lines[-1:] = [lines[-1] + piece, ""] if not lines[-1] else [lines[-1], piece, ""]
            word = word[len(piece) :]
        lines[-1] += word
    return [line.rstrip() for line in lines]


class Script:
    """How this terminal is told its lines; `shaping` where it does not join and turn by itself."""

    def __init__(self, shaping: bool = True) -> None:
        self.shaping = shaping

    def line(self, text: str, room: int) -> str:
        """One line of ours, read from the left, whatever names are in it."""
        return self._drawn(fit(self._joined(text), room), right=False)

    def start(self, text: str, room: int, count: int) -> list[str]:
        """The first `count` lines of somebody's words; those from the right stand at the right."""
        right = is_right(text)
        lines = wrap(self._joined(text), max(1, room))
        if len(lines) > count:
            rest = " ".join(lines[count - 1 :])
            lines[count - 1 :] = [fit(rest, room) if width(rest) > room else rest]
        return [self._placed(line, room, right) for line in lines]

    def page(self, text: str, room: int) -> list[str]:
        """All of it in lines of `room` columns, each paragraph in its own direction."""
        lines: list[str] = []
        for paragraph in text.split("\n"):
            right = is_right(paragraph)
            found = wrap(self._joined(paragraph), max(1, room))
            lines += [self._placed(line, room, right) for line in found]
        return lines

    def _joined(self, text: str) -> str:
        return shape(text) if self.shaping and RIGHT.search(text) else text

    def _drawn(self, line: str, *, right: bool) -> str:
        return visual(line, right) if self.shaping else line.translate(_ISOLATES)

    def _placed(self, line: str, room: int, right: bool) -> str:
        drawn = self._drawn(line, right=right)
        blanks = room - width(drawn) if right and self.shaping else 0
        return " " * blanks + drawn


def _is_flag(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _hangs_on(sign: str) -> bool:
    if sign in (ISOLATE, END):
        return False
    kind = unicodedata.category(sign)
    return kind in _BEARS and (kind != "Sk" or "\U0001f3fb" <= sign <= "\U0001f3ff")


def _head(text: str, room: int) -> str:
    """As many whole signs from the beginning as fit."""
    taken, used = 0, 0
    for cluster in clusters(text):
        used += width(cluster)
        if used > room:
            break
        taken += len(cluster)
    return text[:taken]


def _words(text: str) -> Iterator[str]:
    """Words with the blanks behind them."""
    start = 0
    for at in range(1, len(text)):
        if text[at - 1] == " " and text[at] != " ":
            yield text[start:at]
            start = at
    yield text[start:]
