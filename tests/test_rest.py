"""How soon a thread that delivers looks again where no bell rings."""

from gateway.queue import SOON_SECONDS, TICK_SECONDS, Rest


def test_at_first_and_without_work_it_waits_for_a_tick() -> None:
    rest = Rest()
    assert rest.seconds == TICK_SECONDS
    rest.after(0)
    assert rest.seconds == TICK_SECONDS


def test_behind_work_it_looks_soon_and_then_more_and_more_seldom() -> None:
    rest, waits = Rest(), []
    rest.after(7)
    for _ in range(7):
        waits.append(rest.seconds)
        rest.after(0)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (SOON_SECONDS, TICK_SECONDS)
