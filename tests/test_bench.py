"""What `make bench` writes: each part by its name, and nothing of a report is lost by another."""

import pytest

from bench.__main__ import renewed
from bench.asides import ASIDES, aside
from bench.cases import MAILS_BESIDE, QUICK, Sizes, cases, every
from bench.recovery import Stream

BEFORE = "# Performance\n\n## One\n\nof Monday\n\n## Gone\n\nof Sunday\n\n## Two\n\nof Monday\n"


def test_what_is_not_measured_again_stays_and_what_nobody_measures_goes() -> None:
    report = renewed(BEFORE, {"Two": "## Two\n\nof Tuesday\n"}, ["Two", "Three", "One"])
    assert report.partition("## ")[2] == "Two\n\nof Tuesday\n\n## One\n\nof Monday\n"


def test_mailman_is_measured_where_it_is_asked_for() -> None:
    assert MAILS_BESIDE not in cases(Sizes(), quick=False)
    assert MAILS_BESIDE in cases(Sizes(peers=10), quick=False)
    assert len(cases(QUICK, quick=True)) < len(cases(Sizes(), quick=False))


def test_each_aside_is_said_of_a_part() -> None:
    said = [aside(name) for name in every(Sizes())]
    assert {lines[0] for lines in said if lines} == set(ASIDES.values())


def test_a_burst_of_all_that_waited_is_not_yet_the_full_rate() -> None:
    texts = Stream(rate=20)
    texts.brought = {number: number / 20 for number in range(400)}
    down, up = 5.0, 7.5
    texts.answered = {
        number: (up if down < at < up else at) + 0.04 for number, at in texts.brought.items()
    }
    assert texts.full_again(killed=2.0, until=20.0) == pytest.approx(0.0, abs=0.06)
    assert texts.full_again(killed=down, until=20.0) == pytest.approx(up - down, abs=0.06)
    assert max(texts.waits(0.0, 20.0)) == pytest.approx(up - down, abs=0.06)
    texts.answered = {number: at for number, at in texts.answered.items() if at < down}
    assert texts.full_again(killed=down, until=20.0) == 15.0
