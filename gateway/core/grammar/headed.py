"""A verb at the head of a message, and what it takes behind it."""

import re
from collections.abc import Collection, Mapping

from gateway.core.commands import (
    Activate,
    Command,
    Confirm,
    Decline,
    Guess,
    Help,
    KioskCode,
    Language,
    Leave,
    Me,
    More,
    News,
    Post,
    Resume,
    Stop,
    Undo,
    Urgent,
    Usage,
)
from gateway.core.grammar import arguments, figures
from gateway.core.grammar.clean import Said, folded_word
from gateway.core.grammar.keywords import AFTER_GROUP, LANGUAGES, LEAVE_WITH_GROUP
from gateway.core.grammar.manners import PLEASE
from gateway.core.grammar.named import known_group
from gateway.core.grammar.numbered import is_counted
from gateway.core.grammar.phrases import PLACED
from gateway.core.grammar.rest import SEPARATORS, Rest, group_and_text
from gateway.core.grammar.verbs import Verb, begun, exact, nearly, stretched
from gateway.core.grammar.who import who

HEAD = re.compile(r"[^\W\d_]+")
_NO_VERB = re.compile(r"['\-./@_&][^\W\d_]|[_'@&]")
_BEHIND = re.compile(
    rf"[\s:,.;!=\-]*(?:(?:{'|'.join(map(re.escape, PLEASE))})[\s:,.;!=\-]+(?=[^\W_]))?"
)
SHORTEST_GLUED = 3
_PRINTED = re.compile(r"(?=[A-Z-]*\d)(?=[\d-]*[A-Z])[A-Z\d]{4}-?[A-Z\d]{2,4}")
"""A code as it is printed: its own letters say what the verb before it was, slip or none."""


_EVERYDAY = frozenset({"LEAVE", "SORTIR"})
"""Verbs of ours that are said of doors and things as well."""

_ASKED_FIRST = (Post, Urgent, Leave, Undo)
"""Done to others, or not easily undone: on a guess these are only asked about."""

_TAKERS: Mapping[str, figures.Taker] = {
    "help": figures.alone(Help()),
    "news": arguments.news,
    "more": figures.alone(More()),
    "read": arguments.read,
    "post": arguments.post,
    "reply": arguments.reply,
    "thanks": arguments.thanks,
    "groups": arguments.groups,
    "join": arguments.join,
    "leave": arguments.leave,
    "who": who,
    "find": arguments.find,
    "pause": figures.pause,
    "resume": figures.alone(Resume()),
    "time": figures.time,
    "rhythm": figures.rhythm,
    "page": figures.page,
    "me": figures.alone(Me()),
    "code": figures.alone(KioskCode()),
    "undo": figures.undo,
    "confirm": figures.yes_or_no(Confirm()),
    "decline": figures.yes_or_no(Decline()),
    "urgent": arguments.urgent,
    "activate": figures.activate,
}


def headed(message: Said, start: int, language: str, groups: Collection[str]) -> Command | None:
    """The command of the verb that stands at `start`, written out or nearly."""
    head = HEAD.match(message.folded, start)
    if not head or _NO_VERB.match(message.folded, head.end()):
        return _glued(message, start, groups)
    behind = behind_verb(message, head.end())
    if verb := exact(head[0], language) or stretched(head[0]):
        found = take(verb, Rest(message, behind, True, groups))
        # `Page 12 : venez` says P to the group `age 12`, where that is one of the writer's.
        unsure = found is None or isinstance(found, Usage)
        return (_glued(message, start, groups) if unsure else None) or found
    if head[0] in LEAVE_WITH_GROUP:
        return _leaving(Rest(message, behind, True, groups), message.words(start, head.end()))
    if found := _glued(message, start, groups):
        return found
    swallowed = message.folded[head.end() : head.end() + 1].isdigit() and begun(head[0])
    if not swallowed and (verb := nearly(head[0])):
        heard = message.words(start, head.end())
        return guessed(take(verb, Rest(message, behind, False, groups)), groups, heard)
    return None


def behind_verb(message: Said, end: int) -> int:
    """Where the argument begins of a verb that ends at `end`: `mute please for 3 hours`."""
    parted = _BEHIND.match(message.folded, end)
    return parted.end() if parted else end


def take(verb: Verb, rest: Rest) -> Command | None:
    """The command of `verb` with what stands behind it; None where that makes a sentence of it."""
    if verb.name == "language":
        return Language(LANGUAGES[verb.word]) if rest.empty else None
    found = _TAKERS[verb.name](rest)
    if isinstance(found, News) and found.group and verb.word == "NEUF":
        own = arguments.is_like_own(rest.groups, found.group)
        return found if own or not is_counted(folded_word(found.group)) else None
    return _of_own(rest, found) if verb.word in _EVERYDAY else found


def guessed(found: Command | None, groups: Collection[str], heard: str) -> Command | None:
    """What a verb that was only nearly written may do."""
    if found is None or isinstance(found, Usage):
        return None
    if isinstance(found, Activate):
        return found if _PRINTED.fullmatch(found.code.upper()) else Guess(found, heard)
    if not isinstance(found, _ASKED_FIRST):
        return found
    if isinstance(found, Leave) and groups and not arguments.is_like_own(groups, found.group):
        return None
    if isinstance(found, Post | Urgent) and groups:
        own = folded_word(found.group) in map(folded_word, groups)
        return Guess(found, heard) if own else None
    return Guess(found, heard)


def _leaving(rest: Rest, heard: str) -> Command | None:
    """STOP and what it means with a group; without one it stands behind a greeting or a sigh.

    `stop au quai3` may be where a bus stops.
    """
    if rest.alone:
        return Guess(Stop(), heard)
    found = _of_own(rest, arguments.leave(rest))
    placed = PLACED.intersection(rest.folded.split()[:1])
    return Guess(found, heard) if found and placed else found


def _of_own(rest: Rest, found: Command | None) -> Command | None:
    """`STOP quai3` leaves a group; `Arret machine` and `leave it` are said on the floor."""
    if not isinstance(found, Leave):
        return found
    if rest.groups:
        named = AFTER_GROUP.intersection(rest.folded.split()) and rest.said.whole
        return found if named or arguments.is_like_own(rest.groups, found.group) else None
    return found if found.group[-1:].isdigit() or len(found.group.split()) <= 2 else None


def _glued(message: Said, start: int, groups: Collection[str]) -> Command | None:
    """`Pquai3 texte`, where the rest begins with one of the writer's own groups."""
    parted = SEPARATORS.match(message.folded, start + 1)
    if message.folded[start : start + 1] != "P" or not parted:
        return None
    if fenced := _fenced(message, start + 1, groups):
        return fenced
    known = known_group(message, parted.end(), groups)
    if not known or known.width < SHORTEST_GLUED:
        return None
    found = group_and_text(Rest(message, parted.end(), True, groups))
    return Post(*found) if found else Usage("post")


def _fenced(message: Said, start: int, groups: Collection[str]) -> Command | None:
    """`P.quai3.texte`, `P-quai3-texte`: the same mark on both sides of one of the own groups."""
    mark = message.folded[start : start + 1]
    if mark not in tuple(".-,;/_"):
        return None
    for group in sorted(groups, key=len, reverse=True):
        end = start + 1 + len(folded_word(group))
        if message.folded[start : end + 1] == f"{mark}{folded_word(group)}{mark}":
            text = message.text(end + 1)
            return Post(message.words(start + 1, end), text) if text else Usage("post")
    return None
