"""Token buckets: whatever the callers do, nobody gets more than was promised, nor less."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.web.limits import Buckets
from tests.support.desk import FakeClock


def test_a_burst_then_the_rate() -> None:
    clock = FakeClock()
    buckets = Buckets(clock, rate=2, burst=3)

    assert [buckets.take(1) for _ in range(4)] == [0, 0, 0, 1]
    clock.forward(1)
    assert [buckets.take(1) for _ in range(3)] == [0, 0, 1]


def test_each_caller_has_a_bucket() -> None:
    buckets = Buckets(FakeClock(), rate=1, burst=1)
    assert [buckets.take(1), buckets.take(1), buckets.take(2)] == [0, 1, 0]


def test_a_slow_rate_says_how_long() -> None:
    buckets = Buckets(FakeClock(), rate=0.1, burst=1)
    assert [buckets.take(1), buckets.take(1)] == [0, 10]


def test_a_clock_set_back_gives_and_takes_nothing() -> None:
    clock = FakeClock()
    buckets = Buckets(clock, rate=1, burst=2)
    buckets.take(1)
    clock.forward(-3600)
    assert [buckets.take(1), buckets.take(1)] == [0, 1]
    clock.forward(1)
    assert buckets.take(1) == 0


@settings(deadline=None)
@given(st.lists(st.floats(0, 5), max_size=60))
def test_nobody_gets_more_than_burst_and_rate(pauses: list[float]) -> None:
    clock = FakeClock()
    buckets = Buckets(clock, rate=2, burst=3)
    begun, taken = clock(), 0
    for pause in pauses:
        clock.forward(pause)
        wait = buckets.take(1)
        taken += wait == 0
        assert wait >= 0
    assert taken <= 3 + 2 * (clock() - begun).total_seconds() + 1e-6


@settings(deadline=None)
@given(st.integers(1, 20))
def test_who_waits_as_told_gets_through(calls: int) -> None:
    clock = FakeClock()
    buckets = Buckets(clock, rate=0.7, burst=2)
    for _ in range(calls):
        clock.forward(buckets.take(1))
    if wait := buckets.take(1):
        clock.forward(wait)
        assert buckets.take(1) == 0
