"""What `gateway doctor` says of the processes that live, and of a secret that it does not make."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Operator
from tests.cli.test_health import OpenTown, found


def test_it_makes_no_secret_where_there_is_none(
    operator: Operator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GATEWAY_SECRET")
    found(operator)
    assert list(folder.iterdir()) == []


def test_a_secret_that_cannot_be_read_is_said_to_be_there(
    operator: Operator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GATEWAY_SECRET")
    (folder / "gateway.db-secret").mkdir()  # nor can root read that
    state, words = found(operator)["settings"]
    assert (state, "is there and cannot be read" in words) == ("mend", True)


def test_it_says_what_runs(operator: Operator, open_town: OpenTown) -> None:
    watch = open_town(datetime.now(UTC)).gateway.watch
    assert found(operator)["processes"] == (
        "warn",
        "none runs: start `gateway run`, or its parts",
    )
    for name, part in (("a", "web"), ("b", "worker"), ("c", "worker")):
        watch.beat(name, part)
    assert found(operator)["processes"] == (
        "warn",
        "web (1), worker (2); not running: start `gateway timer`",
    )
    watch.beat("d", "timer")
    assert found(operator)["processes"] == ("ok", "timer (1), web (1), worker (2)")


def test_of_what_was_killed_it_says_since_when(operator: Operator, open_town: OpenTown) -> None:
    before = datetime.now(UTC) - timedelta(hours=1)
    open_town(before).gateway.watch.beat("a", "run")
    state, words = found(operator)["processes"]
    assert (state, f"since {before:%Y-%m-%d %H:%M} UTC" in words) == ("warn", True)


def test_a_database_that_others_may_read_is_named(
    operator: Operator, open_town: OpenTown, folder: Path
) -> None:
    open_town(datetime.now(UTC))
    assert "file" not in found(operator)
    (folder / "gateway.db").chmod(0o644)
    assert found(operator)["file"] == (
        "warn",
        "other users of this machine may read gateway.db: chmod 600 gateway.db*",
    )
