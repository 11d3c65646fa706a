"""Every result and every refusal in words: short, complete, and safe whatever people wrote."""

import ast
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gateway
from gateway.channels.sms.segments import measure
from gateway.channels.sms.transliterate import for_gsm7
from gateway.core import commands as c
from gateway.core.errors import Refused
from gateway.core.wording import LANGUAGES, REASONS, words
from gateway.core.wording.results import WORDS
from gateway.core.wording.usage import USAGE
from tests.core.wording_samples import (
    FILE,
    LONG,
    USUAL,
    Sample,
    Town,
    mailed,
    samples,
    speak,
    threads,
    written,
)

ALL = [*samples(USUAL), *threads(USUAL), *mailed(USUAL)]
RESULTS = {
    kind
    for kind in vars(c).values()
    if isinstance(kind, type) and issubclass(kind, c.Result) and kind is not c.Result
}
EMOJI = "\N{PERSON WITH FOLDED HANDS}"

each_language = pytest.mark.parametrize("language", LANGUAGES)


def of_samples(found: list[Sample]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "value", [value for _, value in found], ids=[name for name, _ in found]
    )


class TestEverything:
    def test_every_result_has_words(self) -> None:
        assert set(WORDS) == RESULTS

    def test_the_samples_leave_nothing_out(self) -> None:
        values = [value for _, value in ALL]

        assert {type(v) for v in values} == {*RESULTS, Refused}
        assert {v.reason for v in values if isinstance(v, Refused)} >= set(REASONS)

    def test_every_command_that_is_typed_has_a_usage(self) -> None:
        unwritten = {"text", "guess", "usage", "reserved", "admit", "several", "which"}

        assert set(USAGE) == set(c.COMMANDS) - unwritten

    def test_the_samples_on_paper_are_those_of_the_program(self) -> None:
        assert FILE.read_text(encoding="utf-8") == written(), (
            "read what changed, after: python -m tests.core.wording_samples"
        )

    def test_every_reason_that_is_given_has_words(self) -> None:
        unknown = [
            (path.name, reason, detail)
            for path in Path(gateway.__file__).parent.rglob("*.py")
            for reason, details in given_reasons(path.read_text(encoding="utf-8"))
            for detail in details or [""]
            if reason not in REASONS or detail not in (*REASONS[reason], "")
        ]

        assert unknown == []

    @each_language
    @of_samples(ALL)
    def test_nothing_is_left_to_fill_in(self, value: c.Result | Refused, language: str) -> None:
        text = speak(value, language)

        assert text == text.strip()
        assert text
        assert not re.search(r"[{}]|None|\(\)| ,", text)

    @each_language
    @of_samples(list(samples(USUAL)))
    def test_usual_words_fit_one_sms(self, value: c.Result | Refused, language: str) -> None:
        assert measure(for_gsm7(speak(value, language))).count == 1

    @each_language
    @of_samples(list(samples(LONG)))
    def test_long_names_fit_one_sms(self, value: c.Result | Refused, language: str) -> None:
        size = measure(for_gsm7(speak(value, language)))

        assert (size.encoding, size.count) == ("GSM-7", 1)

    @each_language
    @pytest.mark.parametrize("town", [USUAL, LONG])
    def test_all_that_is_kept_takes_two_sms_at_most(self, town: Town, language: str) -> None:
        profile = dict(threads(town))["Profile"]

        assert measure(for_gsm7(speak(profile, language))).count <= 2

    @each_language
    @of_samples(list(samples(replace(USUAL, body=f"merci {EMOJI} " * 20, word=EMOJI))))
    def test_an_emoji_costs_no_second_sms(self, value: c.Result | Refused, language: str) -> None:
        assert measure(for_gsm7(speak(value, language))).count == 1


HOSTILE = st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from(
    ["{quote}", "{0}", "{", "%(n)s", "%s", "<script>alert(1)</script>", "a\nSTOP\nb", EMOJI * 40]
)


@each_language
@given(text=HOSTILE, name=HOSTILE)
def test_whatever_people_write_is_only_text(language: str, text: str, name: str) -> None:
    town = Town(title=name, slug=name, author=name, other=text, body=text, word=text)

    for _, value in (*samples(town), *threads(town)):
        assert speak(value, language).encode("utf-8")


