"""A carrier that is too busy puts nobody off for longer than it is: an answer least of all."""

import pytest
from sqlalchemy import select

from gateway.core.envelope import SMS
from gateway.core.errors import TemporaryFailure
from gateway.core.models import Outbox
from tests.support.town import Town


def full(seconds: float = 60) -> TemporaryFailure:
    return TemporaryFailure("21611", "the queue is full", retry_after=seconds, for_all=True)


@pytest.fixture
def town(any_town: Town) -> Town:
    """Leo's post met a full queue, and waits for a minute."""
    any_town.sms("Leo", "RHYTHM each")
    any_town.settle()
    any_town.sms("Ana", "P quai3 palette cassee")
    any_town.carriers[SMS].faults = [full(), full()]
    any_town.settle()
    return any_town


def waiting(town: Town) -> list[float]:
    with town.database.read() as session:
        due = select(Outbox.not_before).where(Outbox.state == "due").order_by(Outbox.id)
        return [(at - town.clock()).total_seconds() for at in session.scalars(due)]


def test_an_answer_is_not_put_off_by_a_post_that_is(town: Town) -> None:
    town.clock.advance(seconds=5)
    town.sms("Leo", "STATUS")
    before = len(town.carriers[SMS].taken)
    town.settle()
    assert len(town.carriers[SMS].taken) == before + 1


def test_an_answer_that_meets_it_too_waits_for_the_rest_of_it_only(town: Town) -> None:
    town.clock.advance(seconds=50)
    town.sms("Leo", "STATUS")
    town.carriers[SMS].faults = [full()]
    town.settle()
    assert set(waiting(town)) == {10}
    town.clock.advance(seconds=10)
    before = len(town.carriers[SMS].taken)
    town.settle()
    left = [message.content for message in town.carriers[SMS].taken[before:]]
    assert [type(content).__name__ for content in left] == ["Answer", "Answer", "Notice"]


def test_what_is_one_phones_own_trouble_has_its_own_wait(town: Town) -> None:
    town.clock.advance(seconds=50)
    town.sms("Leo", "STATUS")
    town.carriers[SMS].faults = [TemporaryFailure("21611", retry_after=60)]
    town.settle()
    assert max(waiting(town)) == 60


def test_a_pause_that_is_over_shortens_no_new_one(town: Town) -> None:
    town.clock.advance(seconds=60)
    town.carriers[SMS].faults = [full(30), full(40)]
    town.settle()
    assert set(waiting(town)) == {0, 30}  # the other one was not tried


def test_a_queue_that_stays_full_for_an_hour_costs_no_message(town: Town) -> None:
    for _ in range(60):
        town.carriers[SMS].faults = [full(), full()]
        town.clock.advance(seconds=60)
        town.settle()
    town.carriers[SMS].faults = []
    town.clock.advance(seconds=60)
    town.settle()
    assert {type(one.content).__name__ for one in town.carriers[SMS].taken} == {"Answer", "Notice"}
    with town.database.read() as session:
        assert set(session.scalars(select(Outbox.state))) <= {"sent", "due"}
    assert waiting_on(town, SMS) == 0


def test_a_queue_that_is_full_for_ever_fails_in_the_end(town: Town) -> None:
    for _ in range(6 * 24):
        town.carriers[SMS].faults = [full(3600), full(3600)]
        town.clock.advance(hours=1)
        town.settle()
    assert waiting_on(town, SMS) == 0


def waiting_on(town: Town, channel: str) -> int:
    with town.database.read() as session:
        due = select(Outbox.id).where(Outbox.channel == channel, Outbox.state == "due")
        return len(session.scalars(due).all())
