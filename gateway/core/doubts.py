"""Numbers that may be another's by now: silent for long, or failing; asked before anything leaves.

A number that its owner does not use any more is given to somebody else one day. That person must
never read a word of a group. So a number that nobody wrote from for `SILENCE`, or that nothing
reached, is asked one question, which says nothing but a first name. Until the answer it gets
nothing of a group, and nothing that comes from it is run; what it wrote meanwhile is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from gateway.core import members
from gateway.core.commands import (
    Command,
    Confirm,
    Decline,
    Disowned,
    Recognized,
    Reserved,
    Result,
    Stop,
    Stopped,
)
from gateway.core.envelope import SMS
from gateway.core.errors import Refused
from gateway.core.models import Address, Code, Inbox, Member, Outbox, Question, SessionRow
from gateway.core.prepared import dialect_of

SILENCE = timedelta(days=90)
"""Less than the quarantine of most carriers before a number is given to somebody else."""

ASKED_AGAIN = timedelta(days=30)
ASKED_FOR = timedelta(days=90)
"""With `ASKED_AGAIN`, three questions at most; then somebody else must tell us."""

KEPT = timedelta(days=7)
"""What was written longer ago is not run any more: its time is over."""

BATCH = 500
IN_DOUBT = ("doubted", "failed")
QUESTION = "question"
"""The kind of an outbox row that asks."""

_NOT_KEPT = (Confirm, Decline, Reserved)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a message from a number in doubt: an inbox row's state, reason and result."""

    state: str
    reason: str
    result: Result | Refused


def fresh(now: datetime) -> ColumnElement[bool]:
    """Addresses whose holder was heard of lately; a mailbox is given to nobody else."""
    return heard_since(now - SILENCE)


def heard_since(since: Any) -> ColumnElement[bool]:
    """`fresh`, of a time or of what stands for one in a statement."""
    heard: ColumnElement[bool] = Address.heard_at >= since
    return (Address.channel != SMS) | heard


def in_doubt(address: Address, now: datetime) -> bool:
    """Whether its holder must be asked before anything of a group is shown there."""
    if address.channel != SMS:
        return False
    return address.state in IN_DOUBT or (
        address.state in ("active", "stopped") and _silent(address, now)
    )


def barred(row: Outbox, address: Address | None, now: datetime) -> str:
    """Why a message may not leave for this address; empty where it may."""
    state = address.state if address is not None else ""
    if row.kind == QUESTION:
        return "" if state in IN_DOUBT else "answered"
    if row.post_id is not None or row.kind == "digest":
        if address is None or state != "active":
            return state if state in ("doubted", "lost") else "stopped"
        return "doubted" if in_doubt(address, now) else ""
    if address is None or row.member_id is None:
        return ""  # Told to whoever has the number, not to the member.
    return "doubted" if state == "lost" or in_doubt(address, now) else ""


def closed_to() -> ColumnElement[bool]:
    """Rows that tell something of a group, and whose address is not open: see `barred`."""
    of_a_group = Outbox.post_id.is_not(None) | (Outbox.kind == "digest")
    open_ = exists().where(Address.id == Outbox.address_id, Address.state == "active")
    return of_a_group & ~open_


def look(session: Session, now: datetime) -> list[tuple[Member, Address]]:
    """Up to `BATCH` numbers to ask now: fallen silent, or asked a month ago to no avail.

    Only where notices go to: elsewhere nothing leaves of itself.
    """
    silent = (Address.state == "active") & Address.preferred & _long_ago(now)
    asked = func.coalesce(Address.asked_at, Address.changed_at) <= now - ASKED_AGAIN
    again = Address.state.in_(IN_DOUBT) & (Address.changed_at > now - ASKED_FOR) & asked
    chosen = (
        select(Member, Address)
        .join(Address, Address.member_id == Member.id)
        .where(Address.channel == SMS, or_(silent, again))
        .order_by(Address.id)
        .limit(BATCH)
    )
    if dialect_of(session) == "postgresql":
        chosen = chosen.with_for_update(of=Member, skip_locked=True, key_share=True)
    found = [(member, address) for member, address in session.execute(chosen)]
    for _, address in found:
        address.asked_at = now
        if address.state == "active":
            members.turn(session, address, "doubted", "silent", now)
    return found


def ask_at_start(session: Session, address: Address, cause: str, now: datetime) -> bool:
    """A START said elsewhere for a number in doubt: whether its holder is to be asked now."""
    recently = address.asked_at is not None and address.asked_at > now - timedelta(days=1)
    if address.state not in IN_DOUBT:
        members.turn(session, address, "doubted", cause, now)
    if not recently:
        address.asked_at = now
    return not recently


def question(member: Member) -> Refused:
    """What is asked. It names nobody in full, and nothing of any group."""
    return Refused("doubted", name=first_name(member))


