"""The operator's file of people: members made and changed from its rows, nothing lost by it.

A row is matched by badge, else by phone, else by mail address. What an import may never do is open
an address that its owner closed: STOP outlives every file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core import members
from gateway.core.envelope import EMAIL, SMS
from gateway.core.house import House
from gateway.core.models import SERIAL, Address, Counter, Group, Member, Subscription

RHYTHMS = {EMAIL: "each", SMS: "day"}
"""Mail costs nothing and does not ring; an SMS does both."""


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


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do: names of members, and addresses with their trouble."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int
    problems: tuple[str, ...]


def unknown_groups(session: Session, people: Sequence[Person]) -> list[str]:
    """Slugs that the file names and that do not exist."""
    known = set(session.scalars(select(Group.slug)))
    return sorted({slug for person in people for slug in person.groups} - known)


def take(
    session: Session, people: Sequence[Person], house: House, now: datetime, *, consented: bool
) -> Imported:
    """Add and change members as the rows say. With `consented`, new addresses are open at once."""
    added: list[str] = []
    changed: list[str] = []
    problems: list[str] = []
    unchanged = 0
    for person in people:
        member = _match(session, person)
        is_new = member is None
        if member is None:
            member = _new(session, person, house, now)
        differs = _change(member, person)
        differs |= _addresses(session, member, person, now, consented, problems)
        differs |= _subscribe(session, member, person, now)
        if is_new:
            added.append(person.name)
        elif differs:
            changed.append(person.name)
        else:
            unchanged += 1
    return Imported(tuple(added), tuple(changed), unchanged, tuple(problems))


def _match(session: Session, person: Person) -> Member | None:
    if person.badge:
        by_badge = session.scalar(select(Member).where(Member.badge == person.badge))
        if by_badge is not None:
            return by_badge
    for channel, value in ((SMS, person.phone), (EMAIL, person.email)):
        address = members.at_address(session, channel, value) if value else None
        if address is not None:
            return session.get_one(Member, address.member_id)
    return None


def _new(session: Session, person: Person, house: House, now: datetime) -> Member:
    member = Member(
        name=person.name,
        language=person.language or house.language,
        site=person.site,
        timezone=person.timezone or house.timezone,
        role="operator" if person.role == "operator" else "member",
        badge=person.badge or None,
        rhythm=RHYTHMS[SMS if person.phone or not person.email else EMAIL],
        digest_minute=18 * 60,
        created_at=now,
    )
    member.next_digest_at = members.next_digest(member, now)
    session.add(member)
    session.flush()
    return member


def _change(member: Member, person: Person) -> bool:
    """Only what the file names; a blank cell leaves things as they are."""
    wanted = {
        "name": person.name,
        "language": person.language,
        "site": person.site,
        "timezone": person.timezone,
        "badge": person.badge,
        "role": "operator" if person.role == "operator" else "",
    }
    differs = False
    for field, value in wanted.items():
        if value and getattr(member, field) != value:
            setattr(member, field, value)
            differs = True
    return differs


def _addresses(  # one row's whole context
    session: Session,
    member: Member,
    person: Person,
    now: datetime,
    consented: bool,
    problems: list[str],
) -> bool:
    differs = False
    for channel, value in ((SMS, person.phone), (EMAIL, person.email)):
        if not value:
            continue
        address = members.at_address(session, channel, value)
        if address is not None and address.member_id != member.id:
            problems.append(f"{person.name}: {channel} address belongs to another member")
            continue
        if address is None:
            address = Address(
                member_id=member.id, channel=channel, value=value, state="pending", changed_at=now
            )
            session.add(address)
            session.flush()
            differs = True
        if consented and address.state == "pending":
            members.consent(session, address, given=True, cause="import", now=now)
            differs = True
    return differs


def _subscribe(session: Session, member: Member, person: Person, now: datetime) -> bool:
    """Put the member into the groups of the row; who left one is not put back by a file."""
    newest = session.get(Counter, SERIAL)
    differs = False
    for slug in person.groups:
        group = session.scalars(select(Group).where(Group.slug == slug)).one()
        row = session.get(Subscription, (member.id, group.id))
        if row is None:
            row = Subscription(
                member_id=member.id,
                group_id=group.id,
                state="in",
                animator=False,
                delivery={"each": "once", "never": "none"}.get(member.rhythm, "digest"),
                cursor=newest.value if newest else 0,
                since=now,
            )
            session.add(row)
            differs = True
        if person.role == "animator" and not row.animator:
            row.animator = differs = True
    if person.groups and member.main_group_id is None:
        first = session.scalars(select(Group).where(Group.slug == person.groups[0])).one()
        member.main_group_id = first.id
    session.flush()
    return differs
