"""Whoever is not known, or not well enough: told how to be, at most once; and the code for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core import doubts, flow, groups, inbox, members, throttle
from gateway.core.commands import Activate, Activated, Command, Guess, Start, Stop, Stopped
from gateway.core.envelope import KIOSK, SMS, Inbound
from gateway.core.errors import Refused
from gateway.core.gateway.parts import Parts
from gateway.core.house import House
from gateway.core.inbox import Outcome
from gateway.core.models import Address, Member
from gateway.core.wording import words

TRIES = "codes"
"""What the tries of one sender are counted under, with what is behind it."""

WRONG_CODES = (150 / 60, 150)
"""Answers to wrong codes, over all senders, a minute and at once: at most 300 in any hour. A mail's
sender can be made up, and each made-up one has tries of its own."""


@dataclass(frozen=True, slots=True)
class Who:
    """A message, and whose it seems to be."""

    inbound: Inbound
    row_id: int
    member: Member | None
    address: Address | None
    said_at: datetime
    """Long ago where an operator runs it again: what counts is whose the number was then."""


def met(
    session: Session, parts: Parts, who: Who, command: Command, now: datetime
) -> Outcome | None:
    """What becomes of a message of somebody who has yet to prove who they are, else None."""
    inbound, address, house = who.inbound, who.address, parts.house
    if isinstance(command, Guess) and isinstance(command.command, Activate):
        # `activé K7P2QD4M`: nobody can be asked yet, and only the code's owner has the code.
        command = command.command if _may_be_tied(inbound, address, now) else command
    opens = isinstance(command, (Start, Activate))
    if opens and inbox.was_stopped_since(session, who.row_id, inbound):
        return _too_late(house, who.member, command)
    if isinstance(command, Activate) and _may_be_tied(inbound, address, now):
        return _activate(session, parts, inbound, command, now)
    if who.member is None or address is None:
        return None
    if address.state == "pending" or doubts.in_doubt(address, who.said_at):
        return _unproved(session, house, who.member, address, command, now)
    return None


def unknown(house: House, channel: str, command: Command) -> Outcome:
    """Nobody we know, or an address that its owner has not activated."""
    reason = "not_a_member" if channel == SMS else "unknown_address"
    refusal = Refused(reason)
    text = words(refusal, house.language)
    return Outcome("refused", None, command.name, refusal, text, once_a_day=True)


def astray(session: Session, house: House, inbound: Inbound) -> Outcome:
    """Words at an address that takes none: kept, and their writer is told once where to write.

    Whose From is not proved may be anybody, and is not written to.
    """
    address = members.at_address(session, inbound.channel, inbound.sender)
    member = session.get(Member, address.member_id) if address is not None else None
    refusal = Refused("astray", address=inbound.astray)
    text = words(refusal, member.language if member else house.language)
    member_id = member.id if member and not inbound.held else None
    return Outcome(
        "refused", member_id, "astray", refusal, text, once_a_day=True, unanswered=inbound.held
    )


def tries_of(house: House, channel: str, sender: str) -> str:
    """What the wrong codes of a number or a mailbox are counted under."""
    return flow.subject(TRIES, house.secret, channel, sender)


def _too_late(house: House, member: Member | None, command: Command) -> Outcome:
    """What waited, or was parked, and would open what its sender has stopped since."""
    refusal = Refused("stopped_here")
    text = words(refusal, member.language if member else house.language)
    return Outcome("refused", member.id if member else None, command.name, refusal, text)


def _may_be_tied(inbound: Inbound, address: Address | None, now: datetime) -> bool:
    """A number or a mailbox that is nobody's yet, or any more; a kiosk is everybody's for ever."""
    if inbound.channel == KIOSK:
        return False
    return address is None or address.state != "active" or doubts.in_doubt(address, now)


def _unproved(  # one turn's whole context
    session: Session,
    house: House,
    member: Member,
    address: Address,
    command: Command,
    now: datetime,
) -> Outcome:
    """Whoever holds an address that nobody activated may say one thing: no.

    Whoever holds a number that may be another's by now is asked, and not taken for the member.
    """
    if address.state != "pending":
        heard = doubts.hear(session, member, address, command, now)
        text = words(heard.result, member.language)
        return Outcome(heard.state, None, heard.reason, heard.result, text)
    if not isinstance(command, Stop):
        return unknown(house, address.channel, command)
    members.refuse(session, address, f"stop:{address.channel}", now)
    result = Stopped()
    return Outcome("done", None, command.name, result, words(result, member.language))


def _activate(
    session: Session, parts: Parts, inbound: Inbound, command: Activate, now: datetime
) -> Outcome:
    """Tie the sender's address to the member whose code this is."""
    house = parts.house
    where_not = parts.unwritable(inbound.channel, inbound.sender)
    if where_not:
        # Nobody will ever be written to there. The code stays good for a number of this country.
        return _no(house, "not_here", unanswered=where_not)
    tries = tries_of(house, inbound.channel, inbound.sender)
    try:
        throttle.attempt(session, tries, now, throttle.CODES)
    except Refused:
        return _no(house, "code_locked", once_a_day=True)
    member_id = members.take_code(session, "activation", command.code, house.secret, now)
    member = members.locked(session, member_id) if member_id is not None else None
    if member is None:
        return _wrong(session, house, tries, now)
    throttle.passed(session, tries)
    replaced = doubts.activate(session, member, inbound.channel, inbound.sender, now)
    mine = tuple(group.title for group in groups.own(session, member.id))
    result = Activated(member.name, mine, replaced)
    text = words(result, member.language, now=now, timezone=member.timezone)
    return Outcome("done", member.id, command.name, result, text)


def _wrong(session: Session, house: House, tries: str, now: datetime) -> Outcome:
    rate, burst = WRONG_CODES
    too_many = not flow.take(session, "wrong-codes", rate, burst, now)
    why = "too many wrong codes" if too_many else ""
    if throttle.is_locked(session, tries, now):
        return _no(house, "code_locked", once_a_day=True, unanswered=why)
    return _no(house, "wrong_code", unanswered=why)


def _no(house: House, reason: str, *, once_a_day: bool = False, unanswered: str = "") -> Outcome:
    refusal = Refused(reason)
    text = words(refusal, house.language)
    return Outcome(
        "refused", None, "activate", refusal, text, once_a_day=once_a_day, unanswered=unanswered
    )
