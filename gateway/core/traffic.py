"""What was written, what came in and what is owed, as the operator sees it: plain values, by page.

A page is asked for by what it comes after, so that a list of any length is read in small
transactions and little memory.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gateway.core import resends, views
from gateway.core.commands import PostView
from gateway.core.errors import Refused
from gateway.core.lists import PAGE, masked
from gateway.core.models import Group, Inbox, Member, Outbox, Post, Subscription
from gateway.core.numbers import number_of

MOST_ON_A_BOARD = 200


@dataclass(frozen=True, slots=True)
class PostLine:
    """The keys of `gateway posts list --json`; programs read them."""

    number: int
    group: str
    author: str
    channel: str
    parent: int | None
    body: str
    state: str
    created: datetime


@dataclass(frozen=True, slots=True)
class InboxLine:
    id: int
    channel: str
    sender: str
    member: str | None
    text: str
    state: str
    reason: str
    received: datetime
    external_id: str


@dataclass(frozen=True, slots=True)
class InboxSheet(InboxLine):
    """All that is known of one message; `cut` is what stood around the person's own words."""

    words: str
    cut: str


@dataclass(frozen=True, slots=True)
class OutboxLine:
    id: int
    channel: str
    kind: str
    recipient: str
    member: str | None
    post: int | None
    state: str
    status: str
    code: str
    attempts: int
    segments: int
    not_before: datetime
    created: datetime
    settled: datetime | None
    external_id: str | None
    said: str
    key: str


@dataclass(frozen=True, slots=True)
class Board:
    """A group's sheet for the notice board; `left_out` is how many older posts found no room."""

    group: str
    title: str
    kind: str
    since: datetime
    until: datetime
    posts: tuple[PostView, ...]
    left_out: int


def posts(session: Session, after: int = 0, *, group: str = "") -> list[PostLine]:
    """The posts after the one with serial `after`; one that was taken back has no body."""
    chosen = (
        select(Post, Group.slug, Member.name)
        .join(Group, Group.id == Post.group_id)
        .join(Member, Member.id == Post.author_id)
        .where(Post.id > after)
        .order_by(Post.id)
        .limit(PAGE)
    )
    if group:
        chosen = chosen.where(Group.slug == group)
    return [
        PostLine(
            number=number_of(post.id),
            group=slug,
            author=author,
            channel=post.channel,
            parent=number_of(post.parent_id) if post.parent_id else None,
            body=post.body if post.state == "live" else "",
            state=post.state,
            created=post.created_at,
        )
        for post, slug, author in session.execute(chosen)
    ]


def inbox(
    session: Session, after: int = 0, *, state: str = "", reveal: bool = False
) -> list[InboxLine]:
    """What came in after row `after`; what people wrote is shown only to who asks for it."""
    # By column: the raw message of a row may be 30 MB.
    columns = (
        Inbox.id,
        Inbox.channel,
        Inbox.sender,
        Inbox.text,
        Inbox.state,
        Inbox.reason,
        Inbox.received_at,
        Inbox.external_id,
        Member.name,
    )
    chosen = (
        select(*columns)
        .outerjoin(Member, Member.id == Inbox.member_id)
        .where(Inbox.id > after)
        .order_by(Inbox.id)
        .limit(PAGE)
    )
    if state:
        chosen = chosen.where(Inbox.state == state)
    return [
        InboxLine(
            id=row.id,
            channel=row.channel,
            sender=masked(row.channel, row.sender, reveal=reveal),
            member=row.name,
            text=row.text if reveal else "",
            state=row.state,
            reason=row.reason,
            received=row.received_at,
            external_id=row.external_id,
        )
        for row in session.execute(chosen)
    ]


def inbox_sheet(session: Session, row_id: int, *, reveal: bool = False) -> InboxSheet:
    """One message whole. Raises `Refused`: `no_such_row`."""
    row = session.get(Inbox, row_id)
    if row is None:
        raise Refused("no_such_row", number=row_id)
    member = session.get(Member, row.member_id) if row.member_id else None
    return InboxSheet(
        id=row.id,
        channel=row.channel,
        sender=masked(row.channel, row.sender, reveal=reveal),
        member=member.name if member else None,
        text=row.text if reveal else "",
        state=row.state,
        reason=row.reason,
        received=row.received_at,
        external_id=row.external_id,
        words=row.words if reveal else "",
        cut=row.cut if reveal else "",
    )


def outbox(
    session: Session, after: int = 0, *, state: str = "", channel: str = "", reveal: bool = False
) -> list[OutboxLine]:
    """What is, or was, owed after row `after`."""
    chosen = (
        select(Outbox, Member.name)
        .outerjoin(Member, Member.id == Outbox.member_id)
        .where(Outbox.id > after)
        .order_by(Outbox.id)
        .limit(PAGE)
    )
    if state:
        chosen = chosen.where(Outbox.state == state)
    if channel:
        chosen = chosen.where(Outbox.channel == channel)
    return [_outbox_line(row, name, reveal=reveal) for row, name in session.execute(chosen)]


def board(session: Session, slug: str, since: datetime, now: datetime) -> Board:
    """What was posted in a group since then and stands, oldest first."""
    group = session.scalars(select(Group).where(Group.slug == slug)).one()
    theirs = (Post.group_id == group.id, Post.created_at >= since, Post.state == "live")
    newest = select(Post.id).where(*theirs).order_by(Post.id.desc()).limit(MOST_ON_A_BOARD)
    serials = sorted(session.scalars(newest))
    total = session.scalar(select(func.count(Post.id)).where(*theirs)) or 0
    found = tuple(views.views(session, serials))
    return Board(
        group.slug, group.title, group.kind, since, now, found, max(total - len(serials), 0)
    )


def for_digest(member_id: int) -> Select[int]:
    """The serials that a member's next digest would begin with, oldest first.

    Unread ones, but for groups that they want nothing of, and what goes out to them on its own.
    """
    owed = select(Outbox.id).where(
        Outbox.post_id == Post.id,
        Outbox.member_id == member_id,
        Outbox.state == "due",
        ~resends.waiting(),
    )
    return views.unread(member_id).where(Subscription.delivery != "none", ~owed.exists())


def digests_owed(session: Session, after: int = 0) -> int:
    """How many digests were owed after a row of the outbox."""
    owed = select(func.count()).where(Outbox.kind == "digest", Outbox.id > after)
    return session.scalar(owed) or 0


def newest_owed(session: Session) -> int:
    """The last row of the outbox."""
    return session.scalar(select(func.max(Outbox.id))) or 0


def failed(session: Session) -> list[int]:
    """Rows of the outbox that a carrier refused for good."""
    refused = (Outbox.state == "failed") & (Outbox.recipient != "") & ~resends.taken_over()
    return list(session.scalars(select(Outbox.id).where(refused)))


def _outbox_line(row: Outbox, member: str | None, *, reveal: bool) -> OutboxLine:
    return OutboxLine(
        id=row.id,
        channel=row.channel,
        kind=row.kind,
        recipient=masked(row.channel, row.recipient, reveal=reveal),
        member=member,
        post=number_of(row.post_id) if row.post_id else None,
        state=row.state,
        status=row.status,
        code=row.code,
        attempts=row.attempts,
        segments=row.segments,
        not_before=max(row.not_before, row.created_at),  # its turn may be older than it is
        created=row.created_at,
        settled=row.settled_at,
        external_id=row.external_id,
        said=row.said,
        # The key of an answer to a stranger holds their address.
        key=row.key if reveal or not row.key.startswith("stranger:") else "stranger",
    )
