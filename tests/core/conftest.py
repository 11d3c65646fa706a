"""The town that the core's stories happen in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clock import Clock
from tests.support.town import Town, fill, standard_town


@pytest.fixture
def town(tmp_path: Path, clock: Clock) -> Iterator[Town]:
    """On SQLite, on a Monday at 9 in Paris."""
    town = standard_town(tmp_path, clock())
    yield town
    town.close()


@pytest.fixture
def big_town(postgres_url: str, clock: Clock) -> Iterator[Town]:
    """The same on PostgreSQL."""
    town = fill(Town(postgres_url, clock()))
    yield town
    town.close()
