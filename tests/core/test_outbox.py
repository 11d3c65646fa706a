"""Claims, leases, outcomes, reports: nothing twice, nothing forgotten."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from gateway.core import outbox
from gateway.core.envelope import EMAIL, SMS, DeliveryReport, Failure, Outbound, Receipt
from gateway.core.errors import (
    OptedOut,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.core.models import Address, Outbox
from tests.support.town import Carrier, Town

LEO = "+33600000002"


def rows(town: Town) -> list[Outbox]:
    with town.database.read() as session:
        return list(session.scalars(select(Outbox).order_by(Outbox.id)))


def owed(town: Town) -> Outbox:
    """One SMS to Leo that is due."""
    town.sms("Leo", "RHYTHM each")
    town.settle()
    town.carriers[SMS].taken.clear()
    town.sms("Ana", "P quai3 palette")
    (row,) = [row for row in rows(town) if row.recipient == LEO and row.post_id]
    return row


def again(town: Town, row: Outbox) -> Outbox:
    return next(now for now in rows(town) if now.id == row.id)


def reached_leo(town: Town) -> int:
    return sum(message.recipient == LEO for message in town.carriers[SMS].taken)


def fail_leo(town: Town, error: Exception) -> None:
    """Claim and settle everything by hand: Leo's message fails, others are taken."""
    with town.database.write() as session:
        claim = outbox.claim(session, SMS, 100, town.clock(), "fr")
    outcomes: list[Receipt | Failure] = [
        Failure(m.id, error) if m.recipient == LEO else Receipt(m.id, f"x{m.id}")
        for m in claim.messages
    ]
    with town.database.write() as session:
        outbox.settle(session, claim.token, outcomes, town.clock())


def test_many_workers_at_once_send_each_message_once(any_town: Town) -> None:
    town = any_town
    for name in range(30):
        town.person(f"P{name}", phone=f"+336000001{name:02}", groups=("quai3",))
    town.sms("Ana", "URGENT quai3 feu")
    town.sms("Ana", "OUI")
    barrier = Barrier(6)

    def work() -> None:
        barrier.wait()
        while town.gateway.delivery.deliver(SMS):
            pass

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(work) for _ in range(6)]:
            done.result()
    ids = [message.id for message in town.carriers[SMS].taken]
    assert len(ids) == len(set(ids))
    assert {f"+336000001{name:02}" for name in range(30)} <= {
        message.recipient for message in town.carriers[SMS].taken
    }


def test_a_claim_takes_no_more_than_it_may(any_town: Town) -> None:
    for number in range(5):
        any_town.sms(f"+3369999999{number}", "bonjour")
    with any_town.database.write() as session:
        assert outbox.claim(session, SMS, 2, any_town.clock(), "fr").rows == 2


def test_answers_leave_before_alerts_and_alerts_before_posts(town: Town) -> None:
    owed(town)
    town.sms("Ana", "URGENT quai3 feu")
    town.sms("Ana", "OUI")
    town.sms("Leo", "STATUS")
    with town.database.write() as session:
        claim = outbox.claim(session, SMS, 100, town.clock(), "fr")
    kinds = {row.id: row.kind for row in rows(town)}
    order = [kinds[message.id] for message in claim.messages]
    assert order == sorted(order, key=["answer", "alert", "post"].index)


def test_a_temporary_failure_is_tried_again_later_and_later_and_not_for_ever(town: Town) -> None:
    row = owed(town)
    waits = []
    for _ in range(40):
        fail_leo(town, TemporaryFailure("30001"))
        after = again(town, row)
        if after.state != "due":
            break
        waits.append((after.not_before - town.clock()).total_seconds())
        town.clock.set(max(after.not_before, town.clock()))
        if not 6 <= (town.clock().hour + 1) % 24 < 21:
            town.clock.advance(hours=10)
    assert again(town, row).state == "failed"
    assert len(waits) == outbox.MOST_ATTEMPTS - 1
    assert waits[0] <= 5 < waits[3] < waits[7] <= outbox.LONGEST_WAIT_SECONDS


def test_the_carriers_own_wait_is_kept(town: Town) -> None:
    row = owed(town)
    fail_leo(town, TemporaryFailure("20429", retry_after=90))
    assert (again(town, row).not_before - town.clock()).total_seconds() == 90
    town.clock.advance(seconds=89)
    town.settle()
    assert reached_leo(town) == 0
    town.clock.advance(seconds=1)
    town.settle()
    assert reached_leo(town) == 1


def test_a_permanent_failure_ends_it_and_the_post_is_still_news(town: Town) -> None:
    row = owed(town)
    fail_leo(town, PermanentFailure("21617"))
    assert again(town, row).state == "failed"
    assert "palette" in town.sms("Leo", "NEWS")


def test_a_bad_address_is_written_to_no_more(town: Town) -> None:
    owed(town)
    fail_leo(town, PermanentFailure("21211", bad_address=True))
    with town.database.read() as session:
        leo = session.scalars(select(Address).where(Address.value == LEO)).one()
    assert leo.state == "failed"
    town.sms("Ana", "P quai3 encore")
    town.settle()
    assert reached_leo(town) == 0


