"""What is quoted: below a header, marked with `>`, or called so by the HTML."""

import re
from itertools import islice

from gateway.channels.email.reply.attributions import whole
from gateway.channels.email.reply.headers import Header, header_at
from gateway.channels.email.reply.lines import Line, following

OWN = 2  # marked lines that may be a person's own

_NAMED = re.compile(r"[^\W\d_]{1,12}> ?")
_LINKS = re.compile(r"(?:https?://|www\.)\S*|[\W_]+")  # what is left is said


def mark(lines: list[Line], coverage: float = 0.0) -> bool:
    """Cut what is quoted; True where a header said that a mail was passed on.

    `coverage` is how much of the sent text was found: where most was, what stands unmarked below a
    header was written between its lines.
    """
    header_seen = _headers(lines, answered=coverage >= 0.5)
    _marked(lines)
    return header_seen == "forward"


def _headers(lines: list[Line], *, answered: bool) -> str | None:
    index, seen, resting = 0, None, False
    while index < len(lines):
        header = header_at(lines, index)
        if not resting and lines[index].role == "rest":
            resting = True  # from here on the client says: quoted
            header = header or Header(index, index + lines[index].text.startswith("___"))
        if header is None:
            index += 1
            continue
        seen = "forward" if header.forward else "reply"
        index = _cut_quote(lines, header, answered=answered)
    return seen


def _cut_quote(lines: list[Line], header: Header, *, answered: bool) -> int:
    """Cut a header and what it introduces; the index to go on from."""
    _cut(lines, header.start, header.end, "header")
    index = following(lines, header.end)
    if header.start <= 3 and not any(line.text and not line.cut for line in lines[: header.start]):
        _mark_named(lines, index)
    if (
        index < len(lines)
        and lines[index].quoted
        and (not header.forward or lines[index].source >= 0)
    ):
        return index  # the quote is marked line by line: what is unmarked was written below it
    ours = _ours_below(lines, header.end) if answered else None
    if ours is not None:
        _cut(
            lines, header.end, ours, "quote"
        )  # what a client put above: a banner, a picture's name
        return ours
    _cut(lines, header.end, len(lines), "quote")
    return len(lines)


def _mark_named(lines: list[Line], index: int) -> None:
    """Below a header with no text above it, lines may be marked with who wrote them: "AM> Who?"."""
    found = _NAMED.match(lines[index].text) if index < len(lines) else None
    while found and index < len(lines) and not lines[index].depth:
        if lines[index].text.startswith(found[0].rstrip()):
            lines[index].depth = 1
        elif lines[index].text:
            return
        index += 1


def _ours_below(lines: list[Line], start: int) -> int | None:
    """The first line of the text we sent, if it stands a few lines below."""
    near = range(start, min(start + 12, len(lines)))
    return next((i for i in near if lines[i].source >= 0), None)


def _cut(lines: list[Line], start: int, end: int, why: str) -> None:
    for line in lines[start:end]:
        line.cut = line.cut or why


def _marked(lines: list[Line]) -> None:
    for index in _own(lines):
        lines[index].depth = 0
    for line in lines:
        if line.depth and not line.cut:
            line.cut = "quote"
    for index in range(1, len(lines) - 1):
        if _torn(lines, index):
            lines[index].cut = "quote"


def _own(lines: list[Line]) -> range:
    """A line or two that the person marked: "> 30 kg: call me". They are the only ones above any
    header, nothing says that they come from a mail, and text follows.
    """
    top = _first_header(lines)
    marked = [i for i in range(top) if lines[i].depth and not lines[i].cut][: OWN + 1]
    if not 1 <= len(marked) <= OWN or marked[-1] - marked[0] >= OWN:
        return range(0)
    if not all(_typed(lines[i]) for i in marked):
        return range(0)
    below = (line for line in lines[marked[-1] + 1 : top] if line.text and not line.cut)
    said = next((line.text not in ("--", "—") for line in below), False)
    return range(marked[0], marked[-1] + 1) if said else range(0)


def _first_header(lines: list[Line]) -> int:
    """Some clients mark the attribution as well: "> On 3 May Ann wrote:"."""
    top = next((i for i, line in enumerate(lines) if line.cut == "header"), len(lines))
    marked = (i for i in range(top) if lines[i].depth and not lines[i].cut)
    return next((i for i in islice(marked, OWN * 4) if whole(lines[i].text)), top)


def _typed(line: Line) -> bool:
    return line.source < 0 and not line.role and line.raw.startswith(">")


def _torn(lines: list[Line], index: int) -> bool:
    """A long quoted line that was broken on the way, its second half left without a mark."""
    before, line, after = lines[index - 1 : index + 2]
    if line.cut or line.blank or not (before.depth and after.depth and before.cut and after.cut):
        return False
    if not _LINKS.sub("", line.text):
        return True
    torn_link = "://" in before.text and " " not in before.text.rpartition("://")[2]
    return (
        (torn_link or len(before.raw) >= 65)
        and not line.text[0].isupper()
        and " " not in line.text[:20]
    )
