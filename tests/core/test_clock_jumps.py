"""A clock jumps, as when a machine wakes up or is set: nothing is lost, and nothing comes twice."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from gateway.core.envelope import SMS, Failure, Outbound, Receipt
from tests.support.town import Carrier, Town

JUMPS = [timedelta(days=1), timedelta(hours=-3), timedelta(minutes=6), timedelta(days=-1)]


class Jumping(Carrier):
    """The clock jumps, and the timer takes its turn, while a text is on the wire."""

    def __init__(self, town: Town, jump: timedelta) -> None:
        super().__init__(SMS)
        self._town, self._jump = town, jump

    def send(self, messages: Sequence[Outbound]) -> Iterator[Receipt | Failure]:  # type: ignore[override]  # narrower is enough here
        for outcome in super().send(messages):
            self._town.clock.advance(self._jump)
            self._jump = timedelta()
            self._town.gateway.delivery.sweep()
            yield outcome


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_whatever_is_on_the_wire_when_it_jumps_goes_once(any_town: Town, jump: timedelta) -> None:
    town = any_town
    town.carriers[SMS] = carrier = Jumping(town, jump)
    town.gateway.delivery._parts.channels[SMS] = carrier  # type: ignore[index]  # a test's own carrier
    for number in range(3):
        town.sms("Ana", f"P quai3 palette {number}")
        town.sms("Leo", f"P quai3 chariot {number}")
    _days_pass(town)
    answers = [one for one in carrier.taken if one.content.__class__.__name__ == "Answer"]
    assert len(answers) == len({one.id for one in answers}) == 6


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_whatever_was_owed_before_it_jumps_leaves_once(any_town: Town, jump: timedelta) -> None:
    town = any_town
    town.sms("Ana", "P quai3 palette")
    town.clock.advance(jump)
    town.sms("Leo", "P quai3 chariot")
    town.gateway.delivery.send_digests()
    town.clock.advance(-jump)
    _days_pass(town)
    taken = [one for carrier in town.carriers.values() for one in carrier.taken]
    assert len(taken) == len({one.id for one in taken})
    for name, words in (("Ana", "palette"), ("Leo", "chariot")):
        assert sum(words in text and "ANNULE" in text for text in town.heard(name)) <= 1
    told = " ".join(text for name in ("Ana", "Leo") for text in town.heard(name))
    assert "palette" in told
    assert "chariot" in told


def _days_pass(town: Town) -> None:
    for _ in range(6):
        town.settle()
        town.clock.advance(hours=8)
        town.gateway.delivery.sweep()
        town.gateway.delivery.send_digests()
    town.settle()