def test_an_opt_out_at_the_carrier_closes_the_address(town: Town) -> None:
    owed(town)
    fail_leo(town, OptedOut("21610"))
    with town.database.read() as session:
        leo = session.scalars(select(Address).where(Address.value == LEO)).one()
    assert leo.state == "stopped"


def test_an_unknown_outcome_waits_before_it_is_tried_again(town: Town) -> None:
    row = owed(town)
    fail_leo(town, UnknownOutcome("cut"))
    assert again(town, row).state == "unknown"
    town.clock.advance(minutes=9)
    town.gateway.delivery.sweep()
    town.settle()
    assert reached_leo(town) == 0
    town.clock.advance(minutes=2)
    town.gateway.delivery.sweep()
    town.settle()
    assert reached_leo(town) == 1


def test_a_report_tells_that_an_unknown_one_went(any_town: Town) -> None:
    town = any_town
    row = owed(town)
    fail_leo(town, UnknownOutcome("cut"))
    town.gateway.intake.report(DeliveryReport(SMS, "delivered", outbound_id=row.id))
    town.clock.advance(hours=1)
    town.gateway.delivery.sweep()
    town.settle()
    assert reached_leo(town) == 0
    assert again(town, row).state == "sent"


def test_what_is_never_heard_of_is_not_sent_for_ever(town: Town) -> None:
    row = owed(town)
    for _ in range(10):
        fail_leo(town, UnknownOutcome("cut"))
        town.clock.advance(minutes=11)
        town.gateway.delivery.sweep()
    assert again(town, row).state == "failed"
    assert again(town, row).attempts == outbox.MOST_UNKNOWN


def test_a_message_that_kills_its_worker_is_given_up(town: Town) -> None:
    row = owed(town)
    for _ in range(10):
        with town.database.write() as session:
            claim = outbox.claim(session, SMS, 100, town.clock(), "fr")
            outbox.mark(session, claim.token, {m.id: "" for m in claim.messages}, town.clock())
        for _ in range(3):
            town.clock.advance(minutes=6)
            town.gateway.delivery.sweep()
    assert again(town, row).state == "failed"


@pytest.mark.parametrize("deaths", [1, 2, 6])
def test_a_process_that_dies_again_and_again_costs_nobody_a_mail(
    any_town: Town, deaths: int
) -> None:
    town = any_town
    town.sms("Ana", "P quai3 palette")
    (row,) = [row for row in rows(town) if row.channel == EMAIL]
    for _ in range(deaths):
        with town.database.write() as session:
            claim = outbox.claim(session, EMAIL, 100, town.clock(), "fr")
            outbox.mark(session, claim.token, {m.id: "" for m in claim.messages}, town.clock())
        town.gateway.delivery.release()
        town.clock.advance(hours=1)
    town.settle()
    assert again(town, row).state == "sent"


def test_a_claim_that_dies_before_the_wire_is_no_attempt(town: Town) -> None:
    row = owed(town)
    for _ in range(10):
        with town.database.write() as session:
            outbox.claim(session, SMS, 100, town.clock(), "fr")
        town.clock.advance(minutes=6)
        town.gateway.delivery.sweep()
    assert (again(town, row).state, again(town, row).attempts) == ("due", 0)


@pytest.mark.parametrize(("channel", "state"), [(SMS, "unknown"), (EMAIL, "due")])
def test_what_may_have_left_is_owed_again_only_where_a_repeat_does_no_harm(
    any_town: Town, channel: str, state: str
) -> None:
    town = any_town
    owed(town)
    town.mail("Paul", "NEWS")
    with town.database.write() as session:
        claim = outbox.claim(session, channel, 100, town.clock(), "fr")
        first, *rest = [m.id for m in claim.messages]
        assert outbox.mark(session, claim.token, {first: ""}, town.clock())
    town.gateway.delivery.release()
    states = {row.id: row.state for row in rows(town)}
    assert states[first] == state
    assert {states[row_id] for row_id in rest} <= {"due"}


def test_a_worker_that_was_away_for_too_long_sends_nothing_more(town: Town) -> None:
    owed(town)
    town.sms("Leo", "STATUS")

    class Asleep(Carrier):
        def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
            for outcome in super().send(messages):
                town.clock.advance(minutes=6)
                town.gateway.delivery.sweep()
                yield outcome

    asleep = town.carriers[SMS] = Asleep(SMS)
    assert town.gateway.delivery.deliver(SMS) > 1
    assert len(asleep.taken) == 1
    town.carriers[SMS] = Carrier(SMS)
    # The others were marked with it, and wait until it would have come to light that they left.
    town.clock.advance(minutes=11)
    town.gateway.delivery.sweep()
    town.settle()
    left = [message.id for message in asleep.taken + town.carriers[SMS].taken]
    assert len(left) == len(set(left)) > 1


