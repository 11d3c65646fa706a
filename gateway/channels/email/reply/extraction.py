"""The layers in their order, and what they leave.

The plain text is read where it says something; the HTML where it is alone, or where only its marks
tell the quote from the text.
"""

import re
from dataclasses import dataclass

from gateway.channels.email.reply import align, attributions, body, html, quotes, signatures
from gateway.channels.email.reply.lines import Line, clean, mark_code, split

_EMPTY = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Cut:
    """Lines that stood together and are not the reply."""

    kind: str  # quote, header, signature, footer, banner, rest (too long to be looked at)
    text: str


@dataclass(frozen=True)
class Answer:
    """A stretch of the reply, and the line (from 0) of the sent text that is quoted above it."""

    text: str
    under: int | None = None


@dataclass(frozen=True)
class Extract:
    """A reply, what was cut from around it, and its stretches between the quoted lines."""

    reply: str
    cut: tuple[Cut, ...] = ()
    answers: tuple[Answer, ...] = ()
    aligned: bool = False  # the sent text was found in it
    forwarded: bool = False  # it passes on another mail


@dataclass(frozen=True)
class _Reading:
    lines: list[Line]
    rest: str
    aligned: bool
    forwarded: bool

    @property
    def says(self) -> bool:
        return any(line.text and not line.cut for line in self.lines)


def extract(raw: bytes, sent: str | None = None) -> Extract:
    """Never raises: any bytes are some message, and a damaged one was still written by somebody."""
    found = body.read(raw)
    rows, rest = split(clean(found.plain))
    plain = _read(rows, rest, found.author, sent)
    if not found.html or (plain.says and _quote_found(plain)):
        return _result(plain)
    page = _read(html.read(clean(found.html[: html.MAX_HTML])), "", found.author, sent)
    better = page.says and (not plain.says or _quote_found(page) or _excuse(found.plain))
    return _result(page if better or not found.plain.strip() else plain)


def _excuse(plain: str) -> bool:
    """As in "your program cannot show HTML", and nothing else."""
    return len(plain) < 400 and "html" in plain.lower()


def _quote_found(reading: _Reading) -> bool:
    return any(line.cut in ("quote", "header") for line in reading.lines)


def _read(rows: list[Line], rest: str, author: str, sent: str | None) -> _Reading:
    rows = _squeezed(rows)
    mark_code(rows)
    rows = attributions.divided(rows)
    coverage = align.mark(rows, sent) if sent else 0.0
    forwarded = quotes.mark(rows, coverage)
    signatures.mark(rows, author)
    reading = _Reading(rows, rest, coverage > 0, forwarded)
    if not reading.says:
        _give_back(reading)
    return reading


def _squeezed(rows: list[Line]) -> list[Line]:
    """No more than three empty lines on end, so that no rule looks past more."""
    kept: list[Line] = []
    blank = 0
    for row in rows:
        blank = blank + 1 if row.blank else 0
        if blank <= 3:
            kept.append(row)
    return kept


def _give_back(reading: _Reading) -> None:
    """Nothing is left. A mail that only passes another on means that one; a quote without any
    header was perhaps no quote, and a header without any address no header. A quote with its
    header, or of ours, stays cut: the person sent a photo, or nothing.
    """
    first = next((line for line in reading.lines if line.text), None)
    if first is None or reading.aligned:
        return
    unsure = first.cut == "header" and not _surely_quoted(reading.lines)
    if unsure or reading.forwarded or (first.cut == "quote" and not first.role):
        for line in reading.lines:
            if line.cut == "quote" or (unsure and line.cut == "header"):
                line.cut = ""


def _surely_quoted(lines: list[Line]) -> bool:
    return any(
        line.depth or line.role or (line.cut == "header" and "@" in line.text) for line in lines
    )


def _result(reading: _Reading) -> Extract:
    cuts: list[Cut] = []
    answers: list[Answer] = []
    group: list[str] = []
    kind, under = "", None
    for line in [*reading.lines, Line("", "", cut="end")]:
        # Empty lines belong to whatever they stand in.
        if line.cut != kind and (line.raw.strip() or line.cut == "end"):
            _close(kind, group, under, cuts, answers)
            group, kind = [], line.cut
        if line.source >= 0:
            under = line.source
        group.append(line.raw)
    if reading.rest:
        cuts.append(Cut("rest", reading.rest))
    reply = _tidy("\n\n".join(answer.text for answer in answers))
    return Extract(reply, tuple(cuts), tuple(answers), reading.aligned, reading.forwarded)


def _close(
    kind: str, group: list[str], under: int | None, cuts: list[Cut], answers: list[Answer]
) -> None:
    text = _tidy("\n".join(group))
    if not text:
        return
    if kind:
        cuts.append(Cut(kind, text))
    else:
        answers.append(Answer(text, under))


def _tidy(text: str) -> str:
    return _EMPTY.sub("\n\n", text).strip("\n").rstrip()
