"""`gateway digests print`: a group's posts for the notice board."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from gateway.cli.board import WIDE, Sheet, as_html, as_text
from gateway.core import traffic
from gateway.core.commands import PostView
from gateway.core.traffic import Board
from tests.cli.conftest import Operator
from tests.support.town import Town

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


@pytest.fixture
def town(open_town: Callable[[datetime], Town], monkeypatch: pytest.MonkeyPatch) -> Town:
    """The town at the real clock's time, which commands read."""
    monkeypatch.setenv("GATEWAY_MAIL_DOMAIN", "gw.example")
    monkeypatch.setenv("GATEWAY_TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("GATEWAY_TWILIO_AUTH_TOKEN", "atoken")
    monkeypatch.setenv("GATEWAY_TWILIO_SENDER", "+33757000001")
    return open_town(datetime.now(UTC))


def test_posts_and_their_answers_are_on_the_sheet(operator: Operator, town: Town) -> None:
    town.sms("Ana", "P quai3 palette 12 cassée")
    town.sms("Ana", "P quai3 camion 4")
    town.sms("Leo", "R1007 seen it")
    town.sms("Ana", "P secu rien pour ici")
    said = operator("digests", "print", "QUAI3")
    assert (said.code, said.err) == (0, "")
    lines = [line for line in said.out.splitlines() if line.strip()]
    assert lines[0] == "QUAI 3"
    assert lines[1].startswith("Du ")
    assert lines[3].startswith("1007  Ana, ")
    assert lines[4] == "  palette 12 cassée"
    assert lines[5].startswith("    102")  # below the post that it answers
    assert lines[6] == "      seen it"
    assert lines[8] == "  camion 4"
    assert "rien pour ici" not in said.out
    assert max(map(len, lines)) <= WIDE


def test_its_foot_says_how_to_answer_and_no_phone_of_anybody_is_on_it(
    operator: Operator, town: Town
) -> None:
    town.sms("Ana", "P quai3 palette")
    for flags in ([], ["--html"]):
        out = operator("digests", "print", "quai3", *flags).out
        assert "1007 merci, vu" in out
        assert "par SMS au +33757000001" in out
        assert "par mail à gateway@gw.example" in out
        assert "+336" not in out
        assert "depot.example" not in out


def test_what_it_says_to_write_answers_the_post(operator: Operator, town: Town) -> None:
    town.sms("Ana", "P quai3 palette")
    assert town.sms("Leo", "1007 merci, vu").startswith("OK")
    posts = operator("posts", "list", "--json").objects
    assert [post["parent"] for post in posts] == [None, 1007]


def test_only_the_last_days_are_on_it_and_nothing_taken_back(
    operator: Operator, open_town: Callable[[datetime], Town]
) -> None:
    town = open_town(datetime.now(UTC) - timedelta(days=9))
    town.sms("Ana", "P quai3 vieux")
    town.clock.advance(days=8)
    town.sms("Ana", "P quai3 recent")
    town.sms("Leo", "R1007 late answer")
    town.sms("Ana", "P quai3 bêtise")
    town.sms("Ana", "ANNULE")
    out = operator("digests", "print", "quai3").out
    assert "recent" in out
    assert "Leo > 1007" in out
    assert "vieux" not in out
    assert "bêtise" not in out
    assert "vieux" in operator("digests", "print", "quai3", "--days", "30").out


def test_a_closed_group_is_printed_with_a_warning(operator: Operator, town: Town) -> None:
    town.sms("Ana", "P secu gants")
    said = operator("digests", "print", "secu")
    assert said.code == 0
    assert "gants" in said.out
    assert "closed group" in said.err


def test_there_must_be_such_a_group(operator: Operator, town: Town) -> None:
    said = operator("digests", "print", "nix")
    assert (said.code, said.out) == (1, "")
    assert "gateway groups list" in said.err


def test_nothing_posted_is_said_so(operator: Operator, town: Town) -> None:
    assert "Rien n'a été publié" in operator("digests", "print", "quai3").out
    assert "Rien n" in operator("digests", "print", "quai3", "--html").out


def test_what_finds_no_room_is_counted(
    operator: Operator, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traffic, "MOST_ON_A_BOARD", 2)
    for n in range(4):
        town.sms("Ana", f"P quai3 palette {n}")
    out = operator("digests", "print", "quai3").out
    assert "palette 0" not in out
    assert "palette 3" in out
    assert "2 messages plus anciens" in out


@given(st.lists(st.text(max_size=300), max_size=4), st.text(min_size=1, max_size=60))
def test_whatever_was_written_a_page_of_html_is_only_words(bodies: list[str], name: str) -> None:
    written = sheet(*bodies, author=name)
    page = html.fromstring(as_html(written))
    assert len(page.xpath("//article")) == len(bodies)
    assert not page.xpath("//script | //img | //a | //@onclick | //@src | //@href")


@given(st.lists(st.text(max_size=300), max_size=4), st.text(min_size=1, max_size=30))
def test_whatever_was_written_the_text_moves_no_printer(bodies: list[str], name: str) -> None:
    said = as_text(sheet(*bodies, author=name))
    assert all(letter.isprintable() for letter in said.replace("\n", ""))


def sheet(*bodies: str, author: str) -> Sheet:
    posts = tuple(
        PostView(1000 + n, "quai3", "Quai 3", author, body, NOW, "sms")
        for n, body in enumerate(bodies)
    )
    board = Board("quai3", "Quai <b>3</b>", "open", NOW - timedelta(days=7), NOW, posts, 0)
    return Sheet(board, "fr", "Europe/Paris")
