"""What our texts teach is what the grammar understands."""

import re

import pytest

from gateway.core import commands as c
from gateway.core.grammar import parse
from gateway.core.wording import LANGUAGES, translator
from gateway.core.wording.usage import USAGE, spelled
from gateway.core.wording.voice import Voice
from tests.core.wording_samples import speak

SPELLED = [
    c.Help(), c.News(), c.News("quai3"), c.More(), c.Read(1415), c.Post("quai3", "ok"),
    c.Reply(1415, "ok"), c.Thanks(1415), c.Groups(), c.Groups("secu"), c.Join("quai3"),
    c.Leave("quai3"), c.Who("palette"), c.Find("palette"), c.Pause(8), c.Resume(), c.Time(18, 30),
    c.Rhythm("each"), c.Rhythm("day"), c.Rhythm("week"), c.Rhythm("never"), c.Language("fr"),
    c.Language("en"), c.Me(), c.KioskCode(), c.Undo(), c.Confirm(), c.Decline(),
    c.Urgent("quai3", "feu"), c.Activate("4K7M2PQ9"), c.Stop(), c.Start(),
]  # fmt: skip

each_language = pytest.mark.parametrize("language", LANGUAGES)


class TestTaught:
    GROUPS = ("quai3", "secu")

    @each_language
    @pytest.mark.parametrize("name", sorted(set(USAGE) - {"pick", "decline"}))
    def test_the_example_of_a_command_is_that_command(self, name: str, language: str) -> None:
        text = speak(c.Explained(name), language)
        example = re.search(r"Ex: (.*)$", text)
        typed = example[1] if example else re.split(r" = | or | ou ", text)[0]

        assert parse(typed, language, self.GROUPS).name == name

    @each_language
    @pytest.mark.parametrize("command", SPELLED, ids=lambda command: type(command).__name__)
    def test_a_command_that_is_spelled_out_is_the_same_again(
        self, command: c.Command, language: str
    ) -> None:
        voice = Voice(translator(language), language)

        assert parse(spelled(command, voice), language, self.GROUPS) == command

    @pytest.mark.parametrize("command", [c.FreeText("ok"), c.Admit(7, "secu"), c.Reserved("YES")])
    def test_what_nobody_types_is_not_spelled(self, command: c.Command) -> None:
        assert spelled(command, Voice(translator("en"), "en")) == ""
