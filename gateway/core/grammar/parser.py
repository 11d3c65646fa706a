"""Text -> command. Pure, and never at a loss: what is no command is somebody's own words."""

import re
from collections.abc import Collection, Mapping

from gateway.core.commands import (
    Activate,
    Command,
    Confirm,
    Decline,
    FreeText,
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
    Undo,
    Urgent,
    Usage,
)
from gateway.core.grammar import arguments
from gateway.core.grammar.about import about
from gateway.core.grammar.clean import Said, fold, folded_word, said
from gateway.core.grammar.keywords import GREETINGS, LANGUAGES, LEAVE_WITH_GROUP, PLEASE
from gateway.core.grammar.numbered import is_counted, numbered
from gateway.core.grammar.phrases import ADDRESSED, WISHED, WISHES
from gateway.core.grammar.rest import SEPARATORS, Rest, group_and_text, known_group
from gateway.core.grammar.verbs import Verb, exact, nearly
from gateway.core.grammar.whole import whole

_HEAD = re.compile(r"[^\W\d_]+")
_NO_VERB = re.compile(r"['\-./@_&][^\W\d_]|[_'@&]")
_LONE = {"P": "post", "R": "reply", "L": "read"}
_POST = re.compile(r"P(?:\s+|:\s*)(?=\S)")
_LONE_LETTER = re.compile(r"[PRL][\s:.?!]*")
_SHORTEST_GLUED = 3
_MOST_LEADS = 4

_OPENING = "|".join(
    re.escape(words) for words in sorted((*GREETINGS, *PLEASE), key=len, reverse=True)
)
_LEAD = re.compile(
    rf"(?:\s*>+|\s*(?:FWD?|TR|RE)\s*:|\s*(?P<courtesy>{_OPENING})(?![^\W_])"
    rf"(?:\s(?:{'|'.join(map(re.escape, ADDRESSED))})(?![^\W_]))?)[\s,.!:;-]*"
)
_WISH = re.compile(rf"(?:{'|'.join(map(re.escape, WISHES))})\s+(?P<verb>[^\W\d_]+)")
_FOR = re.compile(r"\s{0,2}:(?!\d)")
_QUOTES = {'"': '"', "'": "'", "(": ")", "[": "]", "*": "*"}

_EVERYDAY = frozenset({"LEAVE", "SORTIR"})
"""Verbs of ours that are said of doors and things as well."""

_ASKED_FIRST = (Post, Urgent, Leave, Undo, Activate)
"""Done to others, or not easily undone: on a guess these are only asked about."""

_TAKERS: Mapping[str, arguments.Taker] = {
    "help": arguments.alone(Help()),
    "news": arguments.news,
    "more": arguments.alone(More()),
    "read": arguments.read,
    "post": arguments.post,
    "reply": arguments.reply,
    "thanks": arguments.thanks,
    "groups": arguments.groups,
    "join": arguments.join,
    "leave": arguments.leave,
    "who": arguments.who,
    "find": arguments.find,
    "pause": arguments.pause,
    "resume": arguments.alone(Resume()),
    "time": arguments.time,
    "rhythm": arguments.rhythm,
    "me": arguments.alone(Me()),
    "code": arguments.alone(KioskCode()),
    "undo": arguments.undo,
    "confirm": arguments.yes_or_no(Confirm()),
    "decline": arguments.yes_or_no(Decline()),
    "urgent": arguments.urgent,
    "activate": arguments.activate,
}


def parse(text: str, language: str, groups: Collection[str] = ()) -> Command:
    """What a member asks for with `text`.

    Every language is understood; `language` decides where two of them give one word two meanings.
    `groups` are the names of the writer's own groups: they tell a glued word (`Pquai3 ...`) and a
    name of several words from a sentence.
    """
    message = said(text)
    return (
        whole(message, language, groups)
        or _command(message, language, groups)
        or _unquoted(message, language, groups)
        or FreeText(message.own)
    )


def _command(message: Said, language: str, groups: Collection[str]) -> Command | None:
    """The command at the beginning, or behind a greeting or a mark of forwarding."""
    start, greeted = 0, False
    for _ in range(_MOST_LEADS):
        found = _at(message, start, language, groups, greeted=greeted)
        if found:
            return found
        lead = _LEAD.match(message.folded, start)
        if not lead:
            return None
        greeted = greeted or lead["courtesy"] is not None
        start = lead.end()
    return None


