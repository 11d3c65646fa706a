"""The terminal is asked for its letters, its size and its scanner, and answers wrongly."""

import os
import pty
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gateway.cli import kiosk_screen
from gateway.cli.checkup import Finding


@contextmanager
def terminal(reply: bytes = b"", size: tuple[int, int] = (24, 80)) -> Iterator[int]:
    """One that says `reply` to whoever asks for its cursor; a mute one says nothing."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(master, size)

    def answers() -> None:
        heard = b""
        while b"\x1b[6n" not in heard:
            try:
                heard += os.read(master, 1024)
            except OSError:
                return
        os.write(master, reply)

    thread = threading.Thread(target=answers, daemon=True)
    thread.start()
    try:
        yield slave
    finally:
        os.close(slave)
        thread.join(5)
        os.close(master)


def told(reply: bytes, size: tuple[int, int] = (24, 80), name: str = "linux") -> dict[str, Finding]:
    with terminal(reply, size) as there:
        return {one.check: one for one in kiosk_screen.screen(there, name)}


def test_a_terminal_of_two_columns_for_a_letter_reads_no_utf_8() -> None:
    assert told(b"\x1b[1;2R")["charset"].state == "ok"
    assert "unicode_start" in told(b"\x1b[1;3R")["charset"].words


@pytest.mark.parametrize("reply", [b"", b"\x1b[99999;2R", b"\x1b]0;x\x07", b"\xff" * 300])
def test_one_that_does_not_answer_or_lies_holds_nothing_up(
    reply: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kiosk_screen, "ANSWER_SECONDS", 0.2)
    assert told(reply)["charset"].state == "skip"


def test_its_echo_is_given_back() -> None:
    with terminal(b"\x1b[1;2R") as there:
        before = termios.tcgetattr(there)
        list(kiosk_screen.screen(there, "linux"))
        assert termios.tcgetattr(there) == before


@pytest.mark.parametrize(
    ("size", "state"),
    [((24, 80), "ok"), ((15, 40), "ok"), ((14, 80), "mend"), ((24, 39), "mend"), ((0, 0), "mend")],
)
def test_one_that_is_too_small_is_said(size: tuple[int, int], state: str) -> None:
    assert told(b"\x1b[1;2R", size)["size"].state == state


@pytest.mark.parametrize(
    ("name", "state"),
    [("linux", "ok"), ("dumb", "mend"), ("", "mend"), ("vt100", "warn"), ("klingon", "warn")],
)
def test_colours_are_what_the_terminals_name_says(name: str, state: str) -> None:
    assert kiosk_screen.colours(name).state == state


def test_a_consoles_font_without_a_letter_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    has = {ord(sign) for sign in kiosk_screen.NEEDED}
    monkeypatch.setattr(kiosk_screen, "font_of", lambda _: has)
    assert told(b"\x1b[1;2R")["font"].state == "ok"
    monkeypatch.setattr(kiosk_screen, "font_of", lambda _: has - {ord("œ")})
    said = told(b"\x1b[1;2R")["font"]
    assert said.state == "mend"
    assert "œ" in said.words


def test_what_is_no_console_has_no_font_to_ask_for() -> None:
    with terminal() as there:
        assert kiosk_screen.font_of(there) is None


@pytest.mark.parametrize(
    ("signs", "took", "state", "words"),
    [
        ("\x021001\r", 0.1, "ok", "4 signs, read as it is"),
        ("\x02&àà&\r", 0.1, "ok", "read on a French"),
        ("\x021001\n", 0.1, "ok", "4 signs"),
        ("1001\r", 0.1, "mend", "Ctrl+B"),
        ("\x021001", 0.1, "mend", "Enter"),
        ("\x02àç_\r\n", 0.1, "ok", "French"),
        ("\x02????\r", 0.1, "mend", "its keyboard"),
        ("\x021001\r", 9.0, "mend", "too slowly"),
    ],
)
def test_a_badge_is_judged_and_never_repeated(
    signs: str, took: float, state: str, words: str
) -> None:
    said = kiosk_screen.judged(signs.encode(), took)
    assert (said.state, words in said.words) == (state, True)
    assert "1001" not in said.words


def test_bytes_of_no_letters_are_no_badge() -> None:
    assert kiosk_screen.judged(b"\x02\xff\xfe\r", 0.1).state == "mend"


def test_nobody_scans_and_it_goes_on() -> None:
    with terminal() as there:
        assert "plugged in" in kiosk_screen.scanner(there, 0.1).words
