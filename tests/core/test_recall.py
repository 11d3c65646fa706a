"""What came in while nobody answered its carrier is found there, and goes through the same door."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from gateway.core.envelope import SMS, Inbound
from gateway.core.errors import TemporaryFailure
from gateway.core.gateway.recall import EVERY, OVERLAP
from gateway.core.models import CaughtUp, Inbox
from tests.support.town import Carrier, Town

ANA, LEO = "+33600000001", "+33600000002"


class Listing(Carrier):
    """Lists what came in, as a carrier would: also what it brought, and not while it is `down`."""

    def __init__(self, town: Town) -> None:
        super().__init__(SMS)
        self.town = town
        self.came: list[Inbound] = []
        self.questions: list[tuple[datetime, datetime]] = []
        self.down = False

    def phone(self, sender: str, text: str, *, brought: bool = False, **fields: object) -> Inbound:
        sid = f"SM-{len(self.came)}"
        inbound = replace(
            Inbound(SMS, sid, sender, text, said_at=self.town.clock()),
            **fields,  # type: ignore[arg-type]  # a test's own fields
        )
        self.came.append(inbound)
        if brought:
            self.town.gateway.intake.receive(replace(inbound, said_at=None))
        return inbound

    def came_in(self, since: datetime, until: datetime) -> Iterator[Inbound]:
        self.questions.append((since, until))
        for inbound in self.came:
            assert inbound.said_at
            if self.down:
                raise TemporaryFailure("unreachable", for_all=True)
            if since <= inbound.said_at:
                yield inbound


@pytest.fixture
def carrier(any_town: Town) -> Listing:
    carrier = Listing(any_town)
    any_town.carriers[SMS] = carrier
    any_town.gateway.recall.catch_up()
    return carrier


def look(town: Town, minutes: float = 5.5) -> int:
    town.clock.advance(minutes=minutes)
    return town.gateway.recall.catch_up()


def inbox(town: Town) -> list[tuple[str, str]]:
    with town.database.read() as session:
        return [(row.text, row.state) for row in session.scalars(select(Inbox).order_by(Inbox.id))]


def until(town: Town) -> datetime:
    with town.database.read() as session:
        return session.get_one(CaughtUp, SMS).until


def test_what_is_missing_comes_in_once_and_is_answered_once(
    any_town: Town, carrier: Listing
) -> None:
    carrier.phone(LEO, "STATUS", brought=True)
    carrier.phone(ANA, "P quai3 palette cassee")
    assert look(any_town) == 1
    assert look(any_town) == 0
    assert [text for text, _ in inbox(any_town)] == ["STATUS", "P quai3 palette cassee"]
    assert len(any_town.heard("Ana")) == 1
    (row,) = any_town.gateway.recall.caught_up()
    assert (row.recovered, row.until) == (1, any_town.clock())


def test_a_webhook_that_comes_after_all_is_a_repeat(any_town: Town, carrier: Listing) -> None:
    missed = carrier.phone(LEO, "STATUS")
    look(any_town)
    assert any_town.gateway.intake.receive(replace(missed, said_at=None)).duplicate
    assert len(any_town.heard("Leo")) == 1


def test_it_is_looked_for_now_and_then_and_a_little_further_back(
    any_town: Town, carrier: Listing
) -> None:
    began = any_town.clock()
    for _ in range(9):
        look(any_town, minutes=1)
    assert len(carrier.questions) == 2
    assert carrier.questions[1] == (began - OVERLAP, began + EVERY)


def test_a_text_that_the_list_shows_late_is_found(any_town: Town, carrier: Listing) -> None:
    said_at = any_town.clock()
    look(any_town)
    carrier.phone(LEO, "STATUS", said_at=said_at + timedelta(minutes=4))
    assert look(any_town) == 1


def test_what_is_on_its_way_by_itself_is_left_alone_for_a_moment(
    any_town: Town, carrier: Listing
) -> None:
    any_town.clock.advance(EVERY)
    carrier.phone(LEO, "STATUS")
    assert any_town.gateway.recall.catch_up() == 0
    assert look(any_town, minutes=0.05) == 0
    assert look(any_town, minutes=0.05) == 1


def test_whoever_was_away_looks_at_once(any_town: Town, carrier: Listing) -> None:
    carrier.phone(LEO, "STATUS")
    assert look(any_town, minutes=1) == 0
    any_town.gateway.recall.soon()
    assert look(any_town, minutes=0) == 1


def test_a_carrier_that_cannot_be_asked_is_asked_for_the_same_time_again(
    any_town: Town, carrier: Listing
) -> None:
    before = until(any_town)
    carrier.phone(LEO, "STATUS")
    carrier.down = True
    assert look(any_town) == 0
    assert look(any_town, minutes=0.5) == 0
    asked = len(carrier.questions)
    assert until(any_town) == before
    any_town.clock.advance(days=3)
    carrier.down = False
    assert any_town.gateway.recall.catch_up() == 1
    assert carrier.questions[asked][0] == before - OVERLAP


def test_one_that_is_stopped_half_way_goes_on_later(
    any_town: Town, carrier: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.core.gateway.recall.AT_ONCE", 2)
    for place in range(5):
        carrier.phone(f"+3361000000{place}", f"P quai3 {place}")
    before, turns = until(any_town), iter([True, True, False])
    any_town.clock.advance(minutes=10)
    assert any_town.gateway.recall.catch_up(lambda: next(turns)) == 4
    assert until(any_town) == before
    assert any_town.gateway.recall.catch_up() == 1
    assert len(inbox(any_town)) == 5
    assert any_town.gateway.recall.caught_up()[0].recovered == 5


def test_the_first_look_begins_at_the_last_text(any_town: Town) -> None:
    any_town.sms("Leo", "STATUS")
    last = any_town.clock()
    carrier = any_town.carriers[SMS] = Listing(any_town)
    any_town.clock.advance(hours=3)
    carrier.phone(ANA, "STATUS")
    any_town.clock.advance(minutes=1)
    assert any_town.gateway.recall.catch_up() == 1
    assert carrier.questions[0][0] == last - OVERLAP


def test_an_answer_to_a_question_is_taken_for_when_it_was_said(
    any_town: Town, carrier: Listing
) -> None:
    """The question is over by the time at which its answer is found."""
    told = any_town.sms("Leo", "palette cassee au quai 4")
    assert "SURE" in told
    any_town.clock.advance(minutes=1)
    carrier.phone(LEO, "SURE")
    assert look(any_town, minutes=120) == 1
    assert any("palette cassee au quai 4" in text for text in any_town.heard("Leo")[1:])


@pytest.mark.parametrize(
    ("said", "since", "state"),
    [("STOP", "START", "active"), ("START", "STOP", "stopped"), ("STOP", "", "stopped")],
)
def test_a_stop_or_start_that_was_overtaken_does_nothing(
    any_town: Town, carrier: Listing, said: str, since: str, state: str
) -> None:
    any_town.sms("Leo", "STOP" if said == "START" or since else "STATUS")
    if said == "START":
        any_town.clock.advance(minutes=1)
    carrier.phone(LEO, said)
    any_town.clock.advance(minutes=1)
    if since:
        any_town.sms("Leo", "START")
    if since == "STOP":
        any_town.clock.advance(minutes=1)
        any_town.sms("Leo", "STOP")
    assert look(any_town) == 1
    with any_town.database.read() as session:
        from gateway.core.models import Address

        assert session.scalars(select(Address.state).where(Address.value == LEO)).one() == state
    assert (said, "automatic" if since else "done") in inbox(any_town)


def test_what_the_carrier_may_have_answered_is_not_answered_again(
    any_town: Town, carrier: Listing
) -> None:
    carrier.phone(LEO, "STOP", carrier_answered=True)
    look(any_town)
    assert inbox(any_town) == [("STOP", "done")]
    assert any_town.heard("Leo") == []


def test_a_carrier_without_a_list_is_not_asked(any_town: Town) -> None:
    assert any_town.gateway.recall.catch_up() == 0
    assert any_town.gateway.recall.caught_up() == []


def test_it_is_measured(any_town: Town, carrier: Listing) -> None:
    carrier.phone(LEO, "STATUS")
    look(any_town)
    any_town.clock.advance(minutes=2)
    measures = any_town.gateway.watch.measures()
    assert measures["gateway_recovered_total"][2] == [({"channel": SMS}, 1.0)]
    assert measures["gateway_caught_up_age_seconds"][2] == [({"channel": SMS}, 120.0)]
