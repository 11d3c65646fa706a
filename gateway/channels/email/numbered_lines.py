"""Lines of a mail that begin with the number of an item: `2 ok merci`, `2: ok`, `n°2`, `R1413`.

A number decides into which thread words go, so a line is only `SURE` where nothing else can be
meant: a mark that names an item (`#2`, `item 2`, `2:`), a post's whole number with its check digit,
or a bare number before words that begin an answer. `2 palettes`, `2h`, `2/11` and `2 et 3` are not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from gateway.channels.email.item_words import MEASURES, NOUNS, SURE
from gateway.core.commands import PostView
from gateway.core.grammar import is_thanks
from gateway.core.grammar.clean import Said, fold
from gateway.core.numbers import serial_of

LONGEST_LINE = 2_000
_ABBREVIATION = 100
_POST_DIGITS = 4


class Kind(Enum):
    """How a line begins."""

    PLAIN = "no number"
    DOUBT = "a number, and nobody can tell what it counts"
    HEAD = "a number alone: what follows may be about it"
    LISTED = "`2) words`: an item's number, or a place in a list of the writer's own"
    TOLD = "`2: words`: an item's number, unless it is a list of the writer's own"
    SURE = "an item's number, or a post's"


@dataclass(frozen=True, slots=True)
class Heard:
    """A line: how it begins, which post it names, and what is behind the number."""

    kind: Kind
    line: str
    number: int = 0
    text: str = ""
    place: int = 0
    """The number as it was written, where it is the place of an item in the digest."""


_NOUN = "|".join(map(re.escape, NOUNS))
_FORM = re.compile(
    rf"\s{{0,8}}(?:[-*•·>]\s{{1,4}})?(?P<mark>(?:(?:(?:{_NOUN})(?![^\W\d_])[\s:]{{0,3}}|#\s?|R\s?(?=\d))){{0,2}})"
    r"[(\[]?(?P<digits>\d{1,15})(?!\d)(?P<close>[)\]])?"
)
_SEPARATOR = re.compile(r"\s{0,2}(?P<sep>[:=]|[-=]>|→|-{1,2}(?=\s)|[.,;/](?=\s|$))?\s{0,4}")
_GLUED = re.compile(
    r"[:./,;\-x×*]\d|\s?H\d{0,2}(?![^\W\d_])|\s?[%€$£°²³½]|\s?(?:AM|PM)(?![^\W\d_])"
)
_ALSO = re.compile(
    rf"\s{{0,2}}(?:,|/|&|\+|-|;|(?:ET|AND|Y|E|UND|I|ORAZ|OU|OR|O|ODER|LUB|A|TO|و|او)(?![^\W_]))\s{{0,2}}"
    rf"(?:(?:{_NOUN})\s?|#)?\d{{1,7}}(?![^\W_])"
)
_WORD = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*")
_OTHER = re.compile(r"(?<![\w.,:/])(\d{1,7})\s{0,2}[:)=.\-]?\s{0,2}([^\W\d_]+)?")
_LEADING = re.compile(r"[\s:,.!;\-]*")


def heard(line: str, items: Sequence[PostView]) -> Heard:
    """What a line of an answer to the digest of `items` begins with."""
    said = fold(line[:LONGEST_LINE])
    form = _FORM.match(said.folded)
    if not form or _GLUED.match(said.folded, form.end()):
        return Heard(Kind.PLAIN, line)
    behind = _SEPARATOR.match(said.folded, form.end())
    assert behind is not None  # it may match nothing
    number, place = _named(form["digits"], items)
    text = _text(said, behind.end(), line)
    marked = bool(form["mark"])
    told = behind["sep"] in {":", "=", "->", "=>", "→"}
    if not number:
        doubt = (marked or told) and bool(text)
        return Heard(Kind.DOUBT if doubt else Kind.PLAIN, line)
    kind = _kind(said, form, behind, text, marked=marked, told=told)
    if _names_others(said, behind, items, place):
        kind = Kind.DOUBT
    if not place and number not in {item.number for item in items} and not (marked or told):
        kind = Kind.DOUBT if opens(text) else Kind.PLAIN
    return Heard(kind, line, number, text, place)


def opens(text: str) -> bool:
    """Whether `text` begins as an answer does, and not with something that is counted."""
    folded = fold(text[:LONGEST_LINE]).folded
    lead = _LEADING.match(folded)
    start = lead.end() if lead else 0
    word = _WORD.match(folded, start)
    if not word:
        return start < len(folded) and not folded[start].isalnum()  # an emoji
    first = word[0]
    if first not in SURE and not first.startswith(("J'", "C'", "I'", "D'ACCORD")):
        return False
    if first not in MEASURES:
        return True
    after = _WORD.match(folded, word.end() + 1) if folded[word.end() :][:1] == " " else None
    return after is None or after[0] in SURE


def _named(digits: str, items: Sequence[PostView]) -> tuple[int, int]:
    """The post that a number names, and its place in the digest where that is what it is.

    Places come first, for they stand in the mail; then whole numbers, then the last two digits of
    one post of the digest.
    """
    value = int(digits)
    ending = [item.number for item in items if item.number % _ABBREVIATION == value]
    short = len(digits) == 2 and len(ending) == 1
    if 1 <= value <= len(items):
        if not digits.startswith("0"):
            return items[value - 1].number, value
        return (0, 0) if ending else (items[value - 1].number, value)
    if len(digits) >= _POST_DIGITS and serial_of(value) is not None and digits[0] != "0":
        return value, 0
    return (ending[0], 0) if short else (0, 0)


def _kind(
    said: Said,
    form: re.Match[str],
    behind: re.Match[str],
    text: str,
    *,
    marked: bool,
    told: bool,
) -> Kind:
    if not text:
        return Kind.HEAD
    if _ALSO.match(said.folded, form.end()) and not is_thanks(text):
        return Kind.DOUBT
    whole_number = told and len(form["digits"]) >= _POST_DIGITS
    if marked or whole_number or is_thanks(text) or opens(text):
        return Kind.SURE
    if told:
        return Kind.TOLD
    if form["close"] or (behind["sep"] or "").startswith("-"):
        return Kind.LISTED
    return Kind.DOUBT


def _names_others(said: Said, behind: re.Match[str], items: Sequence[PostView], place: int) -> bool:
    """`1 ok, 2 non` on one line: more than one is answered, and where one ends nobody can tell."""
    for other in _OTHER.finditer(said.folded, behind.end()):
        value = int(other[1])
        named = (1 <= value <= len(items) and value != place) or any(
            item.number == value for item in items
        )
        if named and other[2] in SURE:
            return True
    return False


def _text(said: Said, start: int, line: str) -> str:
    """The own words behind the number; `line` may be longer than what was folded."""
    return (said.text(start) + line[LONGEST_LINE:]).strip()
