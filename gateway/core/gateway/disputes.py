"""A message whose sender is in doubt: kept, not run, and its supposed owner is asked whether it is
theirs, at an address of theirs that we know. Their yes runs it, once; nobody else is told anything.
"""

import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core import codec, flow, inbox, kiosks, members
from gateway.core.commands import Command, Disputed
from gateway.core.envelope import KIOSK, Inbound
from gateway.core.errors import Refused
from gateway.core.house import House
from gateway.core.inbox import Outcome
from gateway.core.models import Inbox, Member, Question
from gateway.core.wording import words

BADGE = "badge:"
"""Before the sender of what was written at a kiosk that could not check who wrote it."""

DEPOSIT = "deposit"
"""Why that is held."""

DAY = timedelta(days=1)
MOST_ASKED = 5
"""Questions to one member in a day: whoever writes in their name must not fill their mailbox."""

ANSWERABLE = timedelta(days=7)


def owner(session: Session, inbound: Inbound) -> Member | None:
    """Whose message it claims to be: a token's owner, or whoever has that address, or badge."""
    if inbound.member_id is not None:
        return members.locked(session, inbound.member_id)
    if inbound.channel == KIOSK:
        holder = kiosks.find_badge(session, inbound.sender.removeprefix(BADGE))
        return members.locked(session, holder.id) if holder is not None else None
    address = members.at_address(session, inbound.channel, inbound.sender)
    return members.locked(session, address.member_id) if address is not None else None


def ask(  # one message's whole context
    session: Session,
    house: House,
    row_id: int,
    member: Member,
    inbound: Inbound,
    command: Command,
    now: datetime,
) -> Outcome:
    """Ask the owner about a message; told once a day only that more is kept, beyond a few."""
    asked = flow.subject("disputed", house.secret, inbound.channel, str(member.id))
    if not flow.within(session, asked, MOST_ASKED, DAY, now):
        refusal = Refused(f"held_{inbound.held}")
        text = words(refusal, member.language)
        return Outcome("held", member.id, inbound.held, refusal, text, once_a_day=True)
    session.add(
        Question(
            member_id=member.id,
            channel=inbound.channel,
            standing=True,
            asked_at=now,
            title=inbound.text,
            commands=json.dumps([codec.encode(command)]),
            inbox_id=row_id,
            expires_at=now + ANSWERABLE,
        )
    )
    result = _disputed(inbound)
    text = words(result, member.language, now=now, timezone=member.timezone)
    return Outcome("held", member.id, inbound.held, result, text)


def waiting(session: Session, member: Member, now: datetime) -> list[tuple[int, str]]:
    """What was written at a kiosk in the member's name and waits for their word, oldest first.

    The question's id, and what is asked.
    """
    rows = session.execute(
        select(Question, Inbox)
        .join(Inbox, Inbox.id == Question.inbox_id)
        .where(
            Question.member_id == member.id,
            Question.channel == KIOSK,
            Question.standing,
            Question.expires_at > now,
            Inbox.state == "held",
        )
        .order_by(Question.id)
    )
    return [
        (question.id, words(_disputed(inbox.inbound_of(row)), member.language))
        for question, row in rows
    ]


def _disputed(inbound: Inbound) -> Disputed:
    if inbound.channel == KIOSK:
        return Disputed("", inbound.text, kiosk=inbound.subject)  # a badge is told to nobody
    return Disputed(inbound.sender, inbound.text)
