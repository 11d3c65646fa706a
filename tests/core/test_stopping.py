"""Delivery told to stop, given up in the middle, or before a database that takes nothing."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gateway.core import outbox
from gateway.core.envelope import SMS, Failure, Outbound, Receipt
from gateway.core.errors import PutOff
from gateway.core.models import Outbox
from tests.support.town import Carrier, Town


class Watched(Carrier):
    """Calls `meanwhile` while the first message is on the wire."""

    def __init__(self) -> None:
        super().__init__(SMS)
        self.meanwhile: Callable[[], None] = lambda: None

    def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        for outcome in super().send(messages):
            self.meanwhile()
            yield outcome


class Slow(Watched):
    """A second passes while each message is on the wire."""

    def __init__(self, town: Town) -> None:
        super().__init__()
        self._town = town

    def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        for outcome in super().send(messages):
            self._town.clock.advance(seconds=1)
            yield outcome


@pytest.fixture
def carrier(town: Town) -> Watched:
    """Three answers are due, and this will carry them."""
    for number in range(3):
        town.sms("Ana", "NEUF", f"SM{number}")
    carrier = Watched()
    town.carriers[SMS] = carrier
    return carrier


def states(town: Town) -> list[str]:
    with town.database.read() as session:
        return list(session.scalars(select(Outbox.state).order_by(Outbox.id)))


def attempts(town: Town) -> list[int]:
    with town.database.read() as session:
        return list(session.scalars(select(Outbox.attempts).order_by(Outbox.id)))


def test_told_to_stop_it_finishes_what_is_on_the_wire(town: Town, carrier: Watched) -> None:
    stopped = threading.Event()
    carrier.meanwhile = stopped.set
    town.gateway.delivery.deliver(SMS, stopped)
    assert states(town) == ["sent", "due", "due"]
    assert attempts(town) == [1, 0, 0]
    town.settle()
    assert len(carrier.taken) == 3


def test_given_up_it_does_not_know_what_is_on_the_wire(town: Town, carrier: Watched) -> None:
    stopped, seen = threading.Event(), list[list[str]]()

    def give_up() -> None:
        stopped.set()
        town.gateway.delivery.abandon(SMS)
        seen.append(states(town))

    carrier.meanwhile = give_up
    town.gateway.delivery.deliver(SMS, stopped)
    assert seen == [["unknown", "due", "due"]]
    # The carrier answered after all, while the process was still there.
    assert states(town) == ["sent", "due", "due"]


def test_given_up_with_nothing_begun_changes_nothing(town: Town, carrier: Watched) -> None:
    town.gateway.delivery.abandon(SMS)
    assert states(town) == ["due", "due", "due"]
    assert carrier.taken == []


def test_what_a_channel_takes_ahead_is_marked_and_finished_when_it_is_told_to_stop(
    town: Town,
) -> None:
    for number in range(3):
        town.sms("Ana", "NEUF", f"SM{number}")
    stopped, marked = threading.Event(), list[int]()

    class Ahead(Carrier):
        """Has two on the wire before it tells of the first, as mail that is pipelined."""

        def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
            begun: list[Outbound] = []
            for message in messages:
                begun.append(message)
                with town.database.read() as session:
                    row = session.get_one(Outbox, message.id)
                    marked.append(message.id if row.wired_at and row.state == "claimed" else 0)
                if len(begun) == 2:
                    stopped.set()
                    yield from super().send([begun.pop(0)])
            yield from super().send(begun)

    ahead = town.carriers[SMS] = Ahead(SMS)
    town.gateway.delivery.deliver(SMS, stopped)
    assert marked == [message.id for message in ahead.taken]
    assert states(town) == ["sent", "sent", "due"]
    assert attempts(town) == [1, 1, 0]


def test_what_was_put_off_untried_has_lost_no_attempt_for_some_days(
    town: Town, carrier: Watched
) -> None:
    for day, tried in enumerate([0, 0, 0, 0, 1, 2, 3]):
        carrier.faults = [PutOff("domain", retry_after=60)] * 3
        town.gateway.delivery.deliver(SMS)
        assert attempts(town) == [tried] * 3, day
        assert set(states(town)) == {"due"}
        town.clock.advance(days=1)


def test_of_a_channel_that_breaks_down_nobody_knows_what_it_took_and_nothing_else(
    town: Town, carrier: Watched
) -> None:
    # All the rest was unknown, until a channel took its messages one by one: now it is certain.
    def break_down() -> None:
        raise ZeroDivisionError

    carrier.meanwhile = break_down
    town.gateway.delivery.deliver(SMS)
    assert states(town) == ["unknown", "due", "due"]
    carrier.meanwhile = lambda: None
    town.clock.advance(minutes=1)
    town.gateway.delivery.deliver(SMS)
    assert [message.id for message in carrier.taken] == sorted({m.id for m in carrier.taken})


def test_what_left_is_written_when_the_database_takes_it_again(
    town: Town, carrier: Watched
) -> None:
    def refuse(word: str) -> None:
        with town.database.write() as session:
            session.execute(text(word))

    refusing = (
        "CREATE TRIGGER full BEFORE UPDATE OF external_id ON outbox "
        "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    carrier.meanwhile = lambda: refuse(refusing) if len(carrier.taken) == 1 else None
    with pytest.raises(IntegrityError):
        town.gateway.delivery.deliver(SMS)
    assert states(town)[0] == "claimed"
    refuse("DROP TRIGGER full")
    carrier.meanwhile = lambda: None
    town.gateway.delivery.deliver(SMS)
    assert states(town)[0] == "sent"
    town.gateway.delivery.release()
    town.settle()
    assert len(carrier.taken) == len({message.id for message in carrier.taken}) == 3


def test_a_stop_holds_back_what_was_taken_to_be_sent_already(any_town: Town) -> None:
    """A batch at a carrier that takes its time: the member's word counts, not the claim."""
    town, carrier = any_town, Slow(any_town)
    town.group("nuit", "Nuit")
    for number in range(5):
        town.person(f"Max {number}", phone=f"+3360000010{number}", groups=("nuit",))
        town.sms(f"Max {number}", "RYTHME chaque")
    town.settle()
    town.carriers[SMS] = town.gateway.parts.channels[SMS] = carrier  # type: ignore[index]  # a dict in tests
    town.person("Eva", phone="+33600000200", groups=("nuit",))
    town.sms("Eva", "P nuit porte 4 fermée")
    carrier.meanwhile = lambda: said.append(town.sms("Max 4", "STOP")) if not said else None
    said: list[str] = []
    town.settle()
    told = [one for one in carrier.taken if one.recipient == "+33600000104"]
    assert [type(one.content).__name__ for one in told] == ["Answer"], "the last is that it ended"
    assert len(carrier.taken) == 1 + 4 + 1
    assert said


def test_who_sends_stop_while_a_batch_is_claimed_gets_nothing_of_it(
    big_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its being read and its being marked; SQLite has no such moment."""
    town = big_town
    for name in ("Leo", "Ana"):
        town.sms(name, "RHYTHM each")
    town.settle()
    town.mail("Paul", "P quai3 palette cassée")
    real, stopped = outbox.mark, list[str]()

    def mark(session: Session, token: str, traces: Mapping[int, str], now: datetime) -> bool:
        if not stopped:
            stopped.append(town.sms("Leo", "STOP"))
        return real(session, token, traces, now)

    monkeypatch.setattr(outbox, "mark", mark)
    before = len(town.carriers[SMS].taken)
    town.settle()
    to = [message.recipient[-1] for message in town.carriers[SMS].taken[before:] if message.serial]
    assert stopped
    assert to == ["1"]  # Ana's
