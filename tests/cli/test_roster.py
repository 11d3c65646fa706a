"""The operator's file: every way of writing it that they may, and every slip in words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.roster import COLUMNS, Problem, Row, Unreadable, e164, read
from gateway.core.roll import Person

ANA = Person("Ana Li", "+33639980001", "ana@depot.example", "1001", "fr", "Nord",
             "Europe/Paris", ("quai3", "secu"), "animator")  # fmt: skip
CELLS = {
    "name": "Ana Li",
    "phone": "06 39 98 00 01",
    "email": "Ana@Depot.example",
    "badge": "1001",
    "language": "FR",
    "site": "Nord",
    "timezone": "Europe/Paris",
    "groups": "quai3|Secu",
    "role": "Animator",
}


def rows(path: Path, content: str | bytes) -> list[Row | Problem]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read(path, "FR", {"quai3", "secu"}))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("order", [list, lambda names: list(reversed(names))])
def test_the_file_is_read_as_it_was_saved(
    file: Path, separator: str, bom: str, end: str, order: object
) -> None:
    names = order(CELLS)  # type: ignore[operator]  # one of two plain functions
    lines = [separator.join(n.upper() for n in names), separator.join(CELLS[n] for n in names)]
    assert rows(file, bom + end.join(lines) + end) == [Row(2, ANA)]


def test_a_cell_may_hold_separators_and_lines_and_a_row_has_the_line_it_begins_on(
    file: Path,
) -> None:
    found = rows(file, 'name,badge,site\n"Li, Ana",1,"Nord\nQuai"\n\nLeo,2\n,3\n')
    assert found == [
        Row(2, Person("Li, Ana", badge="1", site="Nord Quai")),
        Row(5, Person("Leo", badge="2")),
        Problem(6, "no name"),
    ]


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("name,phone", "Ana,12", '"12" is no phone number'),
        ("name,phone", "Ana,call me", '"call me" is no phone number'),
        ("name,phone", "Ana,+3363998", '"+3363998" is no phone number'),
        ("name,phone", "Ana,3.36E+10", '"3.36E+10" is no phone number'),
        ("name,email", "Ana,ana", '"ana" is no e-mail address'),
        ("name,email", "Ana,ana@depot", '"ana@depot" is no e-mail address'),
        ("name,email", "Ana,a na@depot.example", '"a na@depot.example" is no e-mail address'),
        ("name,badge,language", "Ana,1,de", 'no language "de": fr or en'),
        ("name,badge,timezone", "Ana,1,Europe/Pari", 'no timezone "Europe/Pari"'),
        ("name,badge,role", "Ana,1,boss", 'no role "boss"'),
        ("name,badge,role", "Ana,1,animator", "an animator of which groups?"),
        ("name,badge,groups", "Ana,1,quai9", 'there is no group "quai9"'),
        ("name,site", "Ana,Nord", "a phone, an e-mail or a badge is needed"),
        ("name,badge", "Ana,1 2", "a badge has no blanks"),
        ("name,badge", "Ana,1,2", "3 cells, but the first line names 2"),
        ("name,badge", f"{'A' * 81},1", "name has more than 80 characters"),
        ("name,badge", "A\x1b[2J,1", "name has characters that cannot be shown"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(file: Path, header: str, row: str, words: str) -> None:
    (problem,) = rows(file, f"{header}\n{row}\n")
    assert isinstance(problem, Problem)
    assert problem.line == 2
    assert problem.words.startswith(words)


def test_who_is_there_twice_is_named_with_both_lines(file: Path) -> None:
    found = rows(
        file,
        "name,phone,email,badge\n"
        "Ana,0639980001,a@b.example,1\n"
        "Ana,+33 6 39 98 00 01,A@B.example,1\n",
    )
    assert found[1:] == [
        Problem(3, "the badge of line 2 again"),
        Problem(3, "the phone of line 2 again"),
        Problem(3, "the e-mail of line 2 again"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name;badge\nZo\xe9;1\n", "save it again as `CSV UTF-8`"),
        ("name;badge\nZoé;1\n".encode("utf-16"), "save it again as `CSV UTF-8`"),
        (b"", "The column name is missing"),
        (b"name,nickname,badge\n", "There is no column nickname"),
        (b"name,,badge\n", "There is no column (no name)"),
        (b"Ana,0639980001,quai3\n", "The first line must name the columns"),
        (b"phone,badge\n", "The column name is missing"),
        (b"name,Name\n", "The column name is there twice"),
        (b'name,badge\n"Ana,1\n', "is not a CSV file"),
        (b"name,badge\nAna," + b"1" * 200_000, "is not a CSV file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    file: Path, content: bytes, words: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        rows(file, content)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("06 39 98 00 01", "FR", "+33639980001"),
        ("06.39.98.00.01", "FR", "+33639980001"),
        ("0033639980001", "FR", "+33639980001"),
        ("639980001", "FR", "+33639980001"),
        ("+44 7700 900001", "FR", "+447700900001"),
        ("0470 12 34 56", "BE", "+32470123456"),
        ("", "FR", None),
        ("0", "FR", None),
        ("06399800011234", "FR", None),
        ("+999123456789", "FR", None),
    ],
)
def test_phones_are_national_or_e164(written: str, country: str, number: str | None) -> None:
    assert e164(written, country) == number


@given(st.lists(st.lists(st.text(max_size=30), max_size=12), max_size=8), st.sampled_from(",;"))
def test_no_content_is_a_fault(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]], separator: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    body = "\n".join(separator.join(row) for row in cells)
    try:
        found = rows(file, f"{separator.join(COLUMNS)}\n{body}".encode("utf-8", "surrogatepass"))
    except Unreadable:
        return
    for one in found:
        words = one.words if isinstance(one, Problem) else one.person.name
        assert words
        assert words.isprintable()


@given(st.binary(max_size=300))
def test_no_bytes_are_a_fault(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "bytes.csv"
    try:
        found = rows(file, content)
    except Unreadable as refused:
        found = [Problem(2, str(refused))]
    assert all(one.line >= 2 for one in found)
    assert all(one.words.isprintable() for one in found if isinstance(one, Problem))
