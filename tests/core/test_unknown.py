"""What may have left: its carrier is asked, and nothing goes again that it has."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from gateway.core.envelope import SMS, Answer, DeliveryReport, Failure, Outbound, Receipt
from gateway.core.errors import TemporaryFailure, UnknownOutcome
from gateway.core.gateway.tracing import LONGEST_PATIENCE, PATIENCE, SKEW
from gateway.core.models import Outbox
from gateway.core.ports import Listing, Traced
from tests.support.town import Carrier, Town

LEO = "+33600000002"


class Asked(Carrier):
    """Can be asked what it has. `cuts` says of each message to come: cut before, or after, it."""

    def __init__(self, town: Town) -> None:
        super().__init__(SMS)
        self.town = town
        self.cuts: list[str] = []
        self.has: list[tuple[str, Traced]] = []
        self.questions = 0
        self.down = False
        self.reach = timedelta.max
        self.asked_since: list[datetime] = []

    def trace(self, message: Outbound) -> str:
        return message.content.text if isinstance(message.content, Answer) else str(message.content)

    def listed(self, recipient: str, since: datetime) -> Listing:
        self.questions += 1
        self.asked_since.append(since)
        if self.down:
            raise TemporaryFailure("unreachable", for_all=True)
        if self.reach != timedelta.max:
            since = max(since, self.town.clock() - self.reach)
        taken = [one for to, one in self.has if to == recipient and one.at >= since]
        return Listing(taken, since)

    def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        for message in messages:
            cut = self.cuts.pop(0) if self.cuts else ""
            sid = f"SM{len(self.has)}"
            if cut != "before":
                report = DeliveryReport(SMS, "sent", external_id=sid)
                traced = Traced(self.trace(message), self.town.clock(), report, 1)
                self.has.append((message.recipient, traced))
            if cut:
                yield Failure(message.id, UnknownOutcome("cut"))
            else:
                yield Receipt(message.id, sid, 1)


@pytest.fixture
def carrier(any_town: Town) -> Asked:
    carrier = Asked(any_town)
    any_town.carriers[SMS] = carrier
    return carrier


def states(town: Town) -> list[str]:
    with town.database.read() as session:
        return list(session.scalars(select(Outbox.state).order_by(Outbox.id)))


def last(town: Town) -> Outbox:
    with town.database.read() as session:
        return session.scalars(select(Outbox).order_by(Outbox.id.desc())).first()  # type: ignore[return-value]  # there is one


def pass_time(town: Town, *, minutes: float = 15) -> None:
    """As the timer goes, but faster."""
    for _ in range(int(minutes * 4)):
        town.clock.advance(seconds=15)
        town.gateway.delivery.sweep()
        town.gateway.delivery.trace()
        town.settle()


def answered(town: Town, cut: str, text: str = "STATUS") -> Outbox:
    """An answer to Leo that was cut off."""
    carrier = town.carriers[SMS]
    assert isinstance(carrier, Asked)
    carrier.cuts = [cut]
    town.sms("Leo", text)
    town.settle()
    row = last(town)
    assert (row.state, row.wired_at) == ("unknown", town.clock())
    return row


@pytest.mark.parametrize("cut", ["before", "after"])
def test_it_goes_once_wherever_it_was_cut(any_town: Town, carrier: Asked, cut: str) -> None:
    answered(any_town, cut)
    pass_time(any_town)
    assert len(carrier.has) == 1
    row = last(any_town)
    assert (row.state, row.external_id, row.segments) == ("sent", "SM0", 1)


def test_what_the_carrier_has_is_bound_soon(any_town: Town, carrier: Asked) -> None:
    answered(any_town, "after")
    any_town.clock.advance(seconds=4)
    assert any_town.gateway.delivery.trace() == 0
    any_town.clock.advance(seconds=1)
    assert any_town.gateway.delivery.trace() == 1
    assert last(any_town).state == "sent"


def test_it_is_not_taken_for_lost_too_soon(any_town: Town, carrier: Asked) -> None:
    answered(any_town, "before")
    any_town.clock.advance(PATIENCE["answer"] - timedelta(seconds=1))
    any_town.gateway.delivery.trace()
    any_town.settle()
    assert last(any_town).state == "unknown"
    any_town.clock.advance(seconds=1)
    any_town.gateway.delivery.trace()
    any_town.settle()
    assert last(any_town).state == "sent"


def test_a_carrier_that_breaks_off_for_an_hour_costs_no_answer(
    any_town: Town, carrier: Asked
) -> None:
    answered(any_town, "before")
    carrier.cuts = ["before"] * 1_000
    for _ in range(60):
        pass_time(any_town, minutes=0.25)
        any_town.clock.advance(seconds=45)
    carrier.cuts = []
    any_town.clock.advance(hours=1)
    pass_time(any_town, minutes=0.5)
    assert len(carrier.has) == 1
    assert last(any_town).state == "sent"


def test_it_is_not_tried_for_ever(any_town: Town, carrier: Asked) -> None:
    answered(any_town, "before")
    carrier.cuts = ["before"] * 1_000
    for _ in range(200):
        any_town.clock.advance(minutes=10)
        any_town.gateway.delivery.trace()
        any_town.settle()
    assert (last(any_town).state, last(any_town).code) == ("failed", "never heard of")


def test_a_post_has_more_patience_than_an_answer(any_town: Town, carrier: Asked) -> None:
    any_town.sms("Leo", "RHYTHM each")
    any_town.settle()
    any_town.sms("Ana", "P quai3 camion")
    carrier.cuts = ["", "before"]
    any_town.settle()
    pass_time(any_town, minutes=9)
    assert "unknown" in states(any_town)
    pass_time(any_town, minutes=LONGEST_PATIENCE.total_seconds() / 60 - 8)
    assert sum(to == LEO and "camion" in one.trace for to, one in carrier.has) == 1


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_list_that_does_not_reach_back_to_it_proves_nothing(
    any_town: Town, carrier: Asked, cut: str
) -> None:
    left_at = any_town.clock()
    answered(any_town, cut)
    carrier.reach = timedelta()
    pass_time(any_town, minutes=60)
    assert last(any_town).state == "unknown"
    assert carrier.questions < 20  # each time after twice as long
    assert set(carrier.asked_since) == {left_at - SKEW}
    carrier.reach = timedelta.max
    any_town.clock.advance(hours=2)
    pass_time(any_town, minutes=1)
    assert (last(any_town).state, len(carrier.has)) == ("sent", 1)


def test_one_question_reaches_back_to_the_first_that_is_unknown(
    any_town: Town, carrier: Asked
) -> None:
    left_at = any_town.clock()
    answered(any_town, "after")
    any_town.clock.advance(seconds=4)
    answered(any_town, "after", "HELP")
    any_town.clock.advance(seconds=5)
    any_town.gateway.delivery.trace()
    assert carrier.asked_since == [left_at - SKEW]
    assert states(any_town) == ["sent", "sent"]


@pytest.mark.parametrize("cuts", [("after", "before"), ("before", "after"), ("after", "after")])
def test_two_equal_texts_are_two(any_town: Town, carrier: Asked, cuts: tuple[str, str]) -> None:
    carrier.cuts = list(cuts)
    any_town.sms("Leo", "STATUS")
    any_town.sms("Leo", "STATUS")
    any_town.settle()
    assert states(any_town) == ["unknown", "unknown"]
    pass_time(any_town)
    assert len(carrier.has) == 2
    with any_town.database.read() as session:
        assert set(session.scalars(select(Outbox.external_id))) == {"SM0", "SM1"}


def test_the_carriers_word_goes_before_a_guess_of_two_equal_texts(
    any_town: Town, carrier: Asked
) -> None:
    """The first was never taken, the second was; the guess gave that to the first."""
    carrier.cuts = ["before", "after"]
    any_town.sms("Leo", "STATUS")
    any_town.sms("Leo", "STATUS")
    any_town.settle()
    any_town.clock.advance(seconds=6)
    any_town.gateway.delivery.trace()
    assert states(any_town) == ["sent", "unknown"]
    second = last(any_town).id
    report = DeliveryReport(SMS, "delivered", outbound_id=second, external_id="SM0")
    any_town.gateway.intake.report(report)
    assert states(any_town) == ["unknown", "sent"]
    pass_time(any_town)
    assert len(carrier.has) == 2


def test_an_older_text_of_the_same_words_is_another(any_town: Town, carrier: Asked) -> None:
    any_town.sms("Leo", "STATUS")
    any_town.settle()
    with any_town.database.write() as session:
        session.get_one(Outbox, last_id(session)).external_id = None
    any_town.clock.advance(minutes=5)
    answered(any_town, "before")
    pass_time(any_town)
    assert len(carrier.has) == 2


def last_id(session: object) -> int:
    return session.scalars(select(Outbox.id).order_by(Outbox.id.desc())).first()  # type: ignore[attr-defined,no-any-return]  # a test's own


def test_a_carrier_that_cannot_be_asked_is_asked_later(any_town: Town, carrier: Asked) -> None:
    answered(any_town, "after")
    carrier.down = True
    pass_time(any_town, minutes=30)
    assert last(any_town).state == "unknown"
    carrier.down = False
    pass_time(any_town, minutes=1)
    assert last(any_town).state == "sent"
    assert len(carrier.has) == 1


def test_it_is_asked_less_and_less_often(any_town: Town, carrier: Asked) -> None:
    any_town.sms("Leo", "RHYTHM each")
    any_town.settle()
    any_town.sms("Ana", "P quai3 palette")
    carrier.cuts = ["", "before"]
    any_town.settle()
    pass_time(any_town, minutes=9)
    assert 3 <= carrier.questions <= 9


def test_a_digest_that_is_stale_is_dropped_and_its_posts_are_unread(
    any_town: Town, carrier: Asked
) -> None:
    any_town.sms("Ana", "P quai3 palette cassee")
    any_town.clock.advance(hours=24)
    any_town.gateway.delivery.send_digests()
    carrier.cuts, carrier.down = ["before"] * 9, True
    for _ in range(13):
        pass_time(any_town, minutes=0.25)
        any_town.clock.advance(hours=1)
    carrier.cuts, carrier.down = [], False
    pass_time(any_town, minutes=1)
    digests = select(Outbox.state, Outbox.code).where(
        Outbox.kind == "digest", Outbox.recipient == LEO
    )
    with any_town.database.read() as session:
        assert session.execute(digests).all() == [("dropped", "stale")]
    assert not [one for to, one in carrier.has if to == LEO]
    assert "palette" in any_town.sms("Leo", "NEWS")


def test_what_a_killed_process_had_on_the_wire_goes_once(any_town: Town, carrier: Asked) -> None:
    class Killed(BaseException):
        pass

    class Dying(Asked):
        def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
            for count, outcome in enumerate(super().send(messages)):
                if count:
                    raise Killed
                yield outcome

    dying = Dying(any_town)
    any_town.carriers[SMS] = dying
    for number in range(3):
        any_town.sms("Leo", "STATUS", f"SM-in-{number}")
    with pytest.raises(Killed):
        any_town.settle()
    any_town.gateway.delivery.release()
    # They were marked together: what had left cannot be told from what had not, until one asks.
    assert states(any_town) == ["unknown"] * 3
    carrier.has = dying.has
    any_town.carriers[SMS] = carrier
    pass_time(any_town, minutes=2)
    assert states(any_town) == ["sent"] * 3
    assert len(carrier.has) == 3


def test_a_number_that_cannot_be_asked_about_keeps_no_other_from_it(
    any_town: Town, carrier: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Asked.listed

    def listed(self: Asked, recipient: str, since: datetime) -> Listing:
        if recipient == LEO:
            raise UnknownOutcome("http 500", "of this number only")
        return real(self, recipient, since)

    monkeypatch.setattr(Asked, "listed", listed)
    carrier.cuts = ["after", "after"]
    any_town.sms("Leo", "STATUS")
    any_town.sms("Ana", "STATUS")
    pass_time(any_town, minutes=2)
    with any_town.database.read() as session:
        found = dict(session.execute(select(Outbox.recipient, Outbox.state)).all())
    assert found.pop(LEO) == "unknown"
    assert set(found.values()) == {"sent"}
