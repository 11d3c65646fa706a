"""Forms around a post's number: `R1413 ok`, `1413 ok`, `#1413`, `L1413`, `1413 +`.

A number decides where words go, so whatever may be a time, a date, a quantity, a phone number or a
number typed in pieces is not taken for one.
"""

import re

from gateway.core.commands import Command, FreeText, Pick, Read, Reply, Thanks, Usage
from gateway.core.grammar.clean import Said
from gateway.core.grammar.keywords import (
    GLUED_UNITS,
    MONTHS,
    PLEASE,
    SHORT_SPACED_UNITS,
    SPACED_UNITS,
)
from gateway.core.grammar.phrases import NO_OPENING, OPENING
from gateway.core.grammar.rest import bare_end, text_behind
from gateway.core.numbers import MAX_DIGITS, serial_of

_LETTERED = re.compile(r"([RL])[\s#:.,/\-=]{0,4}(?:N°\s{0,2})?(\d{1,16})(?!\d)")
_BARE = re.compile(
    r"(?P<mark>#|N°|(?:NO\.?|NUM\.?|NUMERO|NUMBER)\s(?=\s?\d{4})|[(\[]#?)?\s{0,2}(?P<digits>\d{1,16})(?!\d)[)\]]?"
)
_PLUS_FIRST = re.compile(r"\+(\s*)#?(\d{1,15})[\s.!]*$")
_BEHIND_VERB = re.compile(
    r"[\s:,.\-=]{0,4}(?:(?:A|AU|DU|DE|TO|SUR|POUR|PR|FOR|LE|LA|THE|POST|MESSAGE|MSG|NUMERO|NUMBER)\s{1,3}){0,2}"
    r"(?:#|N°)?\s{0,2}(\d{1,16})(?!\d)"
)
_PLUSES = re.compile(r"[\s:]*\++[\s.!]*$")
_MISTYPED = re.compile(r"[OIL](?=\d|[OIL]\d|\W|$)")
_LOST_DIGIT = re.compile(r"[SBZGQ](?=\W|$)")
_GLUED_DIGITS = re.compile(r"[:./,;\-]\d")
_SPACED_DIGITS = re.compile(r"\s+(\d+)(?!\d)")
_COMPOUND = re.compile(r"\s?H(?![^\W\d_])|-[^\W\d_]|[/'&]")
_TIME = re.compile(r"\s?H(?![^\W\d_])|:\d\d(?!\d)")
_WORD = re.compile(r"[^\W_]+")
_SIGNED_QUANTITY = re.compile(r"\s*[%€$£°×*²³½¼¾]|['\"]")
_SEVERAL = re.compile(r"\s*(?:ET|AND|&)\s*(?:#|N°)?\d{2}")
_ONLY_DIGITS = re.compile(r"[\s\d.\-/]{5,}$")
_LIST = re.compile(r"[.)]\s.*\n\s*\d{1,2}[.)]\s", re.DOTALL)
_TOLD = re.compile(r"\s?[)\]]?(?::|=|\s-)\s")
_SHORT = 3
_ABBREVIATED = 2


def numbered(said: Said, start: int, *, greeted: bool) -> Command | None:
    """The command that begins with a number, or with R or L and a number."""
    if form := _LETTERED.match(said.folded, start):
        return _lettered(said, form)
    if form := _PLUS_FIRST.match(said.folded, start):
        return _plus_first(said, form)
    form = _BARE.match(said.folded, start)
    if not form or len(form["digits"]) > MAX_DIGITS:
        return None
    if form["mark"] in {"#", "(#", "[#"}:
        return _marked(said, form.end(), form["digits"])
    return _bare(said, form.end(), form["digits"], greeted=greeted)


def place_behind(said: Said, start: int) -> tuple[int, int] | None:
    """The number of a post that may exist, behind a few little words, and where it ends."""
    form = _BEHIND_VERB.match(said.folded, start)
    if not form or serial_of(int(form[1])) is None:
        return None
    return int(form[1]), form.end()


def reply_behind(said: Said, start: int) -> Command | None:
    """What `REPONDRE 1413 texte` says from behind its verb on; None where no number follows."""
    form = _BEHIND_VERB.match(said.folded, start)
    if not form or len(form[1]) > MAX_DIGITS:
        return None
    return _explicit(said, form.end(), form[1])


def number_behind(said: Said, start: int) -> int | None:
    """The number, if it is all that follows a verb."""
    form = _BEHIND_VERB.match(said.folded, start)
    if not form or len(form[1]) > MAX_DIGITS or not _nothing_more(said, form.end()):
        return None
    return int(form[1])


def _lettered(said: Said, form: re.Match[str]) -> Command | None:
    letter, digits = form[1], form[2]
    if len(digits) > MAX_DIGITS:
        return None
    if letter == "L":
        return Read(int(digits)) if _nothing_more(said, form.end()) else None
    return _explicit(said, form.end(), digits)


