"""A first word -> the command that it means, exactly or nearly."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from gateway.core.grammar.distance import allowed, slips
from gateway.core.grammar.keywords import KEYWORDS, ORDINARY, RESERVED
from gateway.core.grammar.phrases import HEARD_AS

_LONGEST = 14
_SHORTEST_PREFIX = 4

_NEVER_NEARLY = frozenset({"confirm", "decline"})
"""A yes that was not written is no yes."""


@dataclass(frozen=True, slots=True)
class Verb:
    """`name` of a command, and the `word` of the table that was meant."""

    name: str
    word: str


def exact(
    word: str, language: str, table: Mapping[str, Mapping[str, tuple[str, ...]]] = KEYWORDS
) -> Verb | None:
    """The command behind a word; where two languages differ, the writer's own is meant."""
    found = {tongue: name for name, tongue, known in _rows(table) if known == word}
    if not found:
        return None
    return Verb(found.get(language) or next(iter(found.values())), word)


def nearly(heard: str, ordinary: frozenset[str] = ORDINARY) -> Verb | None:
    """The one command that `heard` can be the beginning or a slip of, if there is just one."""
    if len(heard) < _SHORTEST_PREFIX or len(heard) > _LONGEST or heard in ordinary:
        return None
    near = _also(heard) or _beginnings(heard) or _neighbours(heard) or _doubled(heard)
    return near[0] if len({verb.name for verb in near}) == 1 else None


def _also(heard: str) -> list[Verb]:
    return [verb for verb in _verbs() if verb.word == HEARD_AS.get(heard)]


def _doubled(heard: str) -> list[Verb]:
    """`ANULLE`: the right letters, and only not as often as they should come."""
    return [verb for verb in _verbs() if _single(verb.word) == _single(heard)]


def _single(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


def _beginnings(heard: str) -> list[Verb]:
    return [verb for verb in _verbs() if verb.word.startswith(heard)]


def _neighbours(heard: str) -> list[Verb]:
    """The nearest words. A word of the carriers that is as near makes it nobody's slip."""
    distances = [(slips(heard, verb.word, allowed(heard, verb.word)), verb) for verb in _verbs()]
    near = [(far, verb) for far, verb in distances if far <= allowed(heard, verb.word)]
    if not near:
        return []
    best = min(far for far, _ in near)
    if any(slips(heard, word, best) <= best for word in RESERVED if allowed(heard, word)):
        return []
    return [verb for far, verb in near if far == best]


@cache
def _verbs() -> tuple[Verb, ...]:
    rows = [(name, word) for name, _, word in _rows(KEYWORDS) if name not in _NEVER_NEARLY]
    return tuple({word: Verb(name, word) for name, word in rows}.values())


def _rows(
    table: Mapping[str, Mapping[str, tuple[str, ...]]],
) -> Iterator[tuple[str, str, str]]:
    for name, languages in table.items():
        for language, words in languages.items():
            for word in words:
                yield name, language, word
