"""What a carrier says of a message: which one it has under its own id, and what became of it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from gateway.core import members
from gateway.core.database import insert_once
from gateway.core.envelope import DeliveryReport
from gateway.core.models import Address, DeliveryEvent, Outbox

RANKS = {"": 0, "sent": 1, "failed": 2, "opted_out": 3, "delivered": 4, "read": 5}
"""A carrier's report only ever moves a message up; no two are equal, so that any order will do."""

RANKS_END = Outbox.status.in_([status for status, rank in RANKS.items() if rank > 1])
KEPT = timedelta(days=90)
MOST_STRANGERS = 10_000
"""Reports of nothing that we know: kept, for we may know it later, and bounded."""

OPEN = ("claimed", "unknown", "due")


def report(session: Session, report: DeliveryReport, now: datetime) -> bool:
    """Take a delivery report; False where it speaks of nothing of ours."""
    row = _reported(session, report)
    _keep(session, report, row.id if row else 0, now)
    if row is None:
        return False
    if report.external_id and not row.external_id:
        _own(session, row, report.external_id, now)
    _take(session, row, report, now)
    return True


def bind(session: Session, row: Outbox, external_id: str, segments: int, now: datetime) -> None:
    """The carrier has this message, under its own id. A report may have come first."""
    if external_id and (row.state in OPEN or not row.external_id):
        _own(session, row, external_id, now)
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


def forget_old(session: Session, now: datetime) -> None:
    """Forget what carriers said long ago; what became of each message stays in its row."""
    old = delete(DeliveryEvent).where(DeliveryEvent.received_at < now - KEPT)
    session.execute(old.execution_options(synchronize_session=False))


def _keep(session: Session, report: DeliveryReport, outbound_id: int, now: datetime) -> None:
    if not outbound_id:
        of_nothing = DeliveryEvent.outbound_id == 0
        strangers = select(func.count()).select_from(DeliveryEvent).where(of_nothing)
        if (session.scalar(strangers) or 0) >= MOST_STRANGERS:
            return
    session.execute(
        insert_once(session, DeliveryEvent).values(
            channel=report.channel,
            outbound_id=outbound_id,
            external_id=report.external_id,
            raw_status=report.raw_status or report.status,
            code=report.code,
            status=report.status,
            bad_after=report.bad_after,
            received_at=report.received_at or now,
        )
    )


def _take(session: Session, row: Outbox, report: DeliveryReport, now: datetime) -> None:
    rank = RANKS.get(report.status, 0)
    if rank and (rank, report.code) > (RANKS[row.status], row.code):
        _rise(session, row, report, now)


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
    elif report.status == "failed" and report.bad_after and _in_a_row(session, row, report):
        fail_address(session, row, now)


def _in_a_row(session: Session, row: Outbox, report: DeliveryReport) -> bool:
    """Did as many of the last messages to this address end like this one as it takes?"""
    session.flush()
    last = session.execute(
        select(Outbox.status, Outbox.code)
        .where(Outbox.address_id == row.address_id, RANKS_END)
        .order_by(Outbox.id.desc())
        .limit(report.bad_after)
    ).all()
    return len(last) == report.bad_after and set(last) == {("failed", report.code)}


def _own(session: Session, row: Outbox, external_id: str, now: datetime) -> None:
    """Bind the carrier's message to this row, with all that was said of it so far.

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
    said_before = select(DeliveryEvent).where(
        DeliveryEvent.external_id == external_id,
        DeliveryEvent.channel == row.channel,
        DeliveryEvent.outbound_id == 0,
    )
    for event in session.scalars(said_before):
        report = DeliveryReport(
            row.channel, event.status, code=event.code, bad_after=event.bad_after
        )
        _take(session, row, report, now)


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
