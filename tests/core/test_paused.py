"""A channel that an operator must mend: its messages wait without harm, and leave when they can."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.core import outbox, pauses
from gateway.core.envelope import SMS
from gateway.core.errors import ChannelShut
from gateway.core.models import Outbox
from tests.support.town import Town


def tries(town: Town, count: int) -> None:
    """The account is shut for so many messages to come."""
    town.carriers[SMS].faults = [ChannelShut("20003", "the token is wrong") for _ in range(count)]


def rows(town: Town) -> list[tuple[str, int]]:
    with town.database.read() as session:
        return [(r.state, r.attempts) for r in session.scalars(select(Outbox).order_by(Outbox.id))]


@pytest.fixture
def town(any_town: Town) -> Town:
    """Three answers are due."""
    for number in range(3):
        any_town.sms("Leo", "STATUS", f"SM{number}")
    return any_town


def test_what_waits_loses_no_attempt_and_leaves_once_it_can(town: Town) -> None:
    tries(town, 3)
    town.settle()
    assert rows(town) == [("due", 0)] * 3
    (pause,) = town.gateway.ledger.pauses()
    assert (pause.channel, pause.code, pause.reason) == (SMS, "20003", "the token is wrong")
    town.clock.advance(pauses.FIRST)
    town.settle()
    assert rows(town) == [("sent", 1)] * 3
    assert town.gateway.ledger.pauses() == []


def test_one_is_tried_now_and_then_and_less_and_less_often(town: Town) -> None:
    tries(town, 1_000)
    carrier, waits, before = town.carriers[SMS], list[float](), 3
    for _ in range(3 * outbox.MOST_ATTEMPTS):
        town.settle()
        tried = 1_000 - len(carrier.faults)
        assert tried == before
        before += 1
        (pause,) = town.gateway.ledger.pauses()
        waits.append((pause.until - town.clock()).total_seconds())
        town.clock.set(pause.until - timedelta(seconds=1))
        town.settle()
        assert 1_000 - len(carrier.faults) == tried
        town.clock.set(pause.until)
    assert waits[:3] == [60, 120, 240]
    assert max(waits) == pauses.LONGEST.total_seconds()
    assert {state for state, _ in rows(town)} == {"due"}


def test_it_is_measured(town: Town) -> None:
    tries(town, 3)
    town.settle()
    _, _, samples = town.gateway.watch.measures()["gateway_channel_paused"]
    assert samples == [({"channel": SMS, "code": "20003"}, 1.0)]