def test_a_dead_workers_claim_is_owed_again_when_its_lease_ends(any_town: Town) -> None:
    town = any_town
    owed(town)
    with town.database.write() as session:
        outbox.claim(session, SMS, 100, town.clock(), "fr")
    town.clock.advance(minutes=4)
    town.gateway.delivery.sweep()
    town.settle()
    assert reached_leo(town) == 0
    town.clock.advance(minutes=2)
    town.gateway.delivery.sweep()
    town.settle()
    assert reached_leo(town) == 1


def test_a_slow_workers_receipt_counts_after_its_lease_ended(town: Town) -> None:
    row = owed(town)
    with town.database.write() as session:
        slow = outbox.claim(session, SMS, 100, town.clock(), "fr")
    town.clock.advance(minutes=6)
    town.gateway.delivery.sweep()
    with town.database.write() as session:
        outbox.settle(session, slow.token, [Receipt(row.id, "SM1")], town.clock())
    town.settle()
    assert reached_leo(town) == 0, "it went already"


def test_a_slow_workers_failure_does_not_touch_anothers_claim(town: Town) -> None:
    row = owed(town)
    with town.database.write() as session:
        slow = outbox.claim(session, SMS, 100, town.clock(), "fr")
    town.clock.advance(minutes=6)
    town.gateway.delivery.sweep()
    with town.database.write() as session:
        other = outbox.claim(session, SMS, 100, town.clock(), "fr")
        failure = Failure(row.id, TemporaryFailure("30001"))
        outbox.settle(session, slow.token, [failure], town.clock())
    assert again(town, row).state == "claimed"
    with town.database.write() as session:
        outbox.settle(session, other.token, [Receipt(row.id, "SM2")], town.clock())
    assert again(town, row).state == "sent"


def test_whoever_is_at_work_keeps_the_rest_of_a_long_batch(town: Town) -> None:
    owed(town)
    town.sms("Leo", "STATUS")
    with town.database.write() as session:
        claim = outbox.claim(session, SMS, 100, town.clock(), "fr")
    first, *rest = claim.messages
    for _ in range(3):
        town.clock.advance(minutes=4)
        with town.database.write() as session:
            outbox.settle(session, claim.token, [Receipt(first.id, "SM1")], town.clock())
        town.gateway.delivery.sweep()
    assert {again(town, row).state for row in rows(town) if row.id in {m.id for m in rest}} == {
        "claimed"
    }


def test_a_report_while_we_settle_is_not_lost(big_town: Town) -> None:
    """The report is committed between our look at the row and our write."""
    row = owed(big_town)
    with big_town.database.write() as session:
        claim = outbox.claim(session, SMS, 100, big_town.clock(), "fr")
    report = DeliveryReport(SMS, "delivered", outbound_id=row.id)
    with ThreadPoolExecutor(1) as pool:
        with big_town.database.write() as session:
            failure = Failure(row.id, UnknownOutcome("cut"))
            outbox.settle(session, claim.token, [failure], big_town.clock())
            session.flush()
            reporting = pool.submit(big_town.gateway.intake.report, report)
            with pytest.raises(TimeoutError):
                reporting.result(0.05)
        reporting.result()
    assert (again(big_town, row).state, again(big_town, row).status) == ("sent", "delivered")


def test_what_the_carrier_says_it_could_not_deliver_is_still_news(town: Town) -> None:
    row = owed(town)
    town.settle()
    town.gateway.intake.report(DeliveryReport(SMS, "failed", outbound_id=row.id, code="30003"))
    assert again(town, row).state == "failed"
    assert "palette" in town.sms("Leo", "NEWS")


def test_a_report_of_nothing_of_ours_changes_nothing(town: Town) -> None:
    row = owed(town)
    before = [(r.id, r.state, r.status) for r in rows(town)]
    for report in (
        DeliveryReport(SMS, "delivered", outbound_id=9_999),
        DeliveryReport(SMS, "delivered", external_id="SM-of-nobody"),
        DeliveryReport(EMAIL, "delivered", outbound_id=row.id),
        DeliveryReport(SMS, "delivered"),
    ):
        town.gateway.intake.report(report)
    assert [(r.id, r.state, r.status) for r in rows(town)] == before


def test_an_operator_owes_a_failed_message_again(town: Town) -> None:
    row = owed(town)
    fail_leo(town, PermanentFailure("21617"))
    assert town.gateway.office.owe_again([row.id]) == {}
    town.settle()
    assert reached_leo(town) == 1
    assert town.gateway.office.owe_again([row.id]) == {row.id: "sent"}


def test_what_was_read_in_news_is_not_sent_as_well(any_town: Town) -> None:
    town = any_town
    owed(town)
    town.sms("Leo", "MUTE 5")
    assert "palette" in town.sms("Leo", "NEWS")
    town.clock.advance(hours=5)
    town.settle()
    assert not [m for m in town.carriers[SMS].taken if m.recipient == LEO and "Notice" in str(m)]


def test_a_restart_of_the_only_process_owes_again_what_it_had_claimed(town: Town) -> None:
    owed(town)
    with town.database.write() as session:
        outbox.claim(session, SMS, 100, town.clock(), "fr")
    assert town.gateway.delivery.release() > 0
    town.settle()
    assert reached_leo(town) == 1
