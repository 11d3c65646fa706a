"""Messages that mean one thing as a whole: the words that carriers know, before anything else."""

import re
from collections.abc import Collection

from gateway.core.commands import (
    Command,
    Groups,
    Guess,
    Help,
    KioskCode,
    Me,
    More,
    News,
    Reserved,
    Start,
    Stop,
)
from gateway.core.grammar.clean import Said, folded_word
from gateway.core.grammar.distance import slips
from gateway.core.grammar.keywords import (
    HELP_WORDS,
    LEAVE_WITH_GROUP,
    ONE_SLIP_FROM_START,
    ONE_SLIP_FROM_STOP,
    ORDINARY,
    RESERVED,
    START_WORDS,
    STOP_EVERYTHING,
    STOP_SENTENCES,
    STOP_WORDS,
)
from gateway.core.grammar.manners import ADDRESSED, CALLED, FAREWELL, GREETINGS, PLEASE, THANK_YOU
from gateway.core.grammar.named import known_group
from gateway.core.grammar.phrases import IN_FULL
from gateway.core.grammar.spoken import spoken as said_in_words
from gateway.core.grammar.verbs import exact, nearly

_WORD = re.compile(r"[^\W_]+")
_QUESTION = re.compile(rf"[\s?!.¿]*\?[\s?!.]*(?:(?:{'|'.join(map(re.escape, PLEASE))})[\s?!.]*)?")
_MOST_WORDS = 12
_SHORTEST_SLIP = 3
_HEARD = 40
_MOST_SLIPPED = 6
_SHORTEST_MENDED = 5
_SHOWN = (Groups, Help, KioskCode, Me, More, News)
_AIMED = re.compile(r"\W*(?:(?P<number>R[\s#:]{0,2}\d{2,7}|#?\d{4,7})(?!\d)|P\s+|P:\s*)")
_ENDING = re.compile(
    r"(?<![^\W_])(?:STOP|ARRETE[RSZ]?|CESSE[RZ]?|FINI[RS]?|PLUS)(?: (?:AUX|AVEC|LES|DES|DE|VOS|TES|"
    r"CES|THE|THESE|THOSE|THIS|ALL|YOUR|ME|SENDING|ENVOYER|D ENVOYER|TOUS|WITH|AUCUN|JAMAIS)){1,4} "
    r"(?:SMS|TEXTS|TEXTOS?|MESSAGES|MSGS|NOTIFS|NOTIFICATIONS|SPAMS?)(?![^\W_])"
)
"""`stop these texts`, `arretez avec vos messages`: with whatever little words between."""
_PLEASE = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, PLEASE))}) ")
_CALLED = tuple(" ".join(re.findall(r"[^\W_]+", name)) for name in CALLED)

_ADDRESSED = tuple(" ".join(_WORD.findall(name)) for name in ADDRESSED)
_COURTESIES = tuple(
    sorted(
        {" ".join(_WORD.findall(words)) for words in (*GREETINGS, *PLEASE, *THANK_YOU, *FAREWELL)},
        key=len,
        reverse=True,
    )
)
_BEFORE = tuple(f"{words} " for words in _COURTESIES)
_BEHIND = tuple(f" {words}" for words in _COURTESIES)
_STOPPED = tuple(f" {words}" for words in STOP_SENTENCES)


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
        or _sentence(said, words)
        or _stop_sentence(said, words, groups)
    )


def _bare_words(folded: str) -> list[str]:
    """The words without greeting, please and thanks; none where there are too many."""
    words = _WORD.findall(folded)
    if len(words) > _MOST_WORDS:
        return []
    text = " ".join(words)
    shorter = _without_courtesy(text)
    while shorter != text:
        greeted = not shorter.startswith(words[0])
        text, shorter = shorter, _without_courtesy(_without_address(shorter, greeted))
    return text.split()


def _without_courtesy(text: str) -> str:
    if not text.startswith(_BEFORE) and not text.endswith(_BEHIND):
        return text  # as most are
    for courtesy in _COURTESIES:
        text = text.removeprefix(f"{courtesy} ").removesuffix(f" {courtesy}")
    return text


def _without_address(text: str, greeted: bool) -> str:
    """`bonsoir chef stop`: whom a greeting was for."""
    for name in _ADDRESSED if greeted else ():
        text = text.removeprefix(f"{name} ")
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
        return Help() if spoken == "H" or _is_help(spoken) else None
    if spoken in STOP_WORDS:
        return Stop()
    if spoken in START_WORDS:
        return Start()
    return Help() if spoken in HELP_WORDS else Reserved(spoken)


def _is_help(spoken: str) -> bool:
    """`hlep`, `helpp`: its letters in disorder, or one twice. `hell` and `held` are words."""
    ordered = spoken[:1] + "".join(sorted(spoken[1:]))
    return "HELP" in (_single(spoken), ordered)


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


def _sentence(said: Said, words: list[str]) -> Command | None:
    text = " ".join(words)
    for name in _CALLED:
        text = text.removesuffix(f" {name}")
    found = said_in_words(text)
    if not found and (bare := _PLEASE.sub("", text)) != text:
        found = said_in_words(bare)
    return Guess(found.command, said.own[:_HEARD]) if isinstance(found, Guess) else found


def reworded(said: Said) -> Command | None:
    """`wat grops am i in`: a sentence to us with slips in its words, never one that acts."""
    words = _bare_words(said.folded) if said.whole else []
    if not 1 < len(words) <= _MOST_SLIPPED:
        return None
    mended = " ".join(IN_FULL.get(word) or _mended(word) for word in words)
    found = said_in_words(mended) if mended != " ".join(words) else None
    return found if isinstance(found, _SHOWN) else None


def _mended(word: str) -> str:
    near = nearly(word) if len(word) >= _SHORTEST_MENDED else None
    return near.word if near else word


def _stop_sentence(said: Said, words: list[str], groups: Collection[str]) -> Command | None:
    """Words that are addressed to a post or a group are said there, not to us."""
    text = f" {' '.join(words)}"
    if not any(sentence in text for sentence in _STOPPED) and not _ENDING.search(text):
        return None
    aim = _AIMED.match(said.folded)
    if aim and (aim["number"] or known_group(said, aim.end(), groups)):
        return None
    return Guess(Stop(), said.own[:_HEARD])
