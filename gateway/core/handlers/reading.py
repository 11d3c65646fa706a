"""News, one post, the next page, search, people, groups: what is looked at."""

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select

from gateway.core import fanout, groups, members, views
from gateway.core.commands import (
    Find,
    GroupList,
    Groups,
    GroupView,
    Help,
    Helped,
    More,
    News,
    Page,
    People,
    PostView,
    Read,
    Thread,
    Who,
)
from gateway.core.errors import Refused
from gateway.core.handlers.choosing import main_group, read_group
from gateway.core.handlers.turn import Turn
from gateway.core.models import Group, Member, Post, Subscription
from gateway.core.numbers import serial_of

MOST_NAMES = 12
MOST_FOUND = 50
SHORTEST_WORD = 2


def help_(turn: Turn, _command: Help) -> Helped:
    """The commands, with an example in a group that the member may post in."""
    mine = groups.own(turn.session, turn.member.id)
    main = main_group(turn, mine)
    return Helped(tuple(group.slug for group in ([main] if main else mine)))


def news(turn: Turn, command: News) -> Page:
    """One page of what is unread; the cursors move over exactly what it shows."""
    group = read_group(turn, command.group) if command.group else None
    if group is not None and not groups.is_in(turn.session, turn.member.id, group.id):
        raise Refused("not_in_group", group=group.title)
    # Before the look: see `views.newest`.
    newest = views.newest(turn.session)
    fanout.hold(turn.session, turn.member.id)
    select_unread = views.unread(turn.member.id, group.id if group else None)
    total = turn.session.scalar(
        select(func.count()).select_from(select_unread.order_by(None).subquery())
    )
    serials = list(turn.session.scalars(select_unread.limit(turn.page_limit)))
    posts = views.views(turn.session, serials)
    page = views.fill_page(
        posts,
        turn.fits,
        about="news",
        group=group.title if group else "",
        total=total or 0,
        segments=turn.segments,
    )
    shown = serials[: len(page.items)]
    nothing_left = group is None and not page.remaining
    views.mark_shown(turn.session, turn.member.id, shown, up_to=newest if nothing_left else None)
    fanout.seen(turn.session, turn.member.id, shown)
    turn.show(page, shown, {"of": "news", "group": group.slug if group else ""})
    return page


def more(turn: Turn, _command: More) -> Page | Thread:
    """Go on from where the last page of this channel ended."""
    stored = turn.shown().more
    if not stored:
        raise Refused("no_more")
    last = json.loads(stored)
    if last["of"] == "news":
        return news(turn, News(last["group"]))
    if last["of"] == "find":
        return _found(turn, last["words"], last["skip"])
    post = turn.session.get_one(Post, last["serial"])
    if not turn.may_see(post):
        raise Refused("no_more")
    return _thread(turn, post, last["skip"], least=1)


def read(turn: Turn, command: Read) -> Thread:
    """One post whole with its replies; a reply opens its thread."""
    post = turn.find_post(command.number)
    return _thread(turn, post, 0)


def find(turn: Turn, command: Find) -> Page:
    """Posts that contain all the words, newest first, in the groups that the member may read."""
    if len(command.words.strip()) < SHORTEST_WORD:
        raise Refused("empty_text", verb="find")
    return _found(turn, command.words, 0)


def groups_(turn: Turn, command: Groups) -> GroupList:
    """The member's own groups and those to join, where their name holds `word`."""
    wanted = groups.fold(command.word)
    seen = [
        groups.view(turn.session, group, turn.member.id)
        for group, _ in groups.visible(turn.session, turn.member.id)
        if wanted in groups.fold(group.title) or wanted in groups.fold(group.slug)
    ]
    mine = tuple(view for view in seen if view.state == "in")
    others = tuple(view for view in seen if view.state != "in")
    return GroupList(mine, others, command.word)


def who(turn: Turn, command: Who) -> People:
    """Who is in a group; where there is none of that name, who wrote about the word."""
    found = groups.find(turn.session, command.word, turn.member.id)
    if found.exact:
        return _members_of(turn, found.exact, command.word)
    return _experts(turn, command.word)


def _members_of(turn: Turn, group: Group, word: str) -> People:
    view: GroupView = groups.view(turn.session, group, turn.member.id)
    if group.kind == "closed" and view.state != "in":
        raise Refused("closed_group", group=group.title)
    names = turn.session.scalars(
        select(Member.name)
        .join(Subscription, Subscription.member_id == Member.id)
        .where(Subscription.group_id == group.id, Subscription.state == "in")
        .order_by(Subscription.animator.desc(), Member.name)
        .limit(MOST_NAMES)
    )
    return People(tuple(names), view.people, word, view)


def _experts(turn: Turn, word: str) -> People:
    readable = _readable(turn)
    rows = turn.session.execute(
        select(Member.name, func.count())
        .join(Post, Post.author_id == Member.id)
        .where(Post.id.in_(readable), Member.role != members.ERASED, *_holds(word))
        .group_by(Member.id, Member.name)
        .order_by(func.count().desc(), Member.name)
    ).all()
    names = tuple(name for name, _ in rows[:MOST_NAMES])
    return People(names, len(rows), word)


def _found(turn: Turn, words: str, skip: int) -> Page:
    readable = _readable(turn)
    serials = list(
        turn.session.scalars(
            select(Post.id)
            .where(Post.id.in_(readable), *_holds(words))
            .order_by(Post.id.desc())
            .offset(skip)
            .limit(MOST_FOUND)
        )
    )
    posts = views.views(turn.session, serials[: turn.page_limit])
    page = views.fill_page(
        posts,
        turn.fits,
        about="find",
        group=words,
        total=len(serials),
        segments=turn.segments,
    )
    shown = serials[: len(page.items)]
    turn.show(page, shown, {"of": "find", "words": words, "skip": skip + len(shown)})
    return page


def _readable(turn: Turn) -> Select[int]:
    mine = select(Subscription.group_id).where(
        Subscription.member_id == turn.member.id, Subscription.state == "in"
    )
    return (
        select(Post.id)
        .join(Group, Group.id == Post.group_id)
        .where(Post.state == "live", (Group.kind != "closed") | Post.group_id.in_(mine))
    )


def _holds(words: str) -> list[ColumnElement[bool]]:
    return [Post.body.icontains(word, autoescape=True) for word in words.split()[:5]]


def _thread(turn: Turn, post: Post, skip: int, least: int = 0) -> Thread:
    root = turn.session.get_one(Post, post.parent_id) if post.parent_id else post
    head = turn.view(root.id)
    answers = views.replies(turn.session, root.id)[skip:]
    thread = _fill_thread(turn, head, answers, skip, min(least, len(answers)))
    row = turn.shown()
    shown = [head, *thread.replies]
    row.serials = json.dumps([serial_of(view.number) for view in shown])
    more_of = {"of": "read", "serial": root.id, "skip": skip + len(thread.replies)}
    row.more = json.dumps(more_of) if thread.remaining else ""
    return thread


def _fill_thread(
    turn: Turn, head: PostView, answers: Sequence[PostView], skip: int, least: int
) -> Thread:
    """The post and as many answers as fit; a page after the first shows at least one."""
    best = Thread(head, tuple(answers[:least]), len(answers) - least, skip)
    for count in range(least + 1, min(len(answers), turn.page_limit) + 1):
        thread = Thread(head, tuple(answers[:count]), len(answers) - count, skip)
        if not turn.fits(thread):
            break
        best = thread
    return best
