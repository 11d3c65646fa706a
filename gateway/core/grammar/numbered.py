"""Forms around a post's number: `R1413 ok`, `1413 ok`, `#1413`, `L1413`, `1413 +`.

A number decides where words go, so whatever may be a time, a date, a quantity, a phone number or a
number typed in pieces is not taken for one.
"""

import re
from collections.abc import Sequence

from gateway.core.commands import Command, FreeText, Guess, Pick, Read, Reply, Thanks, Usage
from gateway.core.grammar.clean import Said
from gateway.core.grammar.gestures import is_applause, is_thanks
from gateway.core.grammar.keywords import GLUED_UNITS, MONTHS, SHORT_SPACED_UNITS, SPACED_UNITS
from gateway.core.grammar.manners import FAREWELL, PLEASE, THANK_YOU
from gateway.core.grammar.phrases import ANSWERS, NO_OPENING, OPENING, SHOWN, STREETS
from gateway.core.grammar.pieces import GLUED_DIGITS, MISTYPED, SEVERAL, SHORT, in_pieces, pieced
from gateway.core.grammar.rest import TO_SOMEBODY, bare_end, is_only_please, text_behind
from gateway.core.numbers import MAX_DIGITS, may_name

_LETTERED = re.compile(
    r"(?P<quote>\")?[(\[]?(?:([RL])\2?|(R)EP?(?=\d{4}))[\s#:;.,'/\-=]{0,4}(?:N°\s{0,2})?"
    r"(?P<digits>\d{1,16})(?!\d)[)\]]?(?(quote)\")"
)
"""`R1415`, `rr1415`, `RE1415`, `"R1415"`, `L'1415`."""
_UNNUMBERED = re.compile(rf"R[\s:.]+(?:{'|'.join(map(re.escape, ANSWERS))})(?![^\W_])")
_BARE = re.compile(
    r"(?P<quote>\")?(?P<mark>#|N°|N(?:O\.?)?\s?(?=\d{4})|(?:NO\.?|NUM\.?|NUMERO|NUMBER)\s(?=\s?\d{4})|"
    r"[(\[]#?)?\s{0,2}(?P<digits>\d{1,16})(?!\d)[)\]]?(?(quote)\")"
)
_PLUS_FIRST = re.compile(r"\+(\s*)#?(\d{1,15})[\s.!]*$")
_BEHIND_VERB = re.compile(
    r"[\s:,.\-=]{0,4}(?:(?:A|AU|DU|DE|TO|SUR|POUR|PR|FOR|LE|LA|THE|POST|MESSAGE|MSG|NUMERO|NUMBER|NUM|NO|SVP|STP|"
    r"PLEASE|PLS|LUI|LEUR|HIM|HER|THEM|MOI|ME)\s{1,3}){0,3}(?:#|N°|NO\.?|NR\.?|N)?\s{0,2}(\d{1,16})(?!\d)"
)
_PLUSES = re.compile(r"[\s:]*\+[\s+]*(?![^\W_])")
_COMPOUND = re.compile(r"\s?H(?![^\W\d_])|-[^\W\d_]|[/'&]")
_NAMED = re.compile(r"(?![OIL])[^\W\d_]\d")
"""`R2D2` is nobody's answer."""
_SOME_OF = re.compile(r"\s+D'(?!ACC?ORD)")  # `3 d'entre nous`
_TIME = re.compile(r"\s?H(?![^\W\d_])|:\d\d(?!\d)")
_WORD = re.compile(r"[^\W_]+")
_SIGNED_QUANTITY = re.compile(r"\s*[%€$£°×*²³½¼¾]|['\"]")
_ONLY_DIGITS = re.compile(r"[\s\d.\-/]{5,}$")
_LIST = re.compile(r"[.)]\s.*\n\s*\d{1,2}[.)]\s", re.DOTALL)
TOLD = re.compile(r"\s?[)\]]?(?::|=|\s-)\s")
YEARS = range(1990, 2040)
"""Posts have these numbers too, but `2024 was quieter` speaks of a year."""

_ABBREVIATED = 2
_PIECED = 16
"""So far from its beginning the pieces of a number may reach."""


def numbered(said: Said, start: int, *, greeted: bool) -> Command | None:
    """The command that begins with a number, or with R or L and a number."""
    if _UNNUMBERED.match(said.folded, start) and "?" not in said.folded:
        return Usage("reply")
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
    if not form or not may_name(int(form[1])):
        return None
    return int(form[1]), form.end()


def reply_behind(said: Said, start: int) -> Command | None:
    """What `REPONDRE 1413 texte` says from behind its verb on; None where no number follows."""
    form = _BEHIND_VERB.match(said.folded, start)
    if not form or len(form[1]) > MAX_DIGITS:
        return None
    return _explicit(said, form.end(), form[1])


def number_behind(said: Said, start: int, tails: Sequence[str] = ()) -> int | None:
    """The number, if it is all that follows a verb, but for one of `tails`."""
    form = _BEHIND_VERB.match(said.folded, start)
    if not form or len(form[1]) > MAX_DIGITS or not _nothing_more(said, form.end(), tails):
        return None
    return int(form[1])


def _lettered(said: Said, form: re.Match[str]) -> Command | None:
    letter, digits = form[2] or form[3], form["digits"]
    if len(digits) > MAX_DIGITS:
        return None
    if letter == "L" and in_pieces(said.folded, form.end(), digits):
        found = pieced(said.folded, form.start("digits"))
        return Read(found[0]) if found and _nothing_more(said, found[1]) else Usage("read")
    if letter == "L":
        return Read(int(digits)) if _nothing_more(said, form.end(), SHOWN) else None
    return _explicit(said, form.end(), digits)


