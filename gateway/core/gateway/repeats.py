"""The same message under another name: a phone, or a carrier, that was not sure and sent it again.

A carrier's id tells one message from another, and a phone that heard no acknowledgement of the
network gives its second try an id of its own. So the same words of one member, within seconds, are
written once. What only asks runs each time: whoever wants the next page asks twice in good faith.
"""

import json
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from gateway.core.commands import (
    Command,
    FreeText,
    Post,
    Reply,
    Several,
    Undo,
    Urgent,
    WhichItem,
)
from gateway.core.envelope import SMS, Inbound
from gateway.core.inbox import Outcome
from gateway.core.models import Inbox, Member
from gateway.core.prepared import Prepared

AGAIN = timedelta(seconds=10)
"""A person does not type the same words again in so short a time."""

DELIVERED_AGAIN = timedelta(hours=48)
"""So long a carrier's name for one delivery means that delivery."""

WRITES = (Post, Reply, FreeText, Several, WhichItem)
NEXT = (Urgent, Undo)
"""Said again once something else was said, these are meant again."""

RAN = ("done", "refused")
MOST = 20
"""So many messages of one member are looked at; more cannot run within the seconds (`flood`)."""

_BEFORE = Prepared(
    select(Inbox.id, Inbox.sender, Inbox.text, Inbox.envelope, Inbox.received_at)
    .where(
        Inbox.member_id == bindparam("member"),
        Inbox.channel == SMS,
        # Of two that came at once, the one with the lower id may be the second to run.
        Inbox.id != bindparam("row"),
        or_(*(Inbox.state == state for state in RAN)),
    )
    .order_by(Inbox.id.desc())
    .limit(MOST)
)


def repeated(
    session: Session,
    member: Member,
    inbound: Inbound,
    command: Command,
    row_id: int,
    said_at: datetime,
) -> Outcome | None:
    """How a message of a member ends that came in before by another name; None for a new one.

    Nothing is said: the first was answered.
    """
    if inbound.channel != SMS:
        return None
    first = _first_of(session, member, inbound, command, row_id, said_at)
    return Outcome("duplicate", member.id, f"of {first}") if first is not None else None


def _first_of(
    session: Session,
    member: Member,
    inbound: Inbound,
    command: Command,
    row_id: int,
    said_at: datetime,
) -> int | None:
    # Two pictures may come with the same words, or with none.
    kinds = (*WRITES, *NEXT) if not inbound.media else ()
    may_be = isinstance(command, kinds)
    said_at = min(inbound.said_at or said_at, said_at)
    rows = _BEFORE.rows(session, member=member.id, row=row_id)
    for first, sender, text, kept, received_at in rows:
        envelope = json.loads(kept)
        before = envelope.get("said_at")
        apart = said_at - (datetime.fromisoformat(before) if before else received_at)
        same = may_be and sender == inbound.sender and text == inbound.text
        if _is_delivery(inbound, envelope, apart) or (same and abs(apart) <= AGAIN):
            return int(first)
        may_be = may_be and not isinstance(command, NEXT)
    return None


def _is_delivery(inbound: Inbound, envelope: dict[str, object], apart: timedelta) -> bool:
    same = bool(inbound.delivery) and envelope.get("delivery") == inbound.delivery
    return same and abs(apart) <= DELIVERED_AGAIN
