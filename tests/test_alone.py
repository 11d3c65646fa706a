"""Who delivers from a file alone, and who does not."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from gateway.alone import delivering


def test_only_the_first_is_alone(tmp_path: Path) -> None:
    file, alone = tmp_path / "gateway.db", list[str]()
    with delivering(file, lambda: alone.append("first")), ExitStack() as others:
        for name in ("second", "third"):
            others.enter_context(delivering(file, partial(alone.append, name)))
        assert alone == ["first"]
    with delivering(file, lambda: alone.append("later")):
        assert alone == ["first", "later"]


def test_other_files_are_no_matter(tmp_path: Path) -> None:
    alone = list[str]()
    with (
        delivering(tmp_path / "one.db", lambda: alone.append("one")),
        delivering(tmp_path / "two.db", lambda: alone.append("two")),
    ):
        assert alone == ["one", "two"]