def _unquoted(message: Said, language: str, groups: Collection[str]) -> Command | None:
    folded = message.folded
    if not message.whole or len(folded) < 3 or _QUOTES.get(folded[0]) != folded[-1]:
        return None
    inner = fold(message.own[message.at[1] : message.at[len(folded) - 1]].strip())
    return whole(inner, language, groups) or _command(inner, language, groups)


def _at(
    message: Said, start: int, language: str, groups: Collection[str], *, greeted: bool
) -> Command | None:
    found = numbered(message, start, greeted=greeted) or about(message, start)
    if found:
        return None if isinstance(found, FreeText) else found
    if _LONE_LETTER.fullmatch(message.folded, start) and message.whole:
        return Usage(_LONE[message.folded[start]])
    if form := _POST.match(message.folded, start):
        return arguments.post(Rest(message, form.end(), True, groups))
    return (
        _verb(message, start, language, groups)
        or _wished(message, start, language, groups)
        or _addressed(message, start, groups)
    )


def _wished(message: Said, start: int, language: str, groups: Collection[str]) -> Command | None:
    """`je veux quitter secu`: as sure as a slip."""
    form = _WISH.match(message.folded, start)
    verb = exact(form["verb"], language) if form else None
    if not form or not verb or verb.name not in WISHED or verb.word == "ENTRER":
        return None
    found = _take(verb, Rest(message, form.end(), False, groups))
    return _guessed(found, groups, message.words(start, form.end()))


def _addressed(message: Said, start: int, groups: Collection[str]) -> Command | None:
    """`quai3 : palette cassée`, `@quai3 palette cassée`: no verb, but whom it is for."""
    known = known_group(message, start, groups)
    marked = message.folded[start : start + 1] in ("@", "#")
    if not known or not (marked or _FOR.match(message.folded, known.end)):
        return None
    found = group_and_text(Rest(message, start, True, groups))
    return Guess(Post(*found), message.words(start, known.end)) if found else None


def _verb(message: Said, start: int, language: str, groups: Collection[str]) -> Command | None:
    head = _HEAD.match(message.folded, start)
    if not head or _NO_VERB.match(message.folded, head.end()):
        return _glued(message, start, groups)
    parted = SEPARATORS.match(message.folded, head.end())
    behind = parted.end() if parted else head.end()
    if verb := exact(head[0], language):
        return _take(verb, Rest(message, behind, True, groups))
    if head[0] in LEAVE_WITH_GROUP:
        rest = Rest(message, behind, True, groups)
        return _of_own(rest, arguments.leave(rest))
    if found := _glued(message, start, groups):
        return found
    if verb := nearly(head[0]):
        heard = message.words(start, head.end())
        return _guessed(_take(verb, Rest(message, behind, False, groups)), groups, heard)
    return None


def _take(verb: Verb, rest: Rest) -> Command | None:
    if verb.name == "language":
        return Language(LANGUAGES[verb.word]) if rest.empty else None
    found = _TAKERS[verb.name](rest)
    if isinstance(found, News) and found.group and verb.word == "NEUF":
        own = arguments.is_like_own(rest.groups, found.group)
        return found if own or not is_counted(folded_word(found.group)) else None
    return _of_own(rest, found) if verb.word in _EVERYDAY else found


def _of_own(rest: Rest, found: Command | None) -> Command | None:
    """`STOP quai3` leaves a group; `Arret machine` and `leave it` are said on the floor."""
    if not isinstance(found, Leave):
        return found
    if rest.groups:
        return found if arguments.is_like_own(rest.groups, found.group) else None
    return found if found.group[-1:].isdigit() or len(found.group.split()) <= 2 else None


def _glued(message: Said, start: int, groups: Collection[str]) -> Command | None:
    """`Pquai3 texte`, where the rest begins with one of the writer's own groups."""
    parted = SEPARATORS.match(message.folded, start + 1)
    if message.folded[start : start + 1] != "P" or not parted:
        return None
    known = known_group(message, parted.end(), groups)
    if not known or known.width < _SHORTEST_GLUED:
        return None
    found = group_and_text(Rest(message, parted.end(), True, groups))
    return Post(*found) if found else Usage("post")


def _guessed(found: Command | None, groups: Collection[str], heard: str) -> Command | None:
    """What a verb that was only nearly written may do."""
    if found is None or isinstance(found, Usage):
        return None
    if not isinstance(found, _ASKED_FIRST):
        return found
    if isinstance(found, Leave) and groups and not arguments.is_like_own(groups, found.group):
        return None
    if isinstance(found, Post | Urgent) and groups:
        own = folded_word(found.group) in map(folded_word, groups)
        return Guess(found, heard) if own else None
    return Guess(found, heard)
