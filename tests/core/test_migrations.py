"""The database's own history: it ends at the tables of the models, however often it runs."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from gateway.core import migrations
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


def test_who_is_not_yet_new_can_still_write(tmp_path: Path) -> None:
    """Some processes are new and some are not: no step takes a column away, or must have one."""
    database = Database(f"sqlite:///{tmp_path / 'gateway.db'}")
    known: dict[str, set[str]] = {}
    for revision in revisions():
        with database.write() as session:
            config = migrations._config(session.connection())
            command.upgrade(config, revision)
        with database.engine.connect() as connection:
            look = inspect(connection)
            tables = {name: look.get_columns(name) for name in look.get_table_names()}
        for table, names in known.items():
            columns = {column["name"]: column for column in tables[table]}
            assert names <= columns.keys(), revision
            for name in columns.keys() - names:
                column = columns[name]
                assert column["nullable"] or column["default"] is not None, (revision, name)
        known = {table: {column["name"] for column in tables[table]} for table in tables}
    database.close()


def revisions() -> list[str]:
    """Every step, the first one first."""
    versions = Path(migrations.__file__).parent / "versions"
    return sorted(path.name[:4] for path in versions.glob("0*.py"))
