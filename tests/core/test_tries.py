"""Each try has the carrier's own id: what is said of one is not said of another."""

from itertools import permutations

import pytest
from sqlalchemy import select

from gateway.core import outbox
from gateway.core.envelope import SMS, DeliveryReport, Failure, Receipt
from gateway.core.errors import UnknownOutcome
from gateway.core.models import Outbox
from tests.support.town import Town


def last(town: Town) -> Outbox:
    with town.database.read() as session:
        return session.scalars(select(Outbox).order_by(Outbox.id.desc())).first()  # type: ignore[return-value]  # there is one


def owed(town: Town) -> int:
    town.sms("Leo", "STATUS")
    return last(town).id


def claimed(town: Town) -> str:
    with town.database.write() as session:
        claim = outbox.claim(session, SMS, 1, town.clock(), "fr")
        outbox.mark(session, claim.token, {m.id: "trace" for m in claim.messages}, town.clock())
    return claim.token


def settled(town: Town, token: str, outcome: Receipt | Failure) -> None:
    with town.database.write() as session:
        outbox.settle(session, token, [outcome], town.clock())


def says(town: Town, sid: str, status: str, row_id: int | None, again_after: int = 0) -> None:
    code = "30003" if status == "failed" else ""
    town.gateway.intake.report(
        DeliveryReport(SMS, status, row_id, sid, code, status, again_after=again_after)
    )


def failed_and_owed_again(town: Town) -> int:
    """The first try failed as `SM1`; an operator had it owed again."""
    row_id = owed(town)
    settled(town, claimed(town), Receipt(row_id, "SM1", 1))
    says(town, "SM1", "failed", row_id)
    assert town.gateway.office.owe_again([row_id]) == {}
    return row_id


def state(town: Town, row_id: int) -> tuple[str, str, str | None]:
    with town.database.read() as session:
        row = session.get_one(Outbox, row_id)
        return row.state, row.status, row.external_id


@pytest.mark.parametrize("by_our_id", [True, False])
@pytest.mark.parametrize(
    ("of_the_second", "end"),
    [
        (["sent", "delivered"], ("sent", "delivered", "SM2")),
        (["sent", "failed"], ("failed", "failed", "SM2")),
        ([], ("sent", "sent", "SM2")),
    ],
)
def test_what_the_first_try_still_says_moves_no_second(
    town: Town, of_the_second: list[str], end: tuple[str, str, str], by_our_id: bool
) -> None:
    late = [("SM1", "sent"), ("SM1", "failed")]
    events = [*late, *(("SM2", status) for status in of_the_second), ("SM2", "POST")]
    for order in permutations(events):
        town.clock.advance(hours=1)  # nobody is answered the same again and again
        row_id = failed_and_owed_again(town)
        token = claimed(town)
        for sid, status in order:
            unique = f"{sid}-{row_id}" if sid == "SM2" else sid
            if status == "POST":
                settled(town, token, Receipt(row_id, unique, 1))
                continue
            says(town, unique, status, row_id if by_our_id or sid == "SM1" else None)
        ended = (*end[:2], f"SM2-{row_id}")
        assert state(town, row_id) == ended, order


@pytest.mark.parametrize("when", ["due", "claimed", "sent", "failed"])
def test_a_first_try_that_arrived_after_all_has_arrived(any_town: Town, when: str) -> None:
    row_id = failed_and_owed_again(any_town)
    token = claimed(any_town) if when != "due" else ""
    if when in ("sent", "failed"):
        settled(any_town, token, Receipt(row_id, "SM2", 1))
    if when == "failed":
        says(any_town, "SM2", "failed", row_id, again_after=60)
    says(any_town, "SM1", "delivered", row_id)
    assert state(any_town, row_id)[:2] == ("sent", "delivered")
    any_town.clock.advance(minutes=10)
    any_town.settle()
    assert any_town.carriers[SMS].taken == []


def test_a_report_that_names_no_row_finds_the_try_that_was_given_up(any_town: Town) -> None:
    row_id = failed_and_owed_again(any_town)
    says(any_town, "SM1", "delivered", None)
    assert state(any_town, row_id)[:2] == ("sent", "delivered")


def test_what_was_owed_again_unheard_and_then_fails_is_still_owed(any_town: Town) -> None:
    """The first try comes to light as a failure when the second is due already."""
    row_id = owed(any_town)
    settled(any_town, claimed(any_town), Failure(row_id, UnknownOutcome("cut")))
    with any_town.database.write() as session:
        session.get_one(Outbox, row_id).state = "due"
    says(any_town, "SM1", "failed", row_id)
    token = claimed(any_town)
    says(any_town, "SM1", "failed", row_id)
    settled(any_town, token, Receipt(row_id, "SM2", 1))
    assert state(any_town, row_id) == ("sent", "sent", "SM2")
    says(any_town, "SM2", "failed", row_id)
    assert state(any_town, row_id) == ("failed", "failed", "SM2")


def test_the_carriers_answer_knows_better_than_a_report_that_was_taken_for_it(
    any_town: Town,
) -> None:
    row_id = owed(any_town)
    token = claimed(any_town)
    says(any_town, "SM-of-a-try-before", "failed", row_id, again_after=60)
    settled(any_town, token, Receipt(row_id, "SM2", 1))
    assert state(any_town, row_id) == ("sent", "sent", "SM2")
    any_town.clock.advance(minutes=10)
    any_town.settle()
    assert any_town.carriers[SMS].taken == []


@pytest.mark.parametrize("cut", [True, False])
def test_whatever_is_said_of_our_try_the_carrier_has_it(any_town: Town, cut: bool) -> None:
    """`sending` for an hour is no reason to send it again."""
    row_id = owed(any_town)
    token = claimed(any_town)
    says(any_town, "SM1", "sending", row_id)
    if cut:
        settled(any_town, token, Failure(row_id, UnknownOutcome("cut")))
    any_town.clock.advance(minutes=30)
    any_town.gateway.delivery.sweep()
    any_town.settle()
    assert state(any_town, row_id) == ("sent", "sent", "SM1")
    assert any_town.carriers[SMS].taken == []


def test_a_guess_gives_way_to_a_report_under_our_own_id(any_town: Town) -> None:
    """Two equal texts: the reconciler took each for the other."""
    first, second = owed(any_town), owed(any_town)
    with any_town.database.write() as session:
        for row_id, sid in ((first, "SM-b"), (second, "SM-a")):
            row = session.get_one(Outbox, row_id)
            row.state, row.status, row.external_id = "sent", "sent", sid
    says(any_town, "SM-a", "failed", first)
    assert state(any_town, first) == ("failed", "failed", "SM-a")
    says(any_town, "SM-b", "delivered", second)
    assert state(any_town, second) == ("sent", "delivered", "SM-b")
