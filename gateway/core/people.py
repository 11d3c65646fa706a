"""The operator's file of people: members made and changed from its rows, nothing lost by it.

A row is matched by badge, else by phone, else by mail address. What an import may never do is open
a channel that somebody closed: STOP outlives every file, and so does having left a group. A file
gives roles and groups, and takes none away.

Who has a phone and a mailbox is written to by phone, at the rhythm of a phone, for that is what
they have with them at work; START in a mail, and RHYTHM, change it for whoever wants it otherwise.

Rows are taken in batches, each over a `Roll` of all that the database holds on its people, so that
a file costs statements by the hundred rows and not by the row.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core import changes, members
from gateway.core.envelope import EMAIL, SMS
from gateway.core.house import House
from gateway.core.models import Address, Consent, Group, Member, Subscription
from gateway.core.roll import Person, Roll, keys

__all__ = ["Imported", "Person", "clashes", "take", "unknown_groups"]

RHYTHMS = {EMAIL: "each", SMS: "day"}
"""Mail costs nothing and does not ring; an SMS does both."""

BATCH = 500


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


def clashes(session: Session, people: Sequence[Person]) -> list[tuple[int, str]]:
    """Rows, by their place, whose phone or mail address is somebody else's, and whose."""
    found = []
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        roll = Roll.of(session, batch)
        for place, person in enumerate(batch, start):
            member = roll.match(person)
            found += [(place, words) for words in roll.clashes(person, member)]
    return found


def take(
    session: Session, people: Sequence[Person], house: House, now: datetime, *, consented: bool
) -> Imported:
    """Add and change members as the rows say. With `consented`, new addresses are open at once."""
    added: list[str] = []
    changed: list[str] = []
    problems: list[str] = []
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        roll = Roll.of(session, batch)
        stopped = _stopped(session, batch, house)
        rows = list(_matched(session, roll, batch, lambda one: _new(one, house, now)))
        session.flush()  # the new ones have their ids
        if any(person.name not in ("", member.name) for person, member, _ in rows):
            changes.new_edition(session)  # kiosks hold posts under the old name
        for person, member, is_new in rows:
            problems += [f"{person.name}: {words}" for words in roll.clashes(person, member)]
            differs = _change(member, person, house, now)
            to_open = [key for key in keys(person) if key not in stopped] if consented else []
            differs |= _addresses(session, roll, member, person, now, to_open=to_open)
            differs |= _subscribe(session, roll, member, person, now)
            if is_new:
                added.append(person.name)
            elif differs:
                changed.append(person.name)
        session.flush()
    unchanged = len(people) - len(added) - len(changed)
    return Imported(tuple(added), tuple(changed), unchanged, tuple(problems))


def _matched(
    session: Session, roll: Roll, people: Sequence[Person], new: Callable[[Person], Member]
) -> Iterator[tuple[Person, Member, bool]]:
    """Each row with its member, made where there is none yet."""
    for person in people:
        member = roll.match(person)
        is_new = member is None
        if member is None:
            member = new(person)
            session.add(member)
            for key in keys(person):
                # A later row of this file may mean the same person.
                roll.owners.setdefault(key, member)
        roll.know(member)
        if person.badge:
            roll.badges[person.badge] = member
        yield person, member, is_new


def _new(person: Person, house: House, now: datetime) -> Member:
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
    member.next_digest_at = members.next_digest(member, now, house.shifts)
    return member


def _change(member: Member, person: Person, house: House, now: datetime) -> bool:
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
    for name, value in wanted.items():
        if value and getattr(member, name) != value:
            setattr(member, name, value)
            differs = True
    if differs:
        member.next_digest_at = members.next_digest(member, now, house.shifts)
    return differs


def _addresses(
    session: Session,
    roll: Roll,
    member: Member,
    person: Person,
    now: datetime,
    *,
    to_open: Sequence[tuple[str, str]],
) -> bool:
    differs = False
    for channel, value in keys(person):
        if roll.owners.get((channel, value), member) is not member:
            continue  # It is somebody else's: said already.
        address = roll.at.get((channel, value))
        is_new = address is None
        if address is None:
            address = Address(
                member_id=member.id,
                channel=channel,
                value=value,
                state="pending",
                preferred=False,
                changed_at=now,
            )
            session.add(address)
            roll.keep(address, member)
            differs = True
        closed = (member.id, channel) in roll.closed
        if (channel, value) in to_open and address.state == "pending" and not closed:
            _open(session, roll, address, now, is_new=is_new)
            differs = True
    return differs


def _stopped(session: Session, people: Sequence[Person], house: House) -> set[tuple[str, str]]:
    """Addresses that somebody had stopped who is erased since: a file knows nothing of that."""
    marks = {
        members.stop_mark(house.secret, *key): key for person in people for key in keys(person)
    }
    return {marks[mark] for mark in members.marked(session, marks)}


def _open(session: Session, roll: Roll, address: Address, now: datetime, *, is_new: bool) -> None:
    """Open an address; a new number takes the place of the old one."""
    address.state, address.changed_at, address.heard_at = "active", now, now
    session.add(
        Consent(
            member_id=address.member_id, channel=address.channel, given=True, cause="import", at=now
        )
    )
    rows = roll.own[address.member_id]
    members.prefer(rows)
    if is_new and any(row.preferred and row.channel == address.channel for row in rows):
        members.put_first(rows, address)


def _subscribe(session: Session, roll: Roll, member: Member, person: Person, now: datetime) -> bool:
    """Put the member into the groups of the row; who left one is not put back by a file."""
    differs = False
    for slug in person.groups:
        group = roll.groups[slug]
        row = roll.subscriptions.get((member.id, group.id))
        if row is None:
            row = Subscription(
                member_id=member.id,
                group_id=group.id,
                state="in",
                animator=False,
                delivery={"each": "once", "never": "none"}.get(member.rhythm, "digest"),
                cursor=roll.newest,
                since=now,
            )
            session.add(row)
            roll.subscriptions[member.id, group.id] = row
            differs = True
        if person.role == "animator" and row.state == "in" and not row.animator:
            row.animator = differs = True
        if row.state == "in" and member.main_group_id is None:
            member.main_group_id = group.id
    return differs
