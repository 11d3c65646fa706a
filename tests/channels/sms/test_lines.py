"""Several texts on the wire at once: never more than there are lines, each once, in order."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.sms.lines import Lines, Outcome
from gateway.core.envelope import Failure, Outbound, Receipt
from gateway.core.errors import DeliveryError, PermanentFailure, TemporaryFailure
from tests.support.sms import owed


class Wire:
    """Remembers what was on it together. Each text takes a moment; some are refused."""

    def __init__(self, refused: Iterable[int] = (), seconds: float = 0.002) -> None:
        self.refused = set(refused)
        self.seconds = seconds
        self.sent: dict[str, list[int]] = defaultdict(list)
        self.most = 0
        self._on_it: list[str] = []
        self._mutex = threading.Lock()

    def send(self, message: Outbound) -> Receipt:
        with self._mutex:
            assert message.recipient not in self._on_it
            self._on_it.append(message.recipient)
            self.most = max(self.most, len(self._on_it))
            self.sent[message.recipient].append(message.id)
        time.sleep(self.seconds)
        with self._mutex:
            self._on_it.remove(message.recipient)
        if message.id in self.refused:
            raise TemporaryFailure("no credit")
        if not message.recipient:
            raise PermanentFailure("no number")
        return Receipt(message.id, f"SM{message.id}", 1)


def for_all(error: DeliveryError) -> bool:
    return error.code == "no credit"


def texts(phones: Iterable[str]) -> list[Outbound]:
    return [owed(number=place, to=phone) for place, phone in enumerate(phones)]


@settings(max_examples=40, deadline=None)
@given(
    phones=st.lists(st.sampled_from(["", "+1", "+2", "+3", "+4", "+5"]), max_size=25),
    count=st.integers(1, 6),
)
def test_each_goes_once_and_those_of_a_phone_in_order(phones: list[str], count: int) -> None:
    wire, messages = Wire(seconds=0), texts(phones)
    outcomes = list(Lines(count).send(messages, wire.send, for_all))
    assert sorted(one.outbound_id for one in outcomes) == [one.id for one in messages]
    assert {one.outbound_id for one in outcomes if isinstance(one, Failure)} == {
        one.id for one in messages if not one.recipient
    }
    for phone, sent in wire.sent.items():
        assert sent == [one.id for one in messages if one.recipient == phone]
    assert wire.most <= count


@pytest.mark.parametrize("count", [1, 3])
def test_whoever_sends_shares_the_lines(count: int) -> None:
    lines, wire = Lines(count), Wire(seconds=0.01)
    heard: list[list[Outcome]] = [[], []]

    def send(place: int) -> None:
        messages = texts(f"+{place}{number}" for number in range(10))
        heard[place] += lines.send(messages, wire.send, for_all)

    senders = [threading.Thread(target=send, args=(place,)) for place in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(45)
    assert [len(one) for one in heard] == [10, 10]
    assert wire.most == count


@pytest.mark.parametrize("count", [1, 3])
def test_what_stops_all_leaves_the_rest_untried(count: int) -> None:
    wire, messages = Wire(refused=[2]), texts(f"+{number}" for number in range(50))
    outcomes = list(Lines(count).send(messages, wire.send, for_all))
    assert sorted(one.outbound_id for one in outcomes) == list(range(50))
    assert sum(map(len, wire.sent.values())) <= 2 + 2 * count
    untried = [one for one in outcomes if isinstance(one, Failure) and one.outbound_id != 2]
    assert len(untried) >= 50 - 2 - 2 * count
    assert all(str(one.error) == "no credit" for one in untried)


@pytest.mark.parametrize(("count", "ahead"), [(3, 1), (4, 2), (9, 3)])
def test_no_text_is_drawn_long_before_there_is_a_line(count: int, ahead: int) -> None:
    """What was drawn may have left: whoever stops in the middle does not know of it."""
    wire, drawn = Wire(), list[int]()
    lines = Lines(count)

    def draw() -> Iterator[Outbound]:
        for message in texts(f"+{number}" for number in range(30)):
            assert len(drawn) <= sum(map(len, wire.sent.values())) + count + ahead
            drawn.append(message.id)
            yield message

    assert len(list(lines.send(draw(), wire.send, for_all))) == 30


def test_outcomes_are_told_before_more_is_drawn() -> None:
    """They are written when more is drawn."""
    wire, told = Wire(seconds=0), list[int]()
    behind = list[int]()

    def draw() -> Iterator[Outbound]:
        for message in texts(f"+{number}" for number in range(100)):
            behind.append(message.id - len(told))
            yield message

    for outcome in Lines(2).send(draw(), wire.send, for_all):
        told.append(outcome.outbound_id)
    assert max(behind) <= 2


def test_lines_go_with_whom_they_were_made_for() -> None:
    before = threading.active_count()
    lines = Lines(5)
    assert threading.active_count() == before
    list(lines.send(texts(["+1"]), Wire().send, for_all))
    assert threading.active_count() == before + 5
    del lines
    over = time.monotonic() + 45
    while threading.active_count() > before and time.monotonic() < over:
        time.sleep(0.01)
    assert threading.active_count() == before
