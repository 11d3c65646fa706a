"""What a kiosk holds of the conversations: all that is recent once, and then what changed.

The first answers walk from the newest post back, so that a bad link brings the news of today first;
the cursor remembers the change at which that began. After it, the changes follow in the order of
their commits. A cursor is signed with all that it is worth anything for: this kiosk, this member,
these groups. Whatever else it came from, it begins anew, and nobody is ever told an error.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session

from gateway.core import changes, views
from gateway.core.desk import Feed, FeedGroup
from gateway.core.models import Group, Member, Post, Subscription
from gateway.core.numbers import number_of

PAGE = 250
"""Posts in one answer."""

LETTERS = 100_000
"""Letters in one answer, over all its posts: a page of long texts has fewer of them."""

RECENT = timedelta(days=14)
"""A kiosk shows what is of use on the floor; what is older is found by READ and FIND."""

MOST_CHANGES = 5_000
"""Behind by more than that, to begin anew is less to tell."""

ANYTHING = 2**31 - 1
"""Above every serial."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told: a kiosk, or the member signed in there."""

    device_id: int
    site: str
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a reader is: told all changes up to `since`, and of the older posts those from `before`
    on; `before` is 0 where all of them are told.
    """

    since: int
    before: int = 0


def read(session: Session, reader: Reader, cursor: str, secret: bytes, now: datetime) -> Feed:
    """The next answer to `reader`. A fixed number of statements, whatever there is to tell."""
    last, edition = changes.state(session)
    groups = _readable(session, reader)
    seal = _Seal(secret, reader, edition, [group.id for group in groups])
    place = seal.open(cursor)
    full = place is None or not 0 <= last - place.since <= MOST_CHANGES
    if place is None or full:
        place = _Place(last, ANYTHING)
    rows = _Rows(session, groups, now)
    if place.before:
        shown, gone, place, more = rows.older(place)
    else:
        shown, gone, place, more = rows.changed(place, last)
    return Feed(
        cursor=seal.close(place),
        full=full,
        more=more,
        groups=tuple(FeedGroup(group.slug, group.title, group.kind) for group in groups),
        posts=tuple(views.views(session, shown)) if shown else (),
        gone=tuple(number_of(serial) for serial in gone),
    )


def _readable(session: Session, reader: Reader) -> Sequence[Group]:
    """The member's own groups; without one, the open ones in which somebody of the site is."""
    within = select(Subscription.group_id).where(Subscription.state == "in")
    if reader.member_id is not None:
        mine = within.where(Subscription.member_id == reader.member_id)
        wanted: ColumnElement[bool] = Group.id.in_(mine)
    else:
        here = within.join(Member, Member.id == Subscription.member_id).where(
            Member.site == reader.site, Member.site != ""
        )
        wanted = (Group.kind != "closed") & Group.id.in_(here)
    return session.scalars(select(Group).where(wanted).order_by(Group.title, Group.id)).all()


class _Rows:
    """The posts of some groups, by the page."""

    def __init__(self, session: Session, groups: Sequence[Group], now: datetime) -> None:
        self._session = session
        ids = [group.id for group in groups]
        self._in_them = Post.group_id.in_(ids)
        # Not by the index of groups, which leads through all their posts: changes are few.
        self._changed_in_them = (Post.group_id + 0).in_(ids)
        # By serial, which is in the order of time: no index on the time is needed then.
        last_old = (
            select(Post.id).where(Post.created_at < now - RECENT).order_by(Post.id.desc()).limit(1)
        )
        self._recent = Post.id > func.coalesce(last_old.scalar_subquery(), 0)

    def older(self, place: _Place) -> tuple[list[int], list[int], _Place, bool]:
        """The next page on the way back from the newest post."""
        before = self._in_them & (Post.id < place.before)
        wanted = before & self._recent & (Post.state == "live")
        rows, more = self._page(wanted, Post.id.desc())
        serials = sorted(serial for serial, _, _ in rows)
        return serials, [], _Place(place.since, serials[0] if more else 0), more

    def changed(self, place: _Place, last: int) -> tuple[list[int], list[int], _Place, bool]:
        """The next page of changes."""
        since = self._changed_in_them & (Post.version > place.since)
        wanted = since & or_(Post.state != "live", self._recent)
        rows, more = self._page(wanted, Post.version)
        shown = sorted(serial for serial, state, _ in rows if state == "live")
        gone = sorted(serial for serial, state, _ in rows if state != "live")
        reached = rows[-1][2] if more else max([last, *(version for _, _, version in rows)])
        return shown, gone, _Place(reached), more

    def _page(
        self, wanted: ColumnElement[bool], order: SQLColumnExpression[int]
    ) -> tuple[list[tuple[int, str, int]], bool]:
        """Rows of (serial, state, version) in this order, and whether there are more."""
        found: Select[int, str, int, int] = (
            select(Post.id, Post.state, Post.version, func.length(Post.body))
            .where(wanted)
            .order_by(order)
            .limit(PAGE + 1)
        )
        rows: list[tuple[int, str, int]] = []
        room = LETTERS
        for serial, state, version, letters in self._session.execute(found):
            room -= letters
            if rows and (len(rows) == PAGE or room < 0):
                return rows, True
            rows.append((serial, state, version))
        return rows, False


class _Seal:
    """Makes and opens cursors of one reader as things are now."""

    def __init__(
        self, secret: bytes, reader: Reader, edition: int, group_ids: Sequence[int]
    ) -> None:
        self._key = hmac.digest(secret, b"gateway/feed", "sha256")
        self._about = f"{reader.device_id}/{reader.member_id}/{edition}/{sorted(group_ids)}"

    def close(self, place: _Place) -> str:
        return f"{place.since:x}-{place.before:x}-{self._mark(place)}"

    def open(self, cursor: str) -> _Place | None:
        """Where a cursor of ours is; None for any other, and for one from other circumstances."""
        parts = cursor.split("-")
        try:
            since, before = (int(part, 16) for part in parts[:2])
        except ValueError:
            return None
        place = _Place(since, before)
        is_ours = hmac.compare_digest(cursor.encode(), self.close(place).encode())
        return place if is_ours else None

    def _mark(self, place: _Place) -> str:
        signed = f"{self._about}/{place.since}/{place.before}"
        return hmac.digest(self._key, signed.encode(), "sha256").hex()[:32]
