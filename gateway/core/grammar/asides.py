"""Words beside a whole command that only explain it: a sigh before, a reason or a name behind.

`oups annule`, `leave nights pls im on days now`, `pause 24h svp je suis en repos`. What is left
without them must be a whole command with nothing open in it: a post, a reply and a search take all
words that follow, and are never cut. A please closes a command; without one, only words that begin
a reason do. What leaves a group or takes something back is asked about.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from gateway.core import commands as c
from gateway.core.grammar.clean import Said, fold, folded_word
from gateway.core.grammar.manners import (
    GOING_ON,
    GREETINGS,
    NEGATIONS,
    PLEASE,
    REASONS,
    SIGHS,
    THANK_YOU,
)
from gateway.core.numbers import may_name

_MOST_WORDS = 14
_MOST_CUTS = 4
_NAME_WORDS = 2


def _one_of(*lists: Collection[str]) -> str:
    longest_first = sorted({word for words in lists for word in words}, key=len, reverse=True)
    return rf"(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])"


_SIGH = re.compile(rf"(?:{_one_of(SIGHS)}[\s,.!:;\-]*){{1,3}}(?=\S)")
_COURTESY = re.compile(rf"(?<![^\W_]){_one_of(PLEASE, THANK_YOU, GREETINGS)}[\s,.!:;\-]*")
_REASON = re.compile(
    rf"[\s,.!:;\-(]+(?={_one_of(REASONS)})|\s*[,.!:;\-(]\s*(?={_one_of(NEGATIONS)})"
)
_SIGNED = re.compile(
    r"(?:\s*[,.!]\s+|\s-\s*|\s*\n\s*)(?=[^\W\d_]+(?:[\s\-][^\W\d_]+)?"
    r"(?:\s(?:FROM|OF|AT|ON|DE|DU|DES|A|AU)\s[^\W_]+)?[\s.!]*$)"
    r"|\s+(?=(?:FROM|DE|C'EST|CEST|IT'S|ITS|THIS IS|ICI|SIGNE)\s[^\W\d_]+[\s.!]*$)"
)
_GOING_ON = re.compile(_one_of(GOING_ON))

_FIGURED = (c.Pause, c.Time, c.Rhythm, c.PageLength, c.Activate)
_NUMBERED = (c.Read, c.Thanks)
_ASKED = (c.Leave, c.Undo, c.Stop, c.Start)
_LONE = (c.Help, c.News, c.More, c.KioskCode, c.Resume, c.Undo, c.Stop, c.Start)


@dataclass(frozen=True, slots=True)
class Kernel:
    """The message without what stands beside it: `cut` off, or only behind a sigh.

    `closed`: a please or a name ended it.
    """

    said: Said
    closed: bool
    cut: bool


def sighed(said: Said) -> int:
    """Where a message begins behind its sigh."""
    sigh = _SIGH.match(said.folded)
    return sigh.end() if sigh else 0


def kernels(said: Said) -> Iterator[Kernel]:
    """What may be the command of the message, the longest first."""
    start = sighed(said)
    if start:
        yield Kernel(fold(said.own[said.at[start] :]), closed=True, cut=False)
    if not said.whole or len(said.folded.split()) > _MOST_WORDS:
        return
    begin = said.at[start]
    for end, closed in sorted(set(_cuts(said.folded, start)), reverse=True)[:_MOST_CUTS]:
        yield Kernel(fold(said.own[begin : said.at[end]].rstrip()), closed, cut=True)


def _cuts(folded: str, start: int) -> Iterator[tuple[int, bool]]:
    for courtesy in _COURTESY.finditer(folded, start + 1):
        if not _GOING_ON.match(folded, courtesy.end()):
            yield courtesy.start(), True
    for reason in () if "?" in folded else _REASON.finditer(folded, start + 1):
        yield reason.start(), False
    words = folded.split()
    if len(words) > 1 and len(set(words)) == 1:
        yield len(words[0]), True
    if signed := _SIGNED.search(folded, start + 1):
        yield signed.start(), True


def settled(found: c.Command, kernel: Kernel, groups: Collection[str]) -> c.Command | None:
    """`found`, if it is whole without the words beside it: as it is, or to be asked about."""
    meant = found.command if isinstance(found, c.Guess) else found
    if found is meant and _is_told(meant, kernel, groups):
        return found
    if not _is_whole(meant, kernel, groups):
        return None
    asked = isinstance(meant, _ASKED) or not (kernel.closed or _is_figured(meant))
    heard = kernel.said.words(0, len(kernel.said.folded))
    return c.Guess(meant, heard) if asked else found


def _is_told(meant: c.Command, kernel: Kernel, groups: Collection[str]) -> bool:
    """`oups P quai3 ...`: behind a sigh, what names whom or what it means runs as without it."""
    if kernel.cut:
        return False
    if isinstance(meant, c.Reply):
        return meant.explicit or may_name(meant.number)
    if isinstance(meant, c.Find | c.Groups | c.Join):
        name = meant.words if isinstance(meant, c.Find) else getattr(meant, "group", "")
        return len(str(name).split()) < 2
    named = isinstance(meant, c.Post | c.Urgent) and _is_own(meant.group, groups)
    return named or isinstance(meant, c.Confirm | c.Decline | c.Me | c.Language)


def _is_figured(meant: c.Command) -> bool:
    return isinstance(meant, (*_FIGURED, *_NUMBERED)) or bool(getattr(meant, "group", ""))


def _is_whole(meant: c.Command, kernel: Kernel, groups: Collection[str]) -> bool:
    if isinstance(meant, _NUMBERED):
        return (kernel.closed or isinstance(meant, c.Thanks)) and may_name(meant.number)
    if isinstance(meant, c.Join):
        return len(meant.group.split()) == 1
    name = meant.word if isinstance(meant, c.Who) else str(getattr(meant, "group", ""))
    if name:
        return isinstance(meant, c.News | c.Who | c.Leave) and _is_own(name, groups)
    if isinstance(meant, c.Pause):
        return kernel.closed or any(sign.isdigit() for sign in kernel.said.folded)
    if isinstance(meant, _FIGURED):
        return True
    return isinstance(meant, _LONE) and (kernel.closed or isinstance(meant, c.Undo))


def _is_own(name: str, groups: Collection[str]) -> bool:
    """Where the groups are known; else one word will do, for it is looked up and asked about."""
    if not groups:
        return len(name.split()) == 1
    return folded_word(name) in map(folded_word, groups)
