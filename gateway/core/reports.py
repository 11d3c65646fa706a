"""What a carrier says of a message: which one it has under its own id, and what became of it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core import members
from gateway.core.envelope import DeliveryReport
from gateway.core.models import Address, Outbox

RANKS = {"": 0, "sent": 1, "failed": 2, "opted_out": 3, "delivered": 4, "read": 5}
"""A carrier's report only ever moves a message up; no two are equal, so that any order will do."""

OPEN = ("claimed", "unknown", "due")


def report(session: Session, report: DeliveryReport, now: datetime) -> bool:
    """Take a delivery report; False where it speaks of nothing of ours."""
    row = _reported(session, report)
    if row is None:
        return False
    if report.external_id and not row.external_id:
        _own(session, row, report.external_id)
    rank = RANKS.get(report.status, 0)
    if not rank or (rank, report.code) <= (RANKS[row.status], row.code):
        return True
    _rise(session, row, report, now)
    return True


def bind(session: Session, row: Outbox, external_id: str, segments: int, now: datetime) -> None:
    """The carrier has this message, under its own id. A report may have come first."""
    if external_id and (row.state in OPEN or not row.external_id):
        _own(session, row, external_id)
    row.segments = segments or row.segments
    if row.state in OPEN:
        row.state, row.settled_at = "sent", now
        row.status, row.code = row.status or "sent", ""


def close(session: Session, row: Outbox, now: datetime) -> None:
    """The carrier holds a STOP of this recipient."""
    address = session.get(Address, row.address_id) if row.address_id else None
    if address is not None and address.state == "active":
        members.consent(session, address, given=False, cause=f"carrier:{row.code}", now=now)


def fail_address(session: Session, row: Outbox, now: datetime) -> None:
    """Nothing can reach this address."""
    address = session.get(Address, row.address_id) if row.address_id else None
    if address is not None and address.state == "active":
        address.state, address.changed_at = "failed", now
        members.choose_preferred(session, address.member_id)


def _rise(session: Session, row: Outbox, report: DeliveryReport, now: datetime) -> None:
    row.status, row.code = report.status, report.code
    if report.status in ("failed", "opted_out"):
        # One that is due again is another try already.
        row.state = row.state if row.state == "due" else "failed"
    elif row.state in (*OPEN, "failed"):
        # Whoever reports on a message has it, whatever became of our own request.
        row.state, row.settled_at = "sent", now
    if report.status == "opted_out":
        close(session, row, now)


def _own(session: Session, row: Outbox, external_id: str) -> None:
    """Bind the carrier's message to this row.

    Of two equal texts to one person the reconciler may have taken the other's: whoever knows better
    takes it away from there, and that one is asked for again.
    """
    wrong = session.scalars(
        select(Outbox)
        .where(
            Outbox.external_id == external_id, Outbox.channel == row.channel, Outbox.id != row.id
        )
        .with_for_update()
    )
    for other in wrong:
        other.external_id, other.status, other.code = None, "", ""
        if other.state in ("sent", "failed"):
            other.state, other.settled_at = "unknown", other.wired_at or other.settled_at
    row.external_id = external_id


def _reported(session: Session, report: DeliveryReport) -> Outbox | None:
    if report.outbound_id is not None:
        row = session.get(Outbox, report.outbound_id, with_for_update=True)
        return row if row is not None and row.channel == report.channel else None
    if not report.external_id:
        return None
    found: Outbox | None = session.scalar(
        select(Outbox)
        .where(Outbox.external_id == report.external_id, Outbox.channel == report.channel)
        .with_for_update()
    )
    return found
