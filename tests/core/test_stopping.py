"""Delivery told to stop, given up in the middle, or before a database that takes nothing."""

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from gateway.core.envelope import SMS, Failure, Outbound, Receipt
from gateway.core.models import Outbox
from tests.support.town import Carrier, Town


class Watched(Carrier):
    """Calls `meanwhile` while the first message is on the wire."""

    def __init__(self) -> None:
        super().__init__(SMS)
        self.meanwhile: Callable[[], None] = lambda: None

    def send(self, messages: Sequence[Outbound]) -> Iterator[Receipt | Failure]:
        for outcome in super().send(messages):
            self.meanwhile()
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
