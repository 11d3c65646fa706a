"""One room for all answers of a process: a town, its mail server, and two digests that went out."""

from collections.abc import Iterator

import pytest

from tests.channels.email.digests.room import Room


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    room = Room(tmp_path_factory.mktemp("digests") / "town.db")
    yield room
    room.close()
