"""What is unread for many members at once, for their digests: a fixed number of statements.

Who is in the same groups and was shown the same has the same unread posts: each group's posts are
read once, and put together once for everybody alike. What sets one member apart (their own posts,
what went out to them on its own, the same words in two groups of theirs) is looked up apart, and
only for the posts of which it can be so.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from gateway.core import repeats, resends
from gateway.core.many import among
from gateway.core.models import Outbox, Post, Subscription

AT_A_TIME = 5000
"""Posts that one statement names: SQLite takes 32,766 values in one."""

Places = tuple[tuple[int, int], ...]
"""Where a member is: each group's id, and their cursor in it."""

_IS_READER: Final = (
    among(Subscription.member_id, "members"),
    Subscription.state == "in",
    Subscription.delivery != "none",
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """The first unread serials of a member, oldest first, and how many there are in all."""

    serials: tuple[int, ...]
    total: int


@dataclass(slots=True)
class _News:
    """A group's posts: their serials in order, and who wrote each."""

    serials: list[int] = field(default_factory=list)
    authors: list[int] = field(default_factory=list)

    def after(self, cursor: int) -> Iterator[tuple[int, int]]:
        start = bisect_right(self.serials, cursor)
        return zip(self.serials[start:], self.authors[start:], strict=True)


@dataclass(slots=True)
class _Read:
    """What was read of all groups of a batch."""

    news: dict[int, _News] = field(default_factory=lambda: defaultdict(_News))
    gone_out: list[int] = field(default_factory=list)
    """What left for somebody on its own."""
    repeated: list[int] = field(default_factory=list)
    """What was said in other groups as well."""


def backlogs(session: Session, member_ids: Sequence[int], most: int) -> dict[int, Backlog]:
    """What each of these members was not shown yet, and at most `most` posts of it."""
    if not member_ids:
        return {}
    places = _places(session, member_ids)
    read = _read(session, member_ids)
    hidden = _hidden(session, member_ids, read)
    authors = {author for news in read.news.values() for author in news.authors}
    alike: dict[Places, Backlog] = {}
    found = {}
    for member_id, mine in places.items():
        if member_id in authors or member_id in hidden:
            found[member_id] = _backlog(mine, read, most, member_id, hidden[member_id])
            continue
        if mine not in alike:
            alike[mine] = _backlog(mine, read, most)
        found[member_id] = alike[mine]
    return found


def _backlog(
    mine: Places, read: _Read, most: int, reader: int = 0, hidden: Iterable[int] = ()
) -> Backlog:
    serials = sorted(
        serial
        for group_id, cursor in mine
        for serial, author in read.news[group_id].after(cursor)
        if author != reader and serial not in hidden
    )
    return Backlog(tuple(serials[:most]), len(serials))


def _places(session: Session, member_ids: Sequence[int]) -> dict[int, Places]:
    """In which groups each member reads, but for those that they want nothing of."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for member_id, group_id, cursor in session.connection().execute(
        _PLACES, {"members": list(member_ids)}
    ):
        found[member_id].append((group_id, cursor))
    return {member_id: tuple(places) for member_id, places in found.items()}


def _read(session: Session, member_ids: Sequence[int]) -> _Read:
    """Each group's live posts from where the hindmost of these members is."""
    read = _Read()
    rows = session.connection().execute(_NEWS, {"members": list(member_ids)})
    for group_id, serial, author, same_as, gone_out in rows:
        news = read.news[group_id]
        news.serials.append(serial)
        news.authors.append(author)
        if gone_out:
            read.gone_out.append(serial)
        if same_as is not None:
            read.repeated.append(serial)
    return read


def _hidden(session: Session, member_ids: Sequence[int], read: _Read) -> dict[int, set[int]]:
    """What each member had in another way: on its own, or through another group of theirs."""
    hidden: dict[int, set[int]] = defaultdict(set)
    first, last = min(member_ids), max(member_ids)
    had: list[Row[Any, Any]] = []
    for serials in _parts(read.gone_out):
        had += session.connection().execute(_HAD, {"posts": serials, "first": first, "last": last})
    for serials in _parts(read.repeated):
        had += session.connection().execute(
            _ELSEWHERE, {"posts": serials, "members": list(member_ids)}
        )
    for member_id, serial in had:
        hidden[member_id].add(serial)
    return hidden


def _parts(serials: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(serials), AT_A_TIME):
        yield serials[start : start + AT_A_TIME]


def _news() -> Select[int, int, int, int | None, bool]:
    hindmost = (
        select(Subscription.group_id, func.min(Subscription.cursor).label("cursor"))
        .where(*_IS_READER)
        .group_by(Subscription.group_id)
        .subquery()
    )
    # By its order and its end at the first row: asked whether there is any, PostgreSQL would read
    # all rows for each post, once one post was owed to a million.
    first = select(Outbox.member_id).where(Outbox.post_id == Post.id).order_by(Outbox.member_id)
    gone_out = first.limit(1).correlate(Post).scalar_subquery().is_not(None)
    return (
        select(Post.group_id, Post.id, Post.author_id, Post.same_as, gone_out)
        .join(hindmost, hindmost.c.group_id == Post.group_id)
        .where(Post.id > hindmost.c.cursor, Post.state == "live")
        .order_by(Post.group_id, Post.id)
    )


_PLACES: Final = (
    select(Subscription.member_id, Subscription.group_id, Subscription.cursor)
    .where(*_IS_READER)
    .order_by(Subscription.member_id, Subscription.group_id)
)
_NEWS: Final = _news()
# By the first and last of the members: each post's rows lie in their order, so that those of other
# members are not even looked at. The members of a batch follow one another.
_HAD: Final = select(Outbox.member_id, Outbox.post_id).where(
    among(Outbox.post_id, "posts"),
    Outbox.member_id.between(bindparam("first"), bindparam("last")),
    Outbox.state.not_in(repeats.NOT_SHOWN),
    ~resends.waiting(),
)
_ELSEWHERE: Final = (
    select(Subscription.member_id, Post.id)
    .join(Post, Post.group_id == Subscription.group_id)
    .where(
        *_IS_READER,
        among(Post.id, "posts"),
        Post.id > Subscription.cursor,
        repeats.had_elsewhere(Subscription.member_id, not_yet=repeats.NOT_SHOWN),
    )
)
