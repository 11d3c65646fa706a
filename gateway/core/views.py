"""Posts as their readers see them: one thread, one page, what is unread."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.orm import Session, aliased

from gateway.core import repeats
from gateway.core.commands import MediaView, Page, PostView
from gateway.core.many import among
from gateway.core.models import (
    SERIAL,
    Counter,
    Group,
    Media,
    Member,
    Outbox,
    Post,
    Subscription,
    ThankYou,
)
from gateway.core.numbers import number_of
from gateway.core.prepared import Prepared

NOT_SHOWN = repeats.NOT_SHOWN

WITHDRAWN = ""


def views(session: Session, serials: Sequence[int]) -> list[PostView]:
    """The posts with these serials, in the same order; unknown ones are left out."""
    found = dict(_loaded(session.execute(_THESE, {"serials": list(serials)}).all(), session))
    return [found[serial] for serial in serials if serial in found]


def view(session: Session, serial: int) -> PostView:
    """One post. It must exist."""
    row = _THIS.first(session, serial=serial)
    pictures = _PICTURES_OF.rows(session, serial=serial)
    return _view(
        _Row(*row or ()), [MediaView(media_id, state=state) for media_id, state in pictures]
    )


def replies(session: Session, serial: int) -> list[PostView]:
    """What was answered to a post, in order."""
    rows = session.execute(_ANSWERS, {"root": serial}).all()
    return [view for _, view in _loaded(rows, session)]


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
            # Whoever asks for one group is shown all of it.
            *([] if group_id else [~repeats.had_elsewhere(member_id, not_yet=(*NOT_SHOWN, "due"))]),
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
    fits: Callable[[Page], bool],
    *,
    about: str,
    group: str = "",
    total: int | None = None,
    segments: int = 1,
) -> Page:
    """As many of `posts` as fit, at least one; `total` counts those that were not even loaded.

    Writing a page to see whether it fits is dear: twice as many are tried as long as they fit, and
    then the middle.
    """
    total = len(posts) if total is None else total

    def page(count: int) -> Page:
        return Page(tuple(posts[:count]), max(total - count, 0), about, group, segments)

    most, tried = 1, 2
    too_many = len(posts) + 1
    while most < too_many - 1:
        tried = min(tried, too_many - 1)
        if fits(page(tried)):
            most, tried = tried, 2 * tried if too_many > len(posts) else (tried + too_many) // 2
        else:
            too_many, tried = tried, (most + tried) // 2
    return page(most)


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


def unshow(session: Session, member_id: int, serials: Iterable[int]) -> None:
    """Move the member's cursors back before posts that did not reach them after all."""
    first_of = session.execute(
        select(Post.group_id, func.min(Post.id))
        .where(Post.id.in_(list(serials)))
        .group_by(Post.group_id)
        .order_by(Post.group_id)
    )
    for group_id, serial in first_of.all():
        session.execute(
            update(Subscription)
            .where(
                Subscription.member_id == member_id,
                Subscription.group_id == group_id,
                Subscription.cursor >= serial,
            )
            .values(cursor=serial - 1)
            .execution_options(synchronize_session=False)
        )


class _Row(NamedTuple):
    """A post with all that its view tells, as `_posts` asks for it."""

    id: int
    body: str
    state: str
    created_at: datetime
    written_at: datetime | None
    channel: str
    parent_id: int | None
    urgent: bool
    group: str
    group_name: str
    author: str
    replies: int
    thanks: int


def _loaded(rows: Sequence[Any], session: Session) -> list[tuple[int, PostView]]:
    posts = [_Row(*row) for row in rows]
    pictures = _pictures(session, [post.id for post in posts if post.state == "live"])
    return [(post.id, _view(post, pictures.get(post.id, ()))) for post in posts]


def _view(post: _Row, pictures: Sequence[MediaView]) -> PostView:
    is_live = post.state == "live"
    return PostView(
        number=number_of(post.id),
        group=post.group,
        group_name=post.group_name,
        author=post.author,
        body=post.body if is_live else WITHDRAWN,
        created=post.created_at,
        channel=post.channel,
        parent=number_of(post.parent_id) if post.parent_id else None,
        urgent=post.urgent,
        withdrawn=not is_live,
        replies=post.replies,
        thanks=post.thanks,
        media=tuple(pictures) if is_live else (),
        written=post.written_at,
    )


def _pictures(session: Session, serials: Sequence[int]) -> dict[int, list[MediaView]]:
    """The pictures of each post that are there, or on their way."""
    found: dict[int, list[MediaView]] = {}
    if not serials:
        return found
    for serial, media_id, state in session.execute(_PICTURES, {"serials": serials}):
        found.setdefault(serial or 0, []).append(MediaView(media_id, state=state))
    return found


def _posts() -> Select[Any]:
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
    rows: Any = (
        select(
            *(Post.id, Post.body, Post.state, Post.created_at, Post.written_at, Post.channel),
            *(Post.parent_id, Post.urgent, Group.slug, Group.title, Member.name),
            *(answered, thanked),
        )
        .join(Group, Group.id == Post.group_id)
        .join(Member, Member.id == Post.author_id)
        .order_by(Post.id)
    )
    return rows  # type: ignore[no-any-return]  # so many columns that no type has them


_THESE = _posts().where(among(Post.id, "serials"))
_THIS = Prepared(_posts().where(Post.id == bindparam("serial")))
_ANSWERS = _posts().where(Post.parent_id == bindparam("root"), Post.state == "live")
_PICTURES = (
    select(Media.post_id, Media.id, Media.state)
    .where(among(Media.post_id, "serials"), Media.state != "refused")
    .order_by(Media.inbox_id, Media.place)
)
_PICTURES_OF = Prepared(
    select(Media.id, Media.state)
    .where(Media.post_id == bindparam("serial"), Media.state != "refused")
    .order_by(Media.inbox_id, Media.place)
)
