"""Groups and posts, and where each member is in them."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gateway.core.models.base import Base


class Counter(Base):
    """The last number given: updating it puts the writers of posts in line."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]


class Group(Base):
    __tablename__ = "group_"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(default="open")  # closed, announce
    sms_budget: Mapped[int | None]
    """Segments a month that its posts may cost; none: what the organisation's budget allows."""
    created_at: Mapped[datetime]


class Subscription(Base):
    """A member in a group. `cursor` is the last serial that they were shown of it."""

    __tablename__ = "subscription"
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group_.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default="in")  # asked, out
    animator: Mapped[bool] = mapped_column(default=False)
    delivery: Mapped[str] = mapped_column(default="digest")  # once, none
    cursor: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]
    __table_args__ = (Index("ix_subscription_group", "group_id", "state", "delivery"),)


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    group_id: Mapped[int] = mapped_column(ForeignKey("group_.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    inbox_id: Mapped[int | None] = mapped_column(unique=True)
    channel: Mapped[str]
    body: Mapped[str]
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(default="live")  # withdrawn
    created_at: Mapped[datetime]
    written_at: Mapped[datetime | None]
    """When its writer's own clock says that it was written, where it came in later: only shown."""
    same_as: Mapped[int | None]
    """The first post of these words, where their author said them in several groups."""
    version: Mapped[int] = mapped_column(default=0, server_default="0", index=True)
    """The number of its last change, of all changes of posts: in the order of commits, too."""
    __table_args__ = (
        Index("ix_post_group_id", "group_id", "id"),
        *(
            Index(
                f"ix_post_{seldom}",
                seldom,
                sqlite_where=text(f"{seldom} IS NOT NULL"),
                postgresql_where=text(f"{seldom} IS NOT NULL"),
            )
            for seldom in ("parent_id", "same_as")
        ),
    )


class ThankYou(Base):
    __tablename__ = "thanks"
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    at: Mapped[datetime]


class Media(Base):
    """A picture that came with a message, on its way into the post, or in it.

    `state`: wanted, kept, refused. `content` of one that is kept is a JPEG of our own making,
    without metadata; of one that is wanted, what came inside a mail, which is shown to nobody.
    """

    __tablename__ = "media"
    id: Mapped[int] = mapped_column(primary_key=True)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    place: Mapped[int] = mapped_column(default=0)
    url: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="wanted")
    reason: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("inbox_id", "place"),
        Index(
            "ix_media_wanted",
            "not_before",
            sqlite_where=text("state = 'wanted'"),
            postgresql_where=text("state = 'wanted'"),
        ),
    )


class Question(Base):
    """A question that waits for its answer: the commands that a yes, or a number, would run.

    It is answered on the channel where it was asked; one that is `standing` on any.
    """

    __tablename__ = "question"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    channel: Mapped[str] = mapped_column(default="")
    standing: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str]
    commands: Mapped[str]
    inbox_id: Mapped[int | None]
    """The message that it is about, for what came with that."""
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Shown(Base):
    """What a member saw last on a channel: for two-digit numbers, and for the next page."""

    __tablename__ = "shown"
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    serials: Mapped[str] = mapped_column(default="[]")
    more: Mapped[str] = mapped_column(default="")


class Action(Base):
    """The last writes of a member, with what is needed to take one back."""

    __tablename__ = "action"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    what: Mapped[str]
    about: Mapped[str]
    before: Mapped[str]
    at: Mapped[datetime]
    undone: Mapped[bool] = mapped_column(default=False)


SERIAL, CHANGE, EDITION = "post", "change", "edition"
"""The counters: of posts, of changes of posts, and of times when all that was told is stale."""
