"""The words of the commands among each other: no slip, and no key of a phone, between two."""

from itertools import combinations

import pytest

from gateway.core.commands import COMMANDS, Language, News, Pause, Thanks
from gateway.core.grammar import KEYWORDS, RESERVED, TABLE, example, parse, usage, usages
from gateway.core.grammar.clean import folded_word
from gateway.core.grammar.distance import slips
from gateway.core.grammar.keywords import (
    LANGUAGES,
    ONE_SLIP_FROM_START,
    ONE_SLIP_FROM_STOP,
    ORDINARY,
    START_WORDS,
    STOP_SENTENCES,
    STOP_WORDS,
)
from gateway.core.grammar.verbs import Verb, exact, nearly

MEANINGS = {
    **dict.fromkeys(RESERVED, "reserved"),
    **dict.fromkeys(STOP_WORDS, "stop"),
    **dict.fromkeys(START_WORDS, "start"),
    **{word: name for name, rows in KEYWORDS.items() for words in rows.values() for word in words},
}

ONE_SLIP_APART = {
    # Both are fixed by the contract. Neither is ever guessed at (words of three letters have no
    # near misses), a yes is only run where a question is open, and QUI alone asks for its usage.
    frozenset({"OUI", "QUI"}),
    # The carriers' word counts only as a whole message, QUI only with a word behind it.
    frozenset({"QUI", "QUIT"}),
}

SAME_KEYS: set[frozenset[str]] = set()
"""Words of two or more letters that are typed with the same keys on a phone: none."""

KEYS = {
    letter: key
    for key, letters in enumerate(("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"), 2)
    for letter in letters
}


def different() -> list[tuple[str, str]]:
    return [
        (one, other)
        for one, other in combinations(sorted(MEANINGS), 2)
        if MEANINGS[one] != MEANINGS[other]
    ]


def test_no_two_meanings_are_one_slip_apart() -> None:
    near = {frozenset(pair) for pair in different() if slips(*pair, 1) <= 1}
    assert near == ONE_SLIP_APART


def test_no_two_meanings_are_typed_with_the_same_keys() -> None:
    same = {frozenset(pair) for pair in different() if typed(pair[0]) == typed(pair[1])}
    assert same == SAME_KEYS


def typed(word: str) -> str:
    return "".join(str(KEYS[letter]) for letter in word)


def test_no_word_of_a_carrier_is_a_command_of_ours() -> None:
    ours = {word for rows in KEYWORDS.values() for words in rows.values() for word in words}
    assert not ours & RESERVED


def test_words_are_kept_folded() -> None:
    assert all(word == folded_word(word) for word in (*MEANINGS, *ORDINARY, *LANGUAGES))


def test_lists_hold_words_not_letters() -> None:
    assert all(len(word) > 2 for word in (*ORDINARY, *STOP_SENTENCES, *RESERVED))


def test_ordinary_words_are_no_commands() -> None:
    assert not ORDINARY & set(MEANINGS)


def test_every_ordinary_word_would_else_be_taken_for_a_slip() -> None:
    silence = (*ONE_SLIP_FROM_STOP, *ONE_SLIP_FROM_START)
    for word in ORDINARY:
        near_silence = any(slips(word, other, 1) == 1 for other in silence)
        assert nearly(word, frozenset()) or near_silence, word


def test_every_keyword_is_recognised_in_every_language_of_the_writer() -> None:
    for word, name in MEANINGS.items():
        if word not in RESERVED:
            assert exact(word, "fr") == exact(word, "en") == exact(word, "uk") == Verb(name, word)


def test_a_word_with_two_meanings_follows_the_writers_language() -> None:
    table = {"resume": {"en": ("RESUME",)}, "me": {"fr": ("RESUME",)}}
    assert exact("RESUME", "fr", table) == Verb("me", "RESUME")
    assert exact("RESUME", "en", table) == Verb("resume", "RESUME")
    assert exact("RESUME", "uk", table) is not None


@pytest.mark.parametrize(
    ("heard", "word", "far"),
    [
        ("STOP", "STOP", 0),
        ("STPO", "STOP", 1),
        ("STO", "STOP", 1),
        ("STOOP", "STOP", 1),
        ("SLOP", "STOP", 1),
        ("SPOT", "STOP", 2),
        ("REJIONDER", "REJOINDRE", 2),
        ("ABCDEF", "STOP", 3),
        ("", "", 0),
    ],
)
def test_slips_are_counted(heard: str, word: str, far: int) -> None:
    assert slips(heard, word, 2) == far == slips(word, heard, 2)


def test_short_words_have_no_near_misses() -> None:
    assert nearly("QUO") is None
    assert nearly("MOU") is None


def test_a_beginning_of_two_commands_is_none_of_them() -> None:
    assert nearly("REPO") == Verb("reply", "REPONDRE")
    assert nearly("ACTIV") is not None
    assert nearly("REP") is None


def test_a_word_as_near_to_a_carriers_word_is_nobodys_slip() -> None:
    assert nearly("REPRONDRE") is None  # REPONDRE, or REPRENDRE


def test_every_command_of_the_seam_has_a_row() -> None:
    by_the_core_alone = {"pick", "text", "guess", "usage", "reserved", "admit", "several", "which"}
    assert {row.name for row in TABLE} == set(COMMANDS) - by_the_core_alone
    assert set(KEYWORDS) == {row.name for row in TABLE} - {"stop", "start"}


@pytest.mark.parametrize("language", ["fr", "en", "uk"])
@pytest.mark.parametrize("name", [row.name for row in TABLE])
def test_an_example_means_its_command(name: str, language: str) -> None:
    text = example(name, language, "quai3", 1415)
    for writer in ("fr", "en"):
        assert parse(text, writer, ("quai3",)).name == name
        assert parse(text, writer).name == name


@pytest.mark.parametrize("language", ["fr", "en"])
def test_usage_lines_begin_with_words_that_mean_their_command(language: str) -> None:
    for row in TABLE:
        for line in usages(row.name, language):
            filled = line.partition(" [")[0].replace("code", "K7P2QD")
            assert parse(filled, language).name == row.name, line


def test_usage_lines() -> None:
    assert usage("post", "fr") == "P groupe texte"
    assert usage("post", "en") == usage("post", "uk") == "P group text"
    with pytest.raises(KeyError):
        usage("nothing", "fr")


def test_examples_name_the_group_and_the_post_they_are_given() -> None:
    assert parse(example("news", "fr", "secu", 1), "fr") == News("secu")
    assert parse(example("thanks", "en", "secu", 1029), "en") == Thanks(1029)
    assert parse(example("language", "fr", "", 0), "fr") == Language("fr")
    assert parse(example("pause", "en", "", 0), "en") == Pause(8)
