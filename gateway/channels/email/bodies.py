"""The words of posts and digests as mail: plain and HTML, the same for every reader but for blanks.

A blank stands where something personal comes: `unsubscribe`, `reply:SERIAL` for the token with
which this reader answers that post, `photo:ID` for the link under which they see that picture.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from gateway.channels.email.compose import CLOSE, OPEN, blank
from gateway.channels.email.mime import clean, one_line
from gateway.core.commands import PostView
from gateway.core.envelope import Digest, Notice
from gateway.core.numbers import serial_of
from gateway.core.wording.catalogue import Translator, translator

UNSUBSCRIBE = "unsubscribe"
REPLY = "reply:"
PHOTO = "photo:"

_MARKS = str.maketrans("", "", OPEN + CLOSE)
_WORDS_LENGTH = 60
_ITEMS_KEPT = 8_192
"""Posts that are in digests at one time: each is written once for all who read it there."""

_KEPT_LENGTH = 1_000
"""Of a post; a longer one is rare, and thousands of those would be too much to keep."""


@dataclass(frozen=True, slots=True)
class Body:
    """A letter's words, with blanks.

    `blanks` are the serials of posts that are answered in it, `photos` the pictures linked to.
    """

    subject: str
    plain: str
    html: str
    blanks: tuple[int, ...] = ()
    photos: tuple[int, ...] = ()


def notice_body(notice: Notice, language: str, domain: str, *, both: bool = False) -> Body:
    """A post, or an answer in a thread, as one mail.

    With `both`, the plain text has the lines that only the HTML has as well: an answer may quote
    either.
    """
    t = translator(language)
    post, root = notice.post, notice.thread or notice.post
    subject = f"[{one_line(root.group_name)}] {first_words(root.body)}".translate(_MARKS)
    if notice.thread is not None:
        subject = f"Re: {subject}"
    elif post.urgent:
        subject = f"{t.gettext('URGENT')} {subject}"
    text, heading = _text(post, t), _notice_heading(notice, t)
    words = {
        "title": subject,
        "heading": heading,
        **_parted(heading, post),
        "body": text,
        "paragraphs": _paragraphs(text),
        **_photos(post, t),
        "how_to_answer": t.gettext("To answer, reply to this mail. Post {number}.").format(
            number=root.number
        ),
    }
    plain, html = _rendered("notice", words | {"both": both}, language, t, domain)
    return Body(subject, plain, html, photos=_ids([post]))


def digest_body(
    digest: Digest, language: str, domain: str, timezone: str, *, both: bool = False
) -> Body:
    """A page of unread posts, each with a number in the mail and a way to answer it alone.

    `both` as for a notice.
    """
    t = translator(language)
    posts = digest.page.items
    serials = digest.serials or tuple(serial_of(post.number) or 0 for post in posts)
    heading = _digest_heading(posts, t)
    subject = _digest_subject(posts, heading, t)
    remaining = digest.page.remaining
    words = {
        "title": subject,
        "heading": heading,
        "items": [
            _item(post, serial, language, domain, timezone, both=both)
            for post, serial in zip(posts, serials, strict=True)
        ],
        "more": remaining
        and t.ngettext(
            "{count} more waits for you.", "{count} more wait for you.", remaining
        ).format(count=remaining),
        "how_to_answer": t.gettext(
            "To answer, reply to this mail with the number first, for example: 1 thanks."
        ),
    }
    plain, html = _rendered("digest", words | {"both": both}, language, t, domain)
    return Body(subject, plain, html, serials, _ids(posts))


def first_words(text: str, length: int = _WORDS_LENGTH) -> str:
    """How a text begins, on one line, cut between words."""
    line = one_line(text)
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    return (cut.rpartition(" ")[0] if " " in cut[length // 2 :] else cut).rstrip(" ,;:.-") + "…"


def _notice_heading(notice: Notice, t: Translator) -> str:
    post, root = notice.post, notice.thread
    heading = _heading(post)
    if root is None:
        return heading
    answered = t.gettext("in answer to {number}, {author}: {words}").format(
        number=root.number, author=one_line(root.author), words=first_words(root.body)
    )
    return f"{heading}\n{answered}".translate(_MARKS)


@dataclass(frozen=True, slots=True)
class _Item:
    """A post as it stands in a digest, behind its number there."""

    plain: str
    html: Markup


def _item(
    post: PostView, serial: int, language: str, domain: str, timezone: str, *, both: bool
) -> _Item:
    write = _kept_item if len(post.body) <= _KEPT_LENGTH else _written_item
    return write(post, serial, language, domain, timezone, both)


def _written_item(
    post: PostView, serial: int, language: str, domain: str, timezone: str, both: bool
) -> _Item:
    t = translator(language)
    text = _text(post, t)
    # Digits of a day are read the same in every language that writes the day first.
    heading = f"{_heading(post)} · {post.created.astimezone(_zone(timezone)):%d/%m %H:%M}"
    if post.parent is not None:
        heading += " · " + t.gettext("in answer to {number}").format(number=post.parent)
    token = blank(f"{REPLY}{serial}")
    words = {
        "heading": heading,
        **_parted(heading, post),
        "body": text,
        "paragraphs": _paragraphs(text),
        **_photos(post, t),
        "answer_word": t.gettext("Answer:"),
        "mailto": f"reply+{token}@{domain}",
        "mailto_link": f"reply%2B{token}@{domain}?subject={post.number}",
        "answer": t.gettext("Answer {author} ({number})")
        .format(author=one_line(post.author), number=post.number)
        .translate(_MARKS),
        "both": both,
    }
    plain, html = _both("digest_item", words)
    return _Item(plain, Markup(html))  # noqa: S704  # what people wrote in it is escaped


_kept_item = lru_cache(_ITEMS_KEPT)(_written_item)


def _ids(posts: Iterable[PostView]) -> tuple[int, ...]:
    return tuple(picture.id for post in posts for picture in post.media)


def _photos(post: PostView, t: Translator) -> dict[str, Any]:
    """A link for each picture: a mail that loads nothing tells nobody that it was read."""
    return {
        "photos": [blank(f"{PHOTO}{picture.id}") for picture in post.media],
        "photo_word": t.gettext("Photo:"),
        "photo_link": t.gettext("See the photo"),
    }


def _heading(post: PostView) -> str:
    heading = f"{one_line(post.author)} · {one_line(post.group_name)} · {post.number}"
    return heading.translate(_MARKS)


def _parted(heading: str, post: PostView) -> dict[str, str]:
    """The same heading, so that who wrote it can be made to stand out."""
    author = one_line(post.author).translate(_MARKS)
    return {"author": author, "facts": heading.removeprefix(author)}


def _digest_subject(posts: tuple[PostView, ...], heading: str, t: Translator) -> str:
    first = next((post for post in posts if post.urgent), posts[0] if posts else None)
    words = first_words(_text(first, t), 50) if first else ""
    return t.gettext("{heading}: {words}").format(heading=heading, words=words)


def _digest_heading(posts: tuple[PostView, ...], t: Translator) -> str:
    groups = list(dict.fromkeys(one_line(post.group_name) for post in posts))
    where, more = ", ".join(groups[:2]), len(groups) - 2
    if more > 0:
        where = t.ngettext("{groups} and {count} more", "{groups} and {count} more", more).format(
            groups=where, count=more
        )
    heading = t.ngettext("{count} new in {groups}", "{count} new in {groups}", len(posts))
    return heading.format(count=len(posts), groups=where).translate(_MARKS)


def _text(post: PostView, t: Translator) -> str:
    if post.withdrawn:
        return t.gettext("(withdrawn)")
    return clean(post.body).translate(_MARKS).strip()


def _paragraphs(text: str) -> list[list[str]]:
    return [block.split("\n") for block in _blocks(text)]


def _blocks(text: str) -> Iterator[str]:
    return (block.strip("\n") for block in text.split("\n\n") if block.strip())


def _rendered(
    name: str, words: dict[str, Any], language: str, t: Translator, domain: str
) -> tuple[str, str]:
    words |= {
        "language": language,
        "domain": domain,
        "unsubscribe": blank(UNSUBSCRIBE),
        "no_more": t.gettext("No more mails:"),
        "no_more_link": t.gettext("Stop these mails"),
    }
    return _both(name, words)


def _both(name: str, words: dict[str, Any]) -> tuple[str, str]:
    """Plain, and HTML."""
    templates = (_templates().get_template(f"{name}.{kind}") for kind in ("txt", "html"))
    plain, html = (template.render(words) for template in templates)
    return plain, html


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("gateway.channels.email"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # they are ours, and need not be looked at on the disk for each mail
    )


@cache
def _zone(timezone: str) -> tzinfo:
    try:
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
