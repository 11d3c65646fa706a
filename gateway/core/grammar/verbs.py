"""A first word -> the command that it means, exactly or nearly."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from gateway.core.grammar.distance import allowed, slips
from gateway.core.grammar.keywords import HOURS_BY_NAME, KEYWORDS, ORDINARY, RESERVED
from gateway.core.grammar.phrases import HEARD_AS, SOUNDS

_LONGEST = 14
_RUN = re.compile(r"(.)\1")
_SHORTEST_PREFIX = 4
_FEWEST_CONSONANTS = 3
_SHORTEST_ALSO = 6
_VOWELS = re.compile(r"[AEIOU]")

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


@lru_cache(maxsize=4_096)
def nearly(heard: str, ordinary: frozenset[str] = ORDINARY) -> Verb | None:
    """The one command that `heard` can be the beginning or a slip of, if there is just one."""
    if len(heard) > _LONGEST or heard in ordinary:
        return None
    near = _unvowelled(heard)
    if len(heard) >= _SHORTEST_PREFIX:
        near = near or _also(heard) or _beginnings(heard) or _neighbours(heard)
        near = near or _doubled(heard) or _sounding(heard) or _jumbled(heard)
    if len({verb.name for verb in near}) > 1 and len(heard) > _SHORTEST_PREFIX:
        # The first letter is the last to go wrong: `umute`.
        near = [verb for verb in near if verb.word[0] == heard[0]]
    return near[0] if len({verb.name for verb in near}) == 1 else None


def stretched(heard: str) -> Verb | None:
    """`ouiii`, `nooo`: a yes or a no in its own letters, said louder."""
    if heard in HOURS_BY_NAME or not _RUN.search(heard):
        return None
    rows = [(name, word) for name, _, word in _rows(KEYWORDS) if name in _NEVER_NEARLY]
    found = {name: word for name, word in rows if _louder(word).fullmatch(heard)}
    return Verb(*found.popitem()) if len(found) == 1 else None


@cache
def _louder(word: str) -> re.Pattern[str]:
    return re.compile("".join(f"{letter}+" for letter in word))


@cache
def words_near(heard: str, most: int) -> tuple[Verb, ...]:
    """The words within `most` slips of `heard`; all of them, if it is empty."""
    return tuple(
        verb for verb in _verbs() if not heard or 0 < slips(heard, verb.word, most) <= most
    )


def begun(heard: str) -> bool:
    """`ACTIVERK` of `activerK7P2QD`: a whole word of ours, and the beginning of what it takes."""
    return any(heard.startswith(verb.word) and heard != verb.word for verb in _verbs())


def _also(heard: str) -> list[Verb]:
    meant = HEARD_AS.get(heard) or next(
        (word for known, word in HEARD_AS.items() if 0 < slips(heard, known, 1) <= _far(known)), ""
    )
    return [verb for verb in _verbs() if verb.word == meant]


def _far(word: str) -> int:
    return 1 if len(word) >= _SHORTEST_ALSO else 0


def _unvowelled(heard: str) -> list[Verb]:
    """`FND`, `NWS`, `PST`: no vowel but a first one, as in a hurry; two letters are none."""
    if len(heard) < _FEWEST_CONSONANTS or _VOWELS.search(heard, 1):
        return []
    return [verb for verb in _verbs() if _consonants(verb.word) == heard]


@cache
def _consonants(word: str) -> str:
    return word[0] + _VOWELS.sub("", word[1:])


def _jumbled(heard: str) -> list[Verb]:
    """`hreue`: all the letters behind the first, in another order."""
    if len(heard) <= _SHORTEST_PREFIX:
        return []
    letters = sorted(heard)
    return [verb for verb in _verbs() if verb.word[0] == heard[0] and sorted(verb.word) == letters]


def _sounding(heard: str) -> list[Verb]:
    """`rithm`, `kode`: other letters, and read aloud the same word."""
    sound = _sound(heard)
    return [verb for verb in _verbs() if _sound(verb.word) == sound]


@lru_cache(maxsize=4_096)
def _sound(word: str) -> str:
    for written, said in SOUNDS:
        word = word.replace(written, said)
    return re.sub(r"(.)\1+", r"\1", word).rstrip("E")


def _doubled(heard: str) -> list[Verb]:
    """`ANULLE`: the right letters, and only not as often as they should come."""
    return [verb for verb in _verbs() if _single(verb.word) == _single(heard)]


@lru_cache(maxsize=4_096)
def _single(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


def _beginnings(heard: str) -> list[Verb]:
    """`comand`: also where its letters are not as often as they should come."""
    exactly = [verb for verb in _verbs() if verb.word.startswith(heard)]
    once = [verb for verb in _verbs() if _single(verb.word).startswith(_single(heard))]
    return exactly or (once if len(heard) > _SHORTEST_PREFIX else [])


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
