"""Who is here, as the operator sees it: plain values, a page at a time, addresses masked.

A page is asked for by what it comes after: a list of any length takes little memory.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from gateway.core import members as people
from gateway.core.budget import Room
from gateway.core.envelope import EMAIL, SMS
from gateway.core.models import (
    Address,
    Consent,
    DeviceRow,
    Group,
    Member,
    Post,
    SessionRow,
    Subscription,
)

PAGE = 500


@dataclass(frozen=True, slots=True)
class AddressLine:
    channel: str
    value: str
    state: str
    preferred: bool
    heard: datetime | None
    """When its holder last wrote from it, or proved that it is theirs."""
    bounces: float = 0.0
    """How much mail came back lately, as of the last that did: at 3 a mailbox is closed."""


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A line of the ledger: a yes or a no to a channel, or what we found out, and why."""

    at: datetime
    channel: str
    given: bool
    cause: str


@dataclass(frozen=True, slots=True)
class MemberLine:
    id: int
    name: str
    badge: str | None
    language: str
    site: str
    timezone: str
    role: str
    rhythm: str
    groups: tuple[str, ...]
    animates: tuple[str, ...]
    addresses: tuple[AddressLine, ...]
    created: datetime


@dataclass(frozen=True, slots=True)
class MemberSheet(MemberLine):
    """All of one member."""

    consent: tuple[ConsentLine, ...]


@dataclass(frozen=True, slots=True)
class GroupLine:
    group: str
    name: str
    kind: str
    members: int
    animators: tuple[str, ...]
    asking: int
    posts: int
    created: datetime
    sms_spent: int
    """Segments that its posts and alerts have cost this month, of `sms_budget` (none: no limit)."""
    sms_budget: int | None


@dataclass(frozen=True, slots=True)
class KioskLine:
    id: int
    site: str
    signed_in: int
    created: datetime
    revoked: datetime | None


def masked(channel: str, value: str, *, reveal: bool) -> str:
    """An address for the operator's screen: enough to know it by, unless it is asked for whole."""
    if not reveal and value.startswith("badge:"):
        return "badge:..."
    if reveal or channel not in (SMS, EMAIL):
        return value
    return people.mask(Address(channel=channel, value=value))


def members(
    session: Session,
    after: int = 0,
    *,
    only: Iterable[int] | None = None,
    group: str = "",
    reveal: bool = False,
) -> list[MemberLine]:
    """The members after the one with id `after`, by id."""
    chosen = select(Member).where(Member.id > after, _is_here()).order_by(Member.id).limit(PAGE)
    if only is not None:
        chosen = chosen.where(Member.id.in_(list(only)))
    if group:
        chosen = chosen.where(
            Member.id.in_(
                select(Subscription.member_id)
                .join(Group, Group.id == Subscription.group_id)
                .where(Group.slug == group, Subscription.state == "in")
            )
        )
    found = list(session.scalars(chosen))
    ids = [member.id for member in found]
    at, inside = _addresses(session, ids), _groups(session, ids)
    return [
        _member_line(member, inside.get(member.id, []), at.get(member.id, []), reveal=reveal)
        for member in found
    ]


def sheet(session: Session, member_id: int, *, reveal: bool = False) -> MemberSheet:
    """One member, who exists, with the whole ledger of their consent."""
    line = members(session, only=[member_id], reveal=reveal)[0]
    rows = select(Consent).where(Consent.member_id == member_id).order_by(Consent.id)
    ledger = (ConsentLine(r.at, r.channel, r.given, r.cause) for r in session.scalars(rows))
    known = {field.name: getattr(line, field.name) for field in fields(line)}
    return MemberSheet(**known, consent=tuple(ledger))


def groups(session: Session, rooms: Mapping[int, Room], slug: str = "") -> list[GroupLine]:
    """Every group, or one, by slug; `rooms` are their budgets, by the group's id."""
    chosen = select(Group).order_by(Group.slug)
    if slug:
        chosen = chosen.where(Group.slug == slug)
    inside = _counts(
        session,
        select(Subscription.group_id, Subscription.state, func.count()).group_by(
            Subscription.group_id, Subscription.state
        ),
    )
    posts = dict(session.execute(select(Post.group_id, func.count()).group_by(Post.group_id)).all())
    animators = _animators(session)
    return [
        GroupLine(
            group=group.slug,
            name=group.title,
            kind=group.kind,
            members=inside.get((group.id, "in"), 0),
            animators=tuple(animators.get(group.id, [])),
            asking=inside.get((group.id, "asked"), 0),
            posts=posts.get(group.id, 0),
            created=group.created_at,
            sms_spent=rooms[group.id].spent if group.id in rooms else 0,
            sms_budget=group.sms_budget,
        )
        for group in session.scalars(chosen)
    ]


