"""An operator at the command line of an installation of their own, and a town to operate."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway.cli import main
from gateway.core.models import Address
from tests.support import life
from tests.support.clock import Clock
from tests.support.town import SECRET, Town, fill


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


Operator = Callable[..., Said]


def heard_lately(town: Town) -> Town:
    """No phone of the town is silent by the real clock, which commands read."""
    with town.database.write() as session:
        session.execute(update(Address).values(heard_at=datetime.now(UTC)))
    return town


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the operator is: an empty folder, no setting made but a secret."""
    for name in list(os.environ):
        if name.startswith("GATEWAY_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GATEWAY_SECRET", SECRET.decode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def operator(capfd: pytest.CaptureFixture[str]) -> Operator:
    """`operator("groups", "list")` types a command."""

    def types(*arguments: str) -> Said:
        capfd.readouterr()
        code = 0
        try:
            main(list(arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return types


@pytest.fixture
def open_town(folder: Path) -> Iterator[Callable[[datetime], Town]]:
    """A town in the operator's own database, at the time that a test wants."""
    towns: list[Town] = []

    def opens(now: datetime) -> Town:
        towns.append(heard_lately(fill(Town(f"sqlite:///{folder / 'gateway.db'}", now))))
        return towns[-1]

    yield opens
    for town in towns:
        town.close()


@pytest.fixture
def town(open_town: Callable[[datetime], Town], clock: Clock) -> Town:
    """The town on a Monday morning."""
    return open_town(clock())


@pytest.fixture(params=["sqlite", "postgresql"])
def nadias_town(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    clock: Clock,
) -> Iterator[Town]:
    """The town, with Nadia in it and all that she did, on either database."""
    url = f"sqlite:///{folder}/gateway.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        monkeypatch.setenv("GATEWAY_DATABASE_URL", url)
    town = fill(Town(url, clock()))
    life.live(town)
    yield heard_lately(town)
    town.close()
