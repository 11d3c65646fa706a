"""What each command takes behind its verb: one function a command.

Each gives the command, or `Usage` where the verb is meant but its argument is missing or wrong, or
None where the words read as a sentence that only begins like a command.
"""

import re
from collections.abc import Callable, Collection

from gateway.core.commands import (
    Activate,
    Command,
    Find,
    Groups,
    Join,
    Leave,
    News,
    Pause,
    Post,
    Read,
    Rhythm,
    Thanks,
    Time,
    Undo,
    Urgent,
    Usage,
    Who,
)
from gateway.core.grammar.clean import folded_word
from gateway.core.grammar.distance import slips
from gateway.core.grammar.keywords import AFTER_GROUP, AGREEING, ASKING, HOURS_BY_NAME, RHYTHMS
from gateway.core.grammar.numbered import number_behind, reply_behind
from gateway.core.grammar.phrases import MUCH, PLACED, TOGETHER, WHEN
from gateway.core.grammar.rest import Rest, group_and_text, group_phrase, known_group

_PHRASE = 3
"""More words than these are no name but a sentence."""

_SOUGHT = 5
"""So many words are looked for; more of them are said to colleagues."""

_HOURS_MOST = 24 * 7
_FIND_MOST = 200

_CLOCK = re.compile(
    r"(?:(?:A|AT|@|VERS)\s+)?(?P<hour>\d{1,2})"
    r"(?:\s*[H:.]\s*(?P<minute>\d{2})?|\s*HEURES?(?:\s+(?P<more>\d{2}))?|(?P<joined>\d{2}))?"
    r"\s*(?P<half>[AP]\.?M|DU MATIN|DU SOIR|O'CLOCK)?"
)
_LASTING = re.compile(
    r"(?:(?:PENDANT|FOR|DE)\s+)?(?P<count>\d{1,4})\s*"
    r"(?P<unit>H|HEURES?|HOURS?|HRS?|J|JOURS?|D|DAYS?)?"
)
_CODE_LENGTH = 8
_CODE = re.compile(r"(?:(?:(?:MON|LE|MY|THE)\s+)?CODE\s*[:=]?\s+)?(?P<code>[A-Z0-9][A-Z0-9 \-]*)")
_MUCH = re.compile(rf"\s*(?:{'|'.join(MUCH)})(?![^\W_])")
_WHO_IS_IN = re.compile(r"(?:EST|SONT|IS|ARE)\s+(?:DANS|IN)\s+(?=\S)")

Taker = Callable[[Rest], Command | None]


def news(rest: Rest) -> Command | None:
    if rest.empty:
        return News()
    return News(group_phrase(rest)) if _names_own_group(rest) else None


def read(rest: Rest) -> Command | None:
    number = number_behind(rest.said, rest.start)
    return _usage_or_sentence(rest, "read") if number is None else Read(number)


def post(rest: Rest) -> Command | None:
    found = group_and_text(rest)
    return Post(*found) if found else Usage("post")


def urgent(rest: Rest) -> Command | None:
    """`Urgent : il manque...` is no group `il`; the sender's own groups are known here."""
    found = group_and_text(rest)
    if not found:
        return Usage("urgent")
    marked = any(sign in ":!," for sign in rest.said.folded[: rest.start].rstrip()[-1:])
    if marked and not _is_own(rest, found[0]):
        return None
    return Urgent(*found)


def reply(rest: Rest) -> Command | None:
    return reply_behind(rest.said, rest.start) or _usage_or_sentence(rest, "reply")


def thanks(rest: Rest) -> Command | None:
    """Only with a number and nothing else: everybody says thanks."""
    much = _MUCH.match(rest.said.folded, rest.start)
    number = number_behind(rest.said, much.end() if much else rest.start)
    return None if number is None else Thanks(number)


def groups(rest: Rest) -> Command | None:
    if rest.empty:
        return Groups()
    most = 2 if rest.sure else 1
    return Groups(rest.phrase()) if _is_short(rest, most) else None


def join(rest: Rest) -> Command | None:
    if rest.empty:
        return Usage("join")
    words = rest.word_list()
    if TOGETHER.intersection(words[:1]) or PLACED.intersection(words[1:]):
        return None
    return Join(group_phrase(rest)) if _is_short(rest, _PHRASE if rest.sure else 2) else None


def leave(rest: Rest) -> Command | None:
    if rest.empty:
        return Usage("leave")
    return Leave(group_phrase(rest)) if _names_own_group(rest) else None


def who(rest: Rest) -> Command | None:
    if rest.empty:
        return Usage("who")
    inside = _WHO_IS_IN.match(rest.said.folded, rest.start)
    if inside:
        rest = Rest(rest.said, inside.end(), rest.sure, rest.groups)
        if name := group_phrase(rest):
            return Who(name) if _is_short(rest, _PHRASE) else None
    words = rest.word_list()
    if not words:
        return Usage("who")
    asking = words[0] in ASKING or (rest.asks and len(words) > 1) or WHEN.intersection(words)
    if asking or not _is_short(rest, _PHRASE):
        return None
    return Who(rest.phrase())


