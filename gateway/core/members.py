"""Who is behind an address; codes, consent, and the hours at which a member may be written to."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from gateway.core.models import Address, Code, Consent, Member, UtcTime
from gateway.core.prepared import Entities, Prepared, adopted, dialect_of

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L, U: read from paper, said on the phone, typed with gloves on."""

ACTIVATION_CHARACTERS = 8
ACTIVATION_DAYS = 60
KIOSK_DIGITS = 6
KIOSK_MINUTES = 5
OURS = ("silent", "heard", "confirmed", "denied", "replaced", "lost", "moved", "failed")
"""Causes in the ledger that are nobody's yes or no: what we found out about a number."""

ERASED = "erased"
"""The role of somebody who is erased: a row without a name, for what others see of their posts."""

STOPPED = "erased:"
"""Stands before the hash of an address that its owner had stopped when they were erased."""

AWAKE = timedelta(hours=2)
"""Who wrote to us this recently is not asleep: quiet hours do not hold the answers to them."""

_HERE = Address.channel == bindparam("channel"), Address.value == bindparam("value")
_AT_ADDRESS = Entities(Address, select(*Address.__table__.columns).where(*_HERE))
_WHO = Prepared(select(Address.member_id).where(*_HERE))
_BOTH = Prepared(
    select(*Address.__table__.columns, *Member.__table__.columns)
    .join(Member, Member.id == Address.member_id)
    .where(*_HERE)
)
_LOCKED = Entities(
    Member,
    select(*Member.__table__.columns)
    .where(Member.id == bindparam("member"))
    .with_for_update(key_share=True),
)
_HEARD = Prepared(
    update(Address.__table__)  # type: ignore[arg-type]  # it is a table
    .where(Address.id == bindparam("address"))
    .values(heard_at=bindparam("at", type_=UtcTime))
)
_SEEN = Prepared(
    update(Member.__table__)  # type: ignore[arg-type]  # it is a table
    .where(Member.id == bindparam("member"))
    .values(seen_at=bindparam("at", type_=UtcTime))
)


def at_address(session: Session, channel: str, value: str) -> Address | None:
    """The address row of E.164 `value` on `sms`, or of a mail address on `email`."""
    row: Address | None = _AT_ADDRESS.one(session, channel=channel, value=value)
    return row


def locked(session: Session, member_id: int) -> Member | None:
    """The member, with all other turns of theirs kept waiting until this transaction ends.

    None where there is none, or they are erased: also where that was while we waited.

    Not `FOR UPDATE`: whoever only refers to the member, with a question or a post, need not wait.
    """
    member: Member | None = _LOCKED.one(session, member=member_id)
    return None if member is None or member.role == ERASED else member


def sender(
    session: Session, channel: str, value: str, proved: int | None
) -> tuple[Member | None, Address | None]:
    """Who writes from an address: locked first, so that nothing read behind it is old.

    `proved` is who it is where the transport knows. Whoever has a lost phone is a stranger.
    """
    if proved is None and dialect_of(session) == "sqlite":
        return _of_one_writer(session, channel, value)
    member_id = proved or _WHO.scalar(session, channel=channel, value=value)
    member = locked(session, member_id) if member_id else None
    address = at_address(session, channel, value)
    if proved is not None or address is None:
        return (member if proved is not None else None), address
    if address.state == "lost":
        return None, address
    if address.member_id != member_id:
        member = locked(session, address.member_id)  # it moved while we waited
    return member, address


def _of_one_writer(
    session: Session, channel: str, value: str
) -> tuple[Member | None, Address | None]:
    """`sender` where nothing moves meanwhile, for there is one writer: us."""
    row = _BOTH.first(session, channel=channel, value=value)
    if row is None:
        return None, None
    width = len(Address.__table__.columns)
    address = adopted(session, Address, row[:width])
    member = adopted(session, Member, row[width:])
    is_theirs = address.state != "lost" and member.role != ERASED
    return (member if is_theirs else None), address


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
    if given:
        address.heard_at = now
    elif address.state in ("doubted", "failed"):
        address.heard_at = None  # Whoever said no may not be the member: START is asked first.
    address.asked_at = None
    turn(session, address, "active" if given else "stopped", cause, now)


def turn(session: Session, address: Address, state: str, cause: str, now: datetime) -> None:
    """Bring an address into a state, and write into the ledger why."""
    address.state, address.changed_at = state, now
    if state == "active":
        address.bounce_score, address.bounced_at = 0.0, None
    is_yes = state == "active" or cause.startswith("start:")
    note(session, address, given=is_yes, cause=cause, now=now)
    choose_preferred(session, address.member_id)


def note(session: Session, address: Address, *, given: bool, cause: str, now: datetime) -> None:
    """One more line of the ledger."""
    session.add(
        Consent(
            member_id=address.member_id, channel=address.channel, given=given, cause=cause, at=now
        )
    )


def said() -> ColumnElement[bool]:
    """Lines of the ledger that are somebody's own yes or no."""
    return Consent.cause.not_in(OURS) & Consent.cause.not_like("failed:%")


