"""What comes at the same moment is written in one transaction, and each of it by itself."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as SqlTimeoutError
from sqlalchemy.orm import Session

from gateway.core import database
from gateway.core.database import Database
from gateway.core.models import Counter
from tests.support.town import Town

WRITERS = 8


def write(name: str) -> Callable[[Session], str]:
    """What somebody brings: a row, twice where it is to fail."""

    def work(session: Session) -> str:
        # Nothing of who was before, though they share a transaction.
        assert list(session.identity_map.values()) == []
        assert "left by" not in session.info
        session.info["left by"] = name
        session.add(Counter(name=name, value=1))
        session.flush()
        if name.startswith("bad"):
            raise LookupError(name)
        return name

    return work


def bring_at_once(town: Town, names: list[str]) -> tuple[list[Future[str]], int]:
    """What became of each, all brought while somebody else writes; and how many commits it took."""
    commits = 0

    def count(_connection: object) -> None:
        nonlocal commits
        commits += 1

    inside, leave = threading.Event(), threading.Event()

    def keep() -> None:
        with town.database.write():
            inside.set()
            leave.wait(30)

    keeper = threading.Thread(target=keep)
    keeper.start()
    assert inside.wait(30)
    with ThreadPoolExecutor(len(names)) as pool:
        brought = [pool.submit(town.database.together, write(name)) for name in names]
        waiting = town.database._together._line
        while len(waiting) < len(names):
            threading.Event().wait(0.01)
        event.listen(town.database.engine, "commit", count)
        leave.set()
    event.remove(town.database.engine, "commit", count)
    keeper.join()
    return brought, commits - 1  # the keeper's own


def kept(database: Database, names: list[str]) -> list[str]:
    with database.read() as session:
        return [name for name in names if session.get(Counter, name) is not None]


def test_those_who_wait_share_one_commit(town: Town) -> None:
    names = [f"good {number}" for number in range(WRITERS)]
    brought, commits = bring_at_once(town, names)
    assert [one.result() for one in brought] == names
    assert kept(town.database, names) == names
    assert commits == 1


def test_one_that_fails_takes_nobody_along(town: Town) -> None:
    names = [f"{'bad' if number % 3 == 1 else 'good'} {number}" for number in range(WRITERS)]
    brought, commits = bring_at_once(town, names)
    assert [str(one.exception() or "") for one in brought] == [
        name if name.startswith("bad") else "" for name in names
    ]
    assert kept(town.database, names) == [name for name in names if name.startswith("good")]
    assert commits == 1


def test_nobody_is_told_before_it_is_on_the_disk(town: Town) -> None:
    def full(_connection: object) -> None:
        raise OSError("disk full")

    event.listen(town.database.engine, "commit", full)
    with pytest.raises(OSError, match="disk full"):
        town.database.together(write("good"))
    event.remove(town.database.engine, "commit", full)
    assert kept(town.database, ["good"]) == []
    assert town.database.together(write("good")) == "good"


def test_nobody_waits_for_ever_and_the_next_has_a_turn(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with town.database.write(), ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(database, "BUSY_SECONDS", 0.02)
        late = pool.submit(town.database.together, write("late"))
        with pytest.raises(SqlTimeoutError):
            late.result(30)
    monkeypatch.undo()
    assert town.database.together(write("next")) == "next"
    assert kept(town.database, ["late", "next"]) == ["next"]


def test_it_goes_on_however_many_come(big_town: Town) -> None:
    names = [f"good {number}" for number in range(100)]
    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(lambda name: big_town.database.together(write(name)), names)) == names
    assert kept(big_town.database, names) == names


def test_the_writer_of_small_things_keeps_its_connection_until_one_fails(town: Town) -> None:
    assert town.database.together(write("one")) == "one"
    if not town.database.is_sqlite:
        return  # a pool of connections, each as good as the next
    first = town.database._kept
    assert town.database.together(write("two")) == "two"
    assert first is not None
    assert town.database._kept is first
    first.connection.driver_connection.close()  # type: ignore[union-attr]  # SQLite's own
    with pytest.raises(DBAPIError):
        town.database.together(write("three"))
    assert town.database.together(write("four")) == "four"
    assert town.database._kept is not first
    assert kept(town.database, ["one", "two", "three", "four"]) == ["one", "two", "four"]


def test_who_writes_alone_waits_for_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("gateway.core.together.time.sleep", waited.append)
    for name in ("a", "b"):
        town.database.together(write(name))
    assert waited == []


def test_who_had_company_lets_others_come_for_as_long_as_they_do(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_at_once(town, ["a", "b", "c"])
    arriving: list[Future[str]] = []
    commits: list[int] = []
    with ThreadPoolExecutor(3) as pool:

        def another_comes(_seconds: float) -> None:
            waiting = town.database._together._line
            if len(arriving) < 3:
                before = len(waiting)
                arriving.append(pool.submit(town.database.together, write(f"late{len(arriving)}")))
                while len(waiting) == before:
                    threading.Event().wait(0.01)

        monkeypatch.setattr("gateway.core.together.time.sleep", another_comes)
        event.listen(town.database.engine, "commit", lambda _connection: commits.append(1))
        town.database.together(write("first"))
        assert [one.result(30) for one in arriving] == ["late0", "late1", "late2"]
    assert commits == [1]
