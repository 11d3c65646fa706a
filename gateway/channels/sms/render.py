"""What we owe, in the words of one SMS."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial

from gateway.channels.sms.segments import fits, measure
from gateway.channels.sms.transliterate import for_gsm7
from gateway.core import wording
from gateway.core.commands import Page, PostView
from gateway.core.envelope import Answer, Digest, Notice, Outbound

LONGEST = 1600
"""What Twilio takes; the core has cut everything much shorter."""

_NAMES = (24, 10, 4)
"""How much of a group's and an author's name is shown: usually, and where room is short."""

_LEAST = 24
"""Where less than this is left of a post that is longer, names give way."""


def text(message: Outbound, reply_to: str = "") -> str:
    """The text of `message`, in GSM-7 where its letters allow.

    `reply_to` is where to write to, where the sender cannot be answered (a name, not a number).
    """
    return for_gsm7(_words(message, reply_to))[:LONGEST]


def _words(message: Outbound, reply_to: str) -> str:
    match message.content:
        case Answer(words):
            return _answer(words, message.language, reply_to)
        case Notice() as notice:
            return _notice(notice, message.language, reply_to)
        case Digest(page):
            return _page(page, message, reply_to)


def _answer(words: str, language: str, reply_to: str) -> str:
    """The words, and where to write to: unless they say so, or that would cost one SMS more."""
    if not words.strip() or not reply_to or reply_to in words:
        return words
    where = wording.translator(language).gettext("Write to {address}").format(address=reply_to)
    longer = for_gsm7(f"{words}\n{where}")
    return longer if fits(longer, measure(for_gsm7(words)).count) else words


def _page(page: Page, message: Outbound, reply_to: str) -> str:
    """The page as it was cut; without the counts of replies where they have grown since."""

    def said(shown: Page) -> str:
        return wording.words(shown, message.language, timezone=message.timezone, reply_to=reply_to)

    words = said(page)
    if fits(for_gsm7(words), page.segments):
        return words
    return said(replace(page, items=tuple(replace(post, replies=0) for post in page.items)))


@lru_cache(maxsize=1024)
def _notice(notice: Notice, language: str, reply_to: str) -> str:
    """One post in one segment: where, which, who, what, and how to answer or to read on.

    Cached, for one post goes to thousands in the same words.
    """
    post, number = notice.post, _number(notice)
    body = " ".join(post.body.split())
    answer = _how_to_answer(number, language, reply_to)
    whole = f"{_head(notice, language, _NAMES[0])} {body}"
    hinted = f"{whole}{'' if body.endswith(('.', '!', '?')) else '.'} {answer}"
    if _fits(hinted):
        return hinted
    if _fits(whole) and not reply_to:  # whoever reads it knows how, but not to another number
        return whole
    cut = ""
    for width in _NAMES:
        start, end = (
            f"{_head(notice, language, width)} ",
            f"... {_how_to_read(number, language, reply_to)}",
        )
        shown = _prefix(body, partial(_fits, before=start, after=end))
        cut = start + shown + end
        if len(shown) >= _LEAST:
            break
    return cut


def _how_to_answer(number: int, language: str, reply_to: str) -> str:
    t = wording.translator(language)
    if reply_to:
        return t.gettext("R{number} text to {reply_to}").format(number=number, reply_to=reply_to)
    return t.gettext("R{number} text").format(number=number)


def _how_to_read(number: int, language: str, reply_to: str) -> str:
    if not reply_to:
        return f"L{number}"
    t = wording.translator(language)
    return t.gettext("L{number} to {reply_to}").format(number=number, reply_to=reply_to)


def _head(notice: Notice, language: str, width: int) -> str:
    """A reply says which post it is about as a page does: `1424 > 1415 Leo:`."""
    post, answered = notice.post, _number(notice)
    urgent = f"{wording.translator(language).gettext('URGENT')} " if post.urgent else ""
    number = str(answered) if answered == post.number else f"{post.number} > {answered}"
    group, author = _short(post.group_name or post.group, width), _short(post.author, width)
    return f"{urgent}{group} {number} {author}:"


def _number(notice: Notice) -> int:
    """The number to answer to: the thread's, which readers have seen, and not the reply's own."""
    post: PostView = notice.thread or notice.post
    return post.number if notice.thread else post.parent or post.number


def _short(name: str, width: int) -> str:
    return _prefix(" ".join(name.split()), lambda part: _units(part) <= width)


def _units(words: str) -> int:
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def _fits(words: str, before: str = "", after: str = "") -> bool:
    return fits(for_gsm7(before + words + after))


def _prefix(words: str, enough: Callable[[str], bool]) -> str:
    """The longest beginning that is short `enough`, cut between words unless half would be lost."""
    if enough(words):
        return words
    if not enough(words[:1]):
        return ""
    low, high = 1, len(words)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if enough(words[:middle]) else (low, middle)
    shown = words[:low]
    if words[low] != " ":
        kept, _, _ = shown.rpartition(" ")
        shown = kept if len(kept) * 2 >= low else shown
    return shown.rstrip(" ,;:.-\u200d\ufe0f")
