"""The database's own history: it ends at the tables of the models, however often it runs."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from gateway.core.database import Database
from gateway.core.migrations import is_current, upgrade
from gateway.core.models import Base


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gateway.db'}"
    given: str = request.getfixturevalue("postgres_url")
    return given


def test_the_tables_are_those_of_the_models(url: str) -> None:
    database = Database(url)
    assert not is_current(database)
    upgrade(database)
    assert is_current(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_a_second_time_changes_nothing(url: str) -> None:
    database = Database(url)
    upgrade(database)
    upgrade(database)
    assert is_current(database)
    database.close()


def test_several_processes_that_start_at_once_do_not_disturb_one_another(url: str) -> None:
    databases = [Database(url) for _ in range(4)]
    barrier = Barrier(len(databases))

    def start(database: Database) -> None:
        barrier.wait()
        upgrade(database)

    with ThreadPoolExecutor(len(databases)) as pool:
        list(pool.map(start, databases))
    assert is_current(databases[0])
    for database in databases:
        database.close()
