"""The names of the writer's own groups, found in what they wrote."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from gateway.core.grammar.clean import Said, folded_word
from gateway.core.grammar.phrases import FIGURES

_LOOSE = " \n\t-_.'"
_FURTHER = re.compile(r"[^\W_]|[-_./][^\W_]|[,:]\d")


@dataclass(frozen=True, slots=True)
class Known:
    """One of the writer's groups, found in the text. `name` is as written, or the group's own."""

    name: str
    end: int
    width: int


def known_group(
    said: Said, start: int, groups: Collection[str], end: int | None = None
) -> Known | None:
    """The longest of `groups` that stands at `start`; with `end`, it must reach just there.

    `quai 3` is `quai3` only where no group is called `quai`: then the 3 may belong to the text.
    """
    while start < len(said.folded) and said.folded[start] in "#@\"' \n":
        start += 1
    for read in (_exactly, _loosely):
        found = [known for group in groups if (known := read(said, start, group))]
        fitting = [known for known in found if end is None or known.end == end]
        if fitting:
            return max(fitting, key=lambda known: known.width)
    return None


def _exactly(said: Said, start: int, group: str) -> Known | None:
    name = folded_word(group)
    end = start + len(name)
    if not name or not said.folded.startswith(name, start) or _FURTHER.match(said.folded, end):
        return None
    return Known(said.words(start, end), end, len(name))


def _loosely(said: Said, start: int, group: str) -> Known | None:
    letters = [letter for letter in folded_word(group) if letter.isalnum()]
    place, gap = start, 0
    for letter in letters:
        while gap < 2 and said.folded[place : place + 1] in _LOOSE and place < len(said.folded):
            place, gap = place + 1, gap + 1
        written = (letter, *FIGURES.get(letter, ()))
        found = next((form for form in written if said.folded.startswith(form, place)), "")
        if not found:
            return None
        place, gap = place + len(found), 0
    if not letters or _FURTHER.match(said.folded, place):
        return None
    return Known(group, place, len(letters))