def kiosks(session: Session, now: datetime) -> list[KioskLine]:
    """Every kiosk, with how many are signed in at it."""
    sessions = dict(
        session.execute(
            select(SessionRow.device_id, func.count())
            .where(SessionRow.expires_at > now)
            .group_by(SessionRow.device_id)
        ).all()
    )
    return [
        KioskLine(row.id, row.site, sessions.get(row.id, 0), row.created_at, row.revoked_at)
        for row in session.scalars(select(DeviceRow).order_by(DeviceRow.id))
    ]


def match(session: Session, wanted: str, phone: str = "") -> list[int]:
    """Whom an operator means by an id, a badge, a phone (`phone`, in E.164), a mail, or a name.

    `id:12` and `badge:12` say which of the two a number is.
    """
    kind, _, value = wanted.partition(":")
    by_id = by_badge = select(Member.id).where(_is_here())
    if kind == "id" and value.isdecimal():
        return list(session.scalars(by_id.where(Member.id == _id(value))))
    if kind == "badge":
        return list(session.scalars(by_badge.where(Member.badge == value)))
    found = set(session.scalars(by_badge.where(Member.badge == wanted)))
    if wanted.isdecimal():
        found |= set(session.scalars(by_id.where(Member.id == _id(wanted))))
    for channel, address in ((SMS, phone), (EMAIL, wanted.lower())):
        row = people.at_address(session, channel, address) if address else None
        found |= {row.member_id} if row is not None else set()
    return sorted(found or session.scalars(by_id.where(Member.name == wanted)))


def pending(session: Session) -> list[int]:
    """Members whom nothing reaches yet: no address of theirs is open, and none was closed."""
    reached = select(Address.member_id).where(Address.state != "pending")
    unreached = select(Member.id).where(Member.id.not_in(reached), _is_here())
    return list(session.scalars(unreached.order_by(Member.id)))


def _is_here() -> ColumnElement[bool]:
    """Whoever was erased is in no list."""
    return Member.role != people.ERASED


def _id(digits: str) -> int:
    # Longer than any id, and than what the database can compare.
    return int(digits) if len(digits) < 16 else 0


def _addresses(session: Session, ids: list[int]) -> dict[int, list[Address]]:
    found: dict[int, list[Address]] = {}
    rows = select(Address).where(Address.member_id.in_(ids)).order_by(Address.id)
    for address in session.scalars(rows):
        found.setdefault(address.member_id, []).append(address)
    return found


def _groups(session: Session, ids: list[int]) -> dict[int, list[tuple[str, bool]]]:
    """The groups that each is in, and whether they animate it."""
    found: dict[int, list[tuple[str, bool]]] = {}
    for member_id, slug, animator in session.execute(
        select(Subscription.member_id, Group.slug, Subscription.animator)
        .join(Group, Group.id == Subscription.group_id)
        .where(Subscription.member_id.in_(ids), Subscription.state == "in")
        .order_by(Group.slug)
    ):
        found.setdefault(member_id, []).append((slug, animator))
    return found


def _member_line(
    member: Member,
    groups: list[tuple[str, bool]],
    addresses: list[Address],
    *,
    reveal: bool,
) -> MemberLine:
    return MemberLine(
        id=member.id,
        name=member.name,
        badge=member.badge,
        language=member.language,
        site=member.site,
        timezone=member.timezone,
        role=member.role,
        rhythm=member.rhythm,
        groups=tuple(slug for slug, _ in groups),
        animates=tuple(slug for slug, animator in groups if animator),
        addresses=tuple(
            AddressLine(
                row.channel,
                masked(row.channel, row.value, reveal=reveal),
                row.state,
                row.preferred,
                row.heard_at,
                round(row.bounce_score, 2),
            )
            for row in addresses
        ),
        created=member.created_at,
    )


def _animators(session: Session) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for group_id, name in session.execute(
        select(Subscription.group_id, Member.name)
        .join(Member, Member.id == Subscription.member_id)
        .where(Subscription.animator, Subscription.state == "in")
        .order_by(Member.name)
    ):
        found.setdefault(group_id, []).append(name)
    return found


def _counts(session: Session, statement: Select[int, str, int]) -> dict[tuple[int, str], int]:
    return {(one, other): count for one, other, count in session.execute(statement)}
