"""What stands behind a verb, and how it is cut: a few words, a group and a text, a number."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from gateway.core.commands import Command, Usage
from gateway.core.grammar.clean import Said
from gateway.core.grammar.keywords import AFTER_GROUP, BEFORE_GROUP
from gateway.core.grammar.manners import CALLED, FAREWELL, HURRY, PLEASE, THANK_YOU
from gateway.core.grammar.named import Known, known_group
from gateway.core.grammar.phrases import UNNAMED

SEPARATORS = re.compile(r"[\s:,.;!=\-]*")
_BEFORE_TEXT = re.compile(
    r"[)\]]?(?:(?:[:;,.=>/\-]|!{1,3})(?=\s|[^\W_]|[^\x00-\x7f]|$)|\s+[:;,.=>/\-]{1,2}(?=\s))?\s*"
)
_WORD = re.compile(r"[^\W_]+(?:['.\-_/][^\W_]+)*")
_GROUP = re.compile(r"[\s#@\"']*(?P<group>[^\s:,;=>\"#@]+)")
_FILLER = re.compile(r"([^\W\d_]+)\s+")
_THE_GROUP = re.compile(r"\s+GROUPE?(?![^\W_])")
_CLOSING = re.compile(r"[\"']:?(?=\s)")
_ASKED_TO = re.compile(rf"\s(?:{'|'.join(map(re.escape, PLEASE))})\s?(?=:(?!\d))")
"""`publier quai3 svp : ...`: the please is none of the text."""
_FILLERS = 3
_AFTER = AFTER_GROUP | frozenset({*CALLED, "MESSAGES", "SMS", "TEXTS", "POSTS"})
_CLAUSE = re.compile(r"[,;!?.]\s+[^\W_]")
_ENDS = ".,;:!?-'\"()[]"
COURTESIES = tuple(sorted((*PLEASE, *THANK_YOU), key=len, reverse=True))
TO_SOMEBODY = tuple(sorted((*COURTESIES, *CALLED, *FAREWELL, *HURRY), key=len, reverse=True))
_CLOSINGS = tuple(sorted((*COURTESIES, *FAREWELL, *HURRY), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Rest:
    """What follows a verb. `sure`: the verb was written out, it is no guess."""

    said: Said
    start: int
    sure: bool
    groups: Collection[str]

    @property
    def end(self) -> int:
        """Where the argument ends: before closing punctuation, please and thanks."""
        end = bare_end(self.said.folded, self.start)
        called = _before_called(self.said.folded, self.start, end)
        before = bare_end(self.said.folded[:called], self.start, _CLOSINGS)
        return before if before > self.start else end

    @property
    def folded(self) -> str:
        return " ".join(self.said.folded[self.start : self.end].split())

    @property
    def empty(self) -> bool:
        return self.said.whole and self.end == self.start

    @property
    def alone(self) -> bool:
        """Does nothing follow but courtesies, and whom they are for?"""
        if known_group(self.said, self.start, self.groups, self.end):
            return False
        return self.said.whole and bare_end(self.said.folded, self.start, TO_SOMEBODY) == self.start

    @property
    def asks(self) -> bool:
        return "?" in self.said.folded[self.start :]

    def word_list(self) -> list[str]:
        return _WORD.findall(self.folded)

    def phrase(self) -> str:
        """The argument as it was written, for a name."""
        return self.said.words(self.start, self.end).strip(_ENDS + " #@")

    def is_clause(self) -> bool:
        """Does it read as a sentence of its own, or as more than we looked at?"""
        lines = "\n" in self.said.folded[self.start : self.end].strip()
        return lines or not self.said.whole or bool(_CLAUSE.search(self.folded))


def bare_end(folded: str, start: int, courtesies: Sequence[str] = COURTESIES) -> int:
    """Where an argument ends that begins at `start`: before closing marks and courtesies."""
    end = _before_marks(folded, start, len(folded))
    while (before := _before_courtesy(folded, start, end, courtesies)) < end:
        end = _before_marks(folded, start, before)
    return end


def _before_called(folded: str, start: int, end: int) -> int:
    """`please mate`: who is called behind a courtesy; alone, the word may be the argument."""
    for name in CALLED:
        before = _before_marks(folded, start, end - len(name))
        if folded.endswith(f" {name}", start, end):
            return before if bare_end(folded[:before], start) < before else end
    return end


def _before_marks(folded: str, start: int, end: int) -> int:
    while end > start and not folded[end - 1].isalnum():
        end -= 1
    return end


def _before_courtesy(folded: str, start: int, end: int, courtesies: Sequence[str]) -> int:
    for courtesy in courtesies:
        before = end - len(courtesy)
        parted = before == start or (before > start and not folded[before - 1].isalnum())
        if parted and folded.endswith(courtesy, start, end):
            return before
    return end


def text_behind(said: Said, end: int) -> str:
    """The own words behind a number or a group, without what parts them (`: `, ` - `).

    A minus or a smiley belongs to the words.
    """
    between = _BEFORE_TEXT.match(said.folded, end)
    return said.text(between.end() if between else end)


def group_phrase(rest: Rest) -> str:
    """A group's name behind JOIN and the like, without `le groupe`; "" where there is none."""
    if known_group(rest.said, rest.start, rest.groups, rest.end):
        return rest.phrase()
    words = list(re.finditer(r"\S+", rest.said.folded[rest.start : rest.end]))
    while len(words) > 1 and words[0][0] in BEFORE_GROUP:
        del words[0]
    while len(words) > 1 and words[-1][0] in _AFTER:
        del words[-1]
    if not words:
        return ""
    first, last = rest.start + words[0].start(), rest.start + words[-1].end()
    return rest.said.words(first, last).strip(_ENDS + " #@")