def first_name(member: Member) -> str:
    return next(iter(member.name.split()), "")


def hear(
    session: Session, member: Member, address: Address, command: Command, now: datetime
) -> Heard:
    """What came from a number in doubt: an answer to the question, a stop, or kept and asked."""
    asked = address.asked_at is not None
    if isinstance(command, Stop):
        if address.state != "stopped":
            members.consent(session, address, given=False, cause=f"stop:{SMS}", now=now)
        forget(session, address)
        return Heard("done", command.name, Stopped())
    if asked and isinstance(command, Confirm):
        return Heard("done", command.name, _confirm(session, member, address, now))
    if asked and isinstance(command, Decline):
        close(session, address, "denied", now)
        return Heard("done", command.name, Disowned())
    if address.state == "failed":
        members.turn(session, address, "doubted", "heard", now)
    elif address.state == "active" and address.preferred:
        # Asked here and now, and not once more by the timer.
        members.turn(session, address, "doubted", "silent", now)
    address.asked_at = now
    reason = "doubt" if isinstance(command, _NOT_KEPT) else _reason(address)
    return Heard("held", reason, question(member))


def kept(session: Session, value: str, now: datetime) -> list[Inbox]:
    """What was written from a number while it was in doubt, oldest first: to be run now."""
    address = members.at_address(session, SMS, value)
    if address is None:
        return []
    rows = select(Inbox).where(
        Inbox.state == "held", Inbox.reason == _reason(address), Inbox.received_at > now - KEPT
    )
    return list(session.scalars(rows.order_by(Inbox.id)))


def forget(session: Session, address: Address) -> None:
    """What was kept is not run any more: nobody knows who wrote it."""
    session.execute(
        update(Inbox)
        .where(Inbox.state == "held", Inbox.reason == _reason(address))
        .values(state="refused")
        .execution_options(synchronize_session=False)
    )


def close(session: Session, address: Address, cause: str, now: datetime) -> None:
    """This number is the member's no more: only an activation code opens it again."""
    address.asked_at = None
    members.turn(session, address, "lost", cause, now)
    forget(session, address)


def activate(session: Session, member: Member, channel: str, value: str, now: datetime) -> bool:
    """Tie an address to whoever had the code; whether it took the place of another number.

    A phone a person: the old one may be another's by tomorrow. Of mailboxes one may have several.
    """
    address = members.tie(session, member, channel, value, now)
    session.flush()
    forget(session, address)
    old = [
        row
        for row in members.addresses(session, member.id)
        if channel == SMS and row.channel == SMS and row.id != address.id
    ]
    first = any(row.preferred or row.state in (*IN_DOUBT, "lost") for row in old)
    replaced = [row for row in old if row.state != "lost"]
    for row in replaced:
        close(session, row, "replaced", now)
    members.consent(session, address, given=True, cause="activated", now=now)
    if first:
        members.put_first(members.addresses(session, member.id), address)
    return bool(replaced)


def lose(session: Session, member_id: int, now: datetime) -> int:
    """The member's phone is in other hands: close it, and all that was shown on it.

    How many numbers were closed. Codes and sessions at kiosks end with them.
    """
    members.locked(session, member_id)
    phones = [
        row
        for row in members.addresses(session, member_id)
        if row.channel == SMS and row.state != "lost"
    ]
    for row in phones:
        close(session, row, "lost", now)
    for gone in (
        delete(SessionRow).where(SessionRow.member_id == member_id),
        delete(Code).where(Code.member_id == member_id),
        delete(Question).where(
            Question.member_id == member_id, Question.channel == SMS, ~Question.standing
        ),
    ):
        session.execute(gone.execution_options(synchronize_session=False))
    return len(phones)


def of(rows: Sequence[Address], now: datetime) -> list[Address]:
    """Those whose holders are asked."""
    return [row for row in rows if row.state in IN_DOUBT and in_doubt(row, now)]


def _confirm(session: Session, member: Member, address: Address, now: datetime) -> Recognized:
    """It is still theirs. What they stopped stays stopped: a yes to this is no START."""
    member.seen_at = address.heard_at = now
    address.asked_at = None
    if address.state in IN_DOUBT:
        members.turn(session, address, "active", "confirmed", now)
        members.put_first(members.addresses(session, member.id), address)
    return Recognized(first_name(member), address.state != "stopped")


def _silent(address: Address, now: datetime) -> bool:
    return address.heard_at is None or address.heard_at < now - SILENCE


def _long_ago(now: datetime) -> ColumnElement[bool]:
    return Address.heard_at.is_(None) | (Address.heard_at < now - SILENCE)


def _reason(address: Address) -> str:
    return f"doubt:{address.id}"
