"""The page that a member chose: what leaves for it never costs more, and loses and cuts nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.sms import sending
from gateway.channels.sms.render import text as sms_text
from gateway.channels.sms.segments import GSM_CHARACTERS, measure
from gateway.channels.sms.twilio import TwilioSms
from gateway.core import views
from gateway.core.commands import Page, PostView
from gateway.core.envelope import SMS, Digest, Outbound
from gateway.core.gateway import Parts
from gateway.core.numbers import number_of
from gateway.core.wording.fit import one_line
from tests.support.town import Town

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
ELSEWHERE = "+33756796123"

WORDS = st.sampled_from(
    [
        *("palette", "cassée", "devant", "la", "porte", "4", "œuf", "ça", "où", "être", "[clé]"),
        *("№", "12²", "½", "…", "« quai »", "l’allée", "n°", "e\u0301te\u0301", "{x}", "20€"),
        *("👷", "👨\u200d👩\u200d👧", "Привет", "шлях", "مرحبا", "码头", "Łódź", "ı", "Ångström"),
        "anticonstitutionnellement",
        "https://depot.example/menus/semaine-48?salle=2&jour=vendredi",
    ]
)
BODIES = st.one_of(
    st.lists(WORDS, min_size=1, max_size=40).map(" ".join),
    st.lists(st.sampled_from(["le", "gel", "tient"]), min_size=1, max_size=90).map(" ".join),
    st.text(min_size=1, max_size=300),
)
NAMES = st.sampled_from(
    ["Quai 3", "Ana", "Équipe de nuit", "Бригада второго причала и склада номер три",
     "Le groupe de ceux qui font du vélo le dimanche", "فريق الليل", "Marie-Antoinette de La Tour"]
)  # fmt: skip


@st.composite
def posts(draw: st.DrawFn) -> list[PostView]:
    count = draw(st.integers(1, 12))
    titles = draw(st.lists(NAMES, min_size=1, max_size=3))
    return [
        PostView(
            number=number_of(100 + at * draw(st.sampled_from([1, 9, 1000]))),
            group="g",
            group_name=titles[at % len(titles)],
            author=draw(NAMES),
            body=draw(BODIES),
            created=NOW,
            channel=SMS,
            parent=draw(st.sampled_from([None, None, number_of(17), number_of(12_345)])),
            urgent=draw(st.booleans()),
            withdrawn=draw(st.sampled_from([False, False, False, True])),
            replies=draw(st.sampled_from([0, 1, 12, 340])),
        )
        for at in range(count)
    ]


def channel(reply_to: str) -> TwilioSms:
    return TwilioSms("AC" + "0" * 32, "token", "DEPOT", "https://gw.example", reply_to=reply_to)


def parts(way: TwilioSms) -> Parts:
    """As much of them as measuring takes."""
    nothing = cast(Any, SimpleNamespace())
    return Parts(nothing, lambda: NOW, nothing, nothing, {SMS: way})


def sent(page: Page, language: str, way: TwilioSms) -> str:
    """What goes on the wire."""
    owed = Outbound(
        id=1,
        channel=SMS,
        recipient="+33600000001",
        language=language,
        content=Digest(page, ()),
        timezone="Europe/Paris",
    )
    return sending.words(owed, way.reply_to)


def book(
    unread: Sequence[PostView], segments: int, language: str, way: TwilioSms
) -> list[tuple[Page, str]]:
    """The digest, and what SUITE brings after it, until nothing is left."""
    made: list[tuple[Page, str]] = []
    left = list(unread)
    while left:
        page = views.fill_page(
            left,
            lambda page: parts(way).page_fits(SMS, language, page),
            about="digest",
            segments=segments,
        )
        made.append((page, sent(page, language, way)))
        left = left[len(page.items) :]
    return made


@settings(deadline=None)
@given(
    posts(),
    st.sampled_from(["fr", "en"]),
    st.integers(1, 5),
    st.sampled_from(["", "38200", ELSEWHERE]),
)
def test_a_page_costs_what_its_reader_chose_and_the_next_begins_where_it_ends(
    unread: list[PostView], language: str, segments: int, reply_to: str
) -> None:
    pages = book(unread, segments, language, channel(reply_to))
    assert all(measure(text).count <= segments for _, text in pages)
    assert [post for page, _ in pages for post in page.items] == unread
    left = len(unread)
    for page, text in pages:
        left -= len(page.items)
        assert page.remaining == left
        assert not left or f"({left})" in text
        at = -1
        for post in page.items:
            at = text.index(str(post.number), at + 1)


@settings(deadline=None)
@given(posts(), st.sampled_from(["fr", "en"]), st.integers(1, 5), st.integers(0, 900))
def test_replies_that_come_after_the_cut_cost_no_further_sms(
    unread: list[PostView], language: str, segments: int, more: int
) -> None:
    way = channel("")
    for page, _ in book(unread, segments, language, way):
        grown = tuple(replace(post, replies=post.replies + more) for post in page.items)
        text = sent(replace(page, items=grown), language, way)
        assert measure(text).count <= segments, text


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.text("abcdefghijklmnopé", min_size=1, max_size=12), min_size=1, max_size=60),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 5),
    st.sampled_from(["", ELSEWHERE]),
)
def test_no_word_is_cut(bodies: list[list[str]], segments: int, reply_to: str) -> None:
    unread = [
        PostView(number_of(100 + at), "quai3", "Quai 3", "Ana", " ".join(body), NOW, SMS)
        for at, body in enumerate(bodies)
    ]
    for page, text in book(unread, segments, "fr", channel(reply_to)):
        lines = [line for line in text.split("\n") if ": " in line or line.endswith(":")]
        assert len(lines) == len(page.items)
        for line, post in zip(lines, page.items, strict=True):
            said = line.partition("Ana:")[2].strip()
            whole = one_line(post.body).split()
            shown = said.removesuffix("...").split()
            assert shown == whole[: len(shown)]
            assert said.endswith("...") or shown == whole
        assert not reply_to or text.endswith(f"Écrivez au {reply_to}")


def test_whoever_cannot_answer_the_sender_is_told_where_to_write_within_the_page() -> None:
    """Where to write is put in when a digest leaves: it was not measured when this was cut."""
    unread = [
        PostView(number_of(100 + at), "quai3", "Quai 3", "Ana", "palette cassée ici", NOW, SMS)
        for at in range(5)
    ]
    (here, _), *_ = book(unread, 1, "fr", channel(""))
    (there, text), *_ = book(unread, 1, "fr", channel(ELSEWHERE))
    assert len(there.items) < len(here.items) == 5
    assert text.endswith(f"\nÉcrivez au {ELSEWHERE}")
    assert measure(text).count == 1


def test_letters_of_another_script_take_what_their_page_holds() -> None:
    post = PostView(number_of(100), "g", "Quai 3", "Ана", "Привет всем " * 40, NOW, SMS)
    for segments in range(1, 6):
        ((_, text),) = book([post], segments, "fr", channel(""))
        assert measure(text).count == segments
        assert not GSM_CHARACTERS.issuperset(text)


def fill(town: Town, count: int) -> None:
    """So many posts of Ana's, as slowly as one person may write."""
    for number in range(count):
        town.clock.advance(minutes=4)
        town.sms("Ana", f"P quai3 palette {number:02} posée devant la porte du fond, à rentrer")


