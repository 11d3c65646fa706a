"""A group's posts as a sheet for the notice board: plain text as wide as A4, or a page of HTML.

It is read by people, so it is in the installation's language; it names no number but our own.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape

from gateway.core.commands import PostView
from gateway.core.traffic import Board
from gateway.core.wording.catalogue import Translator, translator, until

WIDE = 72
"""Letters of a line of A4 in 12 point, ten to the inch, between its margins."""

_STYLE = """
@page { size: A4; margin: 18mm }
body { font: 16pt/1.35 "DejaVu Sans", Arial, sans-serif; color: #000; background: #fff;
  max-width: 174mm; margin: 0 auto }
h1 { font-size: 30pt; margin: 0 }
h1 + p { margin: 0 0 6mm; border-bottom: 2pt solid #000; padding-bottom: 3mm }
article { break-inside: avoid; margin: 0 0 6mm }
article.reply { margin-left: 12mm }
article p { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 }
article .head { font-size: 13pt }
.number { font-size: 20pt; font-weight: bold }
footer { border-top: 2pt solid #000; padding-top: 3mm; font-weight: bold; break-inside: avoid }
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the page. `sms` and `mailbox` are ours; empty where there is none."""

    board: Board
    language: str
    timezone: str
    sms: str = ""
    mailbox: str = ""

    @property
    def words(self) -> Translator:
        return translator(self.language)

    def subtitle(self) -> str:
        """From when to when."""
        first, last = self.board.since, self.board.until
        since, end = (self.when(at).rpartition(" ")[0] for at in (first, last))
        said = self.words.gettext("From {since} to {until}").format(since=since, until=end)
        return f"{said} {last.year}"

    def when(self, at: datetime) -> str:
        """A day and an hour: `16 nov. 08:00`."""
        return until(at, None, self.timezone, self.language)

    def head(self, post: PostView, *, below: bool) -> str:
        """Who and when; an answer that does not stand below its post names it."""
        alert = f"{self.words.gettext('!URGENT')} " if post.urgent else ""
        to = f" > {post.parent}" if post.parent and not below else ""
        return _flat(f"{alert}{post.author}{to}, {self.when(post.created)}")

    def nothing(self) -> str:
        return self.words.gettext("Nothing was posted in these days.")

    def left_out(self) -> str:
        """How many older ones are not on the page; "" where all are."""
        count, t = self.board.left_out, self.words
        said = t.ngettext(
            "{count} older post is not here.", "{count} older posts are not here.", count
        )
        return said.format(count=count) if count else ""

    def foot(self) -> Iterator[str]:
        """How to answer."""
        t = self.words
        number = self.board.posts[0].number if self.board.posts else 1413
        yield t.gettext("To answer, write the number, then your words: {example}").format(
            example=f"{number} {t.gettext('thanks, seen')}"
        )
        if self.sms:
            yield t.gettext("by SMS to {number}").format(number=self.sms)
        if self.mailbox:
            yield t.gettext("by mail to {address}").format(address=self.mailbox)
        yield t.gettext("or at the kiosk")


def in_order(board: Board) -> Iterator[tuple[PostView, bool]]:
    """Each post, with what was answered to it below (True); who answers an older one is alone."""
    here = {post.number for post in board.posts}
    for post in board.posts:
        if post.parent in here:
            continue
        yield post, False
        yield from ((one, True) for one in board.posts if one.parent == post.number)


def as_text(sheet: Sheet) -> str:
    """Plain text; nothing in it moves a printer or a terminal."""
    lines = [_flat(sheet.board.title).upper(), sheet.subtitle(), "=" * WIDE, ""]
    for post, below in in_order(sheet.board):
        lines += [*_post(sheet, post, below=below), ""]
    if not sheet.board.posts:
        lines += [sheet.nothing(), ""]
    if sheet.left_out():
        lines += [sheet.left_out(), ""]
    lines.append("=" * WIDE)
    lines += [row for line in sheet.foot() for row in textwrap.wrap(line, WIDE)]
    return "\n".join(lines)


def as_html(sheet: Sheet) -> str:
    """One page of HTML that needs nothing else, in big type for those who stand before it."""
    posts = "\n".join(_article(sheet, post, below=below) for post, below in in_order(sheet.board))
    left = "".join(f"<p>{escape(said)}</p>" for said in [sheet.left_out()] if said)
    foot = "<br>\n".join(escape(line) for line in sheet.foot())
    title = escape(_flat(sheet.board.title))
    return f"""<!doctype html>
<html lang="{escape(sheet.language)}">
<head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>
<body>
<h1>{title}</h1>
<p>{escape(sheet.subtitle())}</p>
<main>
{posts or f"<p>{escape(sheet.nothing())}</p>"}
{left}
</main>
<footer>{foot}</footer>
</body>
</html>"""


def _post(sheet: Sheet, post: PostView, *, below: bool) -> Iterator[str]:
    indent = "    " if below else ""
    yield f"{indent}{post.number}  {sheet.head(post, below=below)}"
    inner = f"{indent}  "
    for line in _clean(post.body).splitlines():
        yield from textwrap.wrap(line, WIDE, initial_indent=inner, subsequent_indent=inner)


def _article(sheet: Sheet, post: PostView, *, below: bool) -> str:
    kind = ' class="reply"' if below else ""
    head = escape(sheet.head(post, below=below))
    return (
        f'<article{kind}><p class="head"><span class="number">{post.number}</span> {head}</p>'
        f"<p>{escape(_clean(post.body))}</p></article>"
    )


def _flat(text: str) -> str:
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    """Line by line, without what a terminal or a printer would obey."""
    lines = ("".join(c if c.isprintable() else "?" for c in line) for line in text.splitlines())
    return "\n".join(lines)
