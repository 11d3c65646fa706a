"""What keys mean: digits of any row, and a badge in the middle of anything.

On an AZERTY keyboard the digit row without Shift types `&é"'(-è_çà`, on BEPO `"«»()@+-/*`; where a
digit is a choice those are taken for the digits that are printed on the keys.
"""

import re
from dataclasses import dataclass, field

PREFIX = "ctrl+b"
"""What the scanner is programmed to send before a badge, so that no typing looks like one."""

_DIGITS = "1234567890"
_AZERTY = dict(zip("&é\"'(-è_çà", _DIGITS, strict=True)) | {"§": "6", "!": "8"}
"""Of France, and the two keys that differ in Belgium."""
_BEPO = dict(zip('"«»()@+-/*', _DIGITS, strict=True))
_ROW = _BEPO | _AZERTY
"""A lone key: where two layouts print different digits on the same sign, France is meant."""
_BADGE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}")
_ENTER = ("enter", "ctrl+j")


def digit(character: str | None) -> str:
    """The digit a key stands for, or nothing."""
    if character is None:
        return ""
    if character.isascii() and character.isdigit():
        return character
    return _ROW.get(character, "")


def badge(text: str) -> str:
    """The badge number in `text`, or nothing: the digit row may have been typed unshifted.

    A scanner types keys, and what they mean is the layout's: the first layout that makes a badge
    of all of them is the one.
    """
    text = text.strip()
    for row in ({}, _AZERTY, _BEPO):
        number = "".join(row.get(sign, sign) for sign in text)
        if _BADGE.fullmatch(number) and any(sign.isdigit() for sign in number):
            return number
    return ""


@dataclass(slots=True)
class Scanner:
    """Takes a badge out of the stream of keys, from the prefix to Enter.

    A prefix with no Enter behind it lets go after `patience` seconds, so that one stray key does
    not swallow a person's typing.
    """

    patience: float = 2.0
    _signs: list[str] = field(default_factory=list)
    _until: float | None = None

    def reads(self, now: float) -> bool:
        """Is a badge being scanned?"""
        return self._until is not None and now <= self._until

    def takes(self, key: str, character: str | None, now: float) -> tuple[bool, str]:
        """Is this key the scanner's? And the badge, once it is whole."""
        if key == PREFIX:
            self._signs.clear()
            self._until = now + self.patience
            return True, ""
        if self._until is None or now > self._until:
            self._until = None
            return False, ""
        if key in _ENTER:
            self._until = None
            return True, badge("".join(self._signs))
        if character is not None and len(self._signs) < 64:
            self._signs.append(character)
        return True, ""