def find(rest: Rest) -> Command | None:
    if rest.empty:
        return Usage("find")
    words = rest.phrase()
    if len(words) > _FIND_MOST or not _is_short(rest, _SOUGHT if rest.sure else 2):
        return None
    return Find(words)


def pause(rest: Rest) -> Command | None:
    """Without a figure behind it, `Pause café` is an invitation, not a command."""
    if rest.empty:
        return Pause()
    form = _LASTING.fullmatch(rest.folded)
    if not form:
        is_figure = rest.folded[0].isdigit() and len(rest.word_list()) == 1
        return Usage("pause") if is_figure else None
    hours = int(form["count"]) * (24 if (form["unit"] or "H")[0] in "JD" else 1)
    return Pause(hours) if 1 <= hours <= _HOURS_MOST else Usage("pause")


def time(rest: Rest) -> Command | None:
    if rest.folded in HOURS_BY_NAME:
        return Time(HOURS_BY_NAME[rest.folded])
    form = _CLOCK.fullmatch(rest.folded)
    if not form:
        return _usage_or_sentence(rest, "time")
    hour = _hour_of_day(int(form["hour"]), (form["half"] or "").replace(".", ""))
    minute = int(form["minute"] or form["more"] or form["joined"] or 0)
    return Time(hour, minute) if hour <= 23 and minute <= 59 else Usage("time")


def rhythm(rest: Rest) -> Command | None:
    value = RHYTHMS.get(rest.folded)
    return Rhythm(value) if value else _usage_or_sentence(rest, "rhythm")


def activate(rest: Rest) -> Command | None:
    """A code in pieces (`1234 5678`, `Y6PE DQSA`) is one code; other words are a sentence."""
    form = _CODE.fullmatch(rest.folded)
    if rest.empty or not form:
        return _usage_or_sentence(rest, "activate")
    pieces = form["code"].split()
    figures = [any(sign.isdigit() for sign in piece) for piece in pieces]
    # Letters are printed in two halves, of which one may happen to hold no digit.
    whole = any(figures) and sum(map(len, pieces)) == _CODE_LENGTH
    if not (all(figures) or whole) and (len(pieces) > 1 or not rest.sure):
        return None
    written = rest.phrase().split()
    return Activate("".join(written[-len(pieces) :]))


def undo(rest: Rest) -> Command | None:
    if rest.empty:
        return Undo()
    return Usage("undo") if number_behind(rest.said, rest.start) is not None else None


def yes_or_no(command: Command) -> Taker:
    again = AGREEING[command.name]

    def take(rest: Rest) -> Command | None:
        return command if rest.said.whole and again.issuperset(rest.folded.split()) else None

    return take


def alone(command: Command) -> Taker:
    """A command that takes nothing: with more behind it, it was the first word of a sentence."""
    return lambda rest: command if rest.empty else None


def is_like_own(groups: Collection[str], name: str) -> bool:
    """Is `name` one of the writer's groups, its beginning, or one slip from it?"""
    heard = _letters(name)
    own = [_letters(group) for group in groups]
    return any(group.startswith(heard) or slips(heard, group, 1) <= 1 for group in own)


def _usage_or_sentence(rest: Rest, verb: str) -> Command | None:
    words = rest.word_list()
    few = 2 if any(sign.isdigit() for sign in rest.folded) else 1
    return Usage(verb) if rest.said.whole and len(words) <= few else None


def _is_short(rest: Rest, most: int) -> bool:
    if known_group(rest.said, rest.start, rest.groups, rest.end):
        return True
    name, every = group_phrase(rest), rest.folded.split()
    counted = name.split() if AFTER_GROUP.intersection(every) else every
    return bool(name) and not rest.is_clause() and len(counted) <= most


def _names_own_group(rest: Rest) -> bool:
    """One word, or a few that begin like one of the groups, where these are known."""
    if not _is_short(rest, _PHRASE if rest.sure else 2):
        return False
    words = folded_word(group_phrase(rest)).split()
    if len(words) == 1 or not rest.groups or _is_own(rest, group_phrase(rest)):
        return True
    return any(folded_word(group).startswith(words[0]) for group in rest.groups)


def _letters(name: str) -> str:
    return "".join(sign for sign in folded_word(name) if sign.isalnum())


def _is_own(rest: Rest, name: str) -> bool:
    return folded_word(name) in map(folded_word, rest.groups)


def _hour_of_day(hour: int, half: str) -> int:
    if half in {"PM", "DU SOIR"} and hour < 12:
        return hour + 12
    return 0 if half == "AM" and hour == 12 else hour
