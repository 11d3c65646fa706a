"""Members, their addresses and consent, and what proves who somebody is."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gateway.core.models.base import Base


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
    page: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many segments a page of an SMS digest may take."""
    token_epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    """Raised to make every reply token that was given out so far worth nothing."""
    next_digest_at: Mapped[datetime | None]
    quiet_from: Mapped[int] = mapped_column(default=21 * 60)
    quiet_to: Mapped[int] = mapped_column(default=6 * 60)
    paused_until: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (Index(None, "next_digest_at", "id"),)


class Address(Base):
    """Where a member writes from and is written to. `preferred` is the one that notices go to."""

    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    channel: Mapped[str]
    value: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")  # active, stopped, failed, doubted, lost
    preferred: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    heard_at: Mapped[datetime | None]
    """When its holder last wrote from it, or proved that it is theirs."""
    asked_at: Mapped[datetime | None]
    """When its holder was last asked whether it is still theirs."""
    bounce_score: Mapped[float] = mapped_column(default=0.0, server_default="0")
    """How often mail came back lately; it halves with time, as of `bounced_at`."""
    bounced_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("channel", "value"),
        # It is looked for them every minute, and they are few.
        Index(
            "ix_address_failed",
            "id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
    )


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


class Bucket(Base):
    """A token bucket: what one subject (a number that writes, an answer to it) may still do."""

    __tablename__ = "bucket"
    subject: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float]
    filled_at: Mapped[datetime] = mapped_column(index=True)


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
