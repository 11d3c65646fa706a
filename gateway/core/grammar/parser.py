"""Text -> command. Pure, and never at a loss: what is no command is somebody's own words."""

import re
from collections.abc import Collection
from dataclasses import replace

from gateway.core.commands import Command, FreeText, Guess, Leave, Post, Stop, Usage
from gateway.core.grammar import arguments
from gateway.core.grammar.about import about, at_the_end
from gateway.core.grammar.asides import kernels, settled
from gateway.core.grammar.clean import Said, fold, said
from gateway.core.grammar.headed import behind_verb, guessed, headed, take
from gateway.core.grammar.manners import ADDRESSED, GREETINGS, HESITATION, INTRODUCED, PLEASE
from gateway.core.grammar.named import known_group
from gateway.core.grammar.numbered import numbered
from gateway.core.grammar.phrases import WISHED, WISHES
from gateway.core.grammar.rest import TO_SOMEBODY, Rest, bare_end, group_and_text
from gateway.core.grammar.slipped import parted, slipped
from gateway.core.grammar.told import told, without_that
from gateway.core.grammar.verbs import exact
from gateway.core.grammar.whole import reworded, whole

_LONE = {"P": "post", "R": "reply", "L": "read"}
_POST = re.compile(r"P(?:\s+|:\s*)(?=\S)")
_LONE_LETTER = re.compile(r"[PRL][\s:.?!]*")
_MOST_LEADS = 4


def _one_of(*lists: tuple[str, ...]) -> str:
    longest_first = sorted((words for each in lists for words in each), key=len, reverse=True)
    return rf"(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])"


_NAMED = r"[^\W\d_]+[\s,.!:-]+(?=R\W{0,2}\d{2}|#\d{4}|P\s)"
_LEAD = re.compile(
    r"\s*(?:>+|(?:(?!\w)[^\x00-\x7f])+|(?:FWD?|TR|RE)\s*:|"
    rf"(?P<courtesy>{_one_of(GREETINGS, PLEASE)}"
    rf"(?:\s{_one_of(ADDRESSED)}|\s{_NAMED})?"
    rf"|{_one_of(INTRODUCED)}\s{_NAMED}"
    rf"|{_one_of(HESITATION)}[\s,.!:-]+(?=R\W{{0,2}}\d{{2}}|#\d{{4}}|P\s)))[\s,.!:;-]*"
)
_WISH = re.compile(rf"(?:{'|'.join(map(re.escape, WISHES))})\s+(?P<verb>[^\W\d_]+)")
_FOR = re.compile(r"\s{0,2}:(?!\d)|,\s|\s-\s|\s?[=-]>")
_QUOTES = {'"': '"', "'": "'", "(": ")", "[": "]", "*": "*"}


def parse(text: str, language: str, groups: Collection[str] = ()) -> Command:
    """What a member asks for with `text`.

    Every language is understood; `language` decides where two of them give one word two meanings.
    `groups` are the names of the writer's own groups: they tell a glued word (`Pquai3 ...`) and a
    name of several words from a sentence.
    """
    message = said(text)
    found = whole(message, language, groups)
    if isinstance(found, Guess) and isinstance(found.command, Stop):
        return _command_of(message, language, groups, Leave) or found
    found = found or _unquoted(message, language, groups) or _command(message, language, groups)
    if found and not isinstance(found, Usage):
        return found
    return (
        _explained(message, language, groups)
        or found
        or at_the_end(message, 0)
        or reworded(message)
        or FreeText(message.own)
    )


def _command_of(
    message: Said, language: str, groups: Collection[str], kind: type[Command]
) -> Command | None:
    """The guess at a command of this kind: `remove me from secu` may mean less than everything."""
    found = _command(message, language, groups)
    return found if isinstance(found, Guess) and isinstance(found.command, kind) else None


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
    """`"UNMUTE" thanks`: written as it is printed, with its quotes."""
    folded = message.folded
    closing = _QUOTES.get(folded[:1], "")
    end = folded.rfind(closing, 2) if closing and message.whole else -1
    if end < 0 or bare_end(folded, end + 1, TO_SOMEBODY) != end + 1:
        return None
    if closing in folded[1:end] and closing != "'":
        return None
    inner = fold(message.own[message.at[1] : message.at[end]].strip())
    return whole(inner, language, groups) or _command(inner, language, groups)


def _explained(message: Said, language: str, groups: Collection[str]) -> Command | None:
    """The command of a message that also says why, or ends with a name."""
    for kernel in kernels(message):
        found = whole(kernel.said, language, groups) or _command(kernel.said, language, groups)
        if found and (command := settled(found, kernel, groups)):
            return command
    return None


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
        parted(message, start, language, groups)
        or headed(message, start, language, groups)
        or _wished(message, start, language, groups)
        or _addressed(message, start, groups)
        or told(message, start, groups)
        or slipped(message, start, language, groups)
    )


def _wished(message: Said, start: int, language: str, groups: Collection[str]) -> Command | None:
    """`je veux quitter secu`: as sure as a slip."""
    form = _WISH.match(message.folded, start)
    verb = exact(form["verb"], language) if form else None
    if not form or not verb or verb.name not in WISHED or verb.word == "ENTRER":
        return None
    found = take(verb, Rest(message, behind_verb(message, form.end()), False, groups))
    if isinstance(found, Post):
        found = replace(found, text=without_that(found.text))
    return guessed(found, groups, message.words(start, form.end()))


def _addressed(message: Said, start: int, groups: Collection[str]) -> Command | None:
    """`quai3 : palette cassée`, `@quai3 palette cassée`: no verb, but whom it is for."""
    known = known_group(message, start, groups)
    marked = message.folded[start : start + 1] in ("@", "#")
    if not known or not (marked or _FOR.match(message.folded, known.end)):
        return None
    found = group_and_text(Rest(message, start, True, groups))
    return Guess(Post(*found), message.words(start, known.end)) if found else None
