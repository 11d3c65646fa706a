"""The HTML of the common clients as lines that know their quote depth.

Each client marks its quote, its attribution line and its signature with a class, an id or a style;
`marks` says what each mark means. Iterative throughout: a hostile mail nests deeper than
Python recurses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from gateway.channels.email.reply.lines import MAX_CHARS, MAX_LINES, Line
from gateway.channels.email.reply.marks import BLOCKS, DROPPED, MARKS, SPACED

MAX_HTML = 600_000
MAX_NODES = 25_000
MAX_WRAPS = 20

_PREFIX = re.compile(r"^(?:x_)+|^(?:yiv\d+)|^ydp[0-9a-f]{1,10}")  # renamed by a client on the way
_BORDER = re.compile(
    r"border-top:\s*(?:solid\s*#(?:b5c4df|e1e1e1)|#(?:b5c4df|e1e1e1)\s+1pt\s+solid)"
)
_HIDDEN = re.compile(r"display:\s*none|mso-hide:\s*all")
_INDENT = re.compile(r"border(?:-left)?:\s*(?:none|medium none|0)")
_SPACE = re.compile(r"[ \t\n\r\f\v\xa0]+")


@dataclass(slots=True)
class _State:
    depth: int = 0
    role: str = ""
    pre: bool = False
    item: str = ""  # what a list item begins with
    items: int = 0


@dataclass(slots=True)
class _Page:
    lines: list[Line] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    rest: bool = False
    chars: int = 0
    wraps: int = 0

    @property
    def full(self) -> bool:
        return self.chars > MAX_CHARS or len(self.lines) > MAX_LINES

    def say(self, text: str, state: _State) -> None:
        if state.item and text.strip():
            self.words.append(state.item)
            state.item = ""
        self.chars += len(text)
        self.words.append(text)

    def end(self, state: _State) -> None:
        """The line is over, if it was begun."""
        if "".join(self.words).strip():
            self.newline(state)
        self.words.clear()

    def newline(self, state: _State) -> None:
        text = "".join(self.words)
        self.words.clear()
        text = text.rstrip() if state.pre else _SPACE.sub(" ", text).strip()
        role = state.role or ("rest" if self.rest else "")
        self.lines.append(Line(text, text.strip(), depth=state.depth, role=role))


def read(source: str) -> list[Line]:
    """The visible text; an empty list where nothing can be read."""
    root = _parse(source)
    if root is None:
        return []
    page = _Page()
    states = [_State()]
    for event, element in _events(root):
        if page.full:
            break
        if event == "start":
            _enter(element, page, states)
        else:
            _leave(element, page, states)
    page.end(states[-1])
    return page.lines


def _parse(source: str) -> etree._Element | None:
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        return etree.fromstring(source[:MAX_HTML].encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None


def _events(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Start and end of each element that can be seen, without recursion."""
    walk = etree.iterwalk(root, events=("start", "end"))
    skipped: etree._Element | None = None
    for count, (event, element) in enumerate(walk):
        if count > MAX_NODES * 2:
            return
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                yield "end", element
            continue
        if event == "start" and _unseen(element):
            skipped = element
            continue
        yield event, element


def _unseen(element: etree._Element) -> bool:
    if not isinstance(element.tag, str) or element.tag in DROPPED:
        return True
    style = element.get("style", "")[:500].lower()
    return bool(style) and _HIDDEN.search(style) is not None


def _enter(element: etree._Element, page: _Page, states: list[_State]) -> None:
    outer = states[-1]
    tag = element.tag
    state = _State(outer.depth, outer.role, outer.pre or tag == "pre", "")
    if tag in BLOCKS:
        page.end(outer)
        _space(tag, page, outer)
        if tag == "li":
            state.item = _bullet(element, outer)
    _mark(element, page, state)
    states.append(state)
    if tag == "hr":
        page.lines.append(
            Line("_" * 30, "_" * 30, depth=state.depth, role="rest" if page.rest else state.role)
        )
    elif tag == "img":
        _image(element, page, state)
    elif tag == "br":
        page.newline(state)
    if element.text:
        _text(element.text, page, state)


def _space(tag: str, page: _Page, state: _State) -> None:
    if tag in SPACED and page.lines and not page.lines[-1].blank:
        page.newline(state)


def _leave(element: etree._Element, page: _Page, states: list[_State]) -> None:
    if not _unseen(element):
        state = states.pop()
        if element.tag in BLOCKS:
            page.end(state)
            _space(element.tag, page, state)
        elif state.role != states[-1].role and state.role:
            page.end(state)  # "<span class=moz-cite-prefix>": its line is its own
        if element.tag in ("td", "th"):
            page.words.append(" ")
    if element.tail:
        _text(element.tail, page, states[-1])


def _text(text: str, page: _Page, state: _State) -> None:
    if not state.pre:
        page.say(text, state)
        return
    *whole, last = text.split("\n")
    for row in whole[:MAX_LINES]:
        page.say(row, state)
        page.newline(state)
    page.say(last, state)


def _bullet(element: etree._Element, outer: _State) -> str:
    parent = element.getparent()
    if parent is None or parent.tag != "ol":
        return "- "
    outer.items += 1
    return f"{outer.items}. "


def _image(element: etree._Element, page: _Page, state: _State) -> None:
    """An emoji that the client drew: its alt text is what was typed."""
    alt = element.get("alt", "")
    if 0 < len(alt) <= 8 and not alt.isascii():
        page.say(alt, state)


def _mark(element: etree._Element, page: _Page, state: _State) -> None:
    mark = _meaning(element)
    if mark == "rest":
        page.rest = True
    elif mark == "quote" or (element.tag == "blockquote" and not _indented(element)):
        state.depth += 1
        state.role = ""
    elif mark == "wrap":
        _wrap(element, page, state)
    elif mark and not state.depth:
        state.role = mark


def _wrap(element: etree._Element, page: _Page, state: _State) -> None:
    page.wraps += 1
    looked_at = state.depth == 0 and page.wraps <= MAX_WRAPS  # each look reads all that is inside
    if (
        element.tag == "blockquote"
        or not looked_at
        or next(element.iter("blockquote"), None) is None
    ):
        state.depth += 1


def _indented(element: etree._Element) -> bool:
    """Gmail's "indent more" is a blockquote too, without a border."""
    if element.get("type") or element.get("cite") or element.get("class"):
        return False
    return _INDENT.search(element.get("style", "")[:500].lower()) is not None


def _meaning(element: etree._Element) -> str:
    names = element.get("class", "")[:300].split()[:12]
    names += [element.get(name, "")[:80] for name in ("id", "data-marker", "name")]
    for name in names:
        if name:
            bare = _PREFIX.sub("", name.lower())
            mark = MARKS.get(bare, "")
            if mark and not (bare in ("im", "h5") and element.tag not in ("div", "span")):
                return mark
    style = element.get("style", "")[:500].lower()
    return "rest" if style and _BORDER.search(style) else ""
