"""Kiosks and the sessions of members at them. Tokens are kept hashed; wrong tries are counted."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Db

from gateway.core import groups, members, throttle, views
from gateway.core.errors import Refused
from gateway.core.models import DeviceRow, Member, SessionRow
from gateway.core.ports import Device, Session, SignedIn

SESSION_MINUTES = 15
PIN_DIGITS = 6
KINDS_OF_CODE = ("kiosk", "activation")
EVERYDAY_PINS = ("123456", "654321", "012345", "123123", "121212", "112233")


def add(db: Db, site: str, now: datetime) -> str:
    """A new kiosk; its token, shown once."""
    token = secrets.token_urlsafe(32)
    db.add(DeviceRow(site=site, hash=_hash(token), created_at=now))
    return token


def revoke(db: Db, device_id: int, now: datetime) -> bool:
    """Take a kiosk's token away and end the sessions at it; False where there is none to take."""
    row = db.get(DeviceRow, device_id)
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at = now
    db.execute(delete(SessionRow).where(SessionRow.device_id == device_id))
    return True


def device(db: Db, token: str) -> Device | None:
    row = db.scalar(select(DeviceRow).where(DeviceRow.hash == _hash(token)))
    return Device(row.id, row.site) if row is not None and row.revoked_at is None else None


def find_badge(db: Db, badge: str) -> Member | None:
    return db.scalar(select(Member).where(Member.badge == badge)) if badge else None


def count_try(db: Db, tried: str, now: datetime) -> None:
    """Count a sign-in before it is looked at. Raises `Refused("locked")` after too many."""
    throttle.attempt(db, tried, now)


def open_session(db: Db, device: Device, member: Member, tried: str, now: datetime) -> SignedIn:
    """Start a session for a member whose badge and PIN, or code, were right."""
    throttle.passed(db, tried)
    db.execute(delete(SessionRow).where(SessionRow.expires_at < now))
    token = secrets.token_urlsafe(24)
    seconds = SESSION_MINUTES * 60
    db.add(
        SessionRow(
            hash=_hash(token),
            member_id=member.id,
            device_id=device.id,
            expires_at=now + timedelta(seconds=seconds),
        )
    )
    member.seen_at = now
    return SignedIn(
        token=token,
        member_id=member.id,
        member=member.name,
        language=member.language,
        unread=views.count_unread(db, member.id),
        urgent=views.count_unread(db, member.id, urgent=True),
        groups=tuple((group.slug, group.title) for group in groups.own(db, member.id)),
        must_choose_pin=member.pin_hash is None,
        seconds=seconds,
    )


def member_of_code(db: Db, code: str, secret: bytes, now: datetime) -> Member | None:
    """Whose one-time code this is; it is used up."""
    for kind in KINDS_OF_CODE:
        member_id = members.take_code(db, kind, code, secret, now)
        if member_id is not None:
            return db.get(Member, member_id)
    return None


def session(db: Db, device: Device, token: str, now: datetime) -> Session | None:
    row = db.get(SessionRow, _hash(token))
    if row is None or row.device_id != device.id or row.expires_at <= now:
        return None
    return Session(row.member_id, row.device_id, db.get_one(Member, row.member_id).language)


def close(db: Db, device: Device, token: str) -> None:
    db.execute(
        delete(SessionRow).where(SessionRow.hash == _hash(token), SessionRow.device_id == device.id)
    )


def choose_pin(db: Db, member_id: int, pin_hash: str) -> None:
    db.get_one(Member, member_id).pin_hash = pin_hash


def check_pin(pin: str) -> None:
    """Raises `Refused("weak_pin")` for what is not six digits, or the first that a thief tries."""
    plain = len(pin) == PIN_DIGITS and pin.isascii() and pin.isdigit()
    if not plain or len(set(pin)) == 1 or pin in EVERYDAY_PINS:
        raise Refused("weak_pin")


def subject(device: Device, badge: str, code: str) -> str:
    """What a wrong try counts against: the badge; for a code, which could be anybody's, the kiosk.

    A kiosk is not locked by wrong PINs: one person's fingers would lock out a whole shift.
    """
    return f"kiosk:{device.id}" if code or not badge else f"badge:{_hash(badge)[:16]}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
