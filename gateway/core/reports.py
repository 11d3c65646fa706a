"""What a carrier says of a message: which one it has under its own id, and what became of it.

A message may be tried more than once, and each try has an id of the carrier's own. The row follows
one try: the one whose id it has.

- It takes the id that it hears of first, for a report may come before the answer to our request.
  That answer knows better; so does a report under our own id where another row holds its message.
- What is said of another try is kept and does not move the row, but for what is true of the person
  and not of the try: whoever has the text has it, whoever sent STOP has sent it.
- A try that was given up (the message is owed again) is written down, so that its late failure is
  never taken for that of the next one.
- Whatever is said under the id of our try, if only that it waits in a queue: the carrier has it.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session

from gateway.core import bounces, doubts, members, pauses, resends
from gateway.core.database import from_select_once, insert_once
from gateway.core.envelope import COMPLAINED, DeliveryReport
from gateway.core.errors import ChannelShut, DeliveryError
from gateway.core.models import Address, DeliveryEvent, Outbox, UtcTime
from gateway.core.prepared import dialect_of

RANKS = {"": 0, "sent": 1, "failed": 2, "opted_out": 3, "delivered": 4, "read": 5}
"""A carrier's report only ever moves a message up; no two are equal, so that any order will do."""

RANKS_END = Outbox.status.in_([status for status, rank in RANKS.items() if rank > 1])
MOST_STRANGERS = 10_000
"""Reports of nothing that we know: kept, for we may know it later, and bounded."""

OPEN = ("claimed", "unknown", "due")
ARRIVED = ("delivered", "read")
NOT_SENT = ("failed", "opted_out")
OF_THE_PERSON = (*ARRIVED, "opted_out")
COMPLAINT = "complaint"
REFUSED = "refused"
GIVEN_UP = "given up"
"""In the place of a carrier's status: nobody waits any longer for what becomes of this try."""


def report(session: Session, report: DeliveryReport, now: datetime) -> bool:
    """Take a delivery report; False where it speaks of nothing of ours."""
    row = _reported(session, report)
    event_id = _keep(session, report, row.id if row else 0, now)
    if row is None:
        return False
    if event_id and report.status == COMPLAINED:
        close(session, row, now, COMPLAINT)
    _move(session, row, report, now)
    if event_id and bounces.count(session, row, event_id, report.harm, now):
        fail_address(session, row, report.code, now)
    return True


def refused(session: Session, row: Outbox, error: DeliveryError, now: datetime) -> None:
    """A carrier did not take this message, and that says something against its address."""
    said = DeliveryReport(
        row.channel, "failed", row.id, code=error.code, raw_status=REFUSED, harm=error.harm
    )
    event_id = _keep(session, said, row.id, now)
    if event_id and bounces.count(session, row, event_id, error.harm, now):
        fail_address(session, row, error.code, now)


def _move(session: Session, row: Outbox, report: DeliveryReport, now: datetime) -> None:
    """Move the row by a report, as far as it speaks of the try that the row follows."""
    if not _is_followed(session, row, report.external_id):
        if row.external_id is None and row.state == "due" and report.status == "failed":
            give_up(session, [row.id], report.external_id, now)
        if report.status in OF_THE_PERSON:
            _take(session, row, report, now)
        return
    if report.external_id and report.external_id != row.external_id:
        _follow(session, row, report.external_id, now)
    _take(session, row, report, now)
    if report.status not in NOT_SENT and row.state in OPEN:
        _has_left(row, now)


def bind(session: Session, row: Outbox, external_id: str, segments: int, now: datetime) -> None:
    """The carrier has this message, under its own id. A report may have come first."""
    if external_id and external_id != row.external_id:
        _follow(session, row, external_id, now)
    row.segments = segments or row.segments
    if row.state in OPEN:
        _has_left(row, now)


def give_up(session: Session, row_ids: Iterable[int], external_id: str, now: datetime) -> None:
    """These are owed again: what is still said of their try so far is not said of the next one.

    `external_id` is that of the try, "" for the ones that the rows follow.
    """
    known_as = literal(external_id) if external_id else Outbox.external_id
    tries = select(
        Outbox.channel, Outbox.id, known_as, literal(GIVEN_UP), literal(now, UtcTime)
    ).where(Outbox.id.in_(list(row_ids)), known_as.is_not(None))
    columns = ["channel", "outbound_id", "external_id", "raw_status", "received_at"]
    session.execute(from_select_once(dialect_of(session), DeliveryEvent, columns, tries))


def given_up(session: Session, channel: str, external_ids: Iterable[str]) -> dict[str, int]:
    """Which of the carrier's messages are tries that were given up, and of which rows."""
    rows = session.execute(
        select(DeliveryEvent.external_id, DeliveryEvent.outbound_id).where(
            DeliveryEvent.channel == channel,
            DeliveryEvent.external_id.in_(list(external_ids)),
            DeliveryEvent.raw_status == GIVEN_UP,
        )
    )
    return dict(rows.all())


