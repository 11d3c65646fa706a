"""`gateway prune`, and how any long command says how far it has come."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from gateway.cli import progress
from gateway.cli.progress import Progress, told
from tests.cli.conftest import Operator
from tests.cli.test_health import OpenTown


def test_it_says_what_went_and_before_what_would(operator: Operator, open_town: OpenTown) -> None:
    town = open_town(datetime.now(UTC) - timedelta(days=401))
    for text in ("P quai3 palette", "MOI", "AIDE"):
        town.sms("Ana", text)
        town.settle()
    would = operator("prune", "--dry-run")
    did = operator("prune")
    assert (would.code, did.code) == (0, 0)
    assert "2 messages that came in would go" in would.out
    assert would.out.replace("would go", "went") == did.out
    assert len(operator("inbox", "list", "--json").objects) == 1
    assert len(operator("posts", "list", "--json").objects) == 1


@pytest.mark.parametrize(
    ("done", "total", "seconds", "line"),
    [
        (12_000, 100_000, 10.0, "doing: 12,000 of 100,000 (12 %), 1,200 a second, 73 s left"),
        (500, None, 2.0, "doing: 500, 250 a second"),
        (2, 10, 60.0, "doing: 2 of 10 (20 %), 30 s each, 4 min left"),
        (10, 100_000, 10.0, "doing: 10 of 100,000 (0 %), 1 a second, 27 h 46 min left"),
        (0, 10, 6.0, "doing: 0 of 10 (0 %), 0 a second"),
        (10, 10, 5.0, "doing: 10 of 10 (100 %), 2 a second"),
    ],
)
def test_progress_has_a_rate_and_the_time_that_is_left(
    done: int, total: int | None, seconds: float, line: str
) -> None:
    assert told("doing", done, total, seconds) == line


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_it_is_one_line_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_SECONDS", "REDRAWN_SECONDS"):
        monkeypatch.setattr(progress, name, 0.0)
    out = Terminal()
    with Progress("doing", 3, out) as shown:
        assert list(shown.each("abc")) == ["a", "b", "c"]
    assert out.getvalue().count("\r") == 4
    assert "\n" not in out.getvalue()
    assert out.getvalue().endswith("\r\x1b[K")


def test_elsewhere_it_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    with Progress("doing", 3, out) as shown:
        shown.add()
    assert out.getvalue() == ""
    monkeypatch.setattr(progress, "REPEATED_SECONDS", 0.0)
    with Progress("doing", 3, out) as shown:
        for _ in range(3):
            shown.add()
    assert len(out.getvalue().splitlines()) == 3
