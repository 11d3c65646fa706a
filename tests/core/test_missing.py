"""What a dead worker had claimed is owed again soon, and what a living one has stays its own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.core import presence
from gateway.core.envelope import EMAIL
from gateway.core.gateway import Delivery
from gateway.core.gateway.missing import LONGEST_GAP, WATCHED_SECONDS, Missing
from gateway.core.models import Outbox
from tests.support.clock import Clock
from tests.support.town import Town

LOOK_SECONDS = WATCHED_SECONDS / 3
LOOKS = 3
SEEN = Clock()()


class Seconds:
    """Whoever looks has a clock of its own, that nobody sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float = LOOK_SECONDS) -> None:
        self.now += seconds


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    seconds = Seconds()
    monkeypatch.setattr("gateway.core.gateway.delivery.Missing", lambda: Missing(seconds))
    return seconds


def looked(missing: Missing, seconds: Seconds, times: int) -> list[str]:
    """Who is found dead while one process is missing, and looked for so many times."""
    found: list[str] = []
    for _ in range(times):
        found += missing.dead({"w1": SEEN})
        seconds.pass_by()
    return found


def test_who_is_missing_for_long_is_dead_and_that_is_told_once(seconds: Seconds) -> None:
    missing = Missing(seconds)
    assert looked(missing, seconds, LOOKS) == []
    assert looked(missing, seconds, 3) == ["w1"]


def test_who_was_seen_meanwhile_lives(seconds: Seconds) -> None:
    missing = Missing(seconds)
    looked(missing, seconds, LOOKS)
    assert missing.dead({}) == []
    assert looked(missing, seconds, LOOKS) == []


def test_whoever_could_not_look_begins_anew(seconds: Seconds) -> None:
    missing = Missing(seconds)
    looked(missing, seconds, LOOKS)
    seconds.pass_by(LONGEST_GAP)
    assert looked(missing, seconds, LOOKS) == []


def sweep_for(town: Town, seconds: Seconds, delivery: Delivery, beats: str = "") -> int:
    """The timer looks for long enough; a process `beats` or nobody does."""
    owed = 0
    for _ in range(LOOKS + 7):
        seconds.pass_by()
        town.clock.advance(seconds=LOOK_SECONDS)
        if beats:
            with town.database.write() as session:
                presence.beat(session, beats, "worker", town.clock())
        owed += delivery.sweep()
    return owed


def claimed(town: Town) -> int:
    with town.database.read() as session:
        return len(session.scalars(select(Outbox.id).where(Outbox.state == "claimed")).all())


@pytest.fixture
def worker(any_town: Town, seconds: Seconds, monkeypatch: pytest.MonkeyPatch) -> str:
    """A worker that beats, claims what is due and comes no further."""
    town, name = any_town, any_town.gateway.parts.process
    for number in range(3):
        town.person(f"M{number}", email=f"m{number}@depot.example", groups=("quai3",))
    town.sms("Ana", "P quai3 palette")
    with town.database.write() as session:
        presence.beat(session, name, "worker", town.clock())
    with monkeypatch.context() as dying:
        dying.setattr(
            town.carriers[EMAIL], "send", lambda _: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            town.gateway.delivery.deliver(EMAIL)
    assert claimed(town)
    return name


def test_what_a_dead_worker_had_is_owed_again_long_before_its_lease_runs_out(
    any_town: Town, seconds: Seconds, worker: str
) -> None:
    held = claimed(any_town)
    assert sweep_for(any_town, seconds, Delivery(any_town.gateway.parts)) == held
    assert claimed(any_town) == 0
    assert any_town.clock() - Clock()() < timedelta(minutes=1)


def test_what_a_living_worker_has_stays_its_own(
    any_town: Town, seconds: Seconds, worker: str
) -> None:
    held = claimed(any_town)
    assert sweep_for(any_town, seconds, Delivery(any_town.gateway.parts), beats=worker) == 0
    assert claimed(any_town) == held
