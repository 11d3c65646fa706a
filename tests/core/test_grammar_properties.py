"""Whatever is written: the parser answers, quickly, and keeps the writer's words."""

import json
import time
import unicodedata
from dataclasses import MISSING, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.codec import encode
from gateway.core.commands import Command, FreeText, Guess, Leave, Post, Reply, Stop, Undo, Urgent
from gateway.core.grammar import parse
from gateway.core.grammar.clean import HEAD, own_words

GROUPS = ("quai3", "Équipe de nuit")
ANYTHING = st.text(st.characters(), max_size=300)
SAMPLES = """
P R L H ? # + - : . , > 1413 12 0 8h30 quai3 STOP STPO OUI QUI POST PUBLIER LIRE MERCI PAUSE HEURE
RYTHME NEUF CHERCHE QUITTER ANNULE URGENT ACTIVER JOIN GROUPES groupe dans le svp bonjour Fwd: « »
" ' équipe de nuit ٣ ½ ² № ﷺ ß % ° 👍 texte
"""
PIECES = st.sampled_from((*SAMPLES.split(), "\n", "\u200b", "\u0301", " ", " ", " "))
WORDS = st.one_of(
    st.lists(PIECES, max_size=8).map(" ".join), st.lists(PIECES, max_size=12).map("".join)
)
SENTENCE = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=120
)
LONG = 100_000


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def required(command: Command) -> list[object]:
    """The members without a default: a command never lacks what it is about."""
    if isinstance(command, FreeText):
        return []
    return [getattr(command, field.name) for field in fields(command) if field.default is MISSING]


@given(st.one_of(ANYTHING, WORDS), st.sampled_from(("fr", "en", "", "xx")))
def test_every_text_is_some_command(text: str, language: str) -> None:
    found = parse(text, language, GROUPS)
    assert isinstance(found, Command)
    assert "" not in required(found)
    stored = json.dumps(encode(found), ensure_ascii=False)
    assert stored.encode().decode() == stored


@given(st.one_of(ANYTHING, WORDS))
def test_the_language_of_the_writer_changes_no_meaning_today(text: str) -> None:
    assert parse(text, "fr", GROUPS) == parse(text, "en", GROUPS)


@given(WORDS)
def test_case_and_outer_blanks_change_no_kind_of_command(text: str) -> None:
    plain, loud = parse(text, "fr", GROUPS), parse(f"  {text.upper()}\n", "fr", GROUPS)
    assert type(plain) is type(loud)


@given(SENTENCE)
def test_a_post_keeps_the_words_as_they_are(text: str) -> None:
    assert parse(f"P quai3 x{text}", "fr", GROUPS) == Post("quai3", composed(f"x{text}"))


@given(SENTENCE)
def test_a_reply_goes_to_the_number_that_was_written(text: str) -> None:
    assert parse(f"R1415 x{text}", "fr", GROUPS) == Reply(1415, composed(f"x{text}"))


@given(st.one_of(ANYTHING, WORDS))
def test_free_text_is_the_writers_own(text: str) -> None:
    found = parse(text, "fr", GROUPS)
    if isinstance(found, FreeText):
        assert found.text == own_words(text)


@given(st.integers(1, 10**15 - 1), st.text("abc xyz", min_size=1).map(lambda text: f"ok {text}"))
def test_a_reply_to_a_bare_number_never_changes_the_number(number: int, text: str) -> None:
    found = parse(f"{number} {text}", "fr", GROUPS)
    assert found == Reply(number, text.strip(), explicit=False)


@given(st.sampled_from(("QUITTER", "PUBLIER", "ANNULER", "URGENT", "ALERT", "LEAVE")), st.data())
def test_a_slip_never_runs_what_is_hard_to_undo(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if swapped == word:
        return
    for behind in ("", " quai3", " quai3 texte"):
        assert not isinstance(parse(swapped + behind, "fr", GROUPS), Leave | Post | Urgent | Undo)


@given(st.sampled_from(("STOP", "ARRET")), st.data())
def test_a_slip_of_stop_asks(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    found = parse(word[:place] + letter + word[place:], "fr", GROUPS)
    assert isinstance(found, Guess | Stop)


HOSTILE = {
    "letters": "A" * LONG,
    "stops": "STOP " * (LONG // 5),
    "digits": "1" * LONG,
    "number": "R" + "1" * LONG,
    "spaces": "P" + " " * LONG + "x",
    "quotes": ">" * LONG,
    "replies": "RE: " * (LONG // 4),
    "greetings": "bonjour " * (LONG // 8),
    "please": "NEUF" + " svp" * (LONG // 4),
    "marks": "a" + "\u0301\u0316" * (LONG // 2),
    "wide": "\ufdfa" * LONG,
    "emoji": "👩‍👩‍👧‍👦" * (LONG // 7),
    "surrogates": "\ud83d" * LONG,
    "nulls": "\0" * LONG,
    "lines": "--\n" * (LONG // 3),
    "loose": "P" + "q'" * LONG,
    "dots": "QUI " + ". " * LONG,
    "list": "1. " + "\n" * LONG,
    "punctuation": "R1415" + ":" * LONG,
    "apostrophes": "CHERCHE " + "a'" * LONG,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_lengths_take_bounded_time(text: str) -> None:
    many = tuple(f"groupe numero {place}" for place in range(200))
    parse(text[:1_000], "fr", many)
    begun = time.process_time()
    parse(text, "fr", many)
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize("verb", ["P quai3 ", "R1415 ", "1415 "])
def test_a_long_text_is_kept_whole(verb: str) -> None:
    text = "é👍 " * LONG + "fin"
    found = parse(verb + text, "fr", GROUPS)
    assert isinstance(found, Post | Reply)
    assert found.text == text


def test_a_long_text_is_no_command_by_its_beginning() -> None:
    text = "CHERCHE palette " + "bleue " * HEAD
    assert parse(text, "fr", GROUPS) == FreeText(text.strip())


def test_halves_of_an_emoji_are_joined_and_lone_ones_dropped() -> None:
    assert parse("Salut \ud83d\udc4d\ud83d!", "fr") == FreeText("Salut 👍!")


def test_accents_are_composed_and_controls_dropped() -> None:
    assert parse("R1415 e\u0301te\u0301\0\x07", "fr") == Reply(1415, "été")
