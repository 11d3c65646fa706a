"""The tables. Times are UTC; texts of people are bounded where they come in, not here.

A post's id is its running serial, taken from `counter` in the same transaction: ids are therefore
in the order of commits, on PostgreSQL too, and a cursor that has passed one has passed all before.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        time: datetime = value
        return time.replace(tzinfo=UTC) if dialect.name == "sqlite" else time.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, str: Text}  # noqa: RUF012  # SQLAlchemy's own name


class Counter(Base):
    """The last serial given: updating it puts the writers of posts in line."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]


class Member(Base):
    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    language: Mapped[str]
    site: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str]
    role: Mapped[str] = mapped_column(default="member")
    badge: Mapped[str | None] = mapped_column(unique=True)
    pin_hash: Mapped[str | None]
    main_group_id: Mapped[int | None]
    rhythm: Mapped[str] = mapped_column(default="day")
    digest_minute: Mapped[int] = mapped_column(default=18 * 60)
    next_digest_at: Mapped[datetime | None] = mapped_column(index=True)
    quiet_from: Mapped[int] = mapped_column(default=21 * 60)
    quiet_to: Mapped[int] = mapped_column(default=6 * 60)
    paused_until: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Address(Base):
    """Where a member writes from and is written to. `preferred` is the one that notices go to."""

    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    channel: Mapped[str]
    value: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")  # active, stopped, failed
    preferred: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("channel", "value"),)


class Consent(Base):
    """The ledger: every yes and no to a channel, with its cause. Rows are only added."""

    __tablename__ = "consent"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(index=True)
    channel: Mapped[str]
    given: Mapped[bool]
    cause: Mapped[str]
    at: Mapped[datetime]


class Code(Base):
    """A one-time code, kept as a keyed hash: `activation` of an address, or `kiosk` sign-in."""

    __tablename__ = "code"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[str]
    hash: Mapped[str] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Throttle(Base):
    """Wrong tries of one subject (a badge, a kiosk, a number), and until when it is locked."""

    __tablename__ = "throttle"
    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class Group(Base):
    __tablename__ = "group_"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(default="open")  # closed, announce
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
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    inbox_id: Mapped[int | None] = mapped_column(unique=True)
    channel: Mapped[str]
    body: Mapped[str]
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(default="live")  # withdrawn
    created_at: Mapped[datetime]
    __table_args__ = (Index("ix_post_group_id", "group_id", "id"),)


class ThankYou(Base):
    __tablename__ = "thanks"
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    at: Mapped[datetime]


class Inbox(Base):
    """What came in: one row before anybody is told that we have it, and what became of it."""

    __tablename__ = "inbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str]
    sender: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(index=True)
    text: Mapped[str]
    envelope: Mapped[str]
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="received", index=True)
    reason: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("channel", "external_id"),)


class Outbox(Base):
    """What we owe: one row before the wire is touched.

    `state`: due, claimed, sent, unknown, failed, dropped. `status` is the carrier's last word.
    """

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str]  # answer, alert, post, digest
    priority: Mapped[int]
    member_id: Mapped[int | None]
    address_id: Mapped[int | None]
    recipient: Mapped[str]
    post_id: Mapped[int | None]
    payload: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(String(16), default="due")
    not_before: Mapped[datetime]
    claim: Mapped[str] = mapped_column(default="", server_default="")
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    external_id: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="", server_default="")
    code: Mapped[str] = mapped_column(default="", server_default="")
    segments: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    wired_at: Mapped[datetime | None]
    """Since when it may have left: written before the wire is touched."""
    trace: Mapped[str] = mapped_column(default="", server_default="")
    """What its carrier can be asked for it by."""
    __table_args__ = (
        # Only what is due, in the order in which it leaves: its size is the queue's, not history's.
        Index(
            "ix_outbox_due",
            "channel",
            "priority",
            "id",
            sqlite_where=text("state = 'due'"),
            postgresql_where=text("state = 'due'"),
        ),
        Index(
            "ix_outbox_claim",
            "claim",
            sqlite_where=text("state = 'claimed'"),
            postgresql_where=text("state = 'claimed'"),
        ),
        Index(
            "ix_outbox_unknown",
            "channel",
            "not_before",
            sqlite_where=text("state = 'unknown'"),
            postgresql_where=text("state = 'unknown'"),
        ),
        Index("ix_outbox_post", "post_id", "member_id"),
        Index("ix_outbox_external", "external_id"),
    )


class DeliveryEvent(Base):
    """One thing that a carrier said of a message, kept once however often it is said.

    `outbound_id` is 0 where it was said of nothing that we knew; the carrier's id may tell later.
    """

    __tablename__ = "delivery_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    outbound_id: Mapped[int] = mapped_column(default=0)
    external_id: Mapped[str] = mapped_column(default="")
    raw_status: Mapped[str] = mapped_column(default="")
    code: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="")
    bad_after: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (
        UniqueConstraint("channel", "outbound_id", "external_id", "raw_status", "code"),
        Index("ix_delivery_event_external", "external_id"),
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


class DeviceRow(Base):
    """A kiosk, by the hash of its token."""

    __tablename__ = "device"
    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SessionRow(Base):
    """A member's session at a kiosk, by the hash of its token."""

    __tablename__ = "session"
    hash: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    expires_at: Mapped[datetime]


class Lease(Base):
    """Who holds an office that only one process may hold (the timer), and until when."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str]
    until: Mapped[datetime]


class ChannelPause(Base):
    """A channel on which nothing leaves until an operator has mended something, and why."""

    __tablename__ = "channel_pause"
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime]
    until: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)


SERIAL = "post"
"""The counter that numbers posts."""
