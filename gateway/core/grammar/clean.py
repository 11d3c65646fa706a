"""What was written, twice: in the person's own words, and folded for recognising.

The own words go into a post as they are. The folded form (capitals, no accents, ASCII digits and
quotes, nothing invisible) is only compared with; each of its letters knows its place in the own
words, so that what follows a command can be cut out of them untouched.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

HEAD = 2_000
"""Commands are recognised within so many characters; what follows is only ever text."""

_MARKS = 30
"""Combining marks on one letter beyond which they are no writing (Unicode's stream-safe limit);
sorting an endless run of them would take quadratic time."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc", "Cs", "Cn"})
_SMALL = ("<super>", "<sub>", "<fraction>")
"""`12²` is not 122, nor is a half a one."""

_SPECIAL = {
    **dict.fromkeys("’‘‛ʼ′`´", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("–—−‐‑", "-"),
    "œ": "OE",
    "Œ": "OE",
    "æ": "AE",
    "Æ": "AE",
    "ø": "O",
    "Ø": "O",
    "ł": "L",
    "Ł": "L",
    "đ": "D",
    "Đ": "D",
    "ı": "I",
    "º": "°",
    "№": "N°",
    "،": ",",
    "؟": "?",
    "؛": ";",
}

_SIGNED = (
    *("ENVOYE DE MON ", "ENVOYE DEPUIS ", "ENVOYE A PARTIR D", "TELECHARGEZ OUTLOOK"),
    *("SENT FROM MY ", "SENT FROM ", "SENT VIA ", "GET OUTLOOK FOR", "OBTENEZ OUTLOOK"),
)
_SIGNATURE_LINES = 5
_SIGNATURE_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Said:
    """A message in the own words of its writer, and folded. `whole`: nothing was left unfolded."""

    own: str
    folded: str
    at: tuple[int, ...]
    whole: bool

    def text(self, start: int) -> str:
        """The own words from a place in the folded form on, untouched but for outer blanks."""
        return self.own[self.at[start] :].strip()

    def words(self, start: int, end: int) -> str:
        """A few own words for a name: nothing invisible, blanks made one, ASCII digits."""
        after = max(self.at[end], self.at[end - 1] + 1) if end > start else self.at[start]
        seen = self.own[self.at[start] : after]
        if seen.isascii() and seen.isprintable():
            return " ".join(seen.split())
        seen = "".join(map(_legible, seen))
        return " ".join(unicodedata.normalize("NFKC", seen).split())


def said(text: str) -> Said:
    own = without_signature(own_words(text))
    return fold(own)


def own_words(text: str) -> str:
    """`text` in NFC, without controls and halves of characters, outer blanks trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        if _SURROGATE.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
        text = unicodedata.normalize("NFC", _few_marks(text))
    return _CONTROL.sub("", text).strip()


def without_signature(own: str) -> str:
    """`own` without what a phone or a mail program put under it, if anything is left then."""
    lines = own.rsplit("\n", _SIGNATURE_LINES)
    for place in range(1, len(lines)):
        line = lines[place].strip()
        last = place == len(lines) - 1
        if line == "--" or (last and folded_word(line[:_SIGNATURE_WIDTH]).startswith(_SIGNED)):
            below = lines[place:]
            if all(len(under) <= _SIGNATURE_WIDTH for under in below):
                return "\n".join(lines[:place]).rstrip() or own
    return own


def fold(own: str) -> Said:
    if own.isascii() and not _CONTROL.search(own):
        short = own[:HEAD]
        return Said(own, short.translate(_ascii()), _PLACES[: len(short) + 1], len(own) <= HEAD)
    letters: list[str] = []
    at: list[int] = []
    for place, character in enumerate(own[:HEAD]):
        plain = _plain(character)
        letters.append(plain)
        at.extend([place] * len(plain))
    at.append(min(len(own), HEAD))
    return Said(own, "".join(letters), tuple(at), len(own) <= HEAD)


_PLACES = tuple(range(HEAD + 1))


@cache
def _ascii() -> dict[int, str]:
    """Each letter of ASCII as it is folded: one for one, but for controls."""
    return {number: _plain(chr(number)) for number in range(128)}


@lru_cache(maxsize=1_024)
def folded_word(word: str) -> str:
    """A short name (a group's, a keyword) as it is compared with."""
    return " ".join("".join(map(_plain, unicodedata.normalize("NFC", word[:HEAD]))).split())


@lru_cache(maxsize=4_096)
def _plain(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isspace():
        return "\n" if character in "\n\u2028\u2029" else " "
    if unicodedata.decomposition(character).startswith(_SMALL):
        return character.upper()
    parts = unicodedata.normalize("NFKD", character)
    return "".join(part for part in parts if unicodedata.category(part) not in _UNSEEN).upper()


def _legible(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    return "" if unicodedata.category(character) in {"Cf", "Cc", "Cs", "Cn"} else character


def _few_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MARKS:
            kept.append(character)
    return "".join(kept)
