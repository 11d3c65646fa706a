"""A verb written with a slip that its own letters do not tell: what stands behind it must.

`woh safety`, `pose 8`, `newsnights`, `un mute`: the word alone is too short for a near miss, or is
a word of its own, but with one of the writer's groups, a post's number or an hour behind it and
nothing more, no sentence is left that it could be. Looking is then done, all else is asked about.
"""

import re
from collections.abc import Collection
from functools import lru_cache

from gateway.core.commands import (
    Activate,
    Command,
    Find,
    Guess,
    Help,
    Join,
    KioskCode,
    Leave,
    More,
    News,
    Pause,
    Post,
    Read,
    Reply,
    Resume,
    Rhythm,
    Thanks,
    Time,
    Undo,
    Urgent,
    Who,
)
from gateway.core.grammar.clean import Said, folded_word
from gateway.core.grammar.distance import slips
from gateway.core.grammar.headed import HEAD, SHORTEST_GLUED, behind_verb, guessed, take
from gateway.core.grammar.keywords import LEAVE_WITH_GROUP, ORDINARY
from gateway.core.grammar.named import known_group
from gateway.core.grammar.phrases import HEARD_BEFORE_GROUP, INFLECTED, OPENING, SPELLED
from gateway.core.grammar.rest import Rest
from gateway.core.grammar.verbs import Verb, exact, words_near
from gateway.core.numbers import may_name

_PARTED = re.compile(r"([^\W\d_]{2,8})[\s-]([^\W\d_]{2,8})(?![^\W_])")
_GLUED = re.compile(r"[^\W\d_]{3,}[^\W_]*(?:[-_.][^\W_]+)*")
_ONE_WORD = 3
_LONGEST = 14
_WHEN = (Pause, Time, Rhythm)
_LEAVING = tuple(Verb("leave", word) for word in LEAVE_WITH_GROUP)
_TOO_SHORT = frozenset({"REP"})
"""`Ref 2478 is missing` is no answer to a post."""
_ALONE = (Help, News, More, KioskCode, Resume, Undo)


def slipped(message: Said, start: int, language: str, groups: Collection[str]) -> Command | None:
    """The command behind a slip, if what follows proves it."""
    return (
        _glued(message, start, groups)
        or _proven(message, start, language, groups)
        or _alone(message, start, groups)
    )


def parted(message: Said, start: int, language: str, groups: Collection[str]) -> Command | None:
    """`un mute`, `re pondre 1415 ok`: two words that are one of ours, and only together."""
    form = _PARTED.match(message.folded, start)
    verb = exact(form[1] + form[2], language) if form else None
    if not form or not verb:
        return None
    return _behind(message, verb, start, form.end(), groups)


def _behind(
    message: Said, verb: Verb, start: int, end: int, groups: Collection[str]
) -> Command | None:
    rest = Rest(message, behind_verb(message, end), False, groups)
    return guessed(take(verb, rest), groups, message.words(start, end))


def _glued(message: Said, start: int, groups: Collection[str]) -> Command | None:
    """`newsnights`, `quitternuit`: a verb, and without a blank one of the writer's groups."""
    form = _GLUED.match(message.folded, start)
    if not form:
        return None
    for verb in _opening(form[0]):
        end = start + len(verb.word)
        known = known_group(message, end, groups)
        long = known is not None and known.width >= SHORTEST_GLUED
        found = guessed(take(verb, Rest(message, end, False, groups)), groups, form[0])
        if found and (long or isinstance(found, Rhythm)) and _is_proven(found, groups):
            return found
        if isinstance(found, Activate | Find) and any(sign.isdigit() for sign in form[0]):
            return found
        if verb.name == "join" and Rest(message, form.end(), False, groups).alone:
            name = form[0].removeprefix(verb.word)
            if len(name) >= SHORTEST_GLUED and name not in INFLECTED:
                return Guess(Join(message.words(end, form.end())), form[0])
    return None


