"""Too much at once from one sender: it waits for its turn, and nothing of it is lost.

A phone that comes back into coverage brings ten texts at once, and all of them run. What is more
than a person writes waits, in its order, until there are tokens again; far more than that is kept
for an operator. A STOP never waits.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from gateway.core import flow, grammar, members
from gateway.core.commands import Stop
from gateway.core.envelope import KIOSK, Inbound
from gateway.core.errors import Refused
from gateway.core.house import House
from gateway.core.inbox import Outcome
from gateway.core.models import Inbox, Member
from gateway.core.prepared import Prepared
from gateway.core.wording import words

LIMITS = (("in", 6.0, 20.0), ("in-hour", 1.0, 60.0))
"""Twenty at once and six a minute; and at most 120 in any hour: sixty, and one a minute."""

MOST_WAITING = 100
TOLD_AGAIN = timedelta(hours=1)
LONGEST_STOP = 80
"""A STOP is a whole message, with a courtesy at most: nothing longer need be looked at."""

FLOOD = "flood"

_COUNT_WAITING = Prepared(
    select(func.count()).select_from(
        select(Inbox.id)
        .where(
            Inbox.state == "waiting",
            Inbox.channel == bindparam("channel"),
            Inbox.sender == bindparam("sender"),
        )
        .limit(MOST_WAITING)
        .subquery()
    )
)


def aside(session: Session, house: House, inbound: Inbound, now: datetime) -> Outcome | None:
    """What becomes of a message that must not run now; None for one that may.

    What a machine sent, and what is held in doubt, runs nothing: it takes no turn from anybody, for
    who sends it may have made up the sender.
    """
    if inbound.channel == KIOSK or inbound.automatic or inbound.held:
        return None
    waiting = _waiting(session, inbound.channel, inbound.sender)
    if not waiting and take(session, house, inbound.channel, inbound.sender, now):
        return None
    if _is_stop(inbound, house.language):
        return None
    state, reason = ("held", "held_flood") if waiting >= MOST_WAITING else ("waiting", "waiting")
    member = _owner(session, inbound)
    refusal = Refused(reason)
    text = words(refusal, member.language if member else house.language)
    return Outcome(state, member.id if member else None, FLOOD, refusal, text)


def take(session: Session, house: House, channel: str, sender: str, now: datetime) -> bool:
    """Whether one more message of this sender may run now; it is counted."""
    taken: list[str] = []
    for kind, rate, burst in LIMITS:
        subject = flow.subject(kind, house.secret, channel, sender)
        if not flow.take(session, subject, rate, burst, now):
            for other in taken:
                flow.give_back(session, other)
            return False
        taken.append(subject)
    return True


def give_back(session: Session, house: House, channel: str, sender: str) -> None:
    """Nothing ran after all."""
    for kind, _, _ in LIMITS:
        flow.give_back(session, flow.subject(kind, house.secret, channel, sender))


def senders(session: Session) -> list[tuple[str, str]]:
    """Of whom something waits: (channel, sender), who waits longest first."""
    rows = session.execute(
        select(Inbox.channel, Inbox.sender)
        .where(Inbox.state == "waiting")
        .group_by(Inbox.channel, Inbox.sender)
        .order_by(func.min(Inbox.id))
    )
    return [(channel, sender) for channel, sender in rows]


def oldest(session: Session, channel: str, sender: str) -> Inbox | None:
    """What has waited longest of one sender."""
    return session.scalar(
        select(Inbox)
        .where(Inbox.state == "waiting", Inbox.channel == channel, Inbox.sender == sender)
        .order_by(Inbox.id)
        .limit(1)
        .with_for_update()
    )


def _waiting(session: Session, channel: str, sender: str) -> int:
    """How many wait of this sender, as far as it matters."""
    return _COUNT_WAITING.scalar(session, channel=channel, sender=sender) or 0


def _is_stop(inbound: Inbound, language: str) -> bool:
    if inbound.command is not None:
        return isinstance(inbound.command, Stop)
    text = inbound.text
    return len(text) <= LONGEST_STOP and isinstance(grammar.parse(text, language), Stop)


def _owner(session: Session, inbound: Inbound) -> Member | None:
    address = members.at_address(session, inbound.channel, inbound.sender)
    member_id = inbound.member_id or (address.member_id if address else None)
    return members.locked(session, member_id) if member_id else None
