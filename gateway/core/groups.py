"""Finding the group that somebody meant, and what a member may do in it."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from gateway.core.commands import GroupView
from gateway.core.errors import Refused
from gateway.core.grammar.keywords import KEYWORDS, START_WORDS, STOP_WORDS
from gateway.core.models import Group, Subscription

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
_PEOPLE = (
    select(func.count())
    .select_from(Subscription)
    .where(Subscription.group_id == bindparam("group"), Subscription.state == "in")
)


@dataclass(frozen=True, slots=True)
class Found:
    """`exact` where the name left no doubt, else the groups that it may have meant."""

    exact: Group | None = None
    near: tuple[Group, ...] = ()


def fold(name: str) -> str:
    """A name without case, accents, blanks and punctuation: `Équipe de nuit` = `equipedenuit`."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(character for character in plain.casefold() if character.isalnum())


def check_slug(slug: str) -> None:
    """Raises `Refused("bad_slug")` for what cannot be an address and a word of a command.

    It is the local part of a mail address beside our own, and stands behind a command in an SMS.
    """
    if not _SLUG.fullmatch(slug) or slug in _MAILBOXES | _WORDS:
        raise Refused("bad_slug", group=slug)


def find(session: Session, name: str, member_id: int) -> Found:
    """The group called `name` among those that a member may know of.

    An exact name wins. Else every group that begins with it, or is one slip away; the member's
    own come first and alone where there are any.
    """
    wanted = fold(name)
    known = visible(session, member_id)
    for group, _ in known:
        if wanted and wanted in (fold(group.slug), fold(group.title)):
            return Found(exact=group)
    near = [(group, row) for group, row in known if _is_near(wanted, group)]
    mine = [group for group, row in near if row is not None and row.state == "in"]
    return Found(near=tuple(mine or [group for group, _ in near]))


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
    return session.get(Subscription, (member_id, group_id))


def is_in(session: Session, member_id: int, group_id: int) -> bool:
    row = subscription(session, member_id, group_id)
    return row is not None and row.state == "in"


def people(session: Session, group_id: int) -> int:
    """How many are in a group."""
    return session.scalar(_PEOPLE, {"group": group_id}) or 0


def view(session: Session, group: Group, member_id: int) -> GroupView:
    """The group as one member sees it."""
    row = subscription(session, member_id, group.id)
    return GroupView(
        slug=group.slug,
        title=group.title,
        kind=group.kind,
        people=people(session, group.id),
        state=row.state if row else "out",
        animator=bool(row and row.animator),
    )


def _is_near(wanted: str, group: Group) -> bool:
    names = (fold(group.slug), fold(group.title))
    if len(wanted) < SHORTEST_PREFIX:
        return False
    return any(name.startswith(wanted) or _one_slip(wanted, name) for name in names)


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
