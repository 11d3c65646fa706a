"""The gateway's API over a desk in memory, fresh for each test."""

from collections.abc import Iterator

import pytest

from tests.support.api import served
from tests.support.desk import FakeDesk


@pytest.fixture
def gateway() -> Iterator[tuple[str, FakeDesk]]:
    with served() as there:
        yield there
