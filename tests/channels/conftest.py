"""The core's town, for mails and texts that go all the way to it."""

from tests.core.conftest import town, town_file

__all__ = ["town", "town_file"]
