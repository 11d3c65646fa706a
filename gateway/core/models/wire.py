"""What came in and what goes out, and what carriers say and cost."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gateway.core.models.base import Base

_WAITING = text("state = 'waiting'")


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
    cut: Mapped[str] = mapped_column(default="", server_default="")
    """What stood around the person's own words (a quote, a signature), as it was cut."""
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index(
            "ix_inbox_waiting",
            "channel",
            "sender",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )


UNANSWERED = "unanswered:"
"""Stands in the reason of a row that ended in silence on purpose, before why."""


class Outbox(Base):
    """What we owe: one row before the wire is touched.

    `state`: due, claimed, sent, unknown, held, failed, dropped. `status`: the carrier's last word.
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
    charged: Mapped[int] = mapped_column(default=0, server_default="0")
    """Segments that were taken out of budgets for it, over all tries that left or may have left."""
    reserved: Mapped[int] = mapped_column(default=0, server_default="0")
    """Those of `charged` that its last try took, and gets back where it did not leave."""
    reserved_in: Mapped[str] = mapped_column(String(7), default="", server_default="")
    """The month whose budget the last try took them from."""
    said: Mapped[str] = mapped_column(default="", server_default="")
    """What its carrier answered when it took it, for the operator; nothing is found by it."""
    __table_args__ = (
        # Only what is due, in the order in which it leaves: its size is the queue's, not history's.
        Index(
            "ix_outbox_waiting",
            "channel",
            "priority",
            "not_before",
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
        Index(
            "ix_outbox_held",
            "priority",
            "id",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        Index(
            "ix_outbox_failed",
            "channel",
            "id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        Index("ix_outbox_post", "post_id", "member_id"),
        # Only what a carrier gave a name to: a post is owed to thousands who have none yet.
        Index(
            "ix_outbox_carrier",
            "external_id",
            sqlite_where=text("external_id IS NOT NULL"),
            postgresql_where=text("external_id IS NOT NULL"),
        ),
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
    again_after: Mapped[int] = mapped_column(default=0, server_default="0")
    shuts: Mapped[str] = mapped_column(default="", server_default="")
    harm: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """What it says against the address."""
    received_at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (
        UniqueConstraint("channel", "outbound_id", "external_id", "raw_status", "code"),
        Index("ix_delivery_event_external", "external_id"),
    )


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


class Spending(Base):
    """Segments taken out of a budget in a month (`2026-11`): `all`, or a group's id."""

    __tablename__ = "spending"
    scope: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    segments: Mapped[int] = mapped_column(default=0)


class Fetched(Base):
    """A mail of a mailbox that was looked at, by its IMAP name: taken, or how often it failed."""

    __tablename__ = "fetched"
    mailbox: Mapped[str] = mapped_column(primary_key=True)
    uid_validity: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[str] = mapped_column(default="taken")
    tries: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class CaughtUp(Base):
    """Until when we know that nothing which came in at a carrier is missing here."""

    __tablename__ = "caught_up"
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    until: Mapped[datetime]
    recovered: Mapped[int] = mapped_column(default=0, server_default="0")
    """What came in and was found only by asking, ever."""
