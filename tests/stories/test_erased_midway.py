"""Somebody is erased while they write, while they are written to, and while others write."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gateway.core.envelope import EMAIL, KIOSK, SMS, Inbound
from gateway.core.models import Inbox, Outbox
from tests.support import life
from tests.support.clock import Clock
from tests.support.town import Town, fill

AT_FIRST = 6
"""Messages of each before she is erased, in the middle of what follows."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'town.db'}"


class Chatter:
    """Threads that go on until they are told to end; what any of them raised is an error."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self.begun: list[threading.Event] = []
        self.errors: list[Exception] = []

    def start(self, say: Callable[[int], object]) -> None:
        begun = threading.Event()
        self.begun.append(begun)
        thread = threading.Thread(target=self._run, args=(say, begun))
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _run(self, say: Callable[[int], object], begun: threading.Event) -> None:
        number = 0
        while not self._stopped.is_set():
            number += 1
            try:
                say(number)
            except Exception as error:  # noqa: BLE001  # whatever it was, the test tells
                self.errors.append(error)
            if number == AT_FIRST:
                begun.set()


@pytest.fixture
def town(url: str, clock: Clock) -> Iterator[Town]:
    town = fill(Town(url, clock()))
    life.live(town)
    yield town
    town.close()


def test_nothing_of_hers_is_left_whatever_went_on(town: Town) -> None:
    nadia = town.id_of(life.NAME)

    def at_a_kiosk(number: int) -> None:
        if town.gateway.directory.token_epoch(nadia) is None:
            return  # her session has ended
        said = Inbound(KIOSK, f"1:{nadia}:{number}", "kiosk:1", "NEUF", member_id=nadia)
        town.gateway.intake.receive(said)

    def deliver(_number: int) -> None:
        for channel in (SMS, EMAIL):
            town.gateway.delivery.deliver(channel)

    chatter = Chatter()
    chatter.start(lambda n: town.receive(SMS, life.PHONE, f"P quai3 mot {n}", f"N{n}"))
    chatter.start(at_a_kiosk)
    chatter.start(lambda n: town.receive(SMS, "+33600000002", f"P quai3 leo {n}", f"L{n}"))
    chatter.start(deliver)
    assert all(begun.wait(20) for begun in chatter.begun)
    town.gateway.rights.erase(nadia)
    chatter.stop()
    assert chatter.errors == []
    _only_a_stranger_is_left(town, nadia)


def _only_a_stranger_is_left(town: Town, nadia: int) -> None:
    """What came from her number after all was done is somebody's whom nobody knows."""
    town.settle()
    assert set(life.traces(town.database)) <= {"inbox.sender", "outbox.recipient"}
    with town.database.read() as session:
        owners = session.scalars(select(Inbox.member_id).where(Inbox.sender == life.PHONE))
        assert set(owners) <= {None}
        answered = select(Outbox.member_id).where(Outbox.recipient == life.PHONE)
        assert set(session.scalars(answered)) <= {None}
        owed = select(func.count(Outbox.id)).where(Outbox.member_id == nadia)
        assert session.scalar(owed) == 0
        written = select(func.count(Inbox.id)).where(Inbox.member_id == nadia, Inbox.text != "")
        assert session.scalar(written) == 0
