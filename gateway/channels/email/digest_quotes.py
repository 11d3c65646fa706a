"""Under which item of a digest each stretch of its answer stands, by the lines quoted above it."""

import re
from collections.abc import Sequence

from gateway.channels.email.mime import clean
from gateway.channels.email.reply import Answer, Extract
from gateway.core.commands import PostView

_LONGEST_QUOTE = 60_000
"""Letters: three times the largest digest."""

_LEAST_OF_A_BODY, _MOST_OF_A_BODY = 12, 40
"""Letters by which the words of a post are known in a quote."""


def below(
    extract: Extract, stretches: Sequence[Answer], items: Sequence[PostView], sent: str
) -> list[int]:
    """For each stretch the place of the item under which it surely stands, or 0."""
    owners = places(sent, items)
    rows = sent.split("\n")
    kinds = ("quote", "header", "footer", "signature")
    cut = " ".join(part.text for part in extract.cut if part.kind in kinds)[:_LONGEST_QUOTE]
    found = [
        _owner(answer.under, owners, rows, items, cut) if answer.under is not None else 0
        for answer in stretches
    ]
    last = len(found) - 1
    if found[last] and not any(found[:last]) and _may_be_below_all(found[last], items, cut, rows):
        found[last] = 0
    return found


def _owner(
    under: int, owners: Sequence[int], rows: Sequence[str], items: Sequence[PostView], cut: str
) -> int:
    place = owners[under] if under < len(owners) else 0
    if not place:
        return 0
    alike = {owners[i] for i, row in enumerate(rows) if row.strip() == rows[under].strip()}
    return place if alike == {place} or str(items[place - 1].number) in cut else 0


def _may_be_below_all(place: int, items: Sequence[PostView], cut: str, rows: Sequence[str]) -> bool:
    """Whether nothing is quoted behind this item, and other items are before it."""
    squeezed = _squeezed(cut)
    quoted = [at for at, item in enumerate(items, start=1) if _quotes(cut, squeezed, item)]
    if any(at > place for at in quoted) or _squeezed(_footer(rows)) in squeezed:
        return False
    return any(at != place for at in quoted)


def _quotes(cut: str, squeezed: str, item: PostView) -> bool:
    """By its number, or by its words where its heading was deleted."""
    if re.search(rf"(?<!\d){item.number}(?!\d)", cut):
        return True
    body = _squeezed(item.body)[:_MOST_OF_A_BODY]
    return len(body) >= _LEAST_OF_A_BODY and body in squeezed


def _footer(rows: Sequence[str]) -> str:
    """The first line below the mark of a signature, which some programs cut with what follows."""
    marks = [at for at, row in enumerate(rows) if row == "-- "]
    return rows[marks[-1] + 1] if marks and marks[-1] + 1 < len(rows) else "\0"


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum() or letter == "\0")


def places(sent: str, items: Sequence[PostView]) -> tuple[int, ...]:
    """For each line of a digest's text the place of the item that it is part of, or 0.

    The lines of a body are counted and not searched, for a body may look like the next heading.
    """
    lines = sent.split("\n")
    owners = [0] * len(lines)
    at = 0
    for place, item in enumerate(items, start=1):
        start = next((i for i in range(at, len(lines)) if _is_heading(lines[i], place, item)), None)
        if start is None:
            continue
        # A heading, the body, and for each picture and its own address the plain line and the
        # HTML's: `sent_text` has both.
        at = start + 1 + _body_lines(item) + 2 * len(item.media) + 2
        owners[start:at] = [place] * (min(at, len(lines)) - start)
    return tuple(owners)


def _is_heading(line: str, place: int, item: PostView) -> bool:
    return line.startswith(f"{place}. ") and str(item.number) in line


def _body_lines(item: PostView) -> int:
    return 1 if item.withdrawn else clean(item.body).strip().count("\n") + 1
