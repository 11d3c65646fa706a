"""What came in: recorded once, ended once, and kept so that it can be run again."""

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from gateway.core import codec, media
from gateway.core.commands import Command, Result
from gateway.core.database import InsertOnce
from gateway.core.envelope import KIOSK, Inbound, MediaRef, Received
from gateway.core.errors import Refused
from gateway.core.models import Inbox
from gateway.core.models.wire import UNANSWERED
from gateway.core.prepared import Prepared

LONGEST_TEXT = 20_000
LONGEST_RAW = 30 * 2**20
LONGEST_ID = 512

STOP = "stop"
"""The reason of a row that was a STOP: the command's name, like that of every row that ran."""

_RECORD = InsertOnce(
    Inbox,
    *("channel", "external_id", "sender", "member_id", "text", "envelope", "raw"),
    *("received_at", "cut"),
)
_SETTLE = Prepared(
    update(Inbox.__table__)  # type: ignore[arg-type]  # it is a table
    .where(Inbox.id == bindparam("row"))
    .values(
        state=bindparam("ended"),
        member_id=func.coalesce(bindparam("member"), Inbox.member_id),
        reason=bindparam("why"),
        result=bindparam("value"),
        words=bindparam("told"),
    )
)


_USUAL = {field.name: field.default for field in fields(Inbound)}
_AS_IT_IS = (
    *("member_id", "about", "language", "subject", "message_id", "references", "automatic", "held"),
    *("carrier_answered", "astray", "fingerprint", "delivery"),
)
"""What of a message stands in its envelope as it is, where it is not as usual."""


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
    unanswered: str = ""
    """Why nobody is told at all."""


def cleaned(inbound: Inbound) -> Inbound:
    """What came in, bounded, and in characters that every store and every wire can take."""
    values = {
        "external_id": _bounded_id(_clean(inbound.external_id)),
        "sender": _clean(inbound.sender)[:LONGEST_ID],
        "text": _clean(inbound.text)[:LONGEST_TEXT],
        "raw": inbound.raw[:LONGEST_RAW],
        "command": _cleaned_command(inbound.command) if inbound.command else None,
        "subject": _clean(inbound.subject)[:LONGEST_ID],
        "message_id": _clean(inbound.message_id)[:LONGEST_ID],
        "references": _clean(inbound.references)[: 8 * LONGEST_ID],
        "media": media.bounded(inbound.media),
        "cut": _clean(inbound.cut)[:LONGEST_TEXT],
        "delivery": _clean(inbound.delivery)[:LONGEST_ID],
    }
    changed: dict[str, Any] = {
        name: value for name, value in values.items() if value != getattr(inbound, name)
    }
    return replace(inbound, **changed) if changed else inbound


def record(session: Session, inbound: Inbound, now: datetime) -> int | None:
    """Write the row of what came in, `cleaned`; its id, or None where it has come in before."""
    return _RECORD.id_of(
        session,
        channel=inbound.channel,
        external_id=inbound.external_id,
        sender=inbound.sender,
        member_id=inbound.member_id,
        text=inbound.text,
        envelope=json.dumps(_envelope(inbound)),
        raw=inbound.raw,
        received_at=now,
        cut=inbound.cut,
    )


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
    _SETTLE.run(
        session,
        row=row_id,
        ended=outcome.state,
        member=outcome.member_id,
        why=outcome.reason,
        value=json.dumps(result_record(outcome.result)) if outcome.result else "",
        told=outcome.words,
    )
    kept = session.identity_map.get((Inbox, (row_id,), None))
    if kept is not None:
        session.expire(kept)
    return Received(row_id, outcome.state, False, outcome.result, outcome.words)


def unanswered(session: Session, row_id: int, why: str) -> None:
    """Write beside how it ended why nobody is told."""
    row = session.get_one(Inbox, row_id)
    row.reason = f"{row.reason}; {UNANSWERED} {why}"


def may_run_again(row: Inbox) -> bool:
    """What a fault parked, and what was kept because too much came at once; not what is in doubt.

    Who is in doubt about its sender runs it in nobody's name.
    """
    flooded = row.reason.startswith("flood")
    # Written at a kiosk with a badge that nobody had: by now somebody may have it, and is asked.
    of_nobody = row.channel == KIOSK and row.member_id is None
    return row.state == "failed" or (row.state == "held" and (flooded or of_nobody))


def was_stopped_since(session: Session, row_id: int, inbound: Inbound) -> bool:
    """Whether its sender has said STOP after it: one that waited, or is run again, comes too late.

    A kiosk is no sender: everybody writes from it.
    """
    later = select(Inbox.id).where(
        Inbox.id > row_id,
        Inbox.channel == inbound.channel,
        Inbox.sender == inbound.sender,
        or_(Inbox.reason == STOP, Inbox.reason.startswith(f"{STOP};")),
    )
    return inbound.channel != KIOSK and session.scalar(later.limit(1)) is not None


def inbound_of(row: Inbox) -> Inbound:
    """What came in, as it came, from its row."""
    envelope = json.loads(row.envelope)
    command = envelope.pop("command", None)
    said_at, written = envelope.pop("said_at", None), envelope.pop("written", None)
    refs = tuple(MediaRef(**ref) for ref in envelope.pop("media", ()))
    return Inbound(
        channel=row.channel,
        external_id=row.external_id,
        sender=row.sender,
        text=row.text,
        raw=row.raw,
        command=codec.decode(command) if command else None,
        said_at=datetime.fromisoformat(said_at) if said_at else None,
        written=datetime.fromisoformat(written) if written else None,
        media=refs,
        cut=row.cut,
        **envelope,
    )


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
    """What a message brought with it that is not as usual: of most texts, nothing."""
    kept: dict[str, Any] = {
        name: value for name in _AS_IT_IS if (value := getattr(inbound, name)) != _USUAL[name]
    }
    if inbound.command is not None:
        kept["command"] = codec.encode(inbound.command)
    for name in ("said_at", "written"):
        at = getattr(inbound, name)
        if at is not None:
            kept[name] = at.isoformat()
    if inbound.media:
        # What is in a file is in the table of media, and in `raw`.
        kept["media"] = [{"kind": ref.kind, "url": ref.url} for ref in inbound.media]
    return kept


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
        elif isinstance(value, tuple):
            changed[field.name] = tuple(_cleaned_command(one) for one in value)
        elif isinstance(value, str):
            changed[field.name] = _clean(value)[:LONGEST_TEXT]
    return replace(command, **changed)


def _clean(text: str) -> str:
    """No NUL (PostgreSQL refuses it) and no lone surrogate (no encoding has it)."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
