"""Who is in a group, and who knows about a word: what stands behind WHO or QUI.

Colleagues are asked with the same words; what reads as a question to them is None, as in
`arguments.py`.
"""

import re

from gateway.core.commands import Command, Guess, Usage, Who
from gateway.core.grammar.arguments import PHRASE, is_own, is_short, is_unnamed
from gateway.core.grammar.keywords import ASKING
from gateway.core.grammar.phrases import ASKERS, OPENING, PARTS, TOGETHER, WHEN
from gateway.core.grammar.rest import Rest, group_phrase

_WHO_IS_IN = re.compile(r"(?:EST|SONT|IS|ARE)\s+(?:DANS|IN)\s+(?=\S)")

_KNOWS = re.compile(
    r"(?:KNOWS?|CONNAI[TS]?|CONAIT|S'?Y CONNAI[TS]?|S'?Y CONAIT|UNDERSTANDS?|SPEAKS?|"
    r"PARLE(?=\s(?!EN\s)))\s+"
    r"(?:(?:ABOUT|EN|UN PEU|SUR|HOW TO)\s+|(?P<named>(?:L[AE]S?|THE|DES?|DU)\s+)|L'|D')*(?=\S)"
)
"""`who knows hydraulics`: as we ask it ourselves, in words."""


def who(rest: Rest) -> Command | None:
    if rest.empty:
        return Usage("who")
    inside = _WHO_IS_IN.match(rest.said.folded, rest.start)
    if inside:
        rest = Rest(rest.said, inside.end(), rest.sure, rest.groups)
        if name := group_phrase(rest):
            known = is_short(rest, PHRASE) and not is_unnamed(rest)
            return Who(name) if known else None
    if knows := _KNOWS.match(rest.said.folded, rest.start):
        return _knowing(Rest(rest.said, knows.end(), rest.sure, rest.groups), bool(knows["named"]))
    words = rest.word_list()
    if not words:
        return Usage("who")
    if _asks_colleagues(rest, words) or not is_short(rest, PHRASE):
        return None
    return Who(rest.phrase())


def _asks_colleagues(rest: Rest, words: list[str]) -> bool:
    """`qui vient`, `who broke the scanner`, `qui quai3 demain`."""
    if words[0] in ASKING or (rest.asks and len(words) > 1) or WHEN.intersection(words):
        return True
    return bool(PARTS.intersection(words[1:])) and not is_own(rest, group_phrase(rest))


def _knowing(rest: Rest, named: bool) -> Command | None:
    """One thing, or one of two words; `the code` may be asked of colleagues, so we ask back."""
    words = rest.word_list()
    asked = PARTS | ASKERS | TOGETHER | OPENING | WHEN
    if not 1 <= len(words) <= (1 if named else 2) or asked.intersection(words) or rest.is_clause():
        return None
    found = Who(rest.phrase())
    return Guess(found, rest.said.words(0, rest.end)) if named else found
