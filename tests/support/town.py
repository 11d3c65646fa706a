"""A small town to tell stories in: real rooms over a real database, carriers that only remember.

`town.sms("Ana", "P quai3 palette")` is what Ana texts; its value is what she is told. What the
gateway owes goes out at `town.settle()`; `town.heard("Ana")` is what reached her, oldest first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count

from sqlalchemy import select, update

from gateway.channels.email.render import sent_text
from gateway.channels.sms.render import text as sms_text
from gateway.channels.sms.sending import cost
from gateway.channels.sms.sending import fits as fits_segments
from gateway.core.database import Database
from gateway.core.envelope import (
    EMAIL,
    KIOSK,
    SMS,
    Failure,
    Inbound,
    Outbound,
    Receipt,
    Received,
)
from gateway.core.errors import DeliveryError
from gateway.core.gateway import Gateway, Parts
from gateway.core.house import House
from gateway.core.migrations import upgrade
from gateway.core.models import Member, Subscription
from gateway.core.people import Person
from tests.support.clock import Clock

SECRET = b"a secret of the tests, long enough"


class Carrier:
    """A way out that remembers. `faults` are raised, one a message, before anything is taken."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.taken: list[Outbound] = []
        self.faults: list[DeliveryError] = []

    def fits(self, text: str, pages: int = 1) -> bool:
        return fits_segments(text, pages) if self.name == SMS else len(text.encode()) < 20_000

    def cost(self, message: Outbound) -> int:
        return cost(message, "") if self.name == SMS else 0

    def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        for message in messages:
            if self.faults:
                yield Failure(message.id, self.faults.pop(0))
                continue
            self.taken.append(message)
            yield self.receipt(message)

    def receipt(self, message: Outbound) -> Receipt:
        """A carrier of texts has an id for each; a mail server says the same to all."""
        if self.name == SMS:
            return Receipt(message.id, f"SM-{message.id}", self.cost(message))
        return Receipt(message.id, "", said="2.0.0 Ok")


class Bell:
    def __init__(self) -> None:
        self.rung: list[str] = []

    def ring(self, channel: str) -> None:
        self.rung.append(channel)


class Town:
    """People: `Ana` and `Leo` text from phones, `Paul` writes mail, `Zoe` has only a badge."""

    def __init__(self, url: str, now: datetime, *, made: bool = False) -> None:
        """Over the database at `url`; `made` where it is a copy that has its tables."""
        self.clock = Clock(now)
        self.carriers = {SMS: Carrier(SMS), EMAIL: Carrier(EMAIL)}
        self.bell = Bell()
        self.database = Database(url)
        if not made:
            upgrade(self.database)
        self.gateway = Gateway.build(
            Parts(self.database, self.clock, self.bell, House(SECRET), self.carriers), sent_text
        )
        self._ids = count(1)
        self._phones: dict[str, str] = {}
        self._mails: dict[str, str] = {}

    def budget(self, segments: int | None, reserve: int = 0) -> None:
        """From now on the organisation may spend so many segments a month."""
        self.set_house(sms_budget=segments, sms_reserve=reserve)

    def set_house(self, **settings: object) -> None:
        """What is set otherwise from now on."""
        parts = self.gateway.parts
        house = replace(parts.house, **settings)  # type: ignore[arg-type]  # a test's own settings
        self.gateway = Gateway.build(replace(parts, house=house), sent_text)

    def group(self, slug: str, title: str, kind: str = "open") -> None:
        self.gateway.office.add_group(slug, title, kind)

    def person(self, name: str, *, consented: bool = True, **fields: object) -> None:
        """A member, as a row of the operator's file would make one."""
        person = replace(Person(name), **fields)  # type: ignore[arg-type]  # a test's own fields
        self.gateway.office.import_members([person], consented=consented)
        self._phones[name] = person.phone
        self._mails[name] = person.email

    def depot(self, readers: int) -> None:
        """So many in a group of their own, beside Ana, who want each post by text."""
        self.group("depot", "Dépôt")
        for number in range(readers):
            self._phones[f"N{number}"] = f"+336100000{number:02}"
        people = [
            Person(f"N{number}", phone=self._phones[f"N{number}"], groups=("depot",))
            for number in range(readers)
        ]
        self.gateway.office.import_members(people, consented=True)
        self.sms("Ana", "REJOINDRE depot")
        with self.database.write() as session:
            session.execute(update(Subscription).values(delivery="once"))

    def sms(self, name: str, text: str, external_id: str = "") -> str:
        """What `name` is told after texting this."""
        return self.receive(SMS, self._phones.get(name, name), text, external_id).words

    def mail(self, name: str, text: str, about: str = "", **fields: object) -> Received:
        """What becomes of a mail; `about` is what its reply token stands for."""
        inbound = Inbound(
            EMAIL,
            f"<{next(self._ids)}@mail.example>",
            self._mails.get(name, name),
            text,
            about=about,
            member_id=self.id_of(name) if about else None,
        )
        return self.gateway.intake.receive(replace(inbound, **fields))  # type: ignore[arg-type]  # a test's own fields

    def kiosk(self, name: str, text: str) -> str:
        """What the kiosk tells `name` after this was typed there."""
        inbound = Inbound(
            KIOSK, f"1:{next(self._ids)}", "kiosk:1", text, member_id=self.id_of(name)
        )
        return self.gateway.intake.receive(inbound).words

    def receive(self, channel: str, sender: str, text: str, external_id: str = "") -> Received:
        external_id = external_id or f"{channel}-{next(self._ids)}"
        return self.gateway.intake.receive(Inbound(channel, external_id, sender, text))

    def settle(self) -> None:
        """Send all that is due now."""
        for channel in self.carriers:
            while self.gateway.delivery.deliver(channel):
                pass

    def heard(self, name: str) -> list[str]:
        """The texts that reached a member, answers and all, oldest first."""
        self.settle()
        own = {self._phones.get(name), self._mails.get(name)} - {"", None}
        reached = [
            message
            for carrier in self.carriers.values()
            for message in carrier.taken
            if message.recipient in own
        ]
        return [_text(message) for message in sorted(reached, key=lambda message: message.id)]

    def id_of(self, name: str) -> int:
        with self.database.read() as session:
            return session.scalars(select(Member.id).where(Member.name == name)).one()

    def copy(self, url: str, now: datetime) -> "Town":
        """The same people over a copy of this town's database, which is at `url` already."""
        town = Town(url, now, made=True)
        town._phones, town._mails = dict(self._phones), dict(self._mails)
        town._ids = self._ids  # what came in there has its name already
        return town

    def close(self) -> None:
        self.database.close()


def fill(town: Town) -> Town:
    """Three open groups, one closed, one to announce; Ana animates those that she is in."""
    for slug, title, kind in (
        ("quai3", "Quai 3", "open"),
        ("quai30", "Quai 30", "open"),
        ("velo", "Vélo", "open"),
        ("secu", "Sécurité", "closed"),
        ("direction", "Direction", "announce"),
    ):
        town.group(slug, title, kind)
    town.person(
        "Ana",
        phone="+33600000001",
        badge="1001",
        groups=("quai3", "secu", "direction"),
        role="animator",
    )
    town.person("Leo", phone="+33600000002", groups=("quai3", "direction"), language="en")
    town.person("Paul", email="paul@depot.example", groups=("quai3",), badge="1003")
    town.person("Zoe", badge="1004", groups=("quai3",))
    return town


def _text(message: Outbound) -> str:
    return (
        sms_text(message)
        if message.channel == SMS
        else sent_text(message.content, message.language, both=False)
    )
