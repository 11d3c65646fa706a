"""Finding the group that somebody meant, and what a member may do in it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from gateway.core import headcount
from gateway.core.commands import GroupView
from gateway.core.errors import Refused
from gateway.core.grammar.keywords import KEYWORDS, START_WORDS, STOP_WORDS
from gateway.core.models import Group, Subscription
from gateway.core.prepared import Entities, Prepared

SHORTEST_PREFIX = 3

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_MAILBOXES = frozenset({
    *("gateway", "help", "reply", "bounces", "unsubscribe"),
    *("postmaster", "abuse", "hostmaster", "webmaster"),
})  # fmt: skip
_WORDS = frozenset(
    word.lower()
    for words in (STOP_WORDS, START_WORDS, *(w for row in KEYWORDS.values() for w in row.values()))
    for word in words
)

_VISIBLE = (
    select(Group, Subscription)
    .outerjoin(
        Subscription,
        (Subscription.group_id == Group.id) & (Subscription.member_id == bindparam("member")),
    )
    .order_by(Group.title)
)
_OF_MEMBER = (Subscription.group_id == Group.id) & (Subscription.member_id == bindparam("member"))
_KNOWN = Prepared(
    select(Group.id, Group.slug, Group.title, Subscription.state)
    .outerjoin(Subscription, _OF_MEMBER)
    .order_by(Group.title)
)
_NAMES = Prepared(
    select(Group.slug, Group.title)
    .join(Subscription, _OF_MEMBER)
    .where(Subscription.state != "out")
    .order_by(Group.title)
)
_GROUP = Entities(Group, select(*Group.__table__.columns).where(Group.id == bindparam("group")))
_OF_SLUG = Entities(Group, select(*Group.__table__.columns).where(Group.slug == bindparam("slug")))
_SUBSCRIPTION = Entities(
    Subscription,
    select(*Subscription.__table__.columns).where(
        Subscription.member_id == bindparam("member"), Subscription.group_id == bindparam("group")
    ),
)
_STANDING = Prepared(
    select(Subscription.state, Subscription.animator).where(
        Subscription.member_id == bindparam("member"), Subscription.group_id == bindparam("group")
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    """`exact` where the name left no doubt, else the groups that it may have meant."""

    exact: Group | None = None
    near: tuple[Group, ...] = ()


def fold(name: str) -> str:
    """A name without case, accents, blanks and punctuation: `Équipe de nuit` = `equipedenuit`."""
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(filter(str.isalnum, name.casefold()))


def check_slug(slug: str) -> None:
    """Raises `Refused("bad_slug")` for what cannot be an address and a word of a command.

    It is the local part of a mail address beside our own, and stands behind a command in an SMS.
    """
    if not _SLUG.fullmatch(slug) or slug in _MAILBOXES | _WORDS:
        raise Refused("bad_slug", group=slug)


def find(session: Session, name: str, member_id: int) -> Found:
    """The group called `name` among those that a member may know of.

    An exact name wins; names are unique, so where it is a slug the others need not be read. Else
    every group that begins with it, or is one slip away; the member's own come first and alone
    where there are any.
    """
    slug = name.strip().lower()
    if _SLUG.fullmatch(slug) and (group := _OF_SLUG.one(session, slug=slug)):
        return Found(exact=group)
    wanted = fold(name)
    known = _KNOWN.rows(session, member=member_id)
    for group_id, slug, title, _ in known:
        if wanted and wanted in (_folded(slug), _folded(title)):
            return Found(exact=_GROUP.one(session, group=group_id))
    near = [(row[0], row[3]) for row in known if _is_near(wanted, (row[1], row[2]))]
    mine = [group_id for group_id, state in near if state == "in"]
    found = mine or [group_id for group_id, _ in near]
    return Found(near=tuple(_GROUP.one(session, group=group_id) for group_id in found))


def names(session: Session, member_id: int) -> list[str]:
    """What the groups are called that a member is in, or asked to be let into."""
    return [name for row in _NAMES.rows(session, member=member_id) for name in row]


def visible(session: Session, member_id: int) -> list[tuple[Group, Subscription | None]]:
    """All groups with the member's own subscription to each, by title.

    A closed group's name is no secret: one must be able to ask to be let in.
    """
    rows = session.execute(_VISIBLE, {"member": member_id})
    return [(group, subscription) for group, subscription in rows]


def own(session: Session, member_id: int) -> list[Group]:
    """The groups a member is in, by title."""
    return [g for g, row in visible(session, member_id) if row is not None and row.state == "in"]


def subscription(session: Session, member_id: int, group_id: int) -> Subscription | None:
    """How a member stands to a group; None where they never had to do with it."""
    row: Subscription | None = _SUBSCRIPTION.one(session, member=member_id, group=group_id)
    return row


def is_in(session: Session, member_id: int, group_id: int) -> bool:
    row = subscription(session, member_id, group_id)
    return row is not None and row.state == "in"


def standing(session: Session, member_id: int, group_id: int) -> tuple[str, bool]:
    """How a member is in a group (`in`, `asked`, `out`), and whether as an animator."""
    row = _STANDING.first(session, member=member_id, group=group_id)
    return (row[0], row[1]) if row is not None else ("out", False)


def view(session: Session, group: Group, member_id: int) -> GroupView:
    """The group as one member sees it."""
    row = subscription(session, member_id, group.id)
    return GroupView(
        slug=group.slug,
        title=group.title,
        kind=group.kind,
        people=headcount.people(session, group.id),
        state=row.state if row else "out",
        animator=bool(row and row.animator),
    )


def _is_near(wanted: str, names: tuple[str, str]) -> bool:
    if len(wanted) < SHORTEST_PREFIX:
        return False
    folded = [_folded(name) for name in names]
    return any(name.startswith(wanted) or _one_slip(wanted, name) for name in folded)


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    """`fold` of a group's name: every text asks it of every group."""
    return fold(name)


def _one_slip(one: str, other: str) -> bool:
    """Whether one wrong, missing, added or swapped character lies between two names."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, tail = one[start:], other[start:]
    if not rest or not tail:
        return True
    swapped = rest[1:2] + rest[:1] + rest[2:] == tail
    return rest[1:] == tail[1:] or rest[1:] == tail or rest == tail[1:] or swapped