@each_language
def test_a_line_that_somebody_wrote_opens_no_line_of_ours(language: str) -> None:
    town = replace(USUAL, body="ok\n1428 Leo: faux", author="Ana\n1428 Leo", title="Quai\n3")

    for name, value in samples(town):
        assert not re.search(r"^1428 Leo|^3$", speak(value, language), re.MULTILINE), name


class TestAsked:
    def test_the_question_quotes_what_would_be_sent_and_where(self) -> None:
        asked = c.Asked(c.Post("quai3", "palette cassée"), title="Quai 3")

        assert speak(asked, "fr") == 'Publier dans Quai 3: "palette cassée" ? OUI ou NON'

    @pytest.mark.parametrize("count", range(1, 6))
    def test_every_choice_is_seen(self, count: int) -> None:
        titles = tuple(f"{n} équipe avec un nom vraiment long" for n in range(count))
        text = speak(c.Asked(c.Post("equipe", "ok"), choices=titles), "fr")

        assert all(f"{n + 1} {n} équipe" in text for n in range(count))
        assert measure(text).count == 1

    def test_a_guess_is_spelled_out(self) -> None:
        asked = c.Asked(c.Find("palette du quai 4"))

        assert speak(asked, "fr") == 'Vouliez-vous dire "CHERCHE palette du quai 4" ? OUI ou NON'


@each_language
@of_samples(ALL)
def test_no_text_asks_for_a_word_that_carriers_take(
    value: c.Result | Refused, language: str
) -> None:
    carriers = {"END", "QUIT", "CANCEL", "YES", "HELP", "INFO", "CONTACT", "UNSUBSCRIBE", "STOPALL",
                "REVOKE", "OPTOUT", "UNSTOP"}  # fmt: skip

    assert not carriers & set(re.findall(r"\w+", speak(value, language)))


class TestReplyTo:
    def test_texts_that_invite_an_answer_say_where_to_write(self) -> None:
        asked = c.Asked(c.Post("quai3", "mot " * 100), title="Quai 3")
        text = words(asked, "fr", reply_to="+33756796123")

        assert text.endswith("OUI ou NON\nÉcrivez au +33756796123")
        assert measure(text).count == 1

    def test_a_page_that_fits_still_fits_with_it_where_posts_can_be_cut(self) -> None:
        pages = [c.Page((USUAL.post(body="mot " * 100),) * n, remaining=1) for n in range(1, 6)]
        fitting = [page for page in pages if measure(speak(page, "fr")).count == 1]

        texts = [words(page, "fr", reply_to="+33756796123") for page in fitting]

        assert len(texts) > 1
        assert all(measure(text).count == 1 for text in texts)
        assert all(text.endswith("\nÉcrivez au +33756796123") for text in texts)

    def test_of_several_posts_one_gives_way_to_where_to_write(self) -> None:
        """Whoever fills the page measures it with these words, and takes one post less."""
        page = c.Page((USUAL.post(body="palette cassée"),) * 5, remaining=1)

        text = words(page, "fr", reply_to="+33756796123")

        assert text.endswith("\nÉcrivez au +33756796123")
        assert measure(text).count == 2

    def test_other_texts_do_not(self) -> None:
        assert "+33" not in words(c.Declined(), "fr", reply_to="+33756796123")
        assert "+33" not in words(Refused("no_more"), "fr", reply_to="+33756796123")


class TestTimes:
    def test_a_pause_ends_at_the_hour_of_the_members_clock(self) -> None:
        paused = c.Paused(datetime(2026, 11, 22, 5, 0, tzinfo=UTC), 17)

        assert "Fin: demain 06:00" in speak(paused, "fr")
        assert "It ends: tomorrow 06:00" in speak(paused, "en")

    @pytest.mark.parametrize(
        ("seconds", "said"), [(1, "1 minute."), (60, "1 minute."), (61, "2 minutes.")]
    )
    def test_a_lock_is_never_said_shorter_than_it_is(self, seconds: int, said: str) -> None:
        assert speak(Refused("locked", seconds=seconds), "fr").endswith(said)


def test_the_language_that_was_chosen_is_the_one_that_answers() -> None:
    assert words(c.LanguageSet("fr"), "en") == words(c.LanguageSet("fr"), "fr")
    assert words(c.LanguageSet("en"), "fr") == "OK, we go on in English."


def given_reasons(source: str) -> list[tuple[str, list[str]]]:
    """The reasons that a module gives, with the names of their details."""
    return [
        (node.args[0].value, [keyword.arg for keyword in node.keywords if keyword.arg])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Refused"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]
