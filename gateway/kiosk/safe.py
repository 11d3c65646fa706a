"""Text from outside made safe for a terminal: nothing in it may move a cursor or turn the line.

Applied when text comes in and again when it is drawn. It keeps what people write and takes away
what only a machine would read: control characters, bidirectional and zero-width marks.
"""

import re
import unicodedata

LONGEST = 20_000

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\xad\u061c\u180e"  # soft hyphen and marks of their scripts
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, separators, bidi
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb"  # variation selectors, BOM, annotations
    "\ud800-\udfff"  # lone surrogates cannot be written to a terminal
    "\U000e0000-\U000e0fff]"  # tags
)


def safe(text: str, longest: int = LONGEST) -> str:
    """`text` as it may be drawn: normalised, without unseen characters, at most `longest` long."""
    plain = text[:longest].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", plain))


def line(text: str, longest: int = 200) -> str:
    """The same on one line: for names, titles and first words."""
    return " ".join(safe(text, longest).split())


def name(text: str, longest: int = 40) -> str:
    """Somebody's name inside a sentence of ours: set apart, so that it turns nothing beside it."""
    return f"\u2068{line(text, longest)}\u2069"


def seen(text: str) -> str:
    """What is drawn: safe, but with the marks around names, that no terminal is ever sent."""
    return "".join(
        part if part in ("\u2068", "\u2069") else safe(part)
        for part in re.split("([\u2068\u2069])", text[:LONGEST])
    )
