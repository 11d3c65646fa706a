"""What a carrier says of a message: in any order, repeated, of nobody; it ends in one state."""

from collections.abc import Callable, Sequence
from itertools import permutations

import pytest
from sqlalchemy import func, select

from gateway.core import outbox, reports
from gateway.core.envelope import SMS, DeliveryReport, Failure, Receipt
from gateway.core.errors import UnknownOutcome
from gateway.core.models import Address, DeliveryEvent, Outbox
from tests.support.town import Town

LEO = "+33600000002"
SID = "SM1"
STATUSES = {"sent": "sent", "delivered": "delivered", "read": "read", "undelivered": "failed"}


def claimed(town: Town) -> tuple[str, int]:
    """The claim of an answer to Leo that is about to leave, and its row."""
    town.clock.advance(hours=1)  # nobody is answered the same again and again
    town.sms("Leo", "STATUS")
    with town.database.write() as session:
        claim = outbox.claim(session, SMS, 1, town.clock(), "fr")
    return claim.token, claim.messages[0].id


def settle(town: Town, token: str, outcome: Receipt | Failure) -> None:
    with town.database.write() as session:
        outbox.settle(session, token, [outcome], town.clock())


def row(town: Town, row_id: int) -> Outbox:
    with town.database.read() as session:
        return session.get_one(Outbox, row_id)


def report(status: str, code: str = "", **fields: object) -> DeliveryReport:
    given = {"external_id": SID, "raw_status": status, **fields}
    return DeliveryReport(SMS, STATUSES.get(status, status), code=code, **given)  # type: ignore[arg-type]  # a test's own fields


def kept(town: Town) -> int:
    with town.database.read() as session:
        return session.scalar(select(func.count()).select_from(DeliveryEvent)) or 0


@pytest.mark.parametrize(
    ("said", "end"),
    [
        (["queued", "sent", "delivered"], ("sent", "delivered", "")),
        (["sending", "sent", "delivered", "read"], ("sent", "read", "")),
        (["queued", "sent", "undelivered"], ("failed", "failed", "30003")),
        (["sent", "undelivered", "delivered"], ("sent", "delivered", "")),
    ],
)
@pytest.mark.parametrize(("by_our_id", "cut"), [(True, True), (True, False), (False, False)])
def test_every_order_ends_in_the_same_state(
    town: Town, said: Sequence[str], end: tuple[str, str, str], by_our_id: bool, cut: bool
) -> None:
    """The receipt, or its loss, is one of the events; each of the others comes twice."""
    for turn, order in enumerate(permutations([*said, "POST"])):
        token, row_id = claimed(town)
        sid = f"SM{turn}"
        for event in order:
            if event == "POST":
                failure = Failure(row_id, UnknownOutcome("cut"))
                settle(town, token, failure if cut else Receipt(row_id, sid, 1))
                continue
            code = "30003" if event == "undelivered" else ""
            ours = {"outbound_id": row_id} if by_our_id else {}
            for _ in range(2):
                town.gateway.intake.report(report(event, code, external_id=sid, **ours))
        after = row(town, row_id)
        assert (after.state, after.status, after.code) == end, order
        assert (after.external_id, after.segments) == (sid, 0 if cut else 1), order


def test_each_event_is_kept_once(any_town: Town) -> None:
    _, row_id = claimed(any_town)
    for status in ("sent", "queued", "sent", "delivered", "sent", "delivered"):
        any_town.gateway.intake.report(report(status, outbound_id=row_id))
    assert kept(any_town) == 3


def test_what_is_said_of_nobody_is_kept_and_bounded(
    any_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_STRANGERS", 3)
    for number in range(10):
        any_town.gateway.intake.report(report("sent", external_id=f"SM{number}"))
    assert kept(any_town) == 3


def test_what_was_said_long_ago_is_forgotten(any_town: Town) -> None:
    any_town.gateway.intake.report(report("sent"))
    any_town.clock.advance(days=91)
    assert list(any_town.gateway.pruning.batches())
    assert kept(any_town) == 0


def state_of_leo(town: Town) -> str:
    with town.database.read() as session:
        return session.scalars(select(Address.state).where(Address.value == LEO)).one()


def ends(town: Town, code: str, bad_after: int = 0) -> None:
    """One more message to Leo, and how it ends."""
    token, row_id = claimed(town)
    settle(town, token, Receipt(row_id, f"SM{row_id}", 1))
    status = "undelivered" if code else "delivered"
    told = report(status, code, outbound_id=row_id, external_id="", bad_after=bad_after)
    town.gateway.intake.report(told)


def landline(town: Town) -> None:
    ends(town, "30006", bad_after=1)


def no_handset_twice(town: Town) -> None:
    ends(town, "30005", bad_after=2)
    ends(town, "30005", bad_after=2)


def no_handset_once(town: Town) -> None:
    ends(town, "30005", bad_after=2)


def no_handset_with_one_between(town: Town) -> None:
    ends(town, "30005", bad_after=2)
    ends(town, "")
    ends(town, "30005", bad_after=2)


def out_of_reach(town: Town) -> None:
    for _ in range(5):
        ends(town, "30003")


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        (landline, "failed"),
        (no_handset_twice, "failed"),
        (no_handset_once, "active"),
        (no_handset_with_one_between, "active"),
        (out_of_reach, "active"),
    ],
)
def test_an_address_that_nothing_reaches_is_closed_after_so_many(
    any_town: Town, happens: Callable[[Town], None], state: str
) -> None:
    happens(any_town)
    assert state_of_leo(any_town) == state
