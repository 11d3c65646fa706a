"""What `make bench` writes: each part by its name, and nothing of a report is lost by another."""

from bench.__main__ import renewed
from bench.asides import ASIDES, aside
from bench.cases import MAILS_BESIDE, QUICK, Sizes, cases, every

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
