"""Who is behind an address; codes, consent, and the hours at which a member may be written to."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core.models import Address, Code, Consent, Member

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L, U: read from paper, said on the phone, typed with gloves on."""

ACTIVATION_CHARACTERS = 8
ACTIVATION_DAYS = 60
KIOSK_DIGITS = 6
KIOSK_MINUTES = 5
AWAKE = timedelta(hours=2)
"""Who wrote to us this recently is not asleep: quiet hours do not hold the answers to them."""


def at_address(session: Session, channel: str, value: str) -> Address | None:
    """The address row of E.164 `value` on `sms`, or of a mail address on `email`."""
    return session.scalar(select(Address).where(Address.channel == channel, Address.value == value))


def preferred(session: Session, member_id: int) -> Address | None:
    """The address that notices go to, where it may be written to."""
    return session.scalar(
        select(Address).where(
            Address.member_id == member_id, Address.preferred, Address.state == "active"
        )
    )


def addresses(session: Session, member_id: int) -> list[Address]:
    rows = select(Address).where(Address.member_id == member_id).order_by(Address.id)
    return list(session.scalars(rows))


def consent(session: Session, address: Address, *, given: bool, cause: str, now: datetime) -> None:
    """Open or close an address, and write into the ledger why."""
    address.state = "active" if given else "stopped"
    address.changed_at = now
    session.add(
        Consent(
            member_id=address.member_id, channel=address.channel, given=given, cause=cause, at=now
        )
    )
    choose_preferred(session, address.member_id)


def choose_preferred(session: Session, member_id: int) -> None:
    """Notices go to one address: the one that was preferred if it is open, else the first open."""
    session.flush()
    prefer(addresses(session, member_id))


def prefer(rows: Sequence[Address]) -> None:
    """`choose_preferred` among all addresses of one member."""
    open_rows = [row for row in rows if row.state == "active"]
    keep = next((row for row in open_rows if row.preferred), None) or next(iter(open_rows), None)
    for row in rows:
        # A closed address keeps its place until another takes it: START must find it again.
        row.preferred = row is keep if keep else row.preferred


def tie(session: Session, member: Member, channel: str, value: str, now: datetime) -> Address:
    """The row of an address that now belongs to `member`, whoever had it before."""
    row = at_address(session, channel, value)
    if row is None:
        row = Address(member_id=member.id, channel=channel, value=value, changed_at=now)
        session.add(row)
    row.member_id = member.id
    row.preferred = False
    return row


def mask(address: Address) -> str:
    """Enough of an address for its owner to know it by, and nobody else."""
    value = address.value
    if address.channel == "email":
        name, _, domain = value.partition("@")
        return f"{name[:1]}...@{domain}"
    return f"...{value[-2:]}"


def new_code(
    session: Session, member_id: int, kind: str, secret: bytes, now: datetime
) -> tuple[str, int]:
    """A fresh one-time code of `kind`, shown once, and the minutes for which it is good."""
    if kind == "kiosk":
        code, minutes = f"{secrets.randbelow(10**KIOSK_DIGITS):0{KIOSK_DIGITS}}", KIOSK_MINUTES
    else:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(ACTIVATION_CHARACTERS))
        minutes = ACTIVATION_DAYS * 24 * 60
    session.add(
        Code(
            member_id=member_id,
            kind=kind,
            hash=code_hash(secret, code),
            expires_at=now + timedelta(minutes=minutes),
        )
    )
    return code, minutes


def take_code(session: Session, kind: str, code: str, secret: bytes, now: datetime) -> int | None:
    """Use up a code; whose it was, or None where it is wrong, used or expired."""
    rows = session.scalars(
        select(Code).where(Code.kind == kind, Code.hash == code_hash(secret, code))
    )
    for row in rows:
        if row.used_at is None and row.expires_at > now:
            row.used_at = now
            return row.member_id
    return None


def code_hash(secret: bytes, code: str) -> str:
    """A keyed hash: a stolen table of short codes is no list of codes."""
    plain = "".join(character for character in code.upper() if character.isalnum())
    return hmac.new(secret, f"code:{plain}".encode(), hashlib.sha256).hexdigest()


def pin_hash(pin: str) -> str:
    """A salted scrypt hash (RFC 7914), n = 2^15."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_scrypt(pin, salt)}"


def pin_is(stored: str | None, pin: str) -> bool:
    """Whether `pin` is the stored one; takes as long where nothing is stored."""
    salt, _, expected = (stored or f"{bytes(16).hex()}$").partition("$")
    return hmac.compare_digest(_scrypt(pin, bytes.fromhex(salt)), expected)


def _scrypt(pin: str, salt: bytes) -> str:
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=64 * 2**20, dklen=32
    ).hex()


def next_digest(member: Member, now: datetime) -> datetime | None:
    """When the next digest is due: the member's own time of day, on Mondays for `week`."""
    if member.rhythm == "never":
        return None
    zone = ZoneInfo(member.timezone)
    local = now.astimezone(zone)
    wanted = time(member.digest_minute // 60, member.digest_minute % 60)
    day = local.date()
    for _ in range(9):
        at = datetime.combine(day, wanted, zone)
        if at > local and (member.rhythm != "week" or day.weekday() == 0):
            return at.astimezone(now.tzinfo)
        day += timedelta(days=1)
    raise AssertionError("a week has a Monday")


def quiet_until(member: Member, now: datetime) -> datetime | None:
    """The end of the quiet hours that `now` lies in; None where the member may be written to."""
    if member.quiet_from == member.quiet_to:
        return None
    if member.seen_at and now - member.seen_at < AWAKE:
        return None
    zone = ZoneInfo(member.timezone)
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    start, end = member.quiet_from, member.quiet_to
    inside = start <= minute < end if start < end else minute >= start or minute < end
    if not inside:
        return None
    day = local.date() if minute < end else local.date() + timedelta(days=1)
    return datetime.combine(day, time(end // 60, end % 60), zone).astimezone(now.tzinfo)