def _opening(heard: str) -> list[Verb]:
    return [verb for verb in (*words_near("", 0), *_LEAVING) if heard.startswith(verb.word)]


def _proven(message: Said, start: int, language: str, groups: Collection[str]) -> Command | None:
    head = HEAD.match(message.folded, start)
    if not head or not 2 <= len(head[0]) <= _LONGEST or exact(head[0], language):
        return None
    if not message.whole or not message.folded[head.end() : head.end() + 1].isspace():
        return None
    found: dict[Command, None] = {}
    for verb in _candidates(head[0]):
        command = _behind(message, verb, start, head.end(), groups)
        proven = command and (_is_proven(command, groups) or _is_joining(command, message))
        if command and proven and _may_be(command, head[0]):
            found[command] = None
    if len(found) != 1:
        return None
    command = next(iter(found))
    acts = isinstance(command, Guess | News | Who | Read | Reply)
    lost = len(head[0]) == _ONE_WORD and head[0] not in ORDINARY
    return (
        command
        if acts or (lost and isinstance(command, _WHEN))
        else Guess(command, message.words(start, head.end()))
    )


@lru_cache(maxsize=2_048)
def _candidates(heard: str) -> tuple[Verb, ...]:
    """Every word that is one slip away, however short it is, or sounds the same."""
    once = re.sub(r"(.)\1+", r"\1", heard)
    spelled = {form.replace(*sound) for sound in SPELLED for form in (heard, once)}
    also = spelled - {heard} | {HEARD_BEFORE_GROUP.get(heard, heard)}
    named = [verb for verb in words_near("", 0) if verb.word in also]
    left = [verb for verb in _LEAVING if slips(heard, verb.word, 1) == 1]
    near = [verb for verb in words_near(heard, 1) if verb.word not in _TOO_SHORT]
    return tuple({verb.word: verb for verb in (*near, *named, *left)}.values())


def _may_be(command: Command, heard: str) -> bool:
    """A word that people write for itself is nobody's post and nobody's farewell."""
    meant = command.command if isinstance(command, Guess) else command
    if isinstance(meant, Post | Urgent | Leave):
        return heard not in ORDINARY or heard in HEARD_BEFORE_GROUP
    return heard not in OPENING or heard in HEARD_BEFORE_GROUP or isinstance(meant, Read)


def _is_proven(command: Command, groups: Collection[str]) -> bool:
    meant = command.command if isinstance(command, Guess) else command
    if isinstance(meant, Read | Thanks | Reply):
        return may_name(meant.number) and getattr(meant, "explicit", True)
    if isinstance(meant, _WHEN):
        return True
    name = meant.word if isinstance(meant, Who) else getattr(meant, "group", "")
    known = bool(name) and folded_word(name) in map(folded_word, groups)
    return known and isinstance(meant, News | Who | Leave | Post | Urgent | Join)


def _is_joining(command: Command, message: Said) -> bool:
    """`jon drivers`, `rejondre foot`: two words, of which no other verb takes the second."""
    return isinstance(command, Join) and len(message.folded.split()) == 2


def _alone(message: Said, start: int, groups: Collection[str]) -> Command | None:
    """`Cod`, `mor`: one letter of a word that stands alone is lost, and that is the message."""
    head = HEAD.match(message.folded, start)
    if not head or len(head[0]) != _ONE_WORD or head[0] in OPENING:
        return None
    if not Rest(message, head.end(), True, groups).alone:
        return None
    rest = Rest(message, len(message.folded), True, groups)
    near = {
        verb.name: take(verb, rest)
        for verb in words_near(head[0], 1)
        if len(verb.word) == _ONE_WORD + 1 and slips(head[0], verb.word, 1)
    }
    found = next(iter(near.values()), None)
    if len(near) != 1 or not isinstance(found, _ALONE):
        return None
    if isinstance(found, Help | News | More):
        return found
    return Guess(found, message.words(start, head.end()))
