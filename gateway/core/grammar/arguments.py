"""What each command takes behind its verb: one function a command.

Each gives the command, or `Usage` where the verb is meant but its argument is missing or wrong, or
None where the words read as a sentence that only begins like a command.
"""

import re
from collections.abc import Callable, Collection

from gateway.core.commands import (
    Command,
    Find,
    Groups,
    Guess,
    Join,
    Leave,
    News,
    Post,
    Read,
    Reply,
    Thanks,
    Urgent,
    Usage,
)
from gateway.core.grammar.clean import folded_word
from gateway.core.grammar.distance import slips
from gateway.core.grammar.keywords import (
    AFTER_GROUP,
    ASKING,
    BEFORE_GROUP,
    NEEDED,
)
from gateway.core.grammar.named import known_group
from gateway.core.grammar.numbered import is_counted, number_behind, place_behind, reply_behind
from gateway.core.grammar.phrases import (
    ARTICLES,
    MUCH,
    OPENING,
    PLACED,
    SHOWN,
    SOMETHING,
    SPEAKING,
    TOGETHER,
)
from gateway.core.grammar.rest import Rest, group_and_text, group_phrase, usage_or_sentence
from gateway.core.numbers import may_name

PHRASE = 3
"""More words than these are no name but a sentence."""

_FEW = 3
"""So many words behind a thank-you say no more than it does."""

_SOUGHT = 5
"""So many words are looked for; more of them are said to colleagues."""

_FIND_MOST = 200

_MUCH = re.compile(rf"\s*(?:{'|'.join(MUCH)})(?![^\W_])")
_WORD = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*")

_SHORTEST_SURE = 3
_ADDRESSING = frozenset({"FOR", "POUR"})
"""`Post for Ana is at reception`."""
_NO_NAMES = OPENING | ASKING | BEFORE_GROUP

Taker = Callable[[Rest], Command | None]


def news(rest: Rest) -> Command | None:
    """Of one's own group also where its name is only nearly written: it is but a look."""
    if rest.alone:
        return News()
    if not _names_own_group(rest):
        return None
    name = group_phrase(rest)
    near = like_own(rest.groups, name)
    return News(near[0] if len(near) == 1 and not is_own(rest, name) else name)


def read(rest: Rest) -> Command | None:
    number = number_behind(rest.said, rest.start, SHOWN)
    return usage_or_sentence(rest, "read") if number is None else Read(number)


def post(rest: Rest) -> Command | None:
    """`Post is here` is about the mail: no group is called `is`, whosever it is.

    `post 1413 noted` names a post, and is no group's.
    """
    found = group_and_text(rest)
    if not found:
        return Usage("post")
    if found[0].isdigit() and len(found[0]) > _SHORTEST_SURE and may_name(int(found[0])):
        return Guess(Reply(int(found[0]), found[1], explicit=False), found[0])
    foreign = rest.groups and not is_own(rest, found[0])
    if foreign and (folded_word(found[0]) in _NO_NAMES or rest.word_list()[0] in _ADDRESSING):
        return None
    return Post(*found)


def urgent(rest: Rest) -> Command | None:
    """`Urgent : il manque...` is no group `il`; the sender's own groups are known here."""
    found = group_and_text(rest)
    if not found:
        return Usage("urgent")
    marked = any(sign in ":!," for sign in rest.said.folded[: rest.start].rstrip()[-1:])
    if not is_own(rest, found[0]) and (marked or folded_word(found[0]) in OPENING | NEEDED):
        return None
    # `alert the yard lads if you see him` is said of people as well.
    told = is_own(rest, found[0]) and ARTICLES.intersection(rest.word_list()[:1])
    return Guess(Urgent(*found), rest.said.words(0, rest.start)) if told else Urgent(*found)


def reply(rest: Rest) -> Command | None:
    return reply_behind(rest.said, rest.start) or usage_or_sentence(rest, "reply")


def thanks(rest: Rest) -> Command | None:
    """Only with a number and nothing else: everybody says thanks. More words are an answer."""
    much = _MUCH.match(rest.said.folded, rest.start)
    start = much.end() if much else rest.start
    number = number_behind(rest.said, start)
    if number is not None:
        return Thanks(number)
    found = place_behind(rest.said, start)
    words = _WORD.findall(rest.said.folded, found[1], rest.end) if found else []
    if not found or len(words) <= _FEW or is_counted(words[0]):
        return None
    return Reply(found[0], rest.said.own, explicit=False)


def groups(rest: Rest) -> Command | None:
    if rest.alone:
        return Groups()
    most = 2 if rest.sure else 1
    return Groups(rest.phrase()) if is_short(rest, most) else None


def join(rest: Rest) -> Command | None:
    if rest.empty:
        return Usage("join")
    words = rest.word_list()
    if TOGETHER.intersection(words[:1]) or PLACED.intersection(words[1:]):
        return None
    if is_unnamed(rest):
        return Usage("join")
    return Join(group_phrase(rest)) if is_short(rest, PHRASE if rest.sure else 2) else None


def leave(rest: Rest) -> Command | None:
    if rest.empty or is_unnamed(rest):
        return Usage("leave")
    return Leave(group_phrase(rest)) if _names_own_group(rest) else None


def find(rest: Rest) -> Command | None:
    if rest.empty:
        return Usage("find")
    words = rest.phrase()
    if folded_word(words).startswith(SOMETHING) or SPEAKING.intersection(rest.word_list()):
        return None
    if len(words) > _FIND_MOST or not is_short(rest, _SOUGHT if rest.sure else 2):
        return None
    return Find(words)


def like_own(groups: Collection[str], name: str) -> list[str]:
    """Those of the writer's groups that `name` is, or begins, or is one slip from."""
    heard = _letters(name)
    own = {group: _letters(group) for group in groups}
    return [
        group
        for group, letters in own.items()
        if heard and (letters.startswith(heard) or slips(heard, letters, 1) <= 1)
    ]


def is_like_own(groups: Collection[str], name: str) -> bool:
    return bool(like_own(groups, name))


def is_unnamed(rest: Rest) -> bool:
    """`leave the group`: which?"""
    return len(rest.word_list()) > 1 and folded_word(group_phrase(rest)) in AFTER_GROUP


def is_short(rest: Rest, most: int) -> bool:
    if known_group(rest.said, rest.start, rest.groups, rest.end):
        return True
    name, every = group_phrase(rest), rest.folded.split()
    counted = name.split() if AFTER_GROUP.intersection(every) else every
    return bool(name) and not rest.is_clause() and len(counted) <= most


def _names_own_group(rest: Rest) -> bool:
    """One word, or a few that begin like one of the groups, where these are known."""
    if not is_short(rest, PHRASE if rest.sure else 2):
        return False
    words = folded_word(group_phrase(rest)).split()
    if len(words) == 1 or not rest.groups or is_own(rest, group_phrase(rest)):
        return True
    return any(folded_word(group).startswith(words[0]) for group in rest.groups)


def _letters(name: str) -> str:
    return "".join(sign for sign in folded_word(name) if sign.isalnum())


def is_own(rest: Rest, name: str) -> bool:
    return folded_word(name) in map(folded_word, rest.groups)
