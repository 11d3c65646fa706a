"""The operator's CSV file of people: read row by row, every cell checked, every problem in words.

The file is never held whole: a hundred thousand rows cost what their keys cost, which are kept to
find who is there twice.
"""

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

from gateway import formats
from gateway.config import PREFIX
from gateway.core.ports import Destinations
from gateway.core.roll import Person

COLUMNS = ("name", "phone", "email", "badge", "language", "site", "timezone", "groups", "role")
ROLES = ("member", "animator", "operator")
LONGEST = {"name": 80, "email": 254, "badge": 40, "site": 60}

_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]*[a-z0-9])+"
)
_PHONE = re.compile(r"[+0-9(][0-9 ().\-/\u00a0\u202f]{2,40}")


def _anywhere(number: str) -> str:  # noqa: ARG001  # every number is like any other
    return ""


class Unreadable(Exception):
    """The file as a whole cannot be read; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    person: Person


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    words: str


@dataclass
class _Seen:
    """On which line each badge, phone and mail address stood first."""

    lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def again(self, line: int, person: Person) -> Iterator[str]:
        keys = {"badge": person.badge, "phone": person.phone, "e-mail": person.email}
        for kind, value in keys.items():
            first = self.lines.setdefault((kind, value), line) if value else line
            if first != line:
                yield f"the {kind} of line {first} again"


def read(
    path: Path, country: str, groups: Collection[str], unwritable: Destinations = _anywhere
) -> Iterator[Row | Problem]:
    """Each row of the file, checked, and whatever is wrong with it. Raises `Unreadable`.

    `unwritable` tells the numbers that no text may go to.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=_delimiter(file.readline()), strict=True)
            file.seek(0)
            yield from _rows(reader, country, groups, unwritable)
    except UnicodeDecodeError:
        raise Unreadable(
            f"{path.name} is not UTF-8: save it again as `CSV UTF-8` (Excel), or choose the "
            "character set `Unicode (UTF-8)` (LibreOffice)."
        ) from None
    except csv.Error as error:
        raise Unreadable(f"{path.name} is not a CSV file that can be read: {error}.") from None
    except OSError as error:
        raise Unreadable(f"Cannot read {path.name}: {error.strerror}.") from None


def e164(text: str, country: str) -> str | None:
    """A phone number as E.164, from that or as written in `country`; None where it is none.

    Only its length is checked: which numbers a country gives out changes faster than any table.
    """
    if not _PHONE.fullmatch(text.strip()):
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _rows(
    reader: Iterator[list[str]], country: str, groups: Collection[str], unwritable: Destinations
) -> Iterator[Row | Problem]:
    header = _header(next(reader, []))
    seen, end = _Seen(), 1
    for cells in reader:
        # A quoted cell may hold line ends: a row is named by the line it begins on.
        line, end = end + 1, reader.line_num  # type: ignore[attr-defined]  # typeshed hides it
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            yield Problem(line, f"{len(cells)} cells, but the first line names {len(header)}")
            continue
        found = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        person, problems = _person(found, country, groups)
        problems += [*_about_destination(unwritable(person.phone) if person.phone else "")]
        problems += seen.again(line, person)
        yield from (Problem(line, words) for words in problems)
        if not problems:
            yield Row(line, person)


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    unknown = [name or "(no name)" for name in names if name not in COLUMNS]
    twice = sorted({name for name in names if names.count(name) > 1})
    if unknown and not set(names) & set(COLUMNS):
        raise Unreadable(f"The first line must name the columns: some of {', '.join(COLUMNS)}.")
    if unknown:
        raise Unreadable(
            f"There is no column {', '.join(unknown)}: take it out, or write one of "
            f"{', '.join(COLUMNS)}."
        )
    if twice:
        raise Unreadable(f"The column {', '.join(twice)} is there twice: take one out.")
    if "name" not in names:
        raise Unreadable("The column name is missing: the first line must name it.")
    return names


def _person(
    cells: dict[str, str], country: str, groups: Collection[str]
) -> tuple[Person, list[str]]:
    """The person of a row as far as it can be read, and what is wrong with it."""
    person = Person(
        name=" ".join(cells["name"].split()),
        phone=e164(cells.get("phone", ""), country) or "",
        email=cells.get("email", "").lower(),
        badge=cells.get("badge", ""),
        language=cells.get("language", "").lower(),
        site=" ".join(cells.get("site", "").split()),
        timezone=cells.get("timezone", ""),
        groups=_slugs(cells.get("groups", "")),
        role=cells.get("role", "").lower() or "member",
    )
    problems = [*_about_text(person), *_about_addresses(person, cells), *_about_choices(person)]
    problems += [
        f'there is no group "{_shown(slug)}": add it with `gateway groups add`'
        for slug in person.groups
        if slug not in groups
    ]
    return person, problems


def _about_text(person: Person) -> Iterator[str]:
    if not person.name:
        yield "no name"
    for name, most in LONGEST.items():
        value = getattr(person, name)
        if len(value) > most:
            yield f"{name} has more than {most} characters"
        if not value.isprintable():
            yield f"{name} has characters that cannot be shown"
    if " " in person.badge:
        yield "a badge has no blanks"


def _about_addresses(person: Person, cells: dict[str, str]) -> Iterator[str]:
    written = cells.get("phone", "")
    if written and not person.phone:
        yield f'"{_shown(written)}" is no phone number'
    if person.email and not _EMAIL.fullmatch(person.email):
        yield f'"{_shown(person.email)}" is no e-mail address'
    if not (written or person.email or person.badge):
        yield "a phone, an e-mail or a badge is needed to know this person again"


def _about_destination(why: str) -> Iterator[str]:
    if why == "country":
        yield (
            "the phone is of a country that is not written to: add it to "
            f"{PREFIX}SMS_COUNTRIES, or leave the cell empty"
        )
    elif why:
        yield f"the phone cannot get texts ({why}): write a mobile number, or leave the cell empty"


def _about_choices(person: Person) -> Iterator[str]:
    if person.language and person.language not in formats.LANGUAGES:
        yield f'no language "{_shown(person.language)}": {" or ".join(formats.LANGUAGES)}'
    if person.timezone and (advice := _about_timezone(person.timezone)):
        yield f'no timezone "{_shown(person.timezone)}": {advice}'
    if person.role not in ROLES:
        yield f'no role "{_shown(person.role)}": {", ".join(ROLES)}'
    if person.role == "animator" and not person.groups:
        yield "an animator of which groups? name them in the column groups"


@lru_cache(maxsize=64)
def _about_timezone(name: str) -> str:
    """What to write instead; empty where it is one."""
    try:
        formats.timezone(name)
    except ValueError as error:
        return str(error)
    return ""


def _slugs(cell: str) -> tuple[str, ...]:
    slugs = (slug.strip().lower() for slug in cell.split("|"))
    return tuple(dict.fromkeys(slug for slug in slugs if slug))


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:40])
