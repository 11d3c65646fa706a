"""Every sentence of the kiosk in every language, on any screen, in colours that can be read."""

import re
from datetime import UTC, datetime, timedelta

import polib
import pytest
from rich.cells import cell_len

from gateway.core.commands import COMMANDS
from gateway.kiosk.screens.commands import LABELS, table
from gateway.kiosk.screens.fields import PROMPTS
from gateway.kiosk.texts import LANGUAGES, LOCALE, READY, READY_ANSWERS, Texts
from tests.kiosk.sentences import sentences

CATALOGUES = sorted(LOCALE.glob("*.po"))
CONSOLE = re.compile(r"[\n -~·éèàùçêâîôûëïÉÈÀÇÊÔœŒ«»€]*")
"""What the console's font can draw, as far as we write it."""
ONLY_THE_GRAMMAR = {"pick", "text", "guess", "usage", "reserved", "admit", "several", "which"}


def test_every_language_but_english_has_a_catalogue() -> None:
    assert {path.stem for path in CATALOGUES} == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_holds_exactly_the_sentences_in_use(path: object) -> None:
    catalogue = polib.pofile(str(path))
    known = {said for entry in catalogue for said in (entry.msgid, entry.msgid_plural) if said}
    assert known == sentences() | set(READY) | set(READY_ANSWERS)
    assert catalogue.percent_translated() == 100


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_translations_keep_placeholders_fit_and_can_be_drawn(path: object) -> None:
    for entry in polib.pofile(str(path)):
        for said in [entry.msgstr, *entry.msgstr_plural.values()]:
            if said:
                assert sorted(re.findall(r"{\w+}", said)) == sorted(
                    re.findall(r"{\w+}", entry.msgid)
                )
                assert CONSOLE.fullmatch(said), said
                assert all(cell_len(line) <= 78 for line in said.splitlines()), said


@pytest.mark.parametrize("sentence", sorted(sentences()))
def test_english_fits_and_can_be_drawn(sentence: str) -> None:
    assert CONSOLE.fullmatch(sentence)
    assert all(cell_len(line) <= 78 for line in sentence.splitlines())


def test_ready_sentences_need_one_sms_segment() -> None:
    ready = (*READY, *READY_ANSWERS)
    assert all(len(Texts(code)(said)) <= 60 for code in LANGUAGES for said in ready)


def test_an_unknown_language_is_english() -> None:
    assert Texts("xx")("Back") == "Back"
    assert Texts("fr")("Back") == "Retour"


def test_the_list_of_commands_is_the_table_of_commands() -> None:
    assert set(LABELS) == set(COMMANDS) - ONLY_THE_GRAMMAR
    asked = {name for row in table() for name in row.asks}
    assert asked - {"rhythm", "segments"} <= set(PROMPTS)


@pytest.mark.parametrize(
    ("ago", "said"),
    [(0, "aujourd'hui 00:30"), (1, "hier 23:30"), (25, "28/02 23:30"), (24 * 365, "02/03 00:30")],
)
def test_times_are_said_as_people_do(ago: int, said: str) -> None:
    now = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    moment = now - timedelta(hours=ago)
    assert Texts("fr").when(moment, now, lambda there: there) == said