def group_and_text(rest: Rest) -> tuple[str, str] | None:
    """The group and the text of `group text`; None where one of them is missing."""
    known = known_group(rest.said, rest.start, rest.groups) or _behind_filler(rest)
    if known:
        return _with_text(rest.said, known.name, known.end)
    return _first_word(rest, _past_fillers(rest)) or _first_word(rest, rest.start)


def _first_word(rest: Rest, start: int) -> tuple[str, str] | None:
    first = _GROUP.match(rest.said.folded, start)
    if not first:
        return None
    name = rest.said.words(first.start("group"), first.end("group")).strip(_ENDS)
    return _with_text(rest.said, name, first.end("group")) if name else None


def _behind_filler(rest: Rest) -> Known | None:
    """`PUBLIER sur le groupe quai3 ...`: the little words are no group, if a group follows."""
    start = rest.start
    for _ in range(_FILLERS):
        filler = _FILLER.match(rest.said.folded, start)
        if not filler or filler[1] not in BEFORE_GROUP:
            return None
        start = filler.end()
        if known := known_group(rest.said, start, rest.groups):
            after = _THE_GROUP.match(rest.said.folded, known.end)
            return replace(known, end=after.end()) if after else known
    return None


def _past_fillers(rest: Rest) -> int:
    """`PUBLIER dans le groupe cantine ...`: no group is called `dans`, whosever it is."""
    start = rest.start
    for _ in range(_FILLERS):
        filler = _FILLER.match(rest.said.folded, start)
        if not filler or filler[1] not in BEFORE_GROUP or len(filler[1]) == 1:
            return start
        start = filler.end()
    return start


def _with_text(said: Said, name: str, end: int) -> tuple[str, str] | None:
    """A text of marks alone (`P quai3 ?`) is a question about the command, not a post."""
    closing = _ASKED_TO.match(said.folded, end) or _CLOSING.match(said.folded, end)
    text = text_behind(said, closing.end() if closing else end)
    return (name, text) if text.strip(_ENDS + "…") and not is_only_please(said, end) else None


def is_only_please(said: Said, start: int) -> bool:
    """`R1413 svp ?`: nothing was said yet."""
    end = bare_end(said.folded, start, PLEASE)
    return said.whole and end <= start < bare_end(said.folded, start, ())


def usage_or_sentence(rest: Rest, verb: str) -> Command | None:
    """A verb whose argument is missing or malformed; None where it only opens a sentence."""
    words = rest.word_list()
    if verb in ("read", "reply") and rest.said.whole and UNNAMED.issuperset(words):
        return Usage(verb)
    few = 2 if any(sign.isdigit() for sign in rest.folded) else 1
    return Usage(verb) if rest.said.whole and len(words) <= few else None
