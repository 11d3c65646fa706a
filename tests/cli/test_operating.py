"""docs/operating.md is what the commands say of themselves, and its examples are commands."""

import re

import click
import pytest

from gateway.cli import gateway
from tests.support import docs

GUIDE = docs.OPERATING.read_text("utf-8")
TYPED = re.findall(r"^gateway [a-z].*?(?=\s{2,}|\s>|$)", GUIDE, re.MULTILINE)
QUOTED = re.findall(r"`(gateway [a-z][^`]*)`", GUIDE)


def test_the_help_in_the_guide_is_the_commands_own() -> None:
    assert docs.renewed(GUIDE, "commands", docs.commands_help()) == GUIDE, "run make fix"


@pytest.mark.parametrize("line", sorted({*TYPED, *QUOTED}))
def test_each_command_in_the_guide_exists_with_its_options(line: str) -> None:
    words = line.split()[1:]
    command: click.Command = gateway
    while words and isinstance(command, click.Group) and words[0] != "demo":
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None, line
        command = found
    options = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options, line


def test_the_guide_has_enough_of_them() -> None:
    assert len({*TYPED, *QUOTED}) > 15
