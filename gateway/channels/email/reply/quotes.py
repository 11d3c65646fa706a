"""What is quoted: below a header, marked with `>`, or called so by the HTML."""

import re

from gateway.channels.email.reply.headers import Header, header_at
from gateway.channels.email.reply.lines import Line, following

_LINKS = re.compile(r"(?:https?://|www\.)\S*|[\W_]+")  # what is left is said


def mark(lines: list[Line], coverage: float = 0.0) -> bool:
    """Cut what is quoted; True where a header said that a mail was passed on.

    `coverage` is how much of the sent text was found: where most was, what stands unmarked below a
    header was written between its lines.
    """
    header_seen = _headers(lines, answered=coverage >= 0.5)
    _marked(lines, header_seen is not None)
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


def _ours_below(lines: list[Line], start: int) -> int | None:
    """The first line of the text we sent, if it stands a few lines below."""
    near = range(start, min(start + 12, len(lines)))
    return next((i for i in near if lines[i].source >= 0), None)


def _cut(lines: list[Line], start: int, end: int, why: str) -> None:
    for line in lines[start:end]:
        line.cut = line.cut or why


def _marked(lines: list[Line], header_seen: bool) -> None:
    quoted = [i for i, line in enumerate(lines) if line.depth and not line.cut]
    if len(quoted) == 1 and not header_seen and _alone(lines, quoted[0]):
        lines[quoted[0]].depth = 0  # "> 30 kg: call me" is text
        return
    for index in quoted:
        lines[index].cut = "quote"
    for index in range(1, len(lines) - 1):
        if _torn(lines, index):
            lines[index].cut = "quote"


def _alone(lines: list[Line], index: int) -> bool:
    """One marked line with text below it, and no sign of a mail that it would come from."""
    if lines[index].source >= 0 or lines[index].role:
        return False
    below = (line for line in lines[index + 1 :] if line.text and not line.cut)
    return next((line.text not in ("--", "—") for line in below), False)


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
