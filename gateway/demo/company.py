"""The made-up company of the demo: Transports Lanterne, three depots, who works there.

Its telephone numbers are of the range that ARCEP keeps for fiction (06 39 98 00 00 and up), its
mail addresses are below a name that can never exist (RFC 2606).
"""

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gateway.core.people import Person

NAME = "Transports Lanterne"
DOMAIN = "lanterne.example"
ZONE = "Europe/Paris"

GROUPS = (
    ("quai3", "Quai 3", "open"),
    ("givors", "Dépôt de Givors", "open"),
    ("macon", "Dépôt de Mâcon", "open"),
    ("route", "Sur la route", "open"),
    ("atelier", "Atelier", "open"),
    ("secu", "Sécurité", "closed"),
    ("dover", "Dover run", "open"),
    ("direction", "La direction", "announce"),
)
"""Slug, name, and who may join or post."""

PINS = {"1007": "246810", "1012": "258014", "1008": "314159"}
"""By badge: those who have chosen theirs. The others sign in with a one-time code first."""

PHONES = ("1001", "1039")
"""Whose phones lie on the table at first, by badge."""

MAILBOX = "1002"
KIOSK = ("Vaulx", "1007")
"""Where the kiosk stands, and who walks up to it in the tour."""

AT_ONCE = ("1039", "1003")
"""Who has chosen to get each post as it comes, on a phone."""


@dataclass(frozen=True, slots=True)
class Employee:
    """A person and what the file of the operator does not say of them."""

    person: Person
    job: str

    @property
    def key(self) -> str:
        """The name by which the traffic calls them: the last of their first names, bare."""
        first = self.person.name.replace("Thi Mai", "Mai").split()[0]
        plain = unicodedata.normalize("NFKD", first)
        return "".join(letter for letter in plain if letter.isascii()).lower()


def rows() -> list[Employee]:
    """The file of the operator, line by line; who animates a group has a second line for that."""
    with Path(__file__).with_name("people.csv").open(encoding="utf-8", newline="") as file:
        return [_employee(row) for row in csv.DictReader(file)]


@cache
def employees() -> dict[str, Employee]:
    """Everybody once, by badge."""
    found: dict[str, Employee] = {}
    for employee in rows():
        found.setdefault(employee.person.badge, employee)
    return found


def _employee(row: dict[str, str]) -> Employee:
    person = Person(
        name=row["name"],
        phone=row["phone"],
        email=row["email"],
        badge=row["badge"],
        language=row["language"],
        site=row["site"],
        groups=tuple(row["groups"].split("|")),
        role=row["role"],
    )
    return Employee(person, row["job"])