def _explicit(said: Said, end: int, digits: str) -> Command:
    """With the verb written, a doubt about the number is a question of usage, not free text."""
    if len(digits) < _SHORT and _TIME.match(said.folded, end):
        return FreeText(said.own)
    if digits.startswith("0") or _in_pieces(said.folded, end, digits):
        return Usage("reply")
    if _is_plus(said, end):
        return Thanks(int(digits))
    text = text_behind(said, end)
    return Reply(int(digits), text) if text else Usage("reply")


def _marked(said: Said, end: int, digits: str) -> Command:
    if _alone(said, end) and not _is_plus(said, end):
        return Pick(int(digits))
    return _explicit(said, end, digits)


def _bare(said: Said, end: int, digits: str, *, greeted: bool) -> Command | None:
    # `07` may be the end of a number that was just shown; nothing else of ours begins with 0.
    if digits.startswith("0") and len(digits) != _ABBREVIATED:
        return None
    if _is_plus(said, end):
        return Thanks(int(digits))
    if _is_quantity(said.folded, end, digits):
        return None
    if _alone(said, end):
        return Pick(int(digits))
    text = text_behind(said, end)
    if not text or (greeted and len(digits) <= _SHORT):
        return None
    return Reply(int(digits), text, explicit=False)


def _plus_first(said: Said, form: re.Match[str]) -> Command | None:
    """`+ 1413`, but not `+1` (I agree) nor `+33612345678`."""
    digits = form[2]
    likely = len(digits) >= 2 if form[1] else 4 <= len(digits) <= 7
    if not said.whole or not likely or digits.startswith("0"):
        return None
    return Thanks(int(digits))


def _is_plus(said: Said, end: int) -> bool:
    return said.whole and bool(_PLUSES.match(said.folded, end))


def _nothing_more(said: Said, end: int) -> bool:
    return said.whole and bare_end(said.folded, end) == end


def _alone(said: Said, end: int) -> bool:
    """Nothing more but a please: thanks or an emoji behind a bare number are an answer."""
    return (
        said.whole
        and said.folded[end:].isascii()
        and bare_end(said.folded, end, courtesies=PLEASE) == end
    )


def _in_pieces(folded: str, end: int, digits: str) -> bool:
    """`R14l3`, `R14 13`, `R14.13`, `R12 et 13`: perhaps we hold only a part of what is meant."""
    if _MISTYPED.match(folded, end) or _SEVERAL.match(folded, end):
        return True
    if len(digits) > _SHORT:
        return False
    if _GLUED_DIGITS.match(folded, end) or _LOST_DIGIT.match(folded, end):
        return True
    further = _SPACED_DIGITS.match(folded, end)
    return bool(further) and _makes_number(digits, further[1] if further else "")


def _makes_number(digits: str, further: str) -> bool:
    joined = digits + further
    if len(joined) <= _SHORT or len(joined) > MAX_DIGITS:
        return False
    return len(joined) == _SHORT + 1 or serial_of(int(joined)) is not None


def _is_quantity(folded: str, end: int, digits: str) -> bool:
    return (
        _is_sum(folded, end, digits)
        or _has_unit(folded, end, digits)
        or bool(_MISTYPED.match(folded, end))
        or bool(_SEVERAL.match(folded, end))
        or (len(digits) <= _SHORT and not _may_answer(folded, end))
        or (len(digits) < _SHORT and bool(_LIST.match(folded, end)))
    )


def _may_answer(folded: str, end: int) -> bool:
    """After a small number: words that begin an answer, a colon, an emoji or nothing at all."""
    word = _WORD.search(folded, end)
    return not word or bool(_TOLD.match(folded, end)) or _opens_answer(word[0])


def _is_sum(folded: str, end: int, digits: str) -> bool:
    """Times, dates, decimals, thousands, phone numbers."""
    short = len(digits) <= _SHORT
    if _GLUED_DIGITS.match(folded, end) or (short and _COMPOUND.match(folded, end)):
        return True
    behind = folded[end:].lstrip()
    if short and behind[:1].isdigit():
        return True
    return bool(short and re.match(r"[+x×*/]\s*\d", behind)) or bool(
        _ONLY_DIGITS.match(folded, end)
    )


def _has_unit(folded: str, end: int, digits: str) -> bool:
    if _SIGNED_QUANTITY.match(folded, end):
        return True
    glued = _WORD.match(folded, end)
    if glued:
        return glued[0] in GLUED_UNITS or len(glued[0]) == 1 or glued[0][-1].isdigit()
    word = _WORD.search(folded, end, end + 40)
    if not word or folded[end : word.start()].strip():
        return False
    if word[0] in SPACED_UNITS or (len(digits) < _SHORT and word[0] in MONTHS):
        return True
    return len(digits) <= _SHORT and word[0] in SHORT_SPACED_UNITS


def is_counted(word: str) -> bool:
    """Is it a plural, and so what a number before it counts?"""
    return len(word) > _SHORT and word[-1] in "SX" and not _opens_answer(word)


def _opens_answer(word: str) -> bool:
    spoken = word.startswith("J") and word[1:2] not in "EO" and word not in NO_OPENING
    return word in OPENING or spoken
