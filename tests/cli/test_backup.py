"""`gateway backup`: whole while others write, for nobody else's eyes, and over nothing."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gateway.cli import backup
from gateway.core import changes
from tests.cli.conftest import Operator
from tests.support.town import SECRET, Town


def restored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator in a new folder, with what the backup has and without a setting."""
    elsewhere = folder / "elsewhere"
    shutil.copytree(folder / "saved", elsewhere)
    monkeypatch.delenv("GATEWAY_SECRET")
    monkeypatch.chdir(elsewhere)
    return elsewhere


def bodies(operator: Operator) -> list[object]:
    return [post["body"] for post in operator("posts", "list", "--json").objects]


def test_it_holds_what_a_copy_of_the_file_loses(
    operator: Operator, town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.sms("Ana", "P quai3 palette 12")
    with town.database.write():  # and nobody waits for a writer
        said = operator("backup", "saved")
    assert said.code == 0, said.err
    names = {path.name: path.stat().st_mode & 0o777 for path in (folder / "saved").iterdir()}
    assert names == {"gateway.db": 0o600, "gateway.db-secret": 0o600}
    assert (folder / "saved").stat().st_mode & 0o777 == 0o700
    elsewhere = restored(folder, monkeypatch)
    assert (elsewhere / "gateway.db-secret").read_text("utf-8") == SECRET.decode()
    assert bodies(operator) == ["palette 12"]
    shutil.copy(folder / "gateway.db", elsewhere / "gateway.db")
    for end in ("-wal", "-shm"):
        (elsewhere / f"gateway.db{end}").unlink(missing_ok=True)
    assert bodies(operator) == []  # why it is no backup to copy the file of one that runs


def test_it_is_the_state_of_one_moment_whatever_is_written_meanwhile(
    operator: Operator, town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.sms("Ana", "P quai3 avant")
    later = iter(range(20))

    def reaching(*_: object) -> Callable[[int, int, int], None]:
        def reach(*_: int) -> None:
            for number in later:
                town.sms("Ana", f"P quai3 pendant {number}")
                break

        return reach

    monkeypatch.setattr(backup, "PAGES", 5)
    monkeypatch.setattr(backup, "_reaching", reaching)
    assert operator("backup", "saved").code == 0
    assert next(later, None) != 0
    assert len(bodies(operator)) > 1
    restored(folder, monkeypatch)
    assert bodies(operator) == ["avant"]


def test_nothing_is_overwritten(operator: Operator, town: Town, folder: Path) -> None:
    assert operator("backup", "saved").code == 0
    before = (folder / "saved" / "gateway.db").read_bytes()
    town.sms("Ana", "P quai3 palette 12")
    said = operator("backup", "saved")
    assert (said.code, said.out) == (1, "")
    assert "is there already" in said.err
    assert (folder / "saved" / "gateway.db").read_bytes() == before


def test_one_that_was_killed_is_begun_anew(operator: Operator, town: Town, folder: Path) -> None:
    (folder / "saved").mkdir()
    for end in ("", "-journal", "-wal"):
        (folder / "saved" / f"gateway.db.part{end}").write_bytes(b"half" * 999)
    assert operator("backup", "saved").code == 0
    assert {path.name for path in (folder / "saved").iterdir()} == {
        "gateway.db",
        "gateway.db-secret",
    }


def test_what_is_no_database_makes_no_backup(operator: Operator, folder: Path) -> None:
    for content, words in ((None, "There is no database"), (b"nothing" * 999, "not a database")):
        if content is not None:
            (folder / "gateway.db").write_bytes(content)
        said = operator("backup", "saved")
        assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
        assert words in said.err
        assert list((folder / "saved").iterdir()) == []


def test_it_can_be_made_before_an_upgrade(operator: Operator, town: Town, folder: Path) -> None:
    town.close()
    with closing(sqlite3.connect(folder / "gateway.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    assert operator("backup", "saved").code == 0
    with closing(sqlite3.connect(folder / "saved" / "gateway.db")) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("0001",)]


def test_of_postgresql_the_command_is_said_and_no_password(
    operator: Operator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql+psycopg://gateway:not-to-be-seen@db:5433/gateway?sslmode=require"
    monkeypatch.setenv("GATEWAY_DATABASE_URL", url)
    said = operator("backup", "saved")
    assert said.code == 0
    assert said.out == (
        "pg_dump --format=custom --no-owner --file=saved/gateway.dump "
        "'postgresql://gateway@db:5433/gateway?sslmode=require'\n"
    )
    assert "not-to-be-seen" not in said.err
    assert (folder / "saved" / "gateway-secret").read_text("utf-8") == SECRET.decode()


def test_an_answer_to_a_post_that_is_gone_joins_no_other(
    operator: Operator, town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.sms("Ana", "P quai3 palette 12")
    operator("backup", "saved")
    town.sms("Ana", "P quai3 perdu")
    with town.database.write() as session:
        changes.new_edition(session)
    gone = operator("posts", "list", "--json").objects[-1]["number"]
    elsewhere = restored(folder, monkeypatch)
    said = operator("restored", "--posts", "50")
    assert said.code == 0
    after = town.copy(f"sqlite:///{elsewhere / 'gateway.db'}", town.clock())
    after.sms("Ana", "P quai3 nouveau")
    after.sms("Leo", f"{gone} ok")
    posts = operator("posts", "list", "--json").objects
    assert [post["body"] for post in posts] == ["palette 12", "nouveau"]
    assert f"The next post is {posts[-1]['number']};" in said.out
    with town.database.read() as lost, after.database.read() as now:
        # No kiosk takes its copy of what is gone for the newest there is.
        assert all(
            new > old for old, new in zip(changes.state(lost), changes.state(now), strict=True)
        )
    after.close()
