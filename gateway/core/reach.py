"""Whom the gateway reaches, by site and channel: how many, and never who.

It is made so that nobody can be found in it (docs: "Reach without surveillance"). A site with fewer
people than `FEWEST` is one of the other sites; where these are few as well, they take the smallest
of the rest with them. A figure under `FEWEST` is not told, and any other is rounded down to a
multiple of `STEP`: two reports in a row, before and after one person did something, mostly say the
same.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from gateway.core import doubts, members
from gateway.core.envelope import CHANNELS, KIOSK
from gateway.core.models import Address, DeviceRow, Inbox, Member, Outbox, Post

FEWEST: Final = 8
STEP: Final = 4

ANY = "any"
"""Whichever channel it was: who is reached on two counts once."""

EVERYWHERE = "(all)"
OTHERS = "(other sites)"
NOWHERE = "(no site)"

_REACHABLE, _REACHED, _TOOK_PART = "reachable", "reached", "took_part"

Counts = Counter[tuple[str, str, str]]
"""How many people, by site, channel and what."""


@dataclass(frozen=True, slots=True)
class ReachLine:
    """A site and a channel; None is fewer than `FEWEST`. `days` is the period of the last two.

    `reachable`: with an open address whose holder is heard of, or able to sign in at a kiosk.
    `reached`: something was sent to them, or they came to the kiosk. `took_part`: they posted,
    answered or thanked.
    """

    site: str
    channel: str
    days: int
    members: int | None
    reachable: int | None
    reached: int | None
    took_part: int | None


def reach(session: Session, since: datetime, now: datetime, days: int) -> list[ReachLine]:
    """Everywhere first, then site by site."""
    people = _people(session)
    counts = _counts(session, since, now)
    named = _named(people)
    total: Counter[str] = Counter()
    found: Counts = Counter()
    for site, count in people.items():
        total.update({named[site]: count, EVERYWHERE: count})
    for (site, channel, what), count in counts.items():
        found.update({(named[site], channel, what): count, (EVERYWHERE, channel, what): count})
    sites = sorted(total, key=lambda site: (site != EVERYWHERE, site.startswith("("), site))
    return [
        _line(site, channel, days, total[site], found)
        for site in sites
        for channel in (ANY, *CHANNELS)
    ]


def coarse(count: int) -> int | None:
    """A count as it may be told."""
    return None if count < FEWEST else count - count % STEP


def _line(site: str, channel: str, days: int, people: int, found: Counts) -> ReachLine:
    told = {what: coarse(found[site, channel, what]) for what in (_REACHABLE, _REACHED, _TOOK_PART)}
    return ReachLine(site, channel, days, coarse(people), **told)


def _named(people: Mapping[str, int]) -> dict[str, str]:
    """Each site with the name under which it is counted."""
    small = {site for site, count in people.items() if count < FEWEST}
    large = sorted((site for site in people if site not in small), key=lambda one: people[one])
    if small and large and sum(people[site] for site in small) < FEWEST:
        small.add(large[0])
    return {site: OTHERS if site in small else site or NOWHERE for site in people}


def _people(session: Session) -> Counter[str]:
    here = select(Member.site, func.count()).where(Member.role != members.ERASED)
    return Counter(dict(session.execute(here.group_by(Member.site)).all()))


def _counts(session: Session, since: datetime, now: datetime) -> Counts:
    facts = union_all(*_facts(since, now)).subquery()
    people = func.count(facts.c.member_id.distinct())
    one = (
        select(Member.site, facts.c.channel, facts.c.what, people)
        .join(Member, Member.id == facts.c.member_id)
        .where(Member.role != members.ERASED)
        .group_by(Member.site, facts.c.channel, facts.c.what)
    )
    whichever = (
        select(Member.site, literal(ANY), facts.c.what, people)
        .join(Member, Member.id == facts.c.member_id)
        .where(Member.role != members.ERASED)
        .group_by(Member.site, facts.c.what)
    )
    return Counter({
        (site, channel, what): count
        for statement in (one, whichever)
        for site, channel, what, count in session.execute(statement)
    })  # fmt: skip


def _facts(since: datetime, now: datetime) -> list[Select[*tuple[Any, ...]]]:
    """Who (for nobody but the count above), on which channel, and what of it."""
    kiosk = literal(KIOSK)
    open_ = exists().where(DeviceRow.revoked_at.is_(None))
    came = Inbox.member_id.is_not(None), Inbox.received_at >= since
    return [
        _fact(Address.member_id, Address.channel, _REACHABLE).where(
            Address.state == "active", doubts.fresh(now)
        ),
        _fact(Member.id, kiosk, _REACHABLE).where(
            Member.badge.is_not(None), Member.pin_hash.is_not(None), open_
        ),
        _fact(Outbox.member_id, Outbox.channel, _REACHED).where(
            Outbox.member_id.is_not(None), Outbox.state == "sent", Outbox.settled_at >= since
        ),
        _fact(Inbox.member_id, kiosk, _REACHED).where(Inbox.channel == KIOSK, *came),
        _fact(Post.author_id, Post.channel, _TOOK_PART).where(
            Post.created_at >= since, Post.state == "live"
        ),
        _fact(Inbox.member_id, Inbox.channel, _TOOK_PART).where(
            Inbox.reason == "thanks", Inbox.state == "done", *came
        ),
    ]


def _fact(person: Any, channel: Any, what: str) -> Select[*tuple[Any, ...]]:
    return select(person.label("member_id"), channel.label("channel"), literal(what).label("what"))
