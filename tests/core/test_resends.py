"""A text that its carrier could not deliver goes once more, where that is of use."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from gateway.core import outbox
from gateway.core.envelope import SMS, DeliveryReport, Failure, Receipt
from gateway.core.errors import UnknownOutcome
from gateway.core.models import Member, Outbox
from gateway.core.resends import SUFFIX
from tests.support.town import Town

HOUR = timedelta(hours=1)


def rows(town: Town) -> list[Outbox]:
    with town.database.read() as session:
        return list(session.scalars(select(Outbox).order_by(Outbox.id)))


def seconds(town: Town) -> list[Outbox]:
    return [row for row in rows(town) if row.key.endswith(SUFFIX)]


def answered(town: Town) -> Outbox:
    """An answer to Leo that his carrier has."""
    town.sms("Leo", "STATUS")
    town.settle()
    return rows(town)[-1]


def noticed(town: Town) -> Outbox:
    """A post that Leo wants on its own, and that his carrier has."""
    town.sms("Leo", "RHYTHM each")
    town.sms("Ana", "P quai3 palette cassee")
    town.settle()
    return notice(town)


def notice(town: Town) -> Outbox:
    return next(row for row in rows(town) if row.post_id and row.channel == SMS)


def says(
    town: Town, row: Outbox, status: str, code: str = "", again_after: int = 0, shuts: str = ""
) -> None:
    told = DeliveryReport(
        SMS, status, row.id, row.external_id or "", code, again_after=again_after, shuts=shuts
    )
    town.gateway.intake.report(told)


def out_of_reach(town: Town, row: Outbox) -> None:
    says(town, row, "failed", "30003", again_after=3600)


def texts(town: Town) -> int:
    town.settle()
    return len(town.carriers[SMS].taken)


def test_it_goes_once_more_after_its_wait(any_town: Town) -> None:
    first = answered(any_town)
    for _ in range(3):
        out_of_reach(any_town, first)
    before = texts(any_town)
    any_town.clock.advance(seconds=3599)
    assert texts(any_town) == before
    any_town.clock.advance(seconds=1)
    assert texts(any_town) == before + 1
    (second,) = seconds(any_town)
    assert (second.state, second.payload, second.recipient, second.kind) == (
        "sent",
        first.payload,
        first.recipient,
        "answer",
    )
    assert [row.state for row in rows(any_town)] == ["failed", "sent"]


def test_the_second_failure_is_the_last(any_town: Town) -> None:
    out_of_reach(any_town, answered(any_town))
    any_town.clock.advance(HOUR)
    any_town.settle()
    out_of_reach(any_town, seconds(any_town)[0])
    any_town.clock.advance(HOUR)
    assert texts(any_town) == 2
    assert [row.state for row in rows(any_town)] == ["failed", "failed"]


def test_one_that_has_arrived_after_all_goes_no_second_time(any_town: Town) -> None:
    first = answered(any_town)
    out_of_reach(any_town, first)
    says(any_town, first, "delivered")
    any_town.clock.advance(HOUR)
    assert texts(any_town) == 1
    assert [row.state for row in rows(any_town)] == ["sent", "dropped"]


def test_it_arrived_while_the_second_was_lost_sight_of(any_town: Town) -> None:
    first = answered(any_town)
    out_of_reach(any_town, first)
    any_town.clock.advance(HOUR)
    any_town.carriers[SMS].faults = [UnknownOutcome("cut")]
    any_town.settle()
    says(any_town, first, "delivered")
    any_town.clock.advance(minutes=11)
    any_town.gateway.delivery.sweep()
    assert texts(any_town) == 1
    assert seconds(any_town)[0].code == "arrived"


@pytest.mark.parametrize(("wait", "sent"), [(timedelta(hours=2), 1), (timedelta(hours=3), 0)])
def test_an_answer_is_of_use_for_two_hours(any_town: Town, wait: timedelta, sent: int) -> None:
    out_of_reach(any_town, answered(any_town))
    before = texts(any_town)
    any_town.clock.advance(wait)
    assert texts(any_town) == before + sent
    assert seconds(any_town)[0].state == ("sent" if sent else "dropped")


def test_a_post_is_of_use_for_half_a_day_and_is_unread_after_that(any_town: Town) -> None:
    out_of_reach(any_town, noticed(any_town))
    before = texts(any_town)
    any_town.clock.advance(hours=13)
    any_town.clock.advance(hours=11)  # past the night
    assert texts(any_town) == before
    assert seconds(any_town)[0].code == "stale"
    assert "palette" in any_town.sms("Leo", "NEWS")


def test_a_digest_goes_no_second_time(any_town: Town) -> None:
    any_town.sms("Ana", "P quai3 palette")
    any_town.clock.advance(hours=10)
    any_town.gateway.delivery.send_digests()
    any_town.settle()
    digest = next(row for row in rows(any_town) if row.kind == "digest" and row.channel == SMS)
    out_of_reach(any_town, digest)
    assert seconds(any_town) == []


def test_whoever_said_stop_meanwhile_gets_none(any_town: Town) -> None:
    out_of_reach(any_town, answered(any_town))
    any_town.sms("Leo", "STOP")
    before = texts(any_town)
    any_town.clock.advance(HOUR)
    assert texts(any_town) == before
    assert seconds(any_town)[0].code == "stopped"


def test_a_post_that_waits_to_go_once_more_is_in_the_digest_and_only_there(any_town: Town) -> None:
    any_town.sms("Leo", "RHYTHM each")
    any_town.clock.advance(hours=8, minutes=30)
    any_town.sms("Ana", "P quai3 palette cassee")
    any_town.settle()
    out_of_reach(any_town, notice(any_town))
    with any_town.database.write() as session:
        leo = session.get_one(Member, any_town.id_of("Leo"))
        leo.rhythm, leo.next_digest_at = "day", any_town.clock()
    any_town.gateway.delivery.send_digests()
    any_town.settle()
    assert sum("palette" in text for text in any_town.heard("Leo")) == 2  # the lost one, the digest
    any_town.clock.advance(HOUR)
    any_town.settle()
    assert sum("palette" in text for text in any_town.heard("Leo")) == 2
    assert seconds(any_town)[0].code == "seen"


def test_what_is_read_meanwhile_goes_no_second_time(any_town: Town) -> None:
    out_of_reach(any_town, noticed(any_town))
    assert "palette" in any_town.sms("Leo", "NEWS")
    before = texts(any_town)
    any_town.clock.advance(HOUR)
    assert texts(any_town) == before


def test_an_operators_replay_does_not_double_it(any_town: Town) -> None:
    first = answered(any_town)
    out_of_reach(any_town, first)
    assert any_town.gateway.office.owe_again([first.id]) == {first.id: "second"}
    assert any_town.gateway.ledger.failed() == []
    any_town.clock.advance(HOUR)
    assert texts(any_town) == 2
    out_of_reach(any_town, seconds(any_town)[0])
    assert any_town.gateway.ledger.failed() == [seconds(any_town)[0].id]
    every = [row.id for row in rows(any_town)]
    left = any_town.gateway.office.owe_again(every)
    assert len(left) == len(every) - 1
    assert texts(any_town) == 3


def test_a_report_that_shuts_the_channel_pauses_it_and_the_text_goes_after(any_town: Town) -> None:
    first = answered(any_town)
    says(any_town, first, "failed", "30002", again_after=60, shuts="the account is suspended")
    (pause,) = any_town.gateway.ledger.pauses()
    assert (pause.channel, pause.code, pause.reason) == (SMS, "30002", "the account is suspended")
    any_town.sms("Leo", "STATUS")
    assert texts(any_town) == 1
    any_town.clock.set(pause.until)
    assert texts(any_town) == 3
    assert any_town.gateway.ledger.pauses() == []


def test_a_digest_that_met_a_shut_channel_goes_once_more(any_town: Town) -> None:
    any_town.sms("Ana", "P quai3 palette")
    any_town.clock.advance(hours=10)
    any_town.gateway.delivery.send_digests()
    any_town.settle()
    digest = next(row for row in rows(any_town) if row.kind == "digest" and row.channel == SMS)
    says(any_town, digest, "failed", "30002", again_after=60, shuts="suspended")
    before = texts(any_town)
    any_town.clock.advance(minutes=2)
    assert texts(any_town) == before + 1


EVENTS = {
    "sent": ("sent", "", 0),
    "out of reach": ("failed", "30003", 3600),
    "unknown": ("failed", "30008", 900),
    "landline": ("failed", "30006", 0),
    "delivered": ("delivered", "", 0),
}


@pytest.mark.parametrize(
    ("said", "end", "owed"),
    [
        (["sent", "out of reach"], ("failed", "failed"), 3600),
        (["sent", "out of reach", "unknown"], ("failed", "failed"), 900),
        (["sent", "out of reach", "unknown", "delivered"], ("sent", "delivered"), None),
        (["out of reach", "landline"], ("failed", "failed"), None),
    ],
)
@pytest.mark.parametrize(("by_our_id", "cut"), [(True, True), (True, False), (False, False)])
def test_every_order_owes_the_same(
    town: Town,
    said: Sequence[str],
    end: tuple[str, str],
    owed: int | None,
    by_our_id: bool,
    cut: bool,
) -> None:
    """The receipt, or its loss, is one of the events; each of the others comes twice."""
    for turn, order in enumerate(permutations([*said, "POST"])):
        town.clock.advance(hours=1)  # nobody is answered the same again and again
        town.sms("Leo", "STATUS")
        with town.database.write() as session:
            claim = outbox.claim(session, SMS, 1, town.clock(), "fr")
        row_id, sid = claim.messages[0].id, f"SM{turn}"
        for event in order:
            if event == "POST":
                lost = Failure(row_id, UnknownOutcome("cut"))
                with town.database.write() as session:
                    outcome = lost if cut else Receipt(row_id, sid, 1)
                    outbox.settle(session, claim.token, [outcome], town.clock())
                continue
            status, code, again_after = EVENTS[event]
            known = row_id if by_our_id else None
            for _ in range(2):
                town.gateway.intake.report(
                    DeliveryReport(SMS, status, known, sid, code, event, again_after=again_after)
                )
        with town.database.write() as session:
            first = session.get_one(Outbox, row_id)
            assert (first.state, first.status) == end, order
            key = f"{first.key}{SUFFIX}"
            second = session.scalars(select(Outbox).where(Outbox.key == key)).one_or_none()
            due = second if second is not None and second.state == "due" else None
            wait = (due.not_before - town.clock()).total_seconds() if due else None
            assert wait == owed, order
            if due:
                due.state = "dropped"  # the next turn's claim is for its own