@pytest.mark.parametrize("pages", [1, 2, 3])
def test_a_longer_page_shows_more_and_suite_goes_on_with_the_next(town: Town, pages: int) -> None:
    town.sms("Leo", "FRANCAIS")
    assert "3 SMS" in town.sms("Leo", "PAGE 3")
    town.sms("Leo", f"page {pages}")
    for number in range(30):
        town.kiosk("Ana", f"P quai3 palette {number:02} posée devant la porte du fond, à rentrer")
    town.clock.set(NOW)
    town.gateway.delivery.send_digests()
    town.settle()
    digest = next(
        message for message in town.carriers[SMS].taken if isinstance(message.content, Digest)
    )
    told = [sms_text(digest)]
    while "SUITE (" in told[-1]:
        town.clock.advance(minutes=4)
        told.append(town.sms("Leo", "SUITE"))
    shown = [line for text in told for line in text.split("\n") if " Ana: " in line]
    assert [line.partition("palette ")[2][:2] for line in shown] == [f"{n:02}" for n in range(30)]
    assert all(measure(text).count <= pages for text in told)
    assert all(measure(text).count == pages for text in told[:-1])
    assert "Il n'y a pas de suite" in town.sms("Leo", "SUITE")


def test_a_page_of_mail_has_no_length(town: Town) -> None:
    town.sms("Leo", "PAGE 2")
    fill(town, 12)
    received = town.mail("Paul", "PAGE 1")
    assert "1 SMS" in received.words
    assert "SUITE" not in town.mail("Paul", "NEUF").words


def test_a_page_is_set_undone_refused_and_shown(town: Town) -> None:
    assert "Page: 1 SMS" in town.sms("Ana", "MOI")
    assert "2 SMS" in town.sms("Ana", "PAGE 2")
    assert "Page: 2 SMS" in town.sms("Ana", "MOI")
    for wrong in ("PAGE 0", "PAGE 6", "PAGE 9999"):
        assert town.sms("Ana", wrong) == "Une page prend de 1 à 5 SMS. Ex: PAGE 2"
    assert "PAGE nombre" in town.sms("Ana", "PAGE")
    town.sms("Ana", "PAGE 4")
    town.sms("Ana", "ANNULE")
    assert "Page: 2 SMS" in town.sms("Ana", "MOI")


def test_what_the_operator_previews_is_the_page_that_will_leave(town: Town) -> None:
    town.sms("Leo", "PAGE 2")
    for number in range(20):
        town.kiosk("Ana", f"P quai3 palette {number:02} posée devant la porte du fond, à rentrer")
    preview = town.gateway.ledger.preview(town.id_of("Leo"))
    assert preview is not None
    town.clock.set(NOW)
    town.gateway.delivery.send_digests()
    assert sms_text(preview) == town.heard("Leo")[-1]
    assert measure(sms_text(preview)).count == 2
