"""Whatever is typed, only letters come out; whatever is said, it fits and moves nothing."""

import os
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from gateway.kiosk.plain.ear import PIECE, Ear
from gateway.kiosk.plain.keys import DROP, ENTER, RUB, SCAN, Keys, Line
from gateway.kiosk.plain.voice import Voice

NAMED = {ENTER, RUB, DROP, SCAN}


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def signs(*pieces: bytes) -> str:
    keys = Keys()
    return "".join(sign for piece in pieces for sign in keys.signs(piece))


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        (b"a\x1b[Ab", "ab"),
        (b"a\x1b[1;5Cb", "ab"),
        (b"a\x1bOPb", "ab"),
        (b"a\x1bxb", "ab"),
        (b"\x1b[200~colle\x1b[201~", "colle"),
        (b"a\x1b\rb", "a\nb"),
        (b"a\r\nb\nc\rd", "a\nb\nc\nd"),
        (b"a\tb", "a b"),
        (b"\x00\x01\x03\x04\x1a\x1c\x85", "\ufffd"),
        ("é€😀".encode(), "é€😀"),
        ("vir\u202eement\u200b".encode(), "virement"),
        (b"\x021001\r", "\x021001\n"),
        (b"ab\x7f\x08\x15", "ab\b\b\x15"),
    ],
)
def test_keys_that_are_no_letters_are_swallowed_whole(typed: bytes, taken: str) -> None:
    assert signs(typed) == taken


def test_a_letter_may_come_in_two_pieces_and_esc_alone_takes_none_with_it() -> None:
    assert signs(b"\xc3", b"\xa9") == "é"
    assert signs(b"\x1b", b"Bonjour") == "Bonjour"


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_no_bytes_become_anything_but_letters_and_named_keys(pieces: list[bytes]) -> None:
    for sign in signs(*pieces):
        assert sign in NAMED or unicodedata.category(sign) not in {"Cc", "Cs"}


@given(st.binary(max_size=200))
def test_no_key_waits_for_its_end_for_ever(data: bytes) -> None:
    assert signs(data, b"\r1\r").endswith("\n1\n") or b"\x02" in data


@given(st.text(alphabet="ab\b\x15", max_size=60), st.integers(1, 5))
def test_a_line_holds_what_was_typed_and_not_rubbed_out(typed: str, room: int) -> None:
    line, wanted = Line(room), ""
    for sign in typed:
        rubbed = line.takes(sign)
        before, wanted = wanted, _after(wanted, sign, room)
        assert rubbed == (before[-1:] if sign == RUB else "")
        assert line.text == wanted


def _after(text: str, sign: str, room: int) -> str:
    if sign == RUB:
        return text[:-1]
    return "" if sign == DROP else (text + sign)[:room]


@given(st.text(max_size=300))
def test_whatever_is_said_fits_and_moves_nothing(text: str) -> None:
    out, into = os.pipe()
    voice = Voice(into)
    voice.say(text)
    voice.echo(text[:20])
    voice.end_line()
    voice.close()
    os.close(into)
    with os.fdopen(out, "rb") as heard:
        said = heard.read().decode()
    for line in said.split("\n"):
        assert cell_len(line) <= 80
        assert not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in line)


def test_a_voice_whose_terminal_knows_few_letters_says_the_rest_with_marks() -> None:
    out, into = os.pipe()
    voice = Voice(into, encoding="latin-1")
    voice.say("Été سلام")
    voice.close()
    os.close(into)
    with os.fdopen(out, "rb") as heard:
        assert heard.read().decode("latin-1") == "Été ????\n"


def test_a_pipe_that_never_ends_is_read_no_faster_than_it_is_answered() -> None:
    out, into = os.pipe()
    got: list[bytes] = []
    ear = Ear(out, got.append, lambda: None)
    os.write(into, b"x" * 3 * PIECE)
    ear.start()
    until(lambda: len(got) == 1)
    time.sleep(0.1)
    assert len(got) == 1
    for _ in range(5):
        ear.more()
    until(lambda: len(got) == 2)
    time.sleep(0.1)
    assert len(got) == 2, "leave is not saved up"
    ear.more()
    os.close(into)
    until(lambda: len(got) == 3)
    ear.more()
    ear.join(5)
    assert not ear.is_alive()
    os.close(out)
