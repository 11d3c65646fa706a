"""Activation codes as people copy them from a letter."""

import pytest

from gateway.core.commands import Activate
from gateway.core.grammar import parse


@pytest.mark.parametrize("typed", ["ACTIVATE Y6PEDQSA", "activer y6pe dqsa", "Activer Y6PE-DQSA."])
def test_a_code_in_one_or_two_pieces_is_one_code(typed: str) -> None:
    command = parse(typed, "fr")
    assert isinstance(command, Activate)
    assert command.code.upper().replace("-", "") == "Y6PEDQSA"


@pytest.mark.parametrize("typed", ["activer notre groupe", "activate dock lights"])
def test_words_are_no_code(typed: str) -> None:
    assert not isinstance(parse(typed, "fr"), Activate)
