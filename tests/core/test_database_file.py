"""An SQLite file holds what people wrote: nobody else on the machine may read it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core.database import Database
from gateway.core.migrations import upgrade


@pytest.fixture
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_usual_umask")
def test_a_new_one_and_all_beside_it_is_its_owner_s(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'gateway.db'}")
    upgrade(database)
    with database.read():
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"gateway.db": 0o600, "gateway.db-wal": 0o600, "gateway.db-shm": 0o600}
    database.close()


def test_the_rights_of_one_that_is_there_are_left(tmp_path: Path) -> None:
    path = tmp_path / "gateway.db"
    path.touch(0o640)
    path.chmod(0o640)
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    assert path.stat().st_mode & 0o777 == 0o640
    database.close()
