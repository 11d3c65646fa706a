"""What Prometheus is told: of all processes together, and without reading history."""

from datetime import timedelta

from sqlalchemy import event

from gateway.core import presence
from gateway.core.envelope import EMAIL, SMS
from gateway.core.errors import PermanentFailure, UnknownOutcome
from gateway.core.measures import Value
from gateway.core.tally import Buckets
from tests.support.town import Town

Samples = list[tuple[dict[str, str], Value]]


def told(town: Town, name: str) -> Samples:
    return town.gateway.watch.measures()[name][2]


def beat(town: Town, name: str = "one", part: str = "run") -> None:
    town.gateway.watch.beat(name, part)


def test_what_came_in_and_left_is_counted_by_its_outcome(any_town: Town) -> None:
    town = any_town
    town.carriers[SMS].faults = [PermanentFailure("30003"), UnknownOutcome("cut")]
    for text in ("MOI", "MOI", "QUI rien"):
        town.sms("Ana", text)
        town.settle()
    beat(town)
    came = told(town, "gateway_inbound_total")
    assert sum(float(str(number)) for _, number in came) == 3
    assert {labels["channel"] for labels, _ in came} == {SMS}
    left = {labels["outcome"]: number for labels, number in told(town, "gateway_outbound_total")}
    assert left == {"refused": 1, "unknown": 1, "sent": 1}
    (_, segments), *_ = told(town, "gateway_segments_total")
    assert isinstance(segments, float)
    assert segments >= 1


def test_how_long_an_answer_took_is_a_histogram(any_town: Town) -> None:
    town = any_town
    town.sms("Ana", "MOI")
    town.clock.advance(seconds=3)
    town.settle()
    beat(town)
    ((labels, took),) = told(town, "gateway_delivery_seconds")
    assert labels == {"channel": SMS, "kind": "answer"}
    assert took == Buckets({"5.0": 1.0}, 3.0)


def test_what_two_processes_count_is_added(any_town: Town) -> None:
    """And what is written once is not written again."""
    town = any_town
    town.gateway.parts.tally.add("gateway_reports_total", channel=SMS, status="delivered")
    beat(town, "one")
    beat(town, "one")
    town.gateway.parts.tally.add("gateway_reports_total", 2, channel=SMS, status="delivered")
    beat(town, "two", "web")
    assert told(town, "gateway_reports_total") == [({"channel": SMS, "status": "delivered"}, 3.0)]


def test_the_oldest_that_is_due_is_told_by_priority_and_what_waits_for_later_is_not(
    any_town: Town,
) -> None:
    town = any_town
    town.sms("Ana", "MOI")
    town.clock.advance(seconds=40)
    town.sms("Leo", "MOI")
    assert told(town, "gateway_outbox") == [({"channel": SMS, "state": "due"}, 2.0)]
    ages = told(town, "gateway_outbox_oldest_seconds")
    assert ages == [({"channel": SMS, "priority": "0"}, 40.0)]


def test_who_was_killed_is_missed_and_who_ended_is_not(any_town: Town) -> None:
    town = any_town
    beat(town, "killed", "worker")
    beat(town, "ended", "mail")
    beat(town, "alive", "web")
    town.gateway.watch.end("ended")
    town.clock.advance(seconds=presence.ALIVE.total_seconds() + 1)
    beat(town, "alive", "web")
    assert told(town, "gateway_processes") == [({"part": "web"}, 1.0), ({"part": "worker"}, 0.0)]
    seen = {labels["part"]: age for labels, age in told(town, "gateway_last_seen_seconds")}
    assert seen == {"web": 0.0, "worker": 46.0}
    assert told(town, "gateway_timer_running") == [({}, 0.0)]
    town.gateway.delivery.hold_office("timer", "alive")
    assert told(town, "gateway_timer_running") == [({}, 1.0)]
    town.clock.advance(seconds=timedelta(days=8).total_seconds())
    beat(town, "alive", "web")
    town.gateway.delivery.sweep()
    assert told(town, "gateway_processes") == [({"part": "web"}, 1.0)]


def test_the_size_of_the_database_is_told(any_town: Town) -> None:
    ((_, size),) = told(any_town, "gateway_database_bytes")
    assert isinstance(size, float)
    assert size > 100_000


def test_it_is_read_by_indexes_whatever_lies_in_the_outbox(town: Town) -> None:
    """SQLite says of each look at the outbox how it would be done: never from end to end."""
    town.sms("Ana", "P quai3 palette")
    town.settle()
    plans: list[str] = []

    def ask(
        _connection: object, cursor: object, statement: str, values: object, *_: object
    ) -> None:
        if "FROM outbox" in statement and not statement.startswith("EXPLAIN"):
            raw = cursor.connection.cursor()  # type: ignore[attr-defined]  # the driver's own
            plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values))

    event.listen(town.database.engine, "before_cursor_execute", ask)
    try:
        town.gateway.watch.measures()
    finally:
        event.remove(town.database.engine, "before_cursor_execute", ask)
    on_table = [plan for plan in plans if "outbox" in plan]
    assert len(on_table) >= 10
    assert [plan for plan in on_table if "USING" not in plan] == []


def test_every_channel_that_leaves_has_its_own(any_town: Town) -> None:
    town = any_town
    town.mail("Paul", "quai3", subject="aide")
    town.settle()
    beat(town)
    channels = {labels["channel"] for labels, _ in told(town, "gateway_inbound_total")}
    assert channels == {EMAIL}
