"""How many a post goes to, as its author is told: small groups exactly, large ones cheaply."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from gateway.core import headcount
from tests.support.clock import Clock
from tests.support.statements import asked
from tests.support.town import Town


def counted(said: list[str]) -> int:
    return sum("count(*)" in one and "subscription" in one for one in said)


def test_a_small_group_is_counted_for_each_post(town: Town) -> None:
    assert "(3 pers.)" in town.sms("Ana", "P quai3 Palette cassée quai 4")
    town.sms("Leo", "LEAVE quai3")
    assert "(2 pers.)" in town.sms("Ana", "P quai3 Palette réparée quai 4")


def test_a_large_group_is_counted_once_in_a_while(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headcount, "LARGE", 2)
    now = 1000.0
    monkeypatch.setattr(headcount, "time", SimpleNamespace(monotonic=lambda: now))
    assert "(3 pers.)" in town.sms("Ana", "P quai3 Palette cassée quai 4")
    town.sms("Leo", "LEAVE quai3")
    with asked(town.database) as said:
        assert "(3 pers.)" in town.sms("Ana", "P quai3 Palette réparée quai 4")
    assert not counted(said)
    now += headcount.KEPT_SECONDS
    assert "(2 pers.)" in town.sms("Ana", "P quai3 Palette perdue quai 4")


def test_each_database_has_its_own(
    town: Town,
    town_file: tuple[Town, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(headcount, "LARGE", 0)
    assert "(3 pers.)" in town.sms("Ana", "P quai3 Palette cassée quai 4")
    template, file = town_file
    shutil.copy(file, tmp_path / "other.db")
    other = template.copy(f"sqlite:///{tmp_path / 'other.db'}", Clock()())
    other.sms("Leo", "LEAVE quai3")
    assert "(2 pers.)" in other.sms("Ana", "P quai3 Palette réparée quai 4")
    other.close()
