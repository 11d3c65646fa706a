"""Which lines of a reply are the text that we sent: the layer that needs no language and no client.

Both texts become words (case, punctuation, links, line breaks and quote marks fall away), runs of
three words are looked up, and a line is a quote when nearly all its words lie in such runs. What
stands between is what the person wrote, and the line above it says to which item.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from gateway.channels.email.reply.lines import Line, clean

GRAM = 3
MAX_WORDS = 20_000
MAX_PLACES = 6  # where the same three words stand again and again, the first places do

_LINK = re.compile(r"<?(?:https?://|mailto:)[^\s<>]{1,2000}>?|<[^\s<>]{1,300}@[^\s<>]{1,300}>")
_WORD = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]|[^\W_]+")


@dataclass(slots=True)
class _Words:
    words: list[str]
    line: list[int]  # the line that each word stands on


@dataclass(slots=True)
class _Span:
    """The words of one line of the reply: [start, end), and where in the sent text they lie."""

    start: int
    end: int
    first: int = -1
    last: int = -1
    hits: int = 0


def mark(lines: list[Line], sent: str) -> float:
    """Cut what quotes `sent`; how much of it was found, from 0 to 1."""
    theirs = _words([line.text if not line.code else "" for line in lines])
    ours = _words(clean(html.unescape(sent)).split("\n"))
    if len(ours.words) < GRAM or not theirs.words:
        return 0.0
    spans = _spans(theirs, len(lines))
    _hits(spans, _places(theirs.words, ours.words))
    _once(spans)
    taken = [i for i, span in enumerate(spans) if span.hits]
    if not _believable(taken, spans, lines, len(ours.words)):
        return 0.0
    for index in taken:
        lines[index].cut = "quote"
        lines[index].source = ours.line[spans[index].last]
    _changed(lines, spans, theirs, ours)
    return min(1.0, sum(spans[index].hits for index in taken) / len(ours.words))


def _words(rows: list[str]) -> _Words:
    found = _Words([], [])
    for number, row in enumerate(rows):
        if len(found.words) > MAX_WORDS:
            break
        bare = _LINK.sub(" ", unicodedata.normalize("NFKC", row).casefold())
        words = _WORD.findall(bare)
        found.words += words
        found.line += [number] * len(words)
    return found


def _places(theirs: list[str], ours: list[str]) -> list[int]:
    """For each word of the reply its place in the sent text, or -1."""
    index: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(ours) - GRAM + 1):
        where = index.setdefault(tuple(ours[place : place + GRAM]), [])
        if len(where) < MAX_PLACES:
            where.append(place)
    found = [-1] * len(theirs)
    at = last = 0
    while at < len(theirs):
        places = index.get(tuple(theirs[at : at + GRAM]))
        if places is None:
            at += 1
            continue
        place = next((p for p in places if p >= last), places[0])
        while at < len(theirs) and place < len(ours) and theirs[at] == ours[place]:
            found[at] = place
            at, place = at + 1, place + 1
        last = place
    return found


def _spans(theirs: _Words, count: int) -> list[_Span]:
    spans = [_Span(0, 0) for _ in range(count)]
    for at, number in enumerate(theirs.line):
        if spans[number].end == 0:
            spans[number].start = at
        spans[number].end = at + 1
    return spans


def _hits(spans: list[_Span], places: list[int]) -> None:
    for span in spans:
        found = [place for place in places[span.start : span.end] if place >= 0]
        size = span.end - span.start
        missing = size - len(found)
        if found and missing <= (0 if size < 8 else size * 15 // 100):
            span.first, span.last, span.hits = found[0], found[-1], len(found)


def _once(spans: list[_Span]) -> None:
    """A word of ours is quoted once: an answer "2" above the item 2 is not its number."""
    last = None
    for span in spans:
        if not span.hits:
            continue
        if (
            last is not None
            and span.first <= last.last
            and last.hits <= GRAM
            and last.last <= span.last
        ):
            last.hits = 0
        last = span


def _believable(taken: list[int], spans: list[_Span], lines: list[Line], sent_size: int) -> bool:
    """A few words in common are no quote, unless they are marked as one or are all we sent."""
    hits = sum(spans[index].hits for index in taken)
    marked = any(lines[index].depth for index in taken)
    return bool(taken) and (hits >= 8 or marked or hits >= sent_size * 0.6)


def _changed(lines: list[Line], spans: list[_Span], theirs: _Words, ours: _Words) -> None:
    """A line between two quoted ones that holds most of the words skipped there: the client (or a
    translator) changed our line. Where nothing was skipped, it is an answer.
    """
    known = [i for i, line in enumerate(lines) if line.source >= 0]
    for above, below in pairwise(known):
        skipped = set(ours.words[spans[above].last + 1 : spans[below].first][:400])
        between = [i for i in range(above + 1, below) if lines[i].text]
        if not skipped or not between:
            continue
        for index in between:
            words = theirs.words[spans[index].start : spans[index].end]
            if words and sum(word in skipped for word in words) >= 0.6 * len(words):
                lines[index].cut = "quote"
                lines[index].source = lines[above].source
