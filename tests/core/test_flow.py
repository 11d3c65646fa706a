"""Buckets and counts: how much goes through, to the token, in any order and from many at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from gateway.core import flow
from gateway.core.database import Database
from gateway.core.gateway.tidy import tidy
from gateway.core.models import Base, Bucket
from tests.support.clock import Clock
from tests.support.town import Town

WINDOW = timedelta(minutes=10)


def taken(town: Town, times: int, *, rate: float = 6, burst: float = 20) -> int:
    with town.database.write() as session:
        return sum(flow.take(session, "ana", rate, burst, town.clock()) for _ in range(times))


def counted(town: Town, times: int, most: int = 3) -> int:
    with town.database.write() as session:
        return sum(flow.within(session, "ana", most, WINDOW, town.clock()) for _ in range(times))


def test_several_are_counted_at_once_up_to_one_that_is_full(any_town: Town) -> None:
    counts = [("ana", 2), ("zoe", 5), ("li", 30)]
    through = []
    for _ in range(12):
        any_town.clock.advance(seconds=1)
        with any_town.database.write() as session:
            through.append(flow.all_within(session, counts, WINDOW, any_town.clock()))
    assert through == [True] * 2 + [False] * 10
    with any_town.database.write() as session:
        assert [flow.counted(session, *one, WINDOW, any_town.clock()) for one in counts] == [2] * 3
    any_town.clock.advance(minutes=11)
    with any_town.database.write() as session:
        assert flow.all_within(session, counts, WINDOW, any_town.clock())


def test_a_bucket_gives_what_it_holds_and_then_what_came_in(any_town: Town) -> None:
    assert taken(any_town, 30) == 20
    any_town.clock.advance(seconds=9)
    assert taken(any_town, 1) == 0
    any_town.clock.advance(seconds=1)
    assert taken(any_town, 2) == 1
    any_town.clock.advance(minutes=2)
    assert taken(any_town, 30) == 12
    any_town.clock.advance(days=1)
    assert taken(any_town, 30) == 20


def test_a_clock_that_goes_back_fills_nothing(any_town: Town) -> None:
    assert taken(any_town, 20) == 20
    any_town.clock.advance(hours=-1)
    assert taken(any_town, 5) == 0
    any_town.clock.advance(hours=1, seconds=10)
    assert taken(any_town, 5) == 1


def test_a_clock_that_was_years_ahead_for_a_moment_shuts_nobody_out(any_town: Town) -> None:
    any_town.clock.advance(days=3_000)
    assert taken(any_town, 20) == 20
    assert counted(any_town, 3) == 3
    any_town.clock.advance(days=-3_000)
    assert taken(any_town, 30) == 20
    assert counted(any_town, 4) == 3


def test_a_token_that_was_of_no_use_is_given_back(any_town: Town) -> None:
    assert taken(any_town, 20) == 20
    with any_town.database.write() as session:
        flow.give_back(session, "ana")
    assert taken(any_town, 2) == 1


def test_many_at_the_same_moment_get_no_more_than_there_is(big_town: Town) -> None:
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: taken(big_town, 1), range(60)))
        places = list(pool.map(lambda _: counted(big_town, 1, 5), range(40)))
    assert sum(got) == 20
    assert sum(places) == 5


def test_there_are_never_more_than_so_many_in_any_ten_minutes(any_town: Town) -> None:
    assert counted(any_town, 1) == 1
    any_town.clock.advance(minutes=9)
    assert counted(any_town, 5) == 2
    any_town.clock.advance(minutes=1)
    assert counted(any_town, 5) == 1
    any_town.clock.advance(minutes=8, seconds=59)
    assert counted(any_town, 5) == 0
    any_town.clock.advance(seconds=1)
    assert counted(any_town, 5) == 2


def test_what_is_full_again_is_forgotten(town: Town) -> None:
    taken(town, 20)
    counted(town, 3)
    for hours, left in ((24, 4), (2, 0)):
        town.clock.advance(hours=hours)
        with town.database.write() as session:
            tidy(session, town.clock())
            assert session.scalar(select(func.count()).select_from(Bucket)) == left


def test_what_is_counted_for_each_answer_is_forgotten_within_the_hour(town: Town) -> None:
    town.sms("Ana", "P quai3 Palette cassée")
    town.clock.advance(minutes=61)
    with town.database.write() as session:
        kinds = {row.partition(":")[0] for row in session.scalars(select(Bucket.subject))}
        assert kinds == {"in", "in-hour", "alike", "answers"}
        tidy(session, town.clock())
        kinds = {row.partition(":")[0] for row in session.scalars(select(Bucket.subject))}
        assert kinds == {"in", "in-hour"}


def test_nobody_reads_a_number_out_of_a_subject() -> None:
    name = flow.subject("in", b"secret", "sms", "+33600000001")
    assert name.startswith("in:")
    assert "600000001" not in name
    assert name != flow.subject("in", b"another", "sms", "+33600000001")
    assert flow.subject("in", b"s", "a", "bc") != flow.subject("in", b"s", "ab", "c")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('flow') / 'flow.db'}")
    Base.metadata.tables["bucket"].create(database.engine)
    yield database
    database.close()


@settings(max_examples=60)
@given(st.lists(st.integers(0, 90), min_size=1, max_size=60))
def test_a_bucket_is_never_off_by_a_token(database: Database, gaps: list[int]) -> None:
    """Against whole numbers: a token of six a minute is ten seconds."""
    clock, level = Clock(), 200
    with database.write() as session:
        for gap in gaps:
            clock.advance(seconds=gap)
            level = min(200, level + gap)
            expected = level >= 10
            level -= 10 if expected else 0
            assert flow.take(session, "one", 6, 20, clock()) is expected
        session.rollback()


@settings(max_examples=60)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=40))
def test_a_count_lets_through_all_that_it_may_and_no_more(
    database: Database, gaps: list[int]
) -> None:
    clock = Clock()
    let: list[datetime] = []
    with database.write() as session:
        for gap in gaps:
            now = clock.advance(seconds=gap)
            recent = [at for at in let if at > now - WINDOW]
            through = flow.within(session, "one", 3, WINDOW, now)
            assert through is (len(recent) < 3)
            let += [now] if through else []
        session.rollback()
