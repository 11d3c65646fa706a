"""Messages that mean one thing as a whole: the words that carriers know, before anything else."""

import re
from collections.abc import Collection

from gateway.core.commands import Command, Guess, Help, Reserved, Start, Stop
from gateway.core.grammar.clean import Said, folded_word
from gateway.core.grammar.distance import slips
from gateway.core.grammar.keywords import (
    GREETINGS,
    HELP_WORDS,
    LEAVE_WITH_GROUP,
    ONE_SLIP_FROM_START,
    ONE_SLIP_FROM_STOP,
    ORDINARY,
    PLEASE,
    RESERVED,
    START_WORDS,
    STOP_EVERYTHING,
    STOP_SENTENCES,
    STOP_WORDS,
    THANK_YOU,
)
from gateway.core.grammar.phrases import SPOKEN
from gateway.core.grammar.verbs import exact

_WORD = re.compile(r"[^\W_]+")
_QUESTION = re.compile(r"[\s?!.]*\?[\s?!.]*")
_MOST_WORDS = 12
_SHORTEST_SLIP = 3
_HEARD = 40

_SPOKEN = {words: command for command, spoken in SPOKEN.items() for words in spoken}

_COURTESIES = tuple(
    sorted(
        {" ".join(_WORD.findall(words)) for words in (*GREETINGS, *PLEASE, *THANK_YOU)},
        key=len,
        reverse=True,
    )
)


def whole(said: Said, language: str, groups: Collection[str]) -> Command | None:
    """What the whole message means, if it is one of the words that stand alone."""
    if not said.whole:
        return None
    if _QUESTION.fullmatch(said.folded):
        return Help()
    words = _bare_words(said.folded)
    if not words:
        return None
    spoken = _one_word(words)
    return (
        _reserved(spoken)
        or _stop_everything(words, groups)
        or _near_stop(said, spoken, language)
        or _SPOKEN.get(" ".join(words))
        or _stop_sentence(said, words)
    )


def _bare_words(folded: str) -> list[str]:
    """The words without greeting, please and thanks; none where there are too many."""
    words = _WORD.findall(folded)
    if len(words) > _MOST_WORDS:
        return []
    text = " ".join(words)
    shorter = _without_courtesy(text)
    while shorter != text:
        text, shorter = shorter, _without_courtesy(shorter)
    return text.split()


def _without_courtesy(text: str) -> str:
    for courtesy in _COURTESIES:
        text = text.removeprefix(f"{courtesy} ").removesuffix(f" {courtesy}")
    return text


def _one_word(words: list[str]) -> str:
    """`STOP STOP`, `S.T.O.P`, `opt out` and `stop all` are one word; a sentence is none."""
    if len(set(words)) == 1:
        return words[0]
    joined = "".join(words)
    if all(len(word) == 1 for word in words) or joined in {"OPTOUT", "STOPALL", "UNSTOP"}:
        return joined
    return ""


def _reserved(spoken: str) -> Command | None:
    if spoken not in RESERVED:
        return Help() if spoken == "H" else None
    if spoken in STOP_WORDS:
        return Stop()
    if spoken in START_WORDS:
        return Start()
    return Help() if spoken in HELP_WORDS else Reserved(spoken)


def _stop_everything(words: list[str], groups: Collection[str]) -> Command | None:
    if len(words) != 2 or words[0] not in LEAVE_WITH_GROUP or words[1] not in STOP_EVERYTHING:
        return None
    return None if words[1] in map(folded_word, groups) else Stop()


def _near_stop(said: Said, spoken: str, language: str) -> Command | None:
    """One slip from STOP: asked about, for silence is what is wanted most surely."""
    if len(spoken) < _SHORTEST_SLIP or spoken in ORDINARY or exact(spoken, language):
        return None
    heard = said.own[:_HEARD]
    if any(_one_slip(spoken, word) for word in ONE_SLIP_FROM_STOP):
        return Guess(Stop(), heard)
    if any(_one_slip(spoken, word) for word in ONE_SLIP_FROM_START):
        return Guess(Start(), heard)
    return None


def _one_slip(spoken: str, word: str) -> bool:
    return slips(spoken, word, 1) <= 1 or _single(spoken) == _single(word)


def _single(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


def _stop_sentence(said: Said, words: list[str]) -> Command | None:
    text = " ".join(words)
    asked = any(f" {sentence}" in f" {text}" for sentence in STOP_SENTENCES)
    return Guess(Stop(), said.own[:_HEARD]) if asked else None