def _explicit(said: Said, end: int, digits: str) -> Command:
    """With the verb written, a doubt about the number is a question of usage, not free text."""
    if len(digits) < SHORT and (_TIME.match(said.folded, end) or _NAMED.match(said.folded, end)):
        return FreeText(said.own)
    if digits.startswith("0"):
        return Usage("reply")
    if in_pieces(said.folded, end, digits):
        return _put_together(said, end - len(digits)) or Usage("reply")
    if _is_plus(said, end):
        return Thanks(int(digits))
    text = text_behind(said, end)
    unsaid = not text.strip("?!.,; ") and "?" in text and len(text) == 1
    return (
        Usage("reply")
        if not text or unsaid or is_only_please(said, end)
        else Reply(int(digits), text)
    )


def _put_together(said: Said, start: int) -> Command | None:
    """`R14 15 ok`, `R14l5 ok`: if the check digit agrees, the text is kept and the number asked."""
    found = (
        None if SEVERAL.search(said.folded, start, start + _PIECED) else pieced(said.folded, start)
    )
    text = text_behind(said, found[1]) if found else ""
    if not found or not text or is_only_please(said, found[1]):
        return None
    return Guess(Reply(found[0], text), said.words(start, found[1]))


def _marked(said: Said, end: int, digits: str) -> Command:
    if _alone(said, end) and not _is_plus(said, end):
        return Pick(int(digits))
    return _explicit(said, end, digits)


def _bare(said: Said, end: int, digits: str, *, greeted: bool) -> Command | None:
    # `07` may be the end of a number that was just shown; nothing else of ours begins with 0.
    if digits.startswith("0") and len(digits) != _ABBREVIATED:
        return None
    if _is_plus(said, end) or is_applause(text_behind(said, end)):
        return Thanks(int(digits))
    if _is_quantity(said.folded, end, digits):
        return None
    if _alone(said, end):
        return Pick(int(digits))
    text = text_behind(said, end)
    if not text or (greeted and len(digits) <= SHORT):
        return None
    answer = Reply(int(digits), text, explicit=False)
    first = _WORD.search(said.folded, end)
    counted = said.folded[end : end + 1].isspace() and first and is_counted(first[0])
    dated = int(digits) in YEARS and not _may_answer(said.folded, end)
    return Guess(answer, digits) if counted or dated else answer


def _plus_first(said: Said, form: re.Match[str]) -> Command | None:
    """`+ 1413`, but not `+1` (I agree) nor `+33612345678`."""
    digits = form[2]
    likely = len(digits) >= 2 if form[1] else 4 <= len(digits) <= 7
    if not said.whole or not likely or digits.startswith("0"):
        return None
    return Thanks(int(digits))


def _is_plus(said: Said, end: int) -> bool:
    """A plus says thanks, and so does one with a thumb beside it."""
    if not said.whole:
        return False
    rest = said.folded[end:].lstrip(" :")
    pluses = _PLUSES.match(said.folded, end)
    polite = (*THANK_YOU, *FAREWELL)
    if pluses and bare_end(said.folded, pluses.end(), courtesies=polite) == pluses.end():
        return True
    return rest.startswith("+") and is_thanks(rest)


def _nothing_more(said: Said, end: int, tails: Sequence[str] = ()) -> bool:
    courtesies = (*tails, *TO_SOMEBODY)
    return said.whole and bare_end(said.folded, end, courtesies) == end


def _alone(said: Said, end: int) -> bool:
    """Nothing more but a please: thanks behind a bare number are an answer."""
    return (
        said.whole
        and said.folded[end:].isascii()
        and bare_end(said.folded, end, courtesies=PLEASE) == end
    )


def _is_quantity(folded: str, end: int, digits: str) -> bool:
    return (
        _is_sum(folded, end, digits)
        or _has_unit(folded, end, digits)
        or bool(MISTYPED.match(folded, end))
        or bool(SEVERAL.match(folded, end))
        or (len(digits) <= SHORT and not _may_answer(folded, end))
        or (len(digits) < SHORT and bool(_LIST.match(folded, end)))
    )


def _may_answer(folded: str, end: int) -> bool:
    """After a small number: words that begin an answer, a colon, an emoji or nothing at all."""
    if _SOME_OF.match(folded, end):
        return False
    word = _WORD.search(folded, end)
    return not word or bool(TOLD.match(folded, end)) or opens_answer(word[0])


def _is_sum(folded: str, end: int, digits: str) -> bool:
    """Times, dates, decimals, thousands, phone numbers."""
    short = len(digits) <= SHORT
    if GLUED_DIGITS.match(folded, end) or (short and _COMPOUND.match(folded, end)):
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
    if word[0] in SPACED_UNITS | STREETS or (len(digits) < SHORT and word[0] in MONTHS):
        return True
    return len(digits) <= SHORT and word[0] in SHORT_SPACED_UNITS


def is_counted(word: str) -> bool:
    """Is it a plural, and so what a number before it counts?"""
    return len(word) > SHORT and word[-1] in "SX" and not opens_answer(word)


def opens_answer(word: str) -> bool:
    spoken = word.startswith("J") and word[1:2] not in "EO" and word not in NO_OPENING
    return word in OPENING or spoken
