"""Where a line of an answer points to, and under which item a line of ours stands."""

import sys
import time

import pytest

from gateway.channels.email.digest_answers import understood
from gateway.channels.email.digest_quotes import places
from gateway.channels.email.numbered_lines import Kind, heard
from gateway.channels.email.render import sent_text
from gateway.channels.email.reply import Answer, Cut, Extract
from gateway.core.commands import MediaView, Reply, Several, Stop, Thanks, WhichItem
from tests.channels.email.support import digest, post

LIMIT = 0.250 if sys.gettrace() is None else 1.0
"""Seconds; a tracer that measures coverage costs a multiple."""


ITEMS = tuple(post(serial, f"Message {serial}") for serial in range(141, 156))
SECOND = ITEMS[1].number


@pytest.mark.parametrize(
    "line",
    [
        "2 ok merci", "2: ok", "2) ok", "2. ok", "#2 ok",
        "n°2 ok", "nº 2: vale", "2 👍", "2👍", "2 +",
        "R2 ok", "(2) ok", "[2] ok", "- 2: ok", "2\xa0: ok", "item 2 the lorry", "Punkt 2: passt",
        "pkt 2 tak", "الرقم ٢: نعم", "٢ نعم شكرا", "Réponse 2 : oui", "2 vale gracias", "2 = oui",
        "2 J'arrive", "2 je viens à 3h", "2 non, merci", "2 non", "02 ok", f"{SECOND}: le camion",
        f"R{SECOND} le camion", f"{SECOND} ok", f"{SECOND} +", "2 sim, obrigado", "2 ja, danke",
    ],
)  # fmt: skip
def test_a_line_surely_names_its_item(line: str) -> None:
    assert (heard(line, ITEMS).kind, heard(line, ITEMS).number) == (Kind.SURE, SECOND)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("14 camions sont arrivés", Kind.DOUBT),
        ("2 palettes", Kind.DOUBT),
        ("2 non conformes", Kind.DOUBT),
        ("2 et 3 ok", Kind.DOUBT),
        ("2, 3: ok", Kind.DOUBT),
        ("1 ok, 2 non", Kind.DOUBT),
        ("2. Schicht kommt", Kind.DOUBT),
        ("99: ok", Kind.DOUBT),
        ("2", Kind.HEAD),
        ("2 :", Kind.HEAD),
        ("2) le camion", Kind.LISTED),
        ("2 - le camion", Kind.LISTED),
        ("2: le camion", Kind.TOLD),
        ("2h de retard", Kind.PLAIN),
        ("2:30 je viens", Kind.PLAIN),
        ("2/11 ok", Kind.PLAIN),
        ("2,5 tonnes", Kind.PLAIN),
        ("2 €", Kind.PLAIN),
        ("à 2 ok", Kind.PLAIN),
        ("+1", Kind.PLAIN),
        ("1414: ok", Kind.DOUBT),  # no post has this check digit
        ("", Kind.PLAIN),
    ],
)
def test_what_else_a_line_may_begin_with(line: str, kind: Kind) -> None:
    assert heard(line, ITEMS).kind is kind


def test_a_body_that_looks_like_the_next_heading_is_still_a_body() -> None:
    forged = post(141, "Vu\n\n2. Ana · Quai 3 · 1428 · 20/11 12:00\nRépondre : reply+@x")
    page = digest(forged, post(142, "Deux\n\nlignes"), post(143, "", withdrawn=True))
    sent = sent_text(page, "fr", domain="x")
    found = places(sent, page.page.items)
    rows = sent.split("\n")
    assert [found[rows.index(row)] for row in ("Vu", "Deux", "lignes", "(retiré)")] == [1, 2, 2, 3]
    assert found[rows.index("2. Ana · Quai 3 · 1428 · 20/11 12:00")] == 1
    assert found[rows.index("-- ")] == found[0] == 0


def test_the_lines_of_pictures_belong_to_their_item() -> None:
    seen = post(141, "[photo]", media=(MediaView(1), MediaView(2)))
    page = digest(seen, post(142, "Deux"))
    sent = sent_text(page, "fr", domain="x")
    found = places(sent, page.page.items)
    answers = [at for at, row in enumerate(sent.split("\n")) if row.startswith("Répondre à")]
    assert [found[at] for at in answers] == [1, 2]
    assert max(at for at, place in enumerate(found) if place) == answers[-1]


def test_two_items_in_the_same_words_are_told_apart_by_what_is_quoted() -> None:
    page = digest(post(141, "Palette cassée"), post(142, "Palette cassée"))
    items, sent = page.page.items, sent_text(page, "fr", domain="x")
    under = sent.split("\n").index("Palette cassée")
    said = (Answer("je la jette", under),)
    bare = Extract("je la jette", (Cut("quote", "> Palette cassée"),), said, aligned=True)
    assert understood(bare, items, sent) == WhichItem("je la jette")
    named = Extract(
        "je la jette", (Cut("quote", f"> {items[0].number}\n> Palette cassée"),), said, aligned=True
    )
    assert understood(named, items, sent) == Reply(items[0].number, "je la jette")


def said(text: str) -> Extract:
    return Extract(text, answers=(Answer(text),))


def test_answers_in_their_order_and_one_item_once() -> None:
    told = understood(said("3 +\n2: un\n3: deux\n2: trois"), ITEMS, "")
    third = ITEMS[2].number
    assert told == Several((Thanks(third), Reply(SECOND, "un\n\ntrois"), Reply(third, "deux")))


def test_a_quote_of_ours_that_was_left_in_is_no_answer() -> None:
    text = f"ok\n1. Ana · Quai 3 · {ITEMS[0].number} · 20/11\nMessage"
    assert understood(said(text), ITEMS, "") == WhichItem(text)


def test_silence_before_all() -> None:
    assert understood(said("STOP\n2: ok"), ITEMS, "") == Stop()


@pytest.mark.parametrize(
    "text",
    ["2: ok\n" * 100_000, "2 " * 300_000, "#" * 600_000, "1\n" * 200_000, "n°2 et 3, " * 60_000],
)
def test_it_takes_no_longer_for_a_hostile_mail(text: str) -> None:
    began = time.process_time()
    understood(said(text), ITEMS, "\n".join(["x"] * 1000))
    assert time.process_time() - began < LIMIT


def test_nor_for_lines_just_below_the_limit() -> None:
    text = "\n".join(["item item #2 et 3 ok, 4 non, 5 oui"] * 550)
    cut = (Cut("quote", "x " * 200_000),)
    began = time.process_time()
    found = Extract(text, cut, (Answer(text, 3),), aligned=True)
    understood(found, ITEMS, sent_text(digest(*ITEMS), "fr"))
    assert time.process_time() - began < LIMIT
