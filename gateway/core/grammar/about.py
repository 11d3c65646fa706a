"""A post's number with the words before it: `ok pour le 1415`, `pour 1415 : je prends`.

Only for a number that can be a post's: the check digit tells it from a lorry's nine times in ten.
"""

import re
from collections.abc import Iterable

from gateway.core.commands import Command, Read, Reply
from gateway.core.grammar.clean import Said
from gateway.core.grammar.numbered import is_counted, number_behind, place_behind
from gateway.core.grammar.phrases import ABOUT, ANSWERS, SHOWING
from gateway.core.grammar.rest import text_behind

_WORD = re.compile(r"\s*([^\W_]+)")


def _before(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    one = rf"(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])"
    return re.compile(rf"{one}(?:[\s,]{{1,2}}{one}){{0,2}}")


_ABOUT, _ANSWERS, _SHOWING = _before(ABOUT), _before(ANSWERS), _before(SHOWING)


def about(said: Said, start: int) -> Command | None:
    """What is asked or answered where the number comes second."""
    if form := _SHOWING.match(said.folded, start):
        number = _whole_number(said, form.end())
        return None if number is None else Read(number)
    if form := _ANSWERS.match(said.folded, start):
        number = _whole_number(said, form.end())
        words = said.words(start, form.end())
        return None if number is None else Reply(number, words, explicit=False)
    if form := _ABOUT.match(said.folded, start):
        return _answer_about(said, form.end())
    return None


def _whole_number(said: Said, start: int) -> int | None:
    """The number, if it is all that follows and can be a post's."""
    number = number_behind(said, start)
    return number if number is not None and place_behind(said, start) else None


def _answer_about(said: Said, start: int) -> Command | None:
    found = place_behind(said, start)
    if not found:
        return None
    number, end = found
    first = _WORD.match(said.folded, end)
    text = text_behind(said, end)
    if not text or (first and is_counted(first[1])):
        return None
    return Reply(number, text, explicit=False)
