"""The catalogues: every msgid of the gateway has its words, and none is left over."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter

import polib
import pytest
from jinja2 import Environment
from jinja2.ext import extract_from_ast

import gateway
from gateway.core.wording.catalogue import LANGUAGES, OWN_NAMES, translator, until, when

PACKAGE = Path(gateway.__file__).parent
LOCALE = PACKAGE / "core" / "wording" / "locale"
MARKERS = {"_": 1, "N_": 1, "gettext": 1, "say": 1, "ngettext": 2, "say_many": 2}
"""What takes a msgid, and how many of its first arguments are one. The kiosk has its own words."""

OUR_LETTERS = frozenset("éèàùÉÀ")
"""The accents of GSM-7 that French has: other letters cost more, or are sent without theirs."""

Message = tuple[str, str, str]
"""Context, one, many."""


def modules() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] != "kiosk":
            yield path


def messages_of(source: str, *, says: bool = True) -> Iterator[Message]:
    """The msgids in Python; `say` counts in the wording only, elsewhere it may mean anything."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        texts = [text.value for text in node.args if _is_text(text)]  # type: ignore[attr-defined]  # _is_text saw to it
        if name == "pgettext" and len(texts) == 2:
            yield texts[0], texts[1], ""
        elif name in MARKERS and len(texts) >= MARKERS[name] and (says or "say" not in name):
            one, many = (*texts, "")[:2] if MARKERS[name] == 2 else (texts[0], "")
            yield "", one, many


def messages_of_template(source: str) -> Iterator[Message]:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for _, function, found in extract_from_ast(environment.parse(source)):
        texts = [text for text in (found if isinstance(found, tuple) else (found,)) if text]
        if function == "pgettext":
            yield texts[0], texts[1], ""
        else:
            yield "", texts[0], texts[1] if len(texts) > 1 else ""


def used() -> set[Message]:
    found: set[Message] = set()
    for path in modules():
        in_wording = "wording" in path.parts
        found.update(messages_of(path.read_text(encoding="utf-8"), says=in_wording))
    for path in (PACKAGE / "channels" / "email").rglob("templates/*"):
        found.update(messages_of_template(path.read_text(encoding="utf-8")))
    return found


def entries(language: str) -> dict[Message, polib.POEntry]:
    po = polib.pofile((LOCALE / f"{language}.po").read_text(encoding="utf-8"))
    return {(e.msgctxt or "", e.msgid, e.msgid_plural or ""): e for e in po if not e.obsolete}


def placeholders(text: str) -> set[str]:
    """Of `str.format` and of jinja's `%(name)s`."""
    braces = {name for _, name, _, _ in Formatter().parse(text) if name}
    return braces | set(re.findall(r"%\((\w+)\)", text))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
class TestCatalogue:
    def test_every_msgid_of_the_gateway_has_its_words(self, language: str) -> None:
        known = entries(language)
        missing = {message for message in used() if message not in known}
        empty = {m for m, entry in known.items() if not all(translations(entry))}

        assert not missing, f"add these to {language}.po"
        assert not empty

    def test_no_words_are_left_over(self, language: str) -> None:
        assert set(entries(language)) - used() == set()

    def test_what_is_filled_in_is_the_same_in_both(self, language: str) -> None:
        different = [
            (entry.msgid, text)
            for entry in entries(language).values()
            for text in translations(entry)
            if placeholders(text) != placeholders(entry.msgid_plural or entry.msgid)
        ]

        assert different == []

    def test_no_msgid_is_there_twice(self, language: str) -> None:
        po = polib.pofile((LOCALE / f"{language}.po").read_text(encoding="utf-8"))
        keys = [(entry.msgctxt, entry.msgid) for entry in po]

        assert len(keys) == len(set(keys))

    def test_the_words_of_the_core_leave_as_gsm_7_unchanged(self, language: str) -> None:
        core = {
            m for path in (PACKAGE / "core").rglob("*.py") for m in messages_of(path.read_text())
        }
        strange = [
            text
            for message, entry in entries(language).items()
            for text in translations(entry)
            if message in core and {sign for sign in text if ord(sign) > 126} - OUR_LETTERS
        ]

        assert strange == [translator(language).gettext("OK, we go on in English.")], (
            "only the name of the language itself may be written with ç"
        )


