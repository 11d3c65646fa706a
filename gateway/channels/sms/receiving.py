"""What every carrier's way in has in common: names, numbers and words as they may come in."""

import re
import unicodedata

from gateway.channels.sms.transliterate import whole
from gateway.core.errors import NotAccepted

MAX_TEXT = 1600
"""Ten joined SMS; all that came stays in `raw`."""

MAX_NAME = 64
NO_NUMBER = "the sender has no number to answer to"

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_DIGITS = re.compile(r"\d{1,18}")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)])


def name(value: str, field: str) -> str:
    """A value that must be there, short and printable; the error never shows it."""
    if not value or len(value) > MAX_NAME or not value.isprintable():
        raise NotAccepted(f"{field} is missing or malformed")
    return value


def is_number(sender: str) -> bool:
    """Is this E.164, that is, somebody to answer to?"""
    return bool(_NUMBER.fullmatch(sender))


def is_id(value: str) -> bool:
    """Is this one of our own ids, as they stand in a callback's URL?"""
    return value.isascii() and bool(_DIGITS.fullmatch(value))


def text(words: str) -> str:
    """What a person wrote, clean, composed and bounded."""
    return unicodedata.normalize("NFC", cleaned(words))[:MAX_TEXT]


def cleaned(text: str) -> str:
    """Without what no phone writes and no database or terminal should meet."""
    return whole(text).replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
