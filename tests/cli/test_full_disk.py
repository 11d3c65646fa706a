"""A full disk, a file that nobody may write, a damaged one: said in words, without any value."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from gateway import logs
from tests.cli.conftest import Operator
from tests.cli.test_add_mail import MAIL, Pipe, pipe
from tests.support.town import Town

__all__ = ["pipe"]  # a fixture

FULL = "database or disk is full"
READ_ONLY = "attempt to write a readonly database"


@contextmanager
def ailing(pragma: str) -> Iterator[None]:
    """Every connection from here on is to a file that is full, or that may not be written."""

    def on_connect(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA {pragma}")

    event.listen(Engine, "connect", on_connect)
    try:
        yield
    finally:
        event.remove(Engine, "connect", on_connect)


@pytest.mark.parametrize(
    ("pragma", "words"), [("max_page_count=1", FULL), ("query_only=1", READ_ONLY)]
)
def test_a_command_says_what_is_wrong_and_what_to_do(
    operator: Operator, town: Town, folder: Path, pragma: str, words: str
) -> None:
    people = [f"Max {number},M{number},{'x' * 50}" for number in range(900)]
    (folder / "people.csv").write_text("\n".join(["name,badge,site", *people]), "utf-8")
    with ailing(pragma):
        said = operator("members", "import", "people.csv")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"GATEWAY_DATABASE_URL: {words}: ")
    assert said.err.endswith("see `gateway doctor`.\n")


@pytest.mark.parametrize(
    ("pragma", "words"), [("max_page_count=1", FULL), ("query_only=1", READ_ONLY)]
)
def test_a_mail_that_cannot_be_kept_is_said_in_two_lines(
    pipe: Pipe, town: Town, pragma: str, words: str
) -> None:
    mail = MAIL + "x" * 200_000
    with ailing(pragma):
        said = pipe(mail)
    assert (said.code, said.out) == (1, "")
    why, kept_out = said.err.splitlines()
    assert why.startswith("a mail was not taken: ")
    assert f"({words}) at " in why
    assert "bring it again" in kept_out
    assert "Traceback" not in said.err


def test_a_damaged_file_is_said_by_the_doctor_too(operator: Operator, folder: Path) -> None:
    (folder / "gateway.db").write_bytes(b"this is no database" * 100)
    for command in (("groups", "list"), ("doctor",)):
        said = operator(*command)
        assert said.code == 1
        assert "file is not a database: name the right file, or restore" in said.out + said.err


def test_a_folder_that_cannot_be_written_is_found(
    operator: Operator, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes_nowhere = SimpleNamespace(access=lambda *_: False, W_OK=os.W_OK)
    monkeypatch.setattr("gateway.cli.doctor.os", writes_nowhere)
    said = operator("doctor")
    assert said.code == 1
    assert "this user cannot write gateway.db and its folder" in said.out


@contextmanager
def serving() -> Iterator[None]:
    """The log is that of a process that serves."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    root.handlers.clear()
    logs.set_up(logging.INFO)
    try:
        yield
    finally:
        root.handlers[:], root.level = kept, level


def test_the_log_has_sqlite_s_own_words_and_no_value(
    town: Town, capfd: pytest.CaptureFixture[str]
) -> None:
    town.close()  # its connections know nothing of a full disk
    with serving(), ailing("max_page_count=1"):
        try:
            town.sms("Ana", f"P quai3 {'palette 12 ' * 10_000}")
        except OperationalError:
            logging.getLogger("gateway").exception("delivery failed; it goes on")
    told = capfd.readouterr().err
    assert told.rstrip().endswith(f"OperationalError from OperationalError ({FULL})")
    assert "palette 12" not in told
