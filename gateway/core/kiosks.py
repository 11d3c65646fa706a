"""Kiosks and the sessions of members at them. Tokens are kept hashed; wrong tries are counted."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Db

from gateway.core import flow, groups, members, throttle, tickets, views
from gateway.core.desk import Device, Session, SignedIn
from gateway.core.errors import Refused
from gateway.core.models import DeviceRow, Member, SessionRow

SESSION_MINUTES = 15
PIN_DIGITS = 6
KINDS_OF_CODE = ("kiosk", "activation")
BADGE = "badge:"

TRIES_AT_ONCE, TRIES_A_MINUTE = 15.0, 1 / 3
"""Wrong sign-ins at one kiosk: a shift has slips, and whoever goes through badges or codes gets no
further than twenty an hour."""

MADE_UP_KEPT = timedelta(days=30)

EVERYDAY_PINS = ("123456", "654321", "012345", "123123", "121212", "112233")


@dataclass(frozen=True, slots=True)
class ShutOut:
    """Badges that are locked until somebody lets them in: whose, and how many of nobody."""

    names: tuple[str, ...]
    unknown: int


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


def count_try(db: Db, device: Device, badge: str, now: datetime) -> None:
    """Count a sign-in before it is looked at; `badge` is "" for one by a code.

    Raises `Refused` after too many: `locked` (detail `seconds`), or `shut_out` for a badge that
    somebody has to let in again. Nothing is counted then.
    """
    kiosk = _kiosk(device)
    if not flow.take(db, kiosk, TRIES_A_MINUTE, TRIES_AT_ONCE, now):
        raise Refused("locked", seconds=flow.seconds_until(db, kiosk, TRIES_A_MINUTE, now))
    if badge:
        throttle.attempt(db, subject(badge), now)


def let_in(db: Db, badge: str | None) -> bool:
    """Forget the wrong tries of a badge; False where there were none."""
    return bool(badge) and throttle.passed(db, subject(badge or ""))


def shut_out(db: Db, now: datetime) -> ShutOut:
    """Whose badges are locked until somebody lets them in."""
    subjects = throttle.shut_out(db, BADGE, now)
    if not subjects:
        return ShutOut((), 0)
    rows = db.execute(select(Member.name, Member.badge).where(Member.badge.is_not(None)))
    names = sorted(name for name, badge in rows if subject(badge or "") in subjects)
    return ShutOut(tuple(names), len(subjects) - len(names))


def forget_made_up(db: Db, now: datetime) -> None:
    """Forget badges of nobody that were locked for good a month ago: they would fill the table."""
    subjects = throttle.shut_out(db, BADGE, now - MADE_UP_KEPT)
    if not subjects:  # as nearly always: then nobody's badge need be read
        return
    known = {subject(badge) for badge in db.scalars(select(Member.badge)) if badge}
    throttle.forget_shut(db, subjects - known, now - MADE_UP_KEPT)


def open_session(db: Db, device: Device, member: Member, secret: bytes, now: datetime) -> SignedIn:
    """Start a session for a member whose badge and PIN, or code, were right."""
    flow.give_back(db, _kiosk(device))  # only wrong tries count against a kiosk
    let_in(db, member.badge)
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
        ticket=_ticket(device, member, secret, now),
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


def by_ticket(db: Db, device: Device, text: str, secret: bytes, now: datetime) -> Session | None:
    """Who handed in what they wrote at this kiosk; None where the ticket is worth nothing."""
    found = tickets.read(secret, text, now)
    if found is None or found.device_id != device.id:
        return None
    member = db.get(Member, found.member_id)
    if member is None or member.role == members.ERASED or member.token_epoch != found.epoch:
        return None
    return Session(member.id, device.id, member.language, by_ticket=True)


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


def subject(badge: str) -> str:
    """What wrong tries of a badge are counted under."""
    return f"{BADGE}{_hash(badge)[:16]}"


def _kiosk(device: Device) -> str:
    return f"sign-in:{device.id}"


def _ticket(device: Device, member: Member, secret: bytes, now: datetime) -> str:
    until = int((now + tickets.LASTS).timestamp())
    return tickets.write(secret, tickets.Ticket(member.id, device.id, member.token_epoch, until))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
