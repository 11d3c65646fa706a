"""A body as lines that know how deeply they are quoted and why they were cut.

Every layer marks lines and none deletes any: what was cut is kept and can be shown.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_LINES = 4000
MAX_CHARS = 400_000
LONG = 600  # no header, separator or signature is longer than this
STRIP = " \t*_~-—–=>:：\"'"  # what stands around a label or a separator's words
DASHES = "-_=*~—–"

_MARKS = re.compile(r"[ \t]?(?:>[ \t]?)+")
# A joiner between two letters is spelling (Persian, Hindi); elsewhere it fills a preview.
_INVISIBLE = re.compile(
    "[\0\xad\u200b\u200e\u200f\ufeff\u202a-\u202e\u2066-\u2069]"
    r"|(?<![^\W\d_])\u200c|\u200c(?![^\W\d_])"
)
_SPACES = re.compile("[\xa0\u2007\u202f\f\v]")
_EMPTY_RUN = re.compile(r"\n(?:[ \t]*\n){4,}")


@dataclass(slots=True)
class Line:
    raw: str  # as it stood
    text: str  # without quote marks and outer spaces
    depth: int = 0  # of quotation
    role: str = ""  # what the HTML said it is: header, rest, signature
    cut: str = ""  # why it is not the reply: quote, header, signature, footer, banner
    source: int = -1  # the line of the sent text that this line quotes
    code: bool = False

    @property
    def blank(self) -> bool:
        return not self.text

    @property
    def quoted(self) -> bool:
        return self.depth > 0 or self.cut == "quote"


def clean(text: str) -> str:
    """One newline, one space, nothing that cannot be seen (bidi marks in headers)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _EMPTY_RUN.sub("\n\n\n\n", _SPACES.sub(" ", _INVISIBLE.sub("", text)))


def split(text: str) -> tuple[list[Line], str]:
    """The head as lines, and the rest that is too long to look at."""
    head, rest = text[:MAX_CHARS], text[MAX_CHARS:]
    rows = head.split("\n", MAX_LINES)
    if len(rows) > MAX_LINES:
        rest = rows.pop() + rest
    return [plain(row) for row in rows], rest


def plain(row: str) -> Line:
    row = row.rstrip()
    match = _MARKS.match(row)
    if row.startswith("| ") or row == "|":  # another mark of old, where it is no table
        return Line(row, row[1:].strip(), depth=int(row.count("|") == 1))
    if match is None or row.endswith("<<<"):  # ">>> LOOK <<<" is shouting, not quoting
        return Line(row, row.strip())
    return Line(row, row[match.end() :].strip(), depth=match.group().count(">"))


def unflow(text: str, *, delsp: bool) -> str:
    """RFC 3676: join the lines that the sender's client broke, keeping the quote marks."""
    out: list[str] = []
    buffer: list[str] = []
    level = 0
    for row in text.split("\n"):
        content = row.lstrip(">")
        depth = len(row) - len(content)
        content = content.removeprefix(" ")  # space-stuffed
        if buffer and depth != level:
            out.append(">" * level + " " * bool(level) + "".join(buffer))
            buffer = []
        level = depth
        if content.endswith(" ") and content != "-- ":
            buffer.append(content[:-1] if delsp else content)
            continue
        out.append(">" * level + " " * bool(level) + "".join([*buffer, content]))
        buffer = []
    if buffer:
        out.append(">" * level + " " * bool(level) + "".join(buffer))
    return "\n".join(out)


def mark_code(lines: list[Line]) -> None:
    """Nothing between two ``` fences is a header, a quote, a rule or a signature."""
    fences = [i for i, line in enumerate(lines) if not line.depth and line.raw.startswith("```")]
    for start, end in zip(fences[::2], fences[1::2], strict=False):
        for line in lines[start : end + 1]:
            line.code, line.depth = True, 0


def runs(lines: list[Line]) -> Iterator[list[Line]]:
    """The stretches that are still uncut, each between two cuts."""
    run: list[Line] = []
    for line in lines:
        if not line.cut:
            run.append(line)
        elif run:
            yield run
            run = []
    if run:
        yield run


def following(lines: list[Line], index: int) -> int:
    """The first line from `index` on that says something; the length where none does."""
    while index < len(lines) and lines[index].blank:
        index += 1
    return index


def fold(text: str) -> str:
    """As words are compared: case, composition and spaces fall away."""
    text = text.replace("\u200c", "")
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def any_of(words: Iterable[str]) -> str:
    """An alternation of these words for a pattern, the longest first."""
    return "|".join(sorted({re.escape(fold(word)) for word in words}, key=len, reverse=True))
