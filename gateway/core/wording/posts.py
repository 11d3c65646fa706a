"""Words for what is read and written: pages, threads, posts, replies, thanks."""

from dataclasses import replace
from itertools import groupby
from typing import Final

from gateway.core.commands import Page, Posted, PostView, Replied, Thanked, Thread
from gateway.core.wording.fit import clean, one_line, room, shorten, width
from gateway.core.wording.voice import LEAST_QUOTE, NAME_WIDTH, Voice

LEAST_BODY: Final = 50
"""Of each of several posts on a page; more where the page has room."""

LEAST_SQUEEZED: Final = 30

_NAMES: Final = (NAME_WIDTH, 12, 6)
"""How much of a title and of an author is shown: usually, and where one post has no room else."""


def page(value: Page, v: Voice) -> str:
    """Posts under the titles of their groups, then how many wait."""
    if not value.items:
        return v.say("Nothing found.") if value.about == "find" else v.say("Nothing new.")
    if len(value.items) > 1:
        return _cut(value, v, _least(value, v))
    for names in _NAMES:
        text = _cut(value, v, LEAST_QUOTE, names)
        if width(text) <= v.room:
            return text
    return _bare(value, v)


def thread(value: Thread, v: Voice) -> str:
    """A post whole, with its replies; only the replies where the post was shown before."""
    lines = [_continued(value.post, v)] if value.skipped else _opening(value.post, v)
    replies = (replace(reply, parent=None) for reply in value.replies)
    lines += [f"{_who(reply, v)} {_body(reply, v)}" for reply in replies]
    if value.remaining > 0:
        lines.append(_more(value.remaining, v))
    return "\n".join(lines)


def posted(value: Posted, v: Voice) -> str:
    post = value.post
    if post.urgent:
        return v.say_many(
            'OK, alert to {people} person of {group}: {number} "{quote}". Mistake? UNDO',
            'OK, alert to {people} people of {group}: {number} "{quote}". Mistake? UNDO',
            value.people,
            people=value.people,
            group=post.group_name,
            number=post.number,
            quote=post.body,
        )
    return v.say_many(
        'OK, posted in {group} ({people} person): {number} "{quote}". Mistake? UNDO',
        'OK, posted in {group} ({people} people): {number} "{quote}". Mistake? UNDO',
        value.people,
        people=value.people,
        group=post.group_name,
        number=post.number,
        quote=post.body,
    )


def replied(value: Replied, v: Voice) -> str:
    target = value.target
    return v.say(
        'OK, reply to {number} ({author}, {group}): "{quote}". Mistake? UNDO',
        number=target.number,
        author=target.author,
        group=target.group_name,
        quote=value.post.body,
    )


def thanked(value: Thanked, v: Voice) -> str:
    target = value.target
    if value.again:
        return v.say(
            '{author} already has your thanks for {number} "{quote}".',
            author=target.author,
            number=target.number,
            quote=target.body,
        )
    return v.say(
        'Your thanks to {author} stand under {number} "{quote}".',
        author=target.author,
        number=target.number,
        quote=target.body,
    )


def _least(value: Page, v: Voice) -> int:
    """The caller counts how many posts fit in a whole page; whatever else takes room, they give."""
    taken = -(-(room(value.segments) - v.room) // len(value.items))
    return max(LEAST_BODY - taken, LEAST_SQUEEZED)


def _cut(value: Page, v: Voice, least: int, names: int = NAME_WIDTH) -> str:
    """The page with the bodies cut alike to the room that it has, or to the `least`."""
    overhead = width(_page(value, v, 0, names))
    share = (v.room - overhead) // len(value.items)
    return _page(value, v, max(share, least), names)


def _bare(value: Page, v: Voice) -> str:
    """One post where there is room for nothing else, as beside letters that GSM-7 has not."""
    post = replace(value.items[0], replies=0)
    who = _who(post, v, _NAMES[-1])
    more = f"\n{_more(value.remaining, v)}" if value.remaining > 0 else ""
    return f"{who} {shorten(_body(post, v), v.room - width(who + more) - 1)}{more}"


def _page(value: Page, v: Voice, limit: int, names: int) -> str:
    lines: list[str] = []
    for title, posts in groupby(value.items, key=lambda post: post.group_name):
        lines.append(shorten(title, names))
        lines += [_item(post, v, limit, names) for post in posts]
    if value.remaining > 0:
        lines.append(_more(value.remaining, v))
    return "\n".join(lines)


def _item(post: PostView, v: Voice, limit: int, names: int) -> str:
    body = shorten(_body(post, v), limit) if limit else ""
    return f"{_who(post, v, names)} {body}{_replies(post, v)}"


def _who(post: PostView, v: Voice, names: int = NAME_WIDTH) -> str:
    number = f"{post.number} > {post.parent}" if post.parent else str(post.number)
    urgent = f" {v.say('!URGENT')}" if post.urgent else ""
    return f"{number}{urgent} {shorten(post.author, names)}:"


def _body(post: PostView, v: Voice) -> str:
    return v.say("(taken back)") if post.withdrawn else one_line(post.body)


def _replies(post: PostView, v: Voice) -> str:
    if post.replies < 1:
        return ""
    return " " + v.say_many("({n} reply)", "({n} replies)", post.replies, n=post.replies)


def _opening(post: PostView, v: Voice) -> list[str]:
    where = ", ".join(filter(None, (shorten(post.group_name, NAME_WIDTH), v.when(post.created))))
    body = v.say("(taken back)") if post.withdrawn else clean(post.body)
    if post.thanks:
        thanks = v.say_many("({n} thank-you)", "({n} thank-yous)", post.thanks, n=post.thanks)
        body = f"{body} {thanks}"
    return [f"{_who(post, v)[:-1]} ({where}):", body]


def _continued(post: PostView, v: Voice) -> str:
    return v.say("{number} {author}, continued:", number=post.number, author=post.author)


def _more(remaining: int, v: Voice) -> str:
    return v.say("MORE ({n})", n=remaining)
