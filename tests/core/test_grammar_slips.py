"""Every keyword with every likely slip of a finger: it means its command, or nothing."""

from collections.abc import Iterator

import pytest

from gateway.core.commands import Command, FreeText, Guess
from gateway.core.grammar import KEYWORDS, example, parse

ROWS = ("AZERTYUIOP", "QSDFGHJKLM", "WXCVBN", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
KEYS = ("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ")
WORDS = [
    (name, language, word)
    for name, rows in KEYWORDS.items()
    for language, words in rows.items()
    for word in words
]


def neighbours(letter: str) -> set[str]:
    """The letters beside it on a keyboard (French or English), and those on its phone key."""
    near = {row[place + step] for row in ROWS for place in places(row, letter) for step in (-1, 1)}
    return near | {other for key in KEYS if letter in key for other in key} - {letter}


def places(row: str, letter: str) -> list[int]:
    return [place for place in range(1, len(row) - 1) if row[place] == letter]


def slipped(word: str) -> Iterator[str]:
    for place, letter in enumerate(word):
        before, after = word[:place], word[place + 1 :]
        yield before + after
        yield before + letter + letter + after
        if after:
            yield before + after[0] + letter + after[1:]
        for other in neighbours(letter):
            yield before + other + after


def meaning(command: Command) -> str:
    return command.command.name if isinstance(command, Guess) else command.name


def message(name: str, language: str, word: str) -> str:
    """The word, with what its command takes behind it."""
    own = {"post": "quai3 texte", "reply": "1415 texte"}
    behind = example(name, language, "quai3", 1415).partition(" ")[2]
    return f"{word} {own.get(name, behind)}".strip()


@pytest.mark.parametrize(("name", "language", "word"), WORDS, ids=[row[2] for row in WORDS])
def test_a_slip_never_becomes_another_command(name: str, language: str, word: str) -> None:
    for slip in set(slipped(word)) - {word}:
        found = parse(message(name, language, slip), language, ("quai3",))
        assert isinstance(found, FreeText) or meaning(found) == name, slip


def test_most_slips_are_understood() -> None:
    found = [
        meaning(parse(message(name, language, slip), language, ("quai3",))) == name
        for name, language, word in WORDS
        if len(word) > 3
        for slip in set(slipped(word)) - {word}
    ]
    assert sum(found) / len(found) > 0.9