class TestExtraction:
    def test_it_finds_each_way_of_writing_a_msgid(self) -> None:
        source = """
t.gettext("a"); _("b"); N_("c"); t.ngettext("d", "ds", n); t.pgettext("x", "e")
v.say("f", n=1); v.say_many("g", "gs", 2); t.gettext(variable)
"""
        assert set(messages_of(source)) == {
            ("", "a", ""), ("", "b", ""), ("", "c", ""), ("", "d", "ds"), ("x", "e", ""),
            ("", "f", ""), ("", "g", "gs"),
        }  # fmt: skip
        assert ("", "f", "") not in set(messages_of(source, says=False))

    def test_it_reads_templates(self) -> None:
        source = '{{ _("a") }} {% trans %}b{% endtrans %} {{ ngettext("c", "cs", n) }}'

        assert set(messages_of_template(source)) == {("", "a", ""), ("", "b", ""), ("", "c", "cs")}


class TestTranslator:
    def test_english_is_the_msgid(self) -> None:
        assert translator("en").gettext("Monday") == "Monday"

    @pytest.mark.parametrize("code", ["fr", "FR", "fr-CA", "fr_FR"])
    def test_french(self, code: str) -> None:
        assert translator(code).gettext("Monday") == "lundi"

    @pytest.mark.parametrize("code", ["", "de", "xx-fr", "\N{PILE OF POO}", "../fr"])
    def test_a_language_that_we_do_not_speak_is_english(self, code: str) -> None:
        assert translator(code).gettext("Monday") == "Monday"

    def test_french_counts_none_as_one(self) -> None:
        words = [translator("fr").ngettext("({n} reply)", "({n} replies)", n) for n in (0, 1, 2)]

        assert words[0] == words[1]

    def test_each_language_has_its_own_name(self) -> None:
        assert set(OWN_NAMES) == set(LANGUAGES)


NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("ago", "french", "english"),
    [
        (timedelta(minutes=10), "aujourd'hui 12:50", "today 12:50"),
        (timedelta(days=1), "hier", "yesterday"),
        (timedelta(days=-1), "demain", "tomorrow"),
        (timedelta(days=5), "lundi", "Monday"),
        (timedelta(days=9), "12 nov.", "12 Nov"),
        (timedelta(days=400), "17 oct. 2025", "17 Oct 2025"),
    ],
)
def test_when_it_was(ago: timedelta, french: str, english: str) -> None:
    assert when(NOON - ago, NOON, "Europe/Paris", "fr") == french
    assert when(NOON - ago, NOON, "Europe/Paris", "en") == english


@pytest.mark.parametrize(
    ("ahead", "french"),
    [
        (timedelta(hours=8), "21:00"),
        (timedelta(hours=12), "demain 01:00"),
        (timedelta(days=2), "lundi 13:00"),
        (timedelta(days=20), "11 déc. 13:00"),
    ],
)
def test_until_when(ahead: timedelta, french: str) -> None:
    assert until(NOON + ahead, NOON, "Europe/Paris", "fr") == french


def test_until_when_for_who_does_not_know_the_time() -> None:
    assert until(NOON, None, "Europe/Paris", "fr") == "21 nov. 13:00"


def test_a_day_is_a_day_where_the_reader_lives() -> None:
    late = NOON.replace(hour=23, minute=30)

    assert when(late, NOON, "UTC", "en") == "today 23:30"
    assert when(late, NOON, "Europe/Paris", "en") == "tomorrow"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe"])
def test_a_time_zone_that_is_none_is_utc(zone: str) -> None:
    assert when(NOON, NOON, zone, "en") == "today 12:00"
