"""What every carrier's way in has in common: names, numbers and words as they may come in."""

import base64
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
_BASE64 = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")
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
    return unicodedata.normalize("NFC", cleaned(_decoded(words)))[:MAX_TEXT]


def cleaned(text: str) -> str:
    """Without what no phone writes and no database or terminal should meet."""
    return whole(text).replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)


def _decoded(words: str) -> str:
    """What some carriers bring in base64 where a long text came in parts, as a person wrote it.

    Only what decodes to words, with blanks between them: nobody types that by chance.
    """
    if len(words) % 4 or not _BASE64.fullmatch(words):
        return words
    try:
        plain = base64.b64decode(words, validate=True).decode()
    except ValueError:
        return words
    # In any script, and in lines: but nothing that a keyboard does not have.
    return plain if " " in plain and plain.replace("\n", " ").isprintable() else words
