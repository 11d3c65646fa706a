"""A stranger who sees nothing reads, answers, posts, joins, changes the language, and goes."""

import termios
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from tests.kiosk.plain_floor import SCAN, piped, row

Gateway = Any
STEPS = (
    (SCAN, "code secret"),
    (b"123456\r", "Que voulez-vous faire"),
    (b"1\r", "NOUVELLES"),
    (b"1\r", "1  R\u00e9pondre"),
    (b"1\r", "Quel message"),
    (b"3\r", "MESSAGE ENVOY\u00c9"),
    (b"1\r", "NOUVELLES"),
    (b"0\r", "Que voulez-vous faire"),
    (b"2\r", "quel groupe"),
    (b"1\r", "Quel message"),
    (b"1\r", "Votre message"),
    ("La porte 4 est bloquée\r".encode(), "MESSAGE ENVOY\u00c9"),
    (b"1\r", "Que voulez-vous faire"),
    (b"2\r", "quel groupe"),
    (b"1\r", "Quel message"),
    (b"3\r", "MESSAGE ENVOY\u00c9"),
    (b"0\r", "0  Retour"),
    (b"0\r", "Que voulez-vous faire"),
    (b"3\r", "Football"),
    (b"3\r", "1  Rejoindre ce groupe"),
    (b"1\r", "0  Retour"),
    (b"0\r", "Choisissez un groupe"),
    (b"0\r", "Que voulez-vous faire"),
    (b"4\r", "Que cherchez-vous"),
    (b"2\r", "Quel mot"),
    (b"cage\r", "Who has the key of the cage?"),
    (b"0\r", "Que cherchez-vous"),
    (b"0\r", "Que voulez-vous faire"),
    (b"5\r", "1  Langue"),
    (b"1\r", "2  English"),
    (b"2\r", "0  Back"),
    (b"0\r", "1  Language"),
    (b"0\r", "What do you want to do?"),
    (b"0\r", "PASSEZ VOTRE BADGE"),
)


def is_done(gateway: Gateway) -> None:
    """All of it happened, once."""
    depot = gateway[1].depot
    posts = list(depot.posts.values())
    mine = [post.body for post in posts if post.author == "Amina"]
    assert mine[-3:] == ["J'arrive.", "La porte 4 est bloquée", ""]
    assert posts[-1].withdrawn
    assert 1 in depot.groups["foot"].members
    assert depot.members[1].language == "en"


@pytest.mark.parametrize(("columns", "term"), [(40, "dumb"), (80, "linux")])
def test_at_a_terminal(gateway: Gateway, tmp_path: Path, columns: int, term: str) -> None:
    asked = () if term == "dumb" else ("--plain",)
    with row(gateway[0], tmp_path, *asked, columns=columns, TERM=term, NO_COLOR="1") as there:
        there.hears("PASSEZ VOTRE BADGE")
        there.answers(*STEPS)
        is_done(gateway)
        screen = (there.all + there.console.output).decode()
        assert "\x1b" not in screen
        assert ("ce terminal n'affiche pas" in screen.lower()) is (term == "dumb")
        for line in screen.replace("\r", "").split("\n"):
            assert cell_len(line) <= columns, line
        for secret in ("1001", "123456"):
            assert secret not in screen
        shown = there.console.output.decode().replace("\r", "").split("\n")[-24:]
        assert not [line for line in shown if "Amina" in line], "pushed off the terminal"


def test_over_a_pipe_with_all_answers_written_beforehand(gateway: Gateway, tmp_path: Path) -> None:
    with piped(gateway[0], tmp_path) as there:
        script = b"".join(keys for keys, _ in STEPS)
        said, _ = there.process.communicate(script, timeout=60)
        assert there.process.returncode == 0
        is_done(gateway)
        assert b"\x1b" not in said
        assert b"\r" not in said
        place = 0
        for _, heard in STEPS:
            found = said.find(heard.encode(), place)
            assert found >= 0, heard
            place = found + len(heard.encode())


def test_a_terminal_that_draws_gets_screens_and_lines_only_when_asked(
    gateway: Gateway, tmp_path: Path
) -> None:
    with row(gateway[0], tmp_path, TERM="linux") as there:
        there.hears("PASSEZ VOTRE BADGE")
        assert b"\x1b[" in there.console.output
    with row(gateway[0], tmp_path, "--screens", TERM="dumb") as there:
        there.hears("PASSEZ VOTRE BADGE")
        assert b"\x1b[" in there.console.output


def test_the_terminal_echoes_what_is_typed_and_what_is_rubbed_out(
    gateway: Gateway, tmp_path: Path
) -> None:
    with row(gateway[0], tmp_path, "--plain", TERM="linux") as there:
        there.hears("PASSEZ VOTRE BADGE")
        there.answers(*STEPS[:2], (b"2\r", "quel groupe"), (b"1\r", "Quel message"))
        there.answers((b"1\r", "Votre message"), (b"\x1b[Aabx\x7fc", "abx\b \bc"))
        there.answers((b"\x15d\r", "MESSAGE ENVOY\u00c9"))
        assert list(gateway[1].depot.posts.values())[-1].body == "d"
        before = termios.tcgetattr(there.console.master)[3]
        assert not before & termios.ICANON
        there.console.process.terminate()
        assert there.ended() == 0
        assert termios.tcgetattr(there.console.master)[3] & termios.ICANON


def test_a_terminal_that_only_writes_is_told_what_was_rubbed_out(
    gateway: Gateway, tmp_path: Path
) -> None:
    with row(gateway[0], tmp_path, TERM="dumb") as there:
        there.hears("PASSEZ VOTRE BADGE")
        there.answers(*STEPS[:2], (b"2\r", "quel groupe"), (b"1\r", "Quel message"))
        there.answers((b"1\r", "Votre message"), (b"ab\x7fc", "ab\\bc"))
        assert b"\b" not in there.all + there.console.output
