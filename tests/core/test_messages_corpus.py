"""Messages as workers write them (`messages/*.tsv`): what each means, and how often we are right.

A row is a message, the writer's language and own groups, what a careful reader takes it for, and a
note. What it means was written down before the grammar saw it. `or` parts what careful readers
may differ about; `>` begins the text that goes with it and quotes only its first words.

`unseen/` was written before the grammar was tried on it, and measured before anything was mended.
What a set scored at first sight is what a new one may score, and less than what is asked here.
4, by another hand: 86.0 % in English, 89.5 % in French. 5, by the hand that mended, like all that
follow: 88.3 %, 93.5 %. Then slips were mended by kind and not by message: 6: 96.4 %, 95.3 %, where
the grammar before had 83.5 %, 85.2 %; 7: 95.5 %, 97.1 %; 8, of what is hardly a command and leaves
careful readers more choice: 98.8 %, 98.6 %. 9, by others again: 92 %, 96 %.

Of 10 to 13 one half was kept back until all the misses of the other were mended by kind. The kept
halves, by the grammar of before and after: 10: 87.1 %, 93.2 % and 91.8 %, 96.6 %; 11: 94.9 %,
94.3 % (of the whole set) and 99.2 %, 96.5 %; 12: 95.2 %, 94.8 % and 96.2 %, 96.9 %; 13: 93.1 %,
100 % after. 14, English alone, at first sight: 97.3 %. 15, plain ones by another hand, of which a
third stood here already: 95 % and 94 % at first sight, and none at a wrong place. Among the misses
are rows marked wrongly (two rows in 11, one in 12), and two rows of 10 that went to a wrong place
(`2478` and a thumb).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from gateway.core.commands import Command, Guess
from gateway.core.grammar import parse
from gateway.core.grammar.clean import folded_word

FILES = sorted((Path(__file__).parent / "messages").rglob("*.tsv"))
LEAST_RIGHT = 0.98
ACTS = {
    *("post", "urgent", "reply", "thanks", "join", "leave", "undo", "activate"),
    *("confirm", "decline", "stop", "start", "language"),
}
"""What leaves a trace: done where something else was meant, it went to a wrong place."""


NAMES_A_GROUP = ("post", "urgent", "join", "leave")


@dataclass(frozen=True)
class Message:
    text: str
    language: str
    groups: tuple[str, ...]
    meanings: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Meaning:
    """What is done, to which group or number, and the words that go with it."""

    act: str
    target: str = ""
    words: str | None = None


def messages() -> Iterator[Message]:
    for file in FILES:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield Message(
                    row["message"].replace("\\n", "\n"),
                    row["language"],
                    tuple(row["groups"].split("|")),
                    tuple(row["means"].split(" or ")),
                    row["note"],
                )


def expected(meaning: str, text: str) -> Meaning:
    """`reply 1415 >jarrive`, `guess leave secu`, `text`."""
    head, sign, words = meaning.partition(">") if ">" in meaning else meaning.partition("=")
    act, _, target = head.strip().partition(" ")
    if act == "guess":
        act, _, target = f"guess {target}".rpartition(" ") if " " in target else (head, "", "")
        act = act.strip()
    if sign == ">":
        assert words in text, f"{meaning!r} quotes words that are not in {text!r}"
        words = text[text.index(words) :]
    return Meaning(act, plain(target), words if sign else None)


def understood(command: Command) -> Meaning:
    if isinstance(command, Guess):
        inner = understood(command.command)
        return Meaning(f"guess {inner.act}", inner.target, inner.words)
    if command.name == "text":
        return Meaning("text")
    values = {field.name: getattr(command, field.name) for field in fields(command)}
    values.pop("explicit", None)
    words = values.pop("text", None)
    if command.name == "time":
        return Meaning("time", f"{values['hour']}{values['minute']:02d}")
    return Meaning(command.name, plain("".join(map(str, values.values()))), words)


def plain(name: str) -> str:
    return "".join(sign for sign in folded_word(name) if sign.isalnum())


def outcome(message: Message) -> tuple[str, Meaning]:
    """`right`, `wrong`, or `wrong place` where something was done that was not meant."""
    found = understood(parse(message.text, message.language, message.groups))
    wanted = [expected(meaning, message.text) for meaning in message.meanings]
    if found in wanted or _is_asked(found, message, wanted) or _is_read(found, wanted):
        return "right", found
    meant = {(one.act, one.target) for one in wanted}
    misplaced = found.act in ACTS and (found.act, found.target) not in meant
    # Where no group is called so, nothing is done: that is asked about, or refused.
    misplaced = misplaced and not _names_no_group(found, message)
    return ("wrong place" if misplaced else "wrong"), found


def _is_asked(found: Meaning, message: Message, wanted: list[Meaning]) -> bool:
    """A group that is not named exactly is asked about (`handlers.choosing`), whatever the verb."""
    asks = {f"guess {found.act}", "usage"}
    return _names_no_group(found, message) and any(one.act in asks for one in wanted)


def _names_no_group(found: Meaning, message: Message) -> bool:
    named = found.act in NAMES_A_GROUP and bool(found.target)
    return named and found.target not in {plain(group) for group in message.groups}


def _is_read(found: Meaning, wanted: list[Meaning]) -> bool:
    """A post's number alone reads it, unless a question with that many choices waits."""
    return found.act == "pick" and Meaning("read", found.target) in wanted


def test_the_corpus_is_large_and_half_of_it_slips() -> None:
    rows = list(messages())
    assert len(rows) >= 600
    assert {row.language for row in rows} == {"fr", "en"}
    assert len({(row.text, row.groups) for row in rows}) == len(rows)


def test_nearly_all_are_understood_and_none_goes_to_a_wrong_place() -> None:
    rows = list(messages())
    found = [(row, *outcome(row)) for row in rows]
    missed = [
        f"{state:11} {row.language} {row.text!r}: meant {' or '.join(row.meanings)}, heard {heard}"
        for row, state, heard in found
        if state != "right"
    ]
    share = 1 - len(missed) / len(rows)
    report = "\n".join([*sorted(missed), f"{len(rows)} messages, {share:.2%} right"])
    assert share >= LEAST_RIGHT, report
    assert not any(state == "wrong place" for _, state, _ in found), report
