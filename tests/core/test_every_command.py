"""Every row of the table of commands, on every channel, in both languages.

The rows are those that docs/commands.md is made from, so nothing stands there that does not work.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core import commands as c
from gateway.core.envelope import CHANNELS, EMAIL, KIOSK, SMS, Inbound, Received
from gateway.core.errors import Refused
from gateway.core.grammar import TABLE, example
from gateway.core.wording import words
from tests.support.clock import Clock
from tests.support.town import Town

EXPECTED: dict[str, type[c.Result] | type[Refused]] = {
    "help": c.Helped,
    "news": c.Page,
    "more": c.Page,
    "read": c.Thread,
    "post": c.Posted,
    "reply": c.Replied,
    "thanks": c.Thanked,
    "groups": c.GroupList,
    "join": c.Joined,
    "leave": c.Left,
    "who": c.People,
    "find": c.Page,
    "pause": c.Paused,
    "resume": c.Resumed,
    "time": c.TimeSet,
    "rhythm": c.RhythmSet,
    "page": c.PageSet,
    "language": c.LanguageSet,
    "me": c.Profile,
    "code": c.CodeGiven,
    "undo": c.Undone,
    "confirm": c.Posted,
    "decline": c.Declined,
    "urgent": c.Asked,
    "activate": Refused,  # whoever is known already needs no code
    "stop": c.Stopped,
    "start": c.Started,
}

BEFORE = {
    "more": "{news}",
    "undo": "1007 +",
    "confirm": "le quai est plein",
    "decline": "le quai est plein",
    "start": "STOP",
}
"""What must have been said before, for the command to have something to do."""

SAME_IN_BOTH = ("news", "find", "more", "read", "who", "language")
"""Made of names and of what people wrote; or said in the language that was chosen."""


def say(town: Town, channel: str, text: str) -> Received:
    """One person, on each of the channels."""
    if channel == SMS:
        return town.receive(SMS, "+33600000007", text)
    if channel == EMAIL:
        return town.mail("Sam", text)
    town.clock.advance(seconds=1)
    name, sender = f"k{town.clock().isoformat()}", "kiosk:1"
    return town.gateway.intake.receive(
        Inbound(KIOSK, name, sender, text, member_id=town.id_of("Sam"))
    )


@pytest.fixture(scope="session")
def place_file(
    town_file: tuple[Town, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Town, Path]:
    """A town with Sam, who animates Quai 3 and is reached everywhere, and with posts to read."""
    template, source = town_file
    path = tmp_path_factory.mktemp("place") / "place.db"
    shutil.copy(source, path)
    town = template.copy(f"sqlite:///{path}", Clock()())
    town.person(
        "Sam",
        phone="+33600000007",
        email="sam@depot.example",
        badge="1007",
        groups=("quai3",),
        role="animator",
    )
    for number in range(35):
        town.kiosk("Ana", f"P quai3 palette cassée, pallet broken {number} " + "x" * 60)
    town.close()
    return town, path


@pytest.fixture
def place(place_file: tuple[Town, Path], tmp_path: Path, clock: Clock) -> Iterator[Town]:
    """Its own copy for each test."""
    template, path = place_file
    shutil.copy(path, tmp_path / "place.db")
    town = template.copy(f"sqlite:///{tmp_path / 'place.db'}", clock())
    yield town
    town.close()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("name", [row.name for row in TABLE])
def test_every_command_works_everywhere(
    place: Town, name: str, channel: str, language: str
) -> None:
    say(place, channel, {"fr": "FRANCAIS", "en": "ENGLISH"}[language])
    if name in BEFORE:
        news = example("news", language, "quai3", 1007)
        say(place, channel, BEFORE[name].format(news=news))
    if name == "leave":
        say(place, channel, "JOIN velo")
    group = "velo" if name in ("join", "leave") else "quai3"
    received = say(place, channel, example(name, language, group, 1007))
    result, expected = received.result, EXPECTED[name]
    assert isinstance(result, expected)
    assert received.state == ("refused" if expected is Refused else "done")
    assert received.words
    zone = "Europe/Paris"
    told = {
        tongue: words(result, tongue, now=place.clock(), timezone=zone) for tongue in ("fr", "en")
    }
    assert received.words == told[language]
    assert told["fr"] != told["en"] or name in SAME_IN_BOTH


def test_the_table_has_every_command_that_members_know() -> None:
    internal = {"pick", "text", "guess", "usage", "reserved", "admit", "several", "which"}
    assert {row.name for row in TABLE} == set(c.COMMANDS) - internal == set(EXPECTED)
