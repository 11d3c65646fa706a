"""A slip holds a number and where to answer it, and never a word or a name of anybody."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kiosk.receipt import COLUMNS, Slip, printable
from gateway.kiosk.texts import LANGUAGES, Texts
from tests.kiosk.paper_reader import print_out

SLIP = Slip(1413, "+33700000000", "Transports Martin · Gennevilliers", "02/03/2026 10:00")


def test_a_slip_says_number_place_time_and_how_to_answer() -> None:
    paper = print_out(SLIP.data(Texts("fr")))
    assert [line for line in paper.lines if line] == [
        "Transports Martin ·", "Gennevilliers", "MESSAGE 1413", "02/03/2026 10:00",
        "Pour y répondre, par SMS :", "R1413 vos mots", "au +33700000000",
    ]  # fmt: skip
    assert (paper.page, paper.cut) == (0, 1)
    assert paper.fed >= 3, "the knife is above the head"
    assert paper.sizes[-1] == 0, "the next slip is not in large letters"


def test_the_code_begins_an_sms_to_the_gateway_with_the_answer_command() -> None:
    (code,) = print_out(SLIP.data(Texts("en"))).codes
    scheme, _, rest = code.partition(":")
    number, _, body = rest.partition("?body=")
    assert (scheme, number, unquote(body)) == ("sms", "+33700000000", "R1413 ")
    assert " " not in code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_fits_the_narrowest_paper(language: str) -> None:
    slip = Slip(10**9, "+" + "9" * 15, "É" * 90, "31/12/2026 23:59")
    large = False
    paper = print_out(slip.data(Texts(language)))
    for line in paper.lines:
        large = line.startswith("MESSAGE") or (large and line.isdigit())
        assert len(line) <= (COLUMNS // 2 if large else COLUMNS), line


def test_without_an_sms_number_only_the_number_is_printed() -> None:
    paper = print_out(Slip(1413, "", "Martin", "10:00").data(Texts("fr")))
    assert paper.codes == []
    assert "SMS" not in paper.text
    assert "MESSAGE 1413" in paper.text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Éléonore à l'été, ça où îles", "Éléonore à l'été, ça où îles"),
        ("À ÊTRE", "A ETRE"),
        ("cœur 5€ «oui»…", "coeur 5EUR «oui»..."),
        ("سلام 你好", "???? ??"),
        ("a\x1b@b\x1dV\x00c\nd\x9b", "a@bVc d"),
    ],
)
def test_letters_that_the_printer_lacks_lose_their_accent(text: str, printed: str) -> None:
    assert printable(text).decode("cp437") == printed


@given(st.text(), st.integers(1, 10**9), st.text(max_size=30))
def test_whatever_a_place_is_called_the_printer_is_told_nothing_by_it(
    place: str, number: int, time: str
) -> None:
    paper = print_out(Slip(number, "+33700000000", place, time).data(Texts("fr")))
    assert (paper.cut, len(paper.codes), paper.model) == (1, 1, 2)
