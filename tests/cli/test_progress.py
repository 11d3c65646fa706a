"""How any long command says how far it has come."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from gateway.cli import progress
from gateway.cli.progress import Progress, told
from gateway.core.envelope import SMS
from gateway.core.errors import PermanentFailure
from tests.cli.conftest import Operator
from tests.cli.test_health import OpenTown


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_SECONDS", "REDRAWN_SECONDS", "REPEATED_SECONDS"):
        monkeypatch.setattr(progress, name, 0.0)


@pytest.mark.usefixtures("talkative")
def test_each_long_command_says_how_far_it_is(operator: Operator, open_town: OpenTown) -> None:
    town = open_town(datetime.now(UTC) - timedelta(minutes=30))
    town.sms("Ana", "P quai3 palette")
    town.carriers[SMS].faults = [PermanentFailure("30003")]
    town.settle()
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    said = {
        arguments: operator(*arguments)
        for arguments in (
            ("digests", "send", "--now", later),
            ("outbox", "replay"),
            ("members", "export", "Ana"),
            ("members", "invite", "Leo"),
            ("members", "erase", "Ana", "--yes"),
            ("prune",),
            ("backup", "saved"),
            ("doctor",),
        )
    }
    silent = [arguments for arguments, one in said.items() if " a second" not in one.err]
    assert silent == []
    assert "owing again: 1 of 1 (100 %)" in said["outbox", "replay"].err
    assert said["outbox", "replay"].out == "1 owed again\n"
    assert said["digests", "send", "--now", later].out.startswith(("1 digest ", "2 digests "))


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


@pytest.mark.usefixtures("talkative")
def test_on_a_terminal_it_is_one_line_that_goes_away() -> None:
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