def has_refused(session: Session, member_id: int, channel: str) -> bool:
    """Whether the member's last word on a channel was a no, said at whichever address."""
    last = session.scalar(
        select(Consent.given)
        .where(Consent.member_id == member_id, Consent.channel == channel, said())
        .order_by(Consent.id.desc())
        .limit(1)
    )
    return last is False


def stop_mark(secret: bytes, channel: str, value: str) -> str:
    """The cause in the ledger of a no that outlives its member: an address by a keyed hash."""
    plain = f"stopped/{channel}/{value}".encode()
    return f"{STOPPED}{hmac.new(secret, plain, hashlib.sha256).hexdigest()}"


def marked(session: Session, marks: Collection[str]) -> set[str]:
    """Those of these marks that are in the ledger."""
    return set(session.scalars(select(Consent.cause).where(Consent.cause.in_(marks))))


def refuse(session: Session, address: Address, cause: str, now: datetime) -> None:
    """The no of whoever holds an address that is not activated: no file opens it from now on.

    It stays `pending`, so that START alone does not make its holder the member.
    """
    if not has_refused(session, address.member_id, address.channel):
        note(session, address, given=False, cause=cause, now=now)


def hear(session: Session, address: Address, said_at: datetime, now: datetime) -> None:
    """Its owner wrote from it; a mailbox that failed is then none that fails."""
    heard_at = max(said_at, address.heard_at or said_at)
    _HEARD.run(session, address=address.id, at=heard_at)
    set_committed_value(address, "heard_at", heard_at)
    if address.state == "failed":
        turn(session, address, "active", "heard", now)


def see(session: Session, member: Member, now: datetime) -> None:
    """A member did something, on whichever channel."""
    _SEEN.run(session, member=member.id, at=now)
    set_committed_value(member, "seen_at", now)


def put_first(rows: Sequence[Address], address: Address) -> None:
    """Notices go to this address from now on, and to no other of `rows`."""
    for row in rows:
        row.preferred = row is address


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
    """The row of an address that now belongs to `member`, whoever had it before.

    Only one that is not active moves: a number goes to another phone, and its new holder has a
    code. What is owed to the old owner there is dropped when it is claimed.
    """
    row = at_address(session, channel, value)
    if row is None:
        row = Address(member_id=member.id, channel=channel, value=value, changed_at=now)
        session.add(row)
    before = row.member_id
    if before != member.id:
        note(session, row, given=False, cause="moved", now=now)
    row.member_id = member.id
    row.preferred = False
    if before != member.id:
        choose_preferred(session, before)
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
    """A fresh one-time code of `kind`, shown once, and the minutes for which it is good.

    The one before is worth nothing any more: a letter that went astray is mended by the next one,
    and one guess never has several to hit.
    """
    session.execute(delete(Code).where(Code.member_id == member_id, Code.kind == kind))
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
    # One statement, for two who send the same code at the same moment.
    owner: int | None = session.scalar(
        update(Code)
        .where(
            Code.kind == kind,
            Code.hash == code_hash(secret, code),
            Code.used_at.is_(None),
            Code.expires_at > now,
        )
        .values(used_at=now)
        .returning(Code.member_id)
        .execution_options(synchronize_session=False)
    )
    return owner


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


def next_digest(member: Member, now: datetime, shifts: Sequence[int]) -> datetime | None:
    """When the next digest is due: at the member's own time of day, for `week` on Mondays.

    For `shift` at the next of `shifts`, in minutes of the member's day.
    """
    if member.rhythm == "never":
        return None
    zone = ZoneInfo(member.timezone)
    minutes = shifts if member.rhythm == "shift" else (member.digest_minute,)
    day = now.astimezone(zone).date()
    for _ in range(9):
        for minute in minutes:
            # In UTC: on the night when an hour comes twice, local times do not compare.
            at = datetime.combine(day, time(*divmod(minute, 60)), zone).astimezone(UTC)
            if at > now and (member.rhythm != "week" or day.weekday() == 0):
                return at
        day += timedelta(days=1)
    raise AssertionError("a week has a Monday")


def quiet_until(member: Member, now: datetime) -> datetime | None:
    """The end of the quiet hours that `now` lies in; None where the member may be written to."""
    if member.seen_at and now - member.seen_at < AWAKE:
        return None
    zone = ZoneInfo(member.timezone)
    local = now.astimezone(zone)
    minute, end = local.hour * 60 + local.minute, member.quiet_to
    if not is_quiet(member, minute):
        return None
    day = local.date() if minute < end else local.date() + timedelta(days=1)
    return datetime.combine(day, time(end // 60, end % 60), zone).astimezone(now.tzinfo)


def is_quiet(member: Member, minute: int) -> bool:
    """Whether a minute of the member's day lies in their quiet hours."""
    start, end = member.quiet_from, member.quiet_to
    return start <= minute < end if start <= end else minute >= start or minute < end
