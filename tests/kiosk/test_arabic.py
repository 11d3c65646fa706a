"""Arabic in the feed: letters that join, lines from the right, names and numbers in between."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gateway.kiosk.arabic import shape
from gateway.kiosk.bidi import is_right, visual
from gateway.kiosk.safe import line, name, seen
from gateway.kiosk.script import Script, clusters, fit, width, wrap

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويآأإؤئةىءـپچگک"
MARKS = "\u064b\u064e\u0651"
WORDS = st.text(LETTERS, max_size=12)
MIXED = st.text(LETTERS + MARKS + "abcéZ 0123456789٠١٢.,:;+-%€/()[]«»!?אבג", max_size=40)
ANY = st.text(max_size=60).map(line)


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("سلام", "\ufeb3\ufefc\ufee1"),  # lam and alef are one sign
        ("محمد", "\ufee3\ufea4\ufee4\ufeaa"),
        ("دار", "\ufea9\ufe8d\ufead"),  # letters that do not reach out
        ("مُهم", "\ufee3\u064f\ufeec\ufee2"),  # a mark is looked through
        ("لَا", "\ufefb\u064e"),
        ("بـب", "\ufe91\u0640\ufe90"),
        ("چای", "\ufb7c\ufe8e\ufbfc"),  # Persian has letters of its own
        ("ب 3 ب", "\ufe8f 3 \ufe8f"),
        ("Zoé 12", "Zoé 12"),
    ],
)
def test_letters_take_the_form_that_joins(written: str, drawn: str) -> None:
    assert shape(written) == drawn


@given(WORDS)
def test_joined_letters_are_the_same_letters(word: str) -> None:
    assert unicodedata.normalize("NFKC", shape(word)) == unicodedata.normalize("NFKC", word)


@pytest.mark.parametrize(
    ("written", "right", "told"),
    [
        ("Quai 3, porte 4", False, "Quai 3, porte 4"),
        ("אבג", False, "גבא"),
        ("Bus אבג 14:30", False, "Bus 14:30 גבא"),  # a number belongs to the words before it
        ("אבג 14:30", True, "14:30 גבא"),
        ("א (ב) ג", True, "ג (ב) א"),
        ("car (אב) x", False, "car (בא) x"),
        ("אב 15 %", True, "% 15 בא"),
        ("אב 15%", True, "15% בא"),
        ("אב!", True, "!בא"),
        ("אב!", False, "בא!"),
        ("אב «ג» d", True, "d «ג» בא"),
        ("بن 25/12", True, "25/12 نب"),
        ("بن 25-12", True, "12-25 نب"),  # in Arabic a dash parts two numbers
    ],
)
def test_a_line_is_told_in_the_order_of_the_terminal(written: str, right: bool, told: str) -> None:
    assert visual(written, right) == told


def test_a_name_turns_nothing_beside_it() -> None:
    loose = f"{line('סמיר')} · 10:00"
    assert visual(loose) == "10:00 · רימס"
    apart = f"{name('סמיר')} · 10:00"
    assert visual(apart) == "רימס · 10:00"
    assert visual(f"{name('Zoé')} · {name('(סמיר')}") == "Zoé · רימס)"


def test_an_isolate_that_somebody_writes_is_taken_away() -> None:
    assert name("a\u2068b\u2069\u202ec") == "\u2068abc\u2069"
    assert visual(seen("x \u2068סמ")) == "x מס"


@given(MIXED, st.booleans())
def test_nothing_is_lost_and_numbers_stay_whole(text: str, right: bool) -> None:
    told = visual(text, right)
    brackets = str.maketrans("([«>", ")]»<")
    assert sorted(told.translate(brackets)) == sorted(text.translate(brackets))
    assert width(told) == width(text)
    numbers = {sign for sign in text if sign.isascii() and sign.isdigit()}
    assume(len(numbers) == len([sign for sign in text if sign in numbers]))
    for first, second in pairwise(text):
        if first in numbers and second in numbers:
            assert first + second in told


@given(st.text("abcé 0123.,()!", max_size=40))
def test_what_is_read_from_the_left_is_told_as_it_is(text: str) -> None:
    assert visual(text) == text
    assert not is_right(text)


@given(ANY, st.integers(0, 30))
@example("e\u0301\u0302" * 9, 5)
@example("👍🏽👍🏽👍🏽👍🏽", 7)
@example("🇫🇷🇫🇷🇩🇪🇩🇪", 6)
@example("مُحَمَّد بن علي", 6)
def test_a_cut_tears_no_sign(text: str, room: int) -> None:
    cut = fit(text, room)
    assert width(cut) <= room
    if cut != text and room > 3:
        whole = list(clusters(text))
        kept = cut.removesuffix("...")
        starts = {"".join(whole[:at]).rstrip() for at in range(len(whole) + 1)}
        assert kept in starts


@pytest.mark.parametrize(
    ("text", "signs"),
    [("né\u0323", 2), ("👍🏽!", 2), ("🇫🇷🇩🇪", 2), ("سّـ", 2), ("", 0), ("^a", 2)],
)
def test_a_sign_is_what_a_reader_takes_for_one(text: str, signs: int) -> None:
    assert len(list(clusters(text))) == signs


@given(ANY, st.integers(2, 30))
@example("  aa bb", 4)
@example("Donaudampfschifffahrt", 5)
def test_a_paragraph_keeps_its_words_in_lines_of_one_width(text: str, room: int) -> None:
    lines = wrap(text, room)
    assert all(width(each) <= room for each in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_line_from_the_right_stands_at_the_right() -> None:
    told = Script().page("سلام\nSalut", 10)
    assert told == ["       \ufee1\ufefc\ufeb3", "Salut"]
    assert Script().start("سلام سلام سلام", 10, 1) == ["...\ufee1\ufefc\ufeb3 \ufee1\ufefc\ufeb3"]


def test_a_terminal_that_joins_by_itself_is_told_the_letters() -> None:
    plain = Script(shaping=False)
    assert plain.page("سلام 3", 10) == ["سلام 3"]
    assert plain.line(name("سلام") + " · 10:00", 20) == "سلام · 10:00"
