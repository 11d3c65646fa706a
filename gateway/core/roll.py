"""One person of the operator's file, and the roll of all that we hold on the people of its rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.core.envelope import EMAIL, SMS
from gateway.core.groups import fold
from gateway.core.members import said
from gateway.core.models import SERIAL, Address, Consent, Counter, Group, Member, Subscription

_CALLED = {SMS: "this phone number", EMAIL: "this e-mail address"}


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the file, already checked: `phone` is E.164, `email` in lower case."""

    name: str
    phone: str = ""
    email: str = ""
    badge: str = ""
    language: str = ""
    site: str = ""
    timezone: str = ""
    groups: tuple[str, ...] = ()
    role: str = "member"


@dataclass
class Roll:
    """All that the database holds on the people of some rows."""

    groups: dict[str, Group]
    newest: int
    badges: dict[str, Member] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    at: dict[tuple[str, str], Address] = field(default_factory=dict)
    """Every address of these people, and those that the rows name."""
    own: dict[int, list[Address]] = field(default_factory=dict)
    subscriptions: dict[tuple[int, int], Subscription] = field(default_factory=dict)
    closed: set[tuple[int, str]] = field(default_factory=set)
    """(member, channel) whose own last word in the ledger was a no."""
    owners: dict[tuple[str, str], Member] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, people: Sequence[Person]) -> "Roll":
        newest = session.get(Counter, SERIAL)
        roll = cls(
            groups={group.slug: group for group in session.scalars(select(Group))},
            newest=newest.value if newest else 0,
        )
        badges = {person.badge for person in people if person.badge}
        known = list(session.scalars(select(Member).where(Member.badge.in_(badges))))
        named = list(_named(session, people))
        ids = {member.id for member in known} | {address.member_id for address in named}
        for member in session.scalars(select(Member).where(Member.id.in_(ids))):
            roll.know(member)
        for address in session.scalars(
            select(Address).where(Address.member_id.in_(ids)).order_by(Address.id)
        ):
            roll.keep(address, roll.members[address.member_id])
        rows = session.scalars(select(Subscription).where(Subscription.member_id.in_(ids)))
        roll.subscriptions = {(row.member_id, row.group_id): row for row in rows}
        roll.closed = set(_closed(session, ids))
        return roll

    def know(self, member: Member) -> None:
        if member.id is not None:
            self.members[member.id] = member
        if member.badge:
            self.badges[member.badge] = member

    def keep(self, address: Address, owner: Member) -> None:
        self.at[address.channel, address.value] = address
        self.owners[address.channel, address.value] = owner
        self.own.setdefault(owner.id, []).append(address)

    def match(self, person: Person) -> Member | None:
        """Whom the row is about, None where they are new."""
        if person.badge in self.badges:
            return self.badges[person.badge]
        for key in keys(person):
            owner = self.owners.get(key)
            if owner is not None and not _is_another(owner, person):
                return owner
        return None

    def clashes(self, person: Person, member: Member | None) -> list[str]:
        """What keeps an address of the row from being this member's."""
        return [
            f"{_CALLED[channel]} belongs to {owner.name} (member {owner.id}"
            f"{f', badge {owner.badge}' if owner.badge else ''})"
            for channel, value in keys(person)
            if (owner := self.owners.get((channel, value))) is not None and owner is not member
        ]


def _named(session: Session, people: Sequence[Person]) -> Iterator[Address]:
    named = [key for person in people for key in keys(person)]
    for channel in (SMS, EMAIL):
        values = {value for at, value in named if at == channel}
        yield from session.scalars(
            select(Address).where(Address.channel == channel, Address.value.in_(values))
        )


def keys(person: Person) -> list[tuple[str, str]]:
    return [
        (channel, value) for channel, value in ((SMS, person.phone), (EMAIL, person.email)) if value
    ]


def _closed(session: Session, ids: Iterable[int]) -> list[tuple[int, str]]:
    last = (
        select(func.max(Consent.id))
        .where(Consent.member_id.in_(ids), said())
        .group_by(Consent.member_id, Consent.channel)
    )
    rows = select(Consent.member_id, Consent.channel).where(Consent.id.in_(last), ~Consent.given)
    return [(member_id, channel) for member_id, channel in session.execute(rows)]


def _is_another(owner: Member, person: Person) -> bool:
    """A number that was given to somebody else: another badge under another name.

    A new badge under the old name is a badge that was lost.
    """
    other_badge = person.badge and owner.badge and person.badge != owner.badge
    return bool(other_badge) and fold(person.name) != fold(owner.name)
