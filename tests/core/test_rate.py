"""A sender passes on so many segments a second: what is more waits here, in our own order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from gateway.core.envelope import SMS
from gateway.core.gateway import Delivery
from gateway.core.models import Outbox
from tests.support.town import Town

RATE = 20
READERS = 60


@pytest.fixture
def slow(any_town: Town) -> Town:
    """Sixty who want each post by text, and a number that passes on twenty segments a second."""
    town = any_town
    town.set_house(sms_rate=float(RATE))
    town.depot(READERS)
    for _ in range(5):
        leaving(town, after=1)
    return town


def leaving(town: Town, after: float = 0) -> list[str]:
    """What leaves by then, each by its kind."""
    town.clock.advance(seconds=after)
    before = len(town.carriers[SMS].taken)
    while town.gateway.delivery.deliver(SMS):
        pass
    return [one.kind for one in town.carriers[SMS].taken[before:]]


def still_due(town: Town) -> int:
    with town.database.read() as session:
        return len(session.scalars(select(Outbox.id).where(Outbox.state == "due")).all())


def test_no_more_leaves_in_a_second_than_the_sender_passes_on(slow: Town) -> None:
    slow.sms("Ana", "P depot palette")  # and its answer leaves first
    assert leaving(slow) == ["answer", *["post"] * (RATE - 1)]
    assert leaving(slow) == []
    assert leaving(slow, after=0.5) == ["post"] * (RATE // 2)
    assert leaving(slow, after=5) == ["post"] * RATE
    assert leaving(slow, after=5) == ["post"] * (READERS + 1 - RATE - RATE // 2 - RATE)
    assert still_due(slow) == 0


def test_an_answer_waits_behind_no_post(slow: Town) -> None:
    slow.sms("Ana", "P depot palette")
    leaving(slow)
    slow.sms("N0", "AIDE")
    assert leaving(slow, after=2 / RATE)[0] == "answer"


def test_a_long_text_takes_as_much_as_it_costs(slow: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow.carriers[SMS], "cost", lambda _: 3)
    slow.sms("Ana", "P depot palette")
    assert len(leaving(slow)) == RATE  # 60 segments, of which 40 are owed to the next two seconds
    assert leaving(slow, after=2) == []
    assert len(leaving(slow, after=1 / RATE)) == 1


def test_all_workers_together_keep_to_it(slow: Town) -> None:
    workers = [Delivery(slow.gateway.parts) for _ in range(4)]
    slow.sms("Ana", "P depot palette")
    before = len(slow.carriers[SMS].taken)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            list(pool.map(lambda one: one.deliver(SMS), workers))
    assert len(slow.carriers[SMS].taken) - before == RATE


def test_whoever_waits_for_it_comes_again_by_itself(slow: Town) -> None:
    slow.sms("Ana", "P depot palette")
    leaving(slow)
    slow.bell.rung.clear()
    assert slow.gateway.delivery.deliver(SMS) == 0
    assert slow.bell.rung == [SMS]


def test_whoever_has_nothing_to_send_sleeps(slow: Town) -> None:
    for _ in range(RATE):
        slow.sms("N1", "AIDE")
        slow.clock.advance(seconds=20)
    leaving(slow)
    slow.bell.rung.clear()
    assert leaving(slow) == []
    assert slow.bell.rung == []


@pytest.mark.parametrize("by", [timedelta(days=-20), timedelta(seconds=-30), timedelta(days=20)])
def test_a_clock_that_jumps_stops_nothing(slow: Town, by: timedelta) -> None:
    slow.sms("Ana", "P depot palette")
    leaving(slow)
    slow.clock.advance(by)
    slow.clock.advance(seconds=31)
    with slow.database.write() as session:
        session.execute(
            text("UPDATE outbox SET not_before = :now WHERE state = 'due'"),
            {"now": slow.clock().isoformat(" ")[:26]},
        )
    assert 0 < len(leaving(slow)) <= RATE
