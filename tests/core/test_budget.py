"""What texts may cost: never a segment more than the budget, and nothing lost that must wait."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from gateway.core import budget, outbox
from gateway.core.envelope import SMS, DeliveryReport, Failure, Outbound, Receipt
from gateway.core.errors import (
    ChannelShut,
    DeliveryError,
    OptedOut,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.core.models import Address, Outbox, Spending
from tests.core.spending import (
    LEO,
    TWO_SEGMENTS,
    at_once,
    charged,
    free,
    limit,
    rows,
    spent,
    texts,
    wake,
)
from tests.support.town import Carrier, Town


@pytest.fixture
def town(any_town: Town) -> Town:
    """Leo gets each post at once."""
    at_once(any_town, "Leo")
    return any_town


def test_what_finds_no_room_is_held_and_was_no_attempt(town: Town) -> None:
    free(town, 1)
    town.sms("Ana", "P quai3 palette")
    town.settle()
    assert texts(town) == ["Answer"]
    (held,) = rows(town, state="held")
    assert (held.code, held.claim, held.attempts, held.charged) == ("budget", "", 0, 0)
    assert (held.recipient, held.segments) == (LEO, 1)


def test_without_a_budget_all_is_counted_and_nothing_held(town: Town) -> None:
    town.budget(None)
    for _ in range(5):
        town.sms("Ana", "P quai3 palette")
    town.settle()
    assert not rows(town, state="held")
    assert spent(town) == charged(town) == len(rows(town, channel=SMS, state="sent"))


def test_a_smaller_message_leaves_beside_a_large_one_that_does_not_fit(town: Town) -> None:
    for number, words in enumerate((TWO_SEGMENTS, "ok")):
        owe(town, number, words)
    free(town, 1)
    town.settle()
    assert [(r.state, r.segments) for r in rows(town, kind="answer")[-2:]] == [
        ("held", 2),
        ("sent", 1),
    ]


def owe(town: Town, number: int, words: str) -> None:
    """Words to Leo, of any length."""
    with town.database.write() as session:
        session.add(
            Outbox(
                key=f"test:{number}",
                channel=SMS,
                kind="answer",
                priority=0,
                member_id=town.id_of("Leo"),
                address_id=session.scalar(select(Address.id).where(Address.value == LEO)),
                recipient=LEO,
                post_id=None,
                payload=f'{{"text": "{words}"}}',
                not_before=town.clock(),
                created_at=town.clock(),
                lease_until=None,
                external_id=None,
                settled_at=None,
                wired_at=None,
            )
        )


def test_the_reserve_is_for_alerts_and_for_what_is_said_of_them(town: Town) -> None:
    free(town, 4, reserve=4)
    town.sms("Ana", "P quai3 palette")
    assert "SMS" in town.sms("Ana", "URGENT quai3 fuite de gaz")
    town.settle()
    assert texts(town) == ["Answer"], "the question, and neither the post nor its answer"
    town.sms("Ana", "OUI")
    town.settle()
    assert texts(town) == ["Answer", "Answer", "Notice"]
    assert [row.kind for row in rows(town, state="held")] == ["post", "answer"]


def test_a_groups_budget_holds_its_posts_and_alerts_and_nothing_else(town: Town) -> None:
    limit(town, "quai3", 1)
    for text in ("P quai3 un", "P quai3 deux", "URGENT quai3 feu", "OUI"):
        town.sms("Ana", text)
        town.settle()
    assert [row.kind for row in rows(town, state="held")] == ["post", "alert"]
    with town.database.read() as session:
        of = budget.of_groups(session, town.gateway.parts.house, town.clock())
    assert sorted(room.spent for room in of.values())[-2:] == [0, 1]
    town.sms("Leo", "STATUS")
    town.settle()
    assert texts(town)[-1] == "Answer"


def test_a_group_that_finds_no_room_takes_nothing_from_the_organisation(town: Town) -> None:
    limit(town, "quai3", 0)
    before = spent(town)
    town.sms("Ana", "P quai3 un")
    town.settle()
    assert spent(town) == before + 1, "the answer alone"


@pytest.mark.parametrize(
    ("error", "keeps"),
    [
        (TemporaryFailure("30001"), False),
        (ChannelShut("20003"), False),
        (PermanentFailure("21617"), False),
        (OptedOut("21610"), False),
        (UnknownOutcome("cut"), True),
        (ZeroDivisionError(), True),
    ],
)
def test_a_try_that_surely_did_not_leave_costs_nothing(
    town: Town, error: Exception, keeps: bool
) -> None:
    before = spent(town)
    faulty: list[Exception] = [error]
    town.carriers[SMS].faults = faulty  # type: ignore[assignment]  # a bug is no DeliveryError
    owe(town, 1, "ok")
    town.gateway.delivery.deliver(SMS)
    assert spent(town) - before == keeps
    assert spent(town) == charged(town)


def test_a_retry_is_charged_once_and_one_that_may_have_left_twice(town: Town) -> None:
    before = spent(town)
    errors = [TemporaryFailure("30001", retry_after=1), UnknownOutcome("cut")]
    town.carriers[SMS].faults = list[DeliveryError](errors)
    owe(town, 1, TWO_SEGMENTS)
    town.settle()
    for minutes in (1, 11):
        town.clock.advance(minutes=minutes)
        wake(town)
    assert [(row.state, row.charged, row.reserved) for row in rows(town, key="test:1")] == [
        ("sent", 4, 2)
    ]
    assert spent(town) - before == 4


def test_the_carriers_own_count_is_believed(town: Town) -> None:
    class Dear(Carrier):
        def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
            for message in messages:
                yield Receipt(message.id, f"x{message.id}", 3)

    before = spent(town)
    town.carriers[SMS] = Dear(SMS)
    town.gateway.parts.channels[SMS] = town.carriers[SMS]  # type: ignore[index]  # a dict in tests
    owe(town, 1, "ok")
    town.settle()
    assert spent(town) - before == 3
    assert rows(town, key="test:1")[0].charged == 3


@pytest.mark.parametrize("marked", [False, True])
def test_a_worker_that_dies_before_the_wire_gives_back_what_it_took(
    town: Town, marked: bool
) -> None:
    before = spent(town)
    owe(town, 1, TWO_SEGMENTS)
    with town.database.write() as session:
        claim = outbox.claim(session, SMS, 10, town.clock(), "fr")
        budget.reserve(
            session,
            claim.messages,
            town.carriers[SMS].cost,
            town.gateway.parts.house,
            town.clock(),
        )
        if marked:
            outbox.mark(session, claim.token, {m.id: "" for m in claim.messages}, town.clock())
    assert spent(town) - before == 2
    town.clock.advance(minutes=6)
    town.gateway.delivery.sweep()
    assert spent(town) - before == (2 if marked else 0)
    assert rows(town, key="test:1")[0].state == ("unknown" if marked else "due")


def test_what_is_left_of_a_batch_when_a_worker_stops_is_given_back(town: Town) -> None:
    before = spent(town)
    for number in range(5):
        owe(town, number, "ok")
    stopped = threading.Event()
    stopped.set()
    town.gateway.delivery.deliver(SMS, stopped)
    assert spent(town) - before == 1 == len(town.carriers[SMS].taken)


def test_a_try_of_last_month_is_given_back_to_last_month(town: Town) -> None:
    town.clock.set(datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC))
    owe(town, 1, "ok")
    town.carriers[SMS].faults = [TemporaryFailure("30001", retry_after=5)]

    class Slow(Carrier):
        def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
            town.clock.advance(seconds=2)
            yield from super().send(messages)

    slow = Slow(SMS)
    slow.faults = town.carriers[SMS].faults
    town.gateway.parts.channels[SMS] = slow  # type: ignore[index]  # a dict in tests
    town.gateway.delivery.deliver(SMS)
    town.clock.advance(minutes=1)
    town.settle()
    with town.database.read() as session:
        april = session.get(Spending, (budget.ALL, "2026-04"))
        assert april is not None
        assert april.segments == 1
    assert spent(town) == charged(town)


def test_a_month_begins_at_the_houses_own_midnight(town: Town) -> None:
    town.clock.set(datetime(2026, 3, 31, 21, 0, tzinfo=UTC))
    free(town, 0)
    owe(town, 1, "ok")
    town.settle()
    town.clock.set(datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC))
    wake(town)
    assert rows(town, key="test:1")[0].state == "held"
    town.clock.set(datetime(2026, 3, 31, 22, 0, tzinfo=UTC))
    wake(town)
    assert rows(town, key="test:1")[0].state == "sent"


def test_a_raised_budget_lets_go_of_no_more_than_fits_most_urgent_first(town: Town) -> None:
    free(town, 0)
    town.sms("Ana", "P quai3 palette")
    town.sms("Ana", "URGENT quai3 feu")
    town.sms("Ana", "OUI")
    for number in range(3):
        owe(town, number, "ok")
    town.settle()
    assert len(rows(town, state="held")) == 8
    town.gateway.delivery.sweep()
    assert len(rows(town, state="held")) == 8, "nothing has changed"
    free(town, 4)
    for _ in range(3):
        town.gateway.delivery.sweep()
    due = rows(town, state="due", channel=SMS)
    assert [row.kind for row in due] == ["answer"] * 4, "and not once more at each turn"
    town.settle()
    assert len(rows(town, state="held")) == 4
    limit(town, "quai3", 1)
    free(town, 100)
    wake(town)
    assert [row.kind for row in rows(town, state="held")] == ["post"], "the group has one left"
    limit(town, "quai3", None)
    wake(town)
    assert not rows(town, state="held")


def test_what_the_budget_held_for_too_long_is_dropped_and_is_news(town: Town) -> None:
    free(town, 0)
    town.sms("Ana", "P quai3 palette")
    town.settle()
    town.clock.advance(hours=3, minutes=59)
    town.gateway.delivery.sweep()
    assert [row.kind for row in rows(town, state="held")] == ["post", "answer"]
    town.clock.advance(minutes=2)
    town.gateway.delivery.sweep()
    assert [row.kind for row in rows(town, state="held")] == ["post"]
    town.clock.advance(hours=20)
    town.gateway.delivery.sweep()
    (post,) = rows(town, kind="post", channel=SMS)
    assert (post.state, post.code) == ("dropped", "stale")
    assert "palette" in town.kiosk("Leo", "NEWS")


def test_a_post_that_is_held_is_news_already_and_is_not_sent_once_it_was_read(town: Town) -> None:
    free(town, 0)
    town.sms("Ana", "P quai3 palette")
    town.settle()
    assert "palette" in town.kiosk("Leo", "NEWS")
    free(town, 100)
    wake(town)
    assert [row.code for row in rows(town, kind="post", channel=SMS)] == ["seen"]
    assert LEO not in [message.recipient for message in town.carriers[SMS].taken]


def test_a_post_that_is_taken_back_while_it_is_held_never_leaves(town: Town) -> None:
    free(town, 0)
    town.sms("Ana", "P quai3 palette")
    town.settle()
    town.sms("Ana", "ANNULE")
    free(town, 100)
    wake(town)
    assert [row.code for row in rows(town, kind="post", channel=SMS)] == ["withdrawn"]


def test_a_post_held_after_a_digest_went_over_it_is_news_again(town: Town) -> None:
    town.sms("Leo", "TIME 18")
    town.sms("Ana", "P velo rien")
    town.settle()
    town.clock.set(datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
    town.sms("Ana", "P quai3 palette")
    town.gateway.delivery.send_digests()
    free(town, 0)
    town.settle()
    assert "palette" in town.kiosk("Leo", "NEWS")


def test_a_page_of_news_that_was_never_sent_is_unread_again(town: Town) -> None:
    town.sms("Leo", "RHYTHM day")
    town.sms("Ana", "P quai3 palette")
    town.settle()
    free(town, 0)
    assert "palette" in town.sms("Leo", "NEWS")
    town.settle()
    assert "palette" not in town.kiosk("Leo", "NEWS")
    town.clock.advance(hours=5)
    town.gateway.delivery.sweep()
    assert "palette" in town.kiosk("Leo", "NEWS")


def test_many_workers_pass_no_cap(town: Town) -> None:
    for number in range(60):
        owe(town, number, "ok")
    free(town, 25)
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(town.settle) for _ in range(8)]:
            done.result()
    assert len(town.carriers[SMS].taken) == 25
    assert len(rows(town, state="held")) == 35


def test_what_a_carrier_does_not_have_is_given_back(town: Town) -> None:
    """`gateway.tracing` asks for what is unknown; here its verdict alone is of interest."""
    owe(town, 1, "ok")
    before = spent(town)
    town.carriers[SMS].faults = [UnknownOutcome("cut")]
    town.gateway.delivery.deliver(SMS)
    with town.database.write() as session:
        row = session.scalars(select(Outbox).where(Outbox.key == "test:1")).one()
        budget.give_back(session, [row])
        budget.give_back(session, [row])
    assert spent(town) == before == charged(town)


def test_a_report_gives_nothing_back(town: Town) -> None:
    town.sms("Ana", "P quai3 palette")
    town.settle()
    before = spent(town)
    (row,) = rows(town, kind="post", channel=SMS)
    for status in ("delivered", "failed"):
        town.gateway.intake.report(DeliveryReport(SMS, status, outbound_id=row.id, code="30003"))
    assert spent(town) == before == charged(town)
