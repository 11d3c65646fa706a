"""The town that the core's stories happen in: built once a session, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.clock import Clock
from tests.support.town import Town, fill

TEMPLATE = "town_template"


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Path]:
    """The standard town, closed, and its file."""
    path = tmp_path_factory.mktemp("town") / "town.db"
    town = fill(Town(f"sqlite:///{path}", Clock()()))
    town.close()
    return town, path


@pytest.fixture
def town(town_file: tuple[Town, Path], tmp_path: Path, clock: Clock) -> Iterator[Town]:
    """On SQLite, on a Monday at 9 in Paris."""
    template, path = town_file
    shutil.copy(path, tmp_path / "town.db")
    town = template.copy(f"sqlite:///{tmp_path / 'town.db'}", clock())
    yield town
    town.close()


@pytest.fixture(scope="session")
def town_database(postgres_server: str) -> Town:
    """The standard town on PostgreSQL, closed: a database to make others from."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    town = fill(Town(_named(postgres_server, TEMPLATE), Clock()()))
    town.close()
    return town


@pytest.fixture
def big_town(town_database: Town, postgres_server: str, clock: Clock) -> Iterator[Town]:
    """The same on PostgreSQL."""
    name = "town_copy"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        town = town_database.copy(_named(postgres_server, name), clock())
        yield town
        town.close()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_town(request: pytest.FixtureRequest) -> Town:
    """On SQLite, and once more on PostgreSQL."""
    town: Town = request.getfixturevalue("town" if request.param == "sqlite" else "big_town")
    return town


def _named(server: str, database: str) -> str:
    return server.replace("postgresql:", "postgresql+psycopg:").replace("/postgres", f"/{database}")
