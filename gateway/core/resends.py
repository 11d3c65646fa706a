"""A message that its carrier took and could not deliver, owed once more: a row of its own.

The first row stays as it ended; the second has its key and a suffix, so that it is owed once for
ever, whatever is reported and in which order. It is dropped where the first turns out to have
arrived, where its post was shown in a digest meanwhile, and where its words are of no more use.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, aliased

from gateway.core import doubts
from gateway.core.database import insert_once
from gateway.core.envelope import DeliveryReport
from gateway.core.models import Address, Outbox

SUFFIX = ":resent"
LONGEST_USE = timedelta(hours=12)
COPIED = (
    "channel",
    "kind",
    "priority",
    "member_id",
    "address_id",
    "recipient",
    "post_id",
    "payload",
    "created_at",
)
USE = {"answer": timedelta(hours=2)}
"""How old words may be when they are sent once more. A post is found in the digest after that."""


def follow(session: Session, row: Outbox, report: DeliveryReport, now: datetime) -> None:
    """Owe a row once more, or no longer, as the last word on it asks."""
    wait = report.again_after if report.status == "failed" and _is_worth_it(row, report) else 0
    if not wait:
        drop(session, row)
        return
    at = now + timedelta(seconds=wait)
    session.execute(
        insert_once(session, Outbox).values(
            **{name: getattr(row, name) for name in COPIED},
            key=f"{row.key}{SUFFIX}",
            state="due",
            not_before=at,
            attempts=1,
        )
    )
    _change(session, row, (Outbox.state == "due") & (Outbox.attempts == 1), not_before=at)


def drop(session: Session, row: Outbox) -> None:
    """Owe it no second time, where that has not left yet."""
    _change(session, row, _still_owed(), state="dropped", code="not needed")


def needless(session: Session, row: Outbox, now: datetime) -> str:
    """Why a second row that is about to leave is not wanted any more; empty where it is wanted."""
    return _why_needless(session, row, now) if is_second(row) else ""


def is_second(row: Outbox) -> bool:
    return row.key.endswith(SUFFIX)


def waiting() -> ColumnElement[bool]:
    """Second rows that did not leave yet: nobody was shown anything by them."""
    return _still_owed() & Outbox.key.endswith(SUFFIX, autoescape=True)


def taken_over() -> ColumnElement[bool]:
    """First rows whose second one was sent, or will be: they are not owed again by themselves."""
    second = aliased(Outbox)
    return (
        select(second.id)
        .where(second.key == Outbox.key.concat(SUFFIX), second.state != "dropped")
        .exists()
    )


def left_alone(session: Session, row_ids: Sequence[int], now: datetime) -> dict[int, str]:
    """Which of these an operator cannot owe again, and why; what they can is locked from here on.

    `none` (there is no such row), its state where that is no failure, `second` (it is owed once
    more as it is), `erased`, or what would keep it from leaving: see `doubts.barred`.
    """
    of_these = Outbox.id.in_(row_ids)
    found = session.scalars(select(Outbox).where(of_these).with_for_update()).all()
    again = set(session.scalars(select(Outbox.id).where(of_these, taken_over())))
    at = select(Address).where(Address.id.in_([row.address_id for row in found if row.address_id]))
    addresses = {address.id: address for address in session.scalars(at)}
    why = dict.fromkeys(row_ids, "none")
    for row in found:
        if row.state not in ("failed", "unknown"):
            why[row.id] = row.state
        elif row.id in again:
            why[row.id] = "second"
        elif not row.recipient:
            why[row.id] = "erased"
        else:
            why[row.id] = doubts.barred(row, addresses.get(row.address_id or 0), now)
    return {row_id: reason for row_id, reason in why.items() if reason}


def _is_worth_it(row: Outbox, report: DeliveryReport) -> bool:
    # The next digest has what this one had not; but one that met a shut channel never had a chance.
    return not is_second(row) and (row.kind != "digest" or bool(report.shuts))


def _still_owed() -> ColumnElement[bool]:
    return Outbox.state.in_(("due", "held"))


def _why_needless(session: Session, row: Outbox, now: datetime) -> str:
    first = select(Outbox.status).where(Outbox.key == row.key.removesuffix(SUFFIX))
    if session.scalar(first) in ("delivered", "read"):
        return "arrived"
    address = session.get(Address, row.address_id) if row.address_id else None
    if address is None or address.state != "active":
        return "stopped"
    if now - row.created_at > USE.get(row.kind, LONGEST_USE):
        return "stale"
    return "seen" if row.post_id and _in_a_digest_since(session, row) else ""


def _in_a_digest_since(session: Session, row: Outbox) -> bool:
    digests = select(Outbox.payload).where(
        Outbox.post_id.is_(None),
        Outbox.member_id == row.member_id,
        Outbox.kind == "digest",
        Outbox.id > row.id,
        Outbox.state.not_in(("failed", "dropped")),
    )
    return any(row.post_id in json.loads(payload)["digest"] for payload in session.scalars(digests))


def _change(session: Session, first: Outbox, which: ColumnElement[bool], **values: object) -> None:
    session.execute(
        update(Outbox)
        .where(Outbox.key == f"{first.key}{SUFFIX}", which)
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
