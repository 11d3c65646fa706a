"""The one short answer to each inbound: to whom, under which key, in which form."""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core import fanout, members
from gateway.core.commands import Page
from gateway.core.envelope import EMAIL, KIOSK, Inbound
from gateway.core.inbox import Outcome
from gateway.core.models import Address
from gateway.core.numbers import serial_of


def owe(  # each tells one thing about the answer
    session: Session,
    row_id: int,
    inbound: Inbound,
    outcome: Outcome,
    now: datetime,
    *,
    replayed: bool = False,
) -> None:
    """One answer to each inbound, but to a machine, and where the carrier gave one.

    What an operator ran again is told once more: the first answer said only that it was kept.
    """
    if inbound.channel == KIOSK or not outcome.words or inbound.carrier_answered:
        return
    address = _to(session, inbound, outcome)
    if outcome.state == "held" and address is None:
        return
    recipient = address.value if address is not None else inbound.sender
    key = f"answer:{row_id}"
    if outcome.once_a_day:
        kind = "held" if outcome.state == "held" else "stranger"
        key = f"{kind}:{recipient}:{now:%Y-%m-%d}"
    elif replayed and outcome.state != "failed":
        key += ":again"
    fanout.owe_answer(
        session,
        key=key,
        channel=inbound.channel,
        recipient=recipient,
        payload=_payload(inbound, outcome),
        now=now,
        member_id=outcome.member_id,
        address_id=address.id if address is not None else None,
    )


def _to(session: Session, inbound: Inbound, outcome: Outcome) -> Address | None:
    """The address that wrote; for what is held, an open one of its supposed owner."""
    if outcome.state != "held":
        return members.at_address(session, inbound.channel, inbound.sender)
    if outcome.member_id is None:
        return None
    rows = members.addresses(session, outcome.member_id)
    ours = [row for row in rows if row.channel == inbound.channel and row.state == "active"]
    return next(iter(ours), None)


def _payload(inbound: Inbound, outcome: Outcome) -> dict[str, object]:
    if inbound.channel != EMAIL:
        return {"text": outcome.words}
    if isinstance(outcome.result, Page) and outcome.result.about == "news" and outcome.result.items:
        return {
            "digest": [serial_of(item.number) for item in outcome.result.items],
            "remaining": outcome.result.remaining,
        }
    return {
        "text": outcome.words,
        "subject": inbound.subject,
        "message_id": inbound.message_id,
        "references": inbound.references,
    }
