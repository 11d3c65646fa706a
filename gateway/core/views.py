"""Posts as their readers see them: one thread, one page, what is unread."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from gateway.core.commands import Page, PostView, Result
from gateway.core.models import (
    SERIAL,
    Counter,
    Group,
    Member,
    Outbox,
    Post,
    Subscription,
    ThankYou,
)
from gateway.core.numbers import number_of

NOT_SHOWN = ("failed", "dropped")
"""States of the outbox in which a notice did not reach its reader."""

WITHDRAWN = ""


def views(session: Session, serials: Sequence[int]) -> list[PostView]:
    """The posts with these serials, in the same order; unknown ones are left out."""
    found = dict(_load(session, Post.id.in_(serials)))
    return [found[serial] for serial in serials if serial in found]


def view(session: Session, serial: int) -> PostView:
    """One post. It must exist."""
    return views(session, [serial])[0]


def replies(session: Session, serial: int) -> list[PostView]:
    """What was answered to a post, in order."""
    return [view for _, view in _load(session, Post.parent_id == serial, Post.state == "live")]


def unread(member_id: int, group_id: int | None = None) -> Select[int]:
    """The serials of what a member was not shown yet, oldest first.

    What went out to them on its own (`outbox`) counts as shown, unless it failed; what is only
    due, held by a pause or the night, does not.
    """
    sent = select(Outbox.id).where(
        Outbox.post_id == Post.id,
        Outbox.member_id == member_id,
        Outbox.state.not_in((*NOT_SHOWN, "due")),
    )
    return (
        select(Post.id)
        .join(Subscription, Subscription.group_id == Post.group_id)
        .where(
            Subscription.member_id == member_id,
            Subscription.state == "in",
            *([] if group_id is None else [Post.group_id == group_id]),
            Post.id > Subscription.cursor,
            Post.author_id != member_id,
            Post.state == "live",
            ~sent.exists(),
        )
        .order_by(Post.id)
    )


def count_unread(session: Session, member_id: int, *, urgent: bool = False) -> int:
    """How many posts a member was not shown yet; with `urgent`, how many alerts among them."""
    rows = unread(member_id).order_by(None)
    if urgent:
        rows = rows.where(Post.urgent)
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def fill_page(
    posts: Sequence[PostView],
    fits: Callable[[Result], bool],
    *,
    about: str,
    group: str = "",
    total: int | None = None,
) -> Page:
    """As many of `posts` as fit, at least one; `total` counts those that were not even loaded."""
    total = len(posts) if total is None else total
    best = Page(tuple(posts[:1]), max(total - 1, 0), about, group)
    for count in range(2, len(posts) + 1):
        page = Page(tuple(posts[:count]), total - count, about, group)
        if not fits(page):
            break
        best = page
    return best


def newest(session: Session) -> int:
    """The newest serial.

    Whoever moves a cursor there reads it before they look for what is unread: a post that is
    committed in between is then before the look, or behind the cursor.
    """
    return session.scalar(select(Counter.value).where(Counter.name == SERIAL)) or 0


def mark_shown(
    session: Session, member_id: int, shown: Iterable[int], *, up_to: int | None = None
) -> None:
    """Move the member's cursors over exactly what was shown.

    `up_to` where nothing unread is left before that serial in any of the member's groups: the next
    look has then little to search.
    """
    if up_to is not None:
        for row in session.scalars(
            select(Subscription).where(
                Subscription.member_id == member_id, Subscription.state == "in"
            )
        ):
            row.cursor = max(row.cursor, up_to)
    newest_of = session.execute(
        select(Post.group_id, func.max(Post.id))
        .where(Post.id.in_(list(shown)))
        .group_by(Post.group_id)
    )
    for group_id, serial in newest_of:
        subscription = session.get(Subscription, (member_id, group_id))
        if subscription is not None:
            subscription.cursor = max(subscription.cursor, serial)


def _load(session: Session, *where: ColumnElement[bool]) -> list[tuple[int, PostView]]:
    reply = aliased(Post)
    answered = (
        select(func.count())
        .where(reply.parent_id == Post.id, reply.state == "live")
        .correlate(Post)
        .scalar_subquery()
    )
    thanked = (
        select(func.count()).where(ThankYou.post_id == Post.id).correlate(Post).scalar_subquery()
    )
    rows = session.execute(
        select(Post, Group, Member.name, answered, thanked)
        .join(Group, Group.id == Post.group_id)
        .join(Member, Member.id == Post.author_id)
        .where(*where)
        .order_by(Post.id)
    )
    return [
        (
            post.id,
            PostView(
                number=number_of(post.id),
                group=group.slug,
                group_name=group.title,
                author=author,
                body=post.body if post.state == "live" else WITHDRAWN,
                created=post.created_at,
                channel=post.channel,
                parent=number_of(post.parent_id) if post.parent_id else None,
                urgent=post.urgent,
                withdrawn=post.state != "live",
                replies=reply_count,
                thanks=thank_count,
            ),
        )
        for post, group, author, reply_count, thank_count in rows
    ]
