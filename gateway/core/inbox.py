"""What came in: recorded once, ended once, and kept so that it can be run again."""

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.core import codec
from gateway.core.commands import Command, Result
from gateway.core.database import insert_once
from gateway.core.envelope import Inbound, Received
from gateway.core.errors import Refused
from gateway.core.models import Inbox

LONGEST_TEXT = 20_000
LONGEST_RAW = 30 * 2**20
LONGEST_ID = 512


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an inbound ended: its state, for whom, and what the person is told."""

    state: str
    member_id: int | None = None
    reason: str = ""
    result: Result | Refused | None = None
    words: str = ""
    once_a_day: bool = False
    """Told at most once a day: to a stranger, or about one, who could make us write without end."""


def cleaned(inbound: Inbound) -> Inbound:
    """What came in, bounded, and in characters that every store and every wire can take."""
    return replace(
        inbound,
        external_id=_bounded_id(_clean(inbound.external_id)),
        sender=_clean(inbound.sender)[:LONGEST_ID],
        text=_clean(inbound.text)[:LONGEST_TEXT],
        raw=inbound.raw[:LONGEST_RAW],
        command=_cleaned_command(inbound.command) if inbound.command else None,
        subject=_clean(inbound.subject)[:LONGEST_ID],
        message_id=_clean(inbound.message_id)[:LONGEST_ID],
        references=_clean(inbound.references)[: 8 * LONGEST_ID],
    )


def record(session: Session, inbound: Inbound, now: datetime) -> int | None:
    """Write the row of what came in, `cleaned`; its id, or None where it has come in before."""
    row: int | None = session.scalar(
        insert_once(session, Inbox)
        .values(
            channel=inbound.channel,
            external_id=inbound.external_id,
            sender=inbound.sender,
            member_id=inbound.member_id,
            text=inbound.text,
            envelope=json.dumps(_envelope(inbound)),
            raw=inbound.raw,
            received_at=now,
            state="received",
            reason="",
            result="",
            words="",
        )
        .returning(Inbox.id)
    )
    return row


def again(session: Session, inbound: Inbound) -> tuple[Inbox, Received]:
    """What a repeat is told: what the first one was."""
    row = session.scalars(
        select(Inbox).where(
            Inbox.channel == inbound.channel,
            Inbox.external_id == inbound.external_id,
        )
    ).one()
    return row, Received(row.id, row.state, True, read_result(row.result), row.words)


def settle(session: Session, row_id: int, outcome: Outcome) -> Received:
    """Write how it ended."""
    row = session.get_one(Inbox, row_id)
    row.state = outcome.state
    row.member_id = outcome.member_id or row.member_id
    row.reason = outcome.reason
    row.result = json.dumps(result_record(outcome.result)) if outcome.result else ""
    row.words = outcome.words
    return Received(row.id, row.state, False, outcome.result, outcome.words)


def inbound_of(row: Inbox) -> Inbound:
    """What came in, as it came, from its row."""
    envelope = json.loads(row.envelope)
    command = envelope.pop("command", None)
    return Inbound(
        channel=row.channel,
        external_id=row.external_id,
        sender=row.sender,
        text=row.text,
        raw=row.raw,
        command=codec.decode(command) if command else None,
        **envelope,
    )


def counts(session: Session) -> dict[tuple[str, str], int]:
    """How many rows are in each (channel, state)."""
    rows = session.execute(
        select(Inbox.channel, Inbox.state, func.count()).group_by(Inbox.channel, Inbox.state)
    )
    return {(channel, state): count for channel, state, count in rows}


def result_record(result: Result | Refused) -> dict[str, Any]:
    """A result or a refusal as JSON."""
    if isinstance(result, Refused):
        return {"is": "Refused", "reason": result.reason, "details": _plain(result.details)}
    return codec.encode(result)


def read_result(text: str) -> Result | Refused | None:
    if not text:
        return None
    record = json.loads(text)
    if record["is"] == "Refused":
        return Refused(record["reason"], **record["details"])
    result: Result = codec.decode(record)
    return result


def _envelope(inbound: Inbound) -> dict[str, Any]:
    return {
        "command": codec.encode(inbound.command) if inbound.command else None,
        "member_id": inbound.member_id,
        "about": inbound.about,
        "language": inbound.language,
        "subject": inbound.subject,
        "message_id": inbound.message_id,
        "references": inbound.references,
        "automatic": inbound.automatic,
        "held": inbound.held,
        "carrier_answered": inbound.carrier_answered,
    }


def _plain(details: Any) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in details.items()
    }


def _bounded_id(external_id: str) -> str:
    """Cut by a hash: two that begin alike are still two."""
    if len(external_id) <= LONGEST_ID:
        return external_id
    return hashlib.sha256(external_id.encode()).hexdigest()


def _cleaned_command(command: Command) -> Command:
    changed: dict[str, Any] = {}
    for field in fields(command):
        value = getattr(command, field.name)
        if isinstance(value, Command):
            changed[field.name] = _cleaned_command(value)
        elif isinstance(value, str):
            changed[field.name] = _clean(value)[:LONGEST_TEXT]
    return replace(command, **changed)


def _clean(text: str) -> str:
    """No NUL (PostgreSQL refuses it) and no lone surrogate (no encoding has it)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
