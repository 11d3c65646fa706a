"""A post's number with the words before it: `ok pour le 1415`, `pour 1415 : je prends`.

Only for a number that can be a post's: the check digit tells it from a lorry's nine times in ten.
"""

import re
from collections.abc import Iterable, Sequence

from gateway.core.commands import Command, Guess, Read, Reply, Thanks
from gateway.core.grammar.clean import Said
from gateway.core.grammar.manners import THANK_YOU
from gateway.core.grammar.numbered import (
    TOLD,
    is_counted,
    number_behind,
    opens_answer,
    place_behind,
)
from gateway.core.grammar.phrases import ABOUT, ANSWERS, ASKERS, REPLIED, SHOWING, SHOWN, THANKING
from gateway.core.grammar.rest import text_behind

_WORD = re.compile(r"\s*([^\W_]+)")


def _before(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    one = rf"(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])"
    return re.compile(rf"{one}(?:[\s,]{{1,2}}{one}){{0,2}}")


_ABOUT, _ANSWERS, _SHOWING = _before(ABOUT), _before(ANSWERS), _before(SHOWING)
_THANKING = _before({*THANKING, *THANK_YOU})
_TOWARDS = re.compile(r"(?:TO|AU|A)\s{1,3}(?=(?:#|N°\s?)?\d{4})")
_TRAILING = re.compile(
    r"(?P<words>[^\W\d_]+(?:['\s-]{1,3}[^\W\d_]+){1,6}?)[\s,]{1,4}"
    r"(?:POUR|PR|FOR|TO|RE|SUR|AU)?\s{0,3}(?:(?:LE|THE|#|N°|POST|MESSAGE)\s{0,3})?(?=\d)"
)
"""`je suis partant pour le 1415`."""


def about(said: Said, start: int) -> Command | None:
    """What is asked or answered where the number comes second."""
    if form := _SHOWING.match(said.folded, start):
        number = _whole_number(said, form.end(), SHOWN)
        return None if number is None else Read(number)
    if form := _THANKING.match(said.folded, start):
        number = _whole_number(said, form.end())
        return None if number is None else Thanks(number)
    if form := _ANSWERS.match(said.folded, start):
        number = _whole_number(said, form.end())
        words = said.words(start, form.end())
        if number is None:
            return _answer_around(said, words, form.end())
        return Reply(number, words, explicit=False)
    if form := _ABOUT.match(said.folded, start):
        return _answer_about(said, form.end(), answered=form[0] in REPLIED)
    form = _TOWARDS.match(said.folded, start)
    return _answer_to(said, form.end()) if form else None


def at_the_end(said: Said, start: int) -> Command | None:
    """An answer with its number behind it, in words of all sorts: asked about."""
    form = _TRAILING.match(said.folded, start)
    first = form["words"].split()[0] if form else ""
    asks = "?" in said.folded or ASKERS.intersection(form["words"].split() if form else ())
    if not form or asks or not opens_answer(first):
        return None
    number = _whole_number(said, form.end())
    if number is None:
        return None
    return Guess(Reply(number, said.words(start, form.end("words"))), str(number))


def _whole_number(said: Said, start: int, tails: Sequence[str] = ()) -> int | None:
    """The number, if it is all that follows and can be a post's."""
    number = number_behind(said, start, tails)
    return number if number is not None and place_behind(said, start) else None


def _answer_around(said: Said, words: str, start: int) -> Command | None:
    """`oui 1466 je viens`, where what follows goes on with the answer."""
    found = place_behind(said, start)
    first = _WORD.match(said.folded, found[1]) if found else None
    if not found or not first or not opens_answer(first[1]):
        return None
    return Reply(found[0], f"{words} {text_behind(said, found[1])}", explicit=False)


def _answer_to(said: Said, start: int) -> Command | None:
    """`to 1415: yes`; without the mark it may be a place, and only an answer is asked about."""
    found = place_behind(said, start)
    text = text_behind(said, found[1]) if found else ""
    if not found or not text:
        return None
    answer = Reply(found[0], text, explicit=False)
    if TOLD.match(said.folded, found[1]):
        return answer
    first = _WORD.match(said.folded, found[1])
    return Guess(answer, str(found[0])) if first and opens_answer(first[1]) else None


def _answer_about(said: Said, start: int, *, answered: bool) -> Command | None:
    found = place_behind(said, start)
    if not found:
        return None
    number, end = found
    first = _WORD.match(said.folded, end)
    text = text_behind(said, end)
    if not text or (first and is_counted(first[1]) and not answered):
        return None
    return Reply(number, text, explicit=False)
