"""Sentences that begin like a command and are none, or look like nothing at all."""

import pytest

from gateway.core.commands import FreeText
from gateway.core.grammar import parse

MINE = ("quai3", "secu")

SENTENCES = (
    "Bonjour à tous",
    "Salut qui vient demain ?",
    "Le camion 1413 est parti",
    "RDV 14h au quai",
    "Rien à signaler",
    "Rayon 3 vide",
    "Hello everyone",
    "How are you",
    "Panne sur le chariot 12",
    "Les palettes sont arrivées, merci",
    "J'arrive",
    "news.example.com est en panne",
    "me@example.com",
    "👍",
    "...",
    "",
    "   ",
    "http://example.com/1413",
    "À demain",
    "العربية",
    "Доброго дня",
)


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("groups", [(), MINE], ids=["groups unknown", "groups known"])
def test_a_sentence_stays_the_writers_own(text: str, groups: tuple[str, ...]) -> None:
    assert parse(text, "en", groups) == FreeText(text.strip())