def close(session: Session, row: Outbox, now: datetime, cause: str = "") -> None:
    """The carrier holds a STOP of this recipient, or they complained of us."""
    address = session.get(Address, row.address_id) if row.address_id else None
    if address is not None and address.state in ("active", *doubts.IN_DOUBT):
        cause = cause or f"carrier:{row.code}"
        members.consent(session, address, given=False, cause=cause, now=now)


def fail_address(session: Session, row: Outbox, code: str, now: datetime) -> None:
    """Nothing can reach this address."""
    address = session.get(Address, row.address_id) if row.address_id else None
    if address is not None and address.state in ("active", "doubted"):
        members.turn(session, address, "failed", f"failed:{code}", now)
        address.asked_at = None


def _keep(session: Session, report: DeliveryReport, outbound_id: int, now: datetime) -> int | None:
    """Write down what was said; the id of it, None where it was said before, or is too much."""
    if not outbound_id:
        of_nothing = DeliveryEvent.outbound_id == 0
        strangers = select(func.count()).select_from(DeliveryEvent).where(of_nothing)
        if (session.scalar(strangers) or 0) >= MOST_STRANGERS:
            return None
    kept: int | None = session.scalar(
        insert_once(session, DeliveryEvent)
        .values(
            channel=report.channel,
            outbound_id=outbound_id,
            external_id=report.external_id,
            raw_status=report.raw_status or report.status,
            code=report.code,
            status=report.status,
            bad_after=report.bad_after,
            again_after=report.again_after,
            shuts=report.shuts,
            harm=report.harm,
            received_at=report.received_at or now,
        )
        .returning(DeliveryEvent.id)
    )
    return kept


def _take(session: Session, row: Outbox, report: DeliveryReport, now: datetime) -> None:
    rank = RANKS.get(report.status, 0)
    if rank and (rank, report.code) > (RANKS[row.status], row.code):
        _rise(session, row, report, now)


def _rise(session: Session, row: Outbox, report: DeliveryReport, now: datetime) -> None:
    if report.status == "failed" and row.state == "due":
        return  # it is owed again already
    before, row.status, row.code = row.status, report.status, report.code
    if report.status in NOT_SENT:
        row.state = row.state if row.state == "due" else "failed"
    elif row.state in (*OPEN, "failed"):
        # Whoever reports on a message has it, whatever became of our own request.
        row.state, row.settled_at = "sent", now
    if report.status == "opted_out":
        close(session, row, now)
    elif report.status == "failed" and report.bad_after and _in_a_row(session, row, report):
        fail_address(session, row, row.code, now)
    if report.status == "failed" and report.shuts:
        pauses.shut(session, row.channel, ChannelShut(report.code, report.shuts), now)
    if "failed" in (before, report.status):
        resends.follow(session, row, report, now)


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


def _is_followed(session: Session, row: Outbox, external_id: str) -> bool:
    """Is what is said under this id of the carrier's said of the try that the row follows?"""
    if not external_id or external_id == row.external_id:
        return True
    if external_id in given_up(session, row.channel, [external_id]):
        return False
    if row.external_id is None:
        return row.state != "due"
    return bool(_others(session, row, external_id))


def _has_left(row: Outbox, now: datetime) -> None:
    row.state, row.settled_at = "sent", now
    row.status, row.code = row.status or "sent", ""


def _follow(session: Session, row: Outbox, external_id: str, now: datetime) -> None:
    """Follow this message of the carrier's, with all that was said of it so far.

    Of two equal texts to one person the reconciler may have taken the other's: whoever knows better
    takes it away from there, and that one is asked for again.
    """
    for other in _others(session, row, external_id):
        other.external_id, other.status, other.code = None, "", ""
        if other.state in ("sent", "failed"):
            other.state, other.settled_at = "unknown", other.wired_at or other.settled_at
        resends.drop(session, other)
    of_it: ColumnElement[bool] = (DeliveryEvent.external_id == external_id) & (
        DeliveryEvent.outbound_id == 0
    )
    if row.external_id is not None:
        # It followed another: only that the text has arrived is still true.
        row.state, row.status, row.code = "unknown", "", ""
        resends.drop(session, row)
        mine = DeliveryEvent.outbound_id == row.id
        known = (DeliveryEvent.external_id == external_id) | DeliveryEvent.status.in_(ARRIVED)
        of_it = or_(of_it, mine & known)
    row.external_id = external_id
    said_before = select(DeliveryEvent).where(DeliveryEvent.channel == row.channel, of_it)
    for event in session.scalars(said_before.order_by(DeliveryEvent.id)):
        said = DeliveryReport(
            row.channel,
            event.status,
            code=event.code,
            bad_after=event.bad_after,
            again_after=event.again_after,
            shuts=event.shuts,
        )
        _take(session, row, said, now)


def _others(session: Session, row: Outbox, external_id: str) -> list[Outbox]:
    """The rows that follow this message of the carrier's by mistake."""
    return list(
        session.scalars(
            select(Outbox)
            .where(
                Outbox.external_id == external_id,
                Outbox.channel == row.channel,
                Outbox.id != row.id,
            )
            .with_for_update()
        )
    )


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
    if found is not None:
        return found
    tries = given_up(session, report.channel, [report.external_id])
    row_id = tries.get(report.external_id)
    return session.get(Outbox, row_id, with_for_update=True) if row_id else None
