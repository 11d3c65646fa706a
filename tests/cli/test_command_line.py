"""The command line as a whole: help, exit codes, quick starts, and troubles in one sentence."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from gateway.cli import NOUNS, gateway
from gateway.cli.output import json_line, listing, plain
from gateway.cli.refusals import SENTENCES, sentence
from gateway.core.errors import Refused
from tests.cli.conftest import Operator
from tests.support.processes import plain_environment

SLOW = ("twilio.rest", "sqlalchemy.orm", "textual", "flask", "rq")
OURS = [noun for noun in NOUNS if noun != "demo"]


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        if not path and name not in OURS:
            continue
        command = group.get_command(context, name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = list(commands(gateway))


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_each_command_has_help(operator: Operator, command: tuple[str, ...]) -> None:
    said = operator(*command, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Usage: gateway {' '.join(command)} ")
    assert len(said.out.splitlines()) > 4


def test_each_list_speaks_json(operator: Operator) -> None:
    lists = [command for command in ALL if command[-1] == "list"]
    assert len(lists) == 6
    for command in lists:
        assert operator(*command, "--json").code == 0, command
        assert "--json" in operator(*command, "--help").out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("members", "export"),
        ("members", "erase"),
        ("inbox", "add-mail", "--recipient"),
        ("reach", "--days", "1"),
        ("digests", "print"),
        ("nothing",),
        ("groups", "add", "quai3"),
        ("groups", "add", "quai3", "--name", "Quai 3", "--closed", "--announce"),
        ("groups", "add", "1413", "--name", "Quai 3"),
        ("groups", "add", "quai3", "--name", " "),
        ("members", "import", "nowhere.csv"),
        ("members", "invite"),
        ("members", "invite", "1", "--all-pending"),
        ("members", "role", "1", "boss"),
        ("members", "role", "1", "animator"),
        ("members", "role", "1", "operator", "--group", "quai3"),
        ("backup",),
        ("digests", "send", "--now", "tomorrow"),
        ("kiosks", "add", ""),
        ("kiosk", "--server", "http://127.0.0.1:1"),
        ("kiosk", "--server", "127.0.0.1:1", "--device", "x"),
        ("inbox", "replay", "zero"),
        ("outbox", "list", "--state", "lost"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_so(
    operator: Operator, arguments: tuple[str, ...]
) -> None:
    said = operator(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "Usage: gateway" in said.err or "Error" in said.err


def test_all_that_is_wrong_with_the_settings_is_named_at_once(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_HTTP", "somewhere")
    monkeypatch.setenv("GATEWAY_COUNTRY", "Elsewhere")
    said = operator("groups", "list")
    assert said.code == 1
    assert "GATEWAY_HTTP" in said.err
    assert "GATEWAY_COUNTRY" in said.err


def test_a_database_that_does_not_answer_is_said_in_a_sentence(
    operator: Operator, folder: Path
) -> None:
    (folder / "gateway.db").write_bytes(b"this is no database" * 100)
    said = operator("groups", "list")
    assert said.code == 1
    assert "gateway doctor" in said.err
    assert len(said.err.splitlines()) == 1


def test_a_database_of_a_newer_version_is_left_alone(operator: Operator) -> None:
    import sqlite3

    operator("groups", "list")
    with sqlite3.connect("gateway.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    said = operator("groups", "list")
    assert said.code == 1
    assert "another version" in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["--help"], ["kiosk", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    program = f"""
import sys
from gateway.cli import main
try:
    main({arguments!r})
finally:
    print([name for name in {SLOW!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=plain_environment(),
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (0, "[]"), done.stderr


def test_the_kiosk_knows_nothing_of_the_tables(operator: Operator) -> None:
    program = """
import sys
import gateway.cli.kiosk, gateway.kiosk.start
print([name for name in sys.modules if name.startswith(("sqlalchemy", "gateway.core.models"))])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=plain_environment(),
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("shape", ["--screens", "--plain", ""])
def test_the_kiosk_is_run_with_its_token(
    operator: Operator, folder: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    ran: list[tuple[str, str, str]] = []

    def run(server: str, device: str, *, language: str, **more: Any) -> int:
        ran.append((server, device, language))
        assert more.get("by_itself", False) is (shape == "")
        return 3

    # Tests have no terminal: without a word on it, the kiosk is read out in lines.
    shown = "gateway.kiosk.start.run" if shape == "--screens" else "gateway.kiosk.plain.start.run"
    monkeypatch.setattr(shown, run)
    (folder / "token").write_text("secret token\n")
    start = ("kiosk", *([shape] if shape else []), "--server")
    assert operator(*start, "http://depot:8080/", "--device", "abc").code == 3
    operator(*start, "http://depot", "--device-file", "token", "--language", "en")
    assert ran == [("http://depot:8080", "abc", "fr"), ("http://depot", "secret token", "en")]


def test_a_token_file_that_is_none_is_said_so(operator: Operator, folder: Path) -> None:
    (folder / "token").write_bytes(b"\xff\xfe")
    said = operator("kiosk", "--server", "http://depot", "--device-file", "token")
    assert (said.code, said.err) == (1, "Cannot read token: it must hold the token.\n")


def test_a_reader_who_has_read_enough_is_no_trouble(operator: Operator) -> None:
    operator("groups", "add", "quai3", "--name", "Quai 3")
    done = subprocess.run(
        f"{sys.executable} -m gateway groups list --json | true",
        shell=True,
        capture_output=True,
        text=True,
        env={**plain_environment(), "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_without_accents_still_gets_its_list(operator: Operator) -> None:
    operator("groups", "add", "secu", "--name", "Sécurité ✓")
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "groups", "list"],
        capture_output=True,
        env={
            **plain_environment(),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PYTHONIOENCODING": "latin-1:strict",
        },
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Sécurité \\u2713" in done.stdout.decode("latin-1")


class TestRefusals:
    def test_each_sentence_says_what_to_do(self) -> None:
        for reason, words in SENTENCES.items():
            said = sentence(Refused(reason))
            assert said.endswith("."), reason
            assert re.search(r"`gateway |Choose|write", words), reason

    def test_several_names_are_listed(self) -> None:
        assert "a, b:" in sentence(Refused("unknown_groups", groups=("a", "b")))

    def test_any_other_refusal_has_the_words_of_the_members(self) -> None:
        assert "STOP" in sentence(Refused("stopped_here"))


class TestOutput:
    HOSTILE = "a\x1b[2Jb\u202ec\nd\x9be"

    def test_nothing_that_people_wrote_reaches_the_terminal_as_a_command(self) -> None:
        assert plain(self.HOSTILE) == "a?[2Jb?c d?e"

    def test_json_holds_it_whole_in_letters_that_do_nothing(self) -> None:
        import json

        line = json_line({"body": self.HOSTILE})
        assert line.isprintable()
        assert json.loads(line) == {"body": self.HOSTILE}

    def test_a_long_cell_is_cut_and_a_long_list_is_streamed(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        lines = (str(n) * 30 for n in range(1000))
        listing(lines, {"text": str}, as_json=False)
        out = capsys.readouterr().out.splitlines()
        assert len(out) == 1001
        assert max(map(len, out)) == 60
        assert out[-1].endswith("...")
