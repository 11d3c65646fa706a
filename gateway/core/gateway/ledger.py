"""The operator's reading verbs: nothing in this room changes a row."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.core import (
    budget,
    digest,
    figures,
    kiosks,
    lists,
    members,
    pauses,
    people,
    reach,
    traffic,
    views,
)
from gateway.core.digest import MOST_ITEMS
from gateway.core.envelope import SMS, Digest, Outbound
from gateway.core.figures import Figures, Troubles
from gateway.core.gateway.parts import Parts
from gateway.core.kiosks import ShutOut
from gateway.core.models import Address, ChannelPause, Member
from gateway.core.numbers import serial_of
from gateway.core.people import Person
from gateway.core.ports import Told, untold

Line = TypeVar("Line")


class Ledger:
    """Lists of any length come as iterators: a page, a transaction."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def members(
        self, *, only: Iterable[int] | None = None, group: str = "", reveal: bool = False
    ) -> Iterator[lists.MemberLine]:
        wanted = list(only) if only is not None else None
        return self._each(
            lambda db, after: lists.members(db, after, only=wanted, group=group, reveal=reveal),
            lambda line: line.id,
        )

    def member(self, member_id: int, *, reveal: bool = False) -> lists.MemberSheet:
        """All of one member who exists."""
        with self._parts.database.read() as session:
            return lists.sheet(session, member_id, reveal=reveal)

    def find_members(self, wanted: str, phone: str = "") -> list[int]:
        """Whom an id, a badge, a phone (in E.164), a mail address or an exact name stands for."""
        with self._parts.database.read() as session:
            return lists.match(session, wanted, phone)

    def pending_members(self) -> list[int]:
        """Those who have not activated any address, and closed none."""
        with self._parts.database.read() as session:
            return lists.pending(session)

    def clashes(self, rows: list[Person]) -> list[tuple[int, str]]:
        """Rows of a file, by their place, with what belongs to somebody else."""
        with self._parts.database.read() as session:
            return people.clashes(session, rows)

    def groups(self, slug: str = "") -> list[lists.GroupLine]:
        with self._parts.database.read() as session:
            rooms = budget.of_groups(session, self._parts.house, self._parts.clock())
            return lists.groups(session, rooms, slug)

    def kiosks(self) -> list[lists.KioskLine]:
        with self._parts.database.read() as session:
            return lists.kiosks(session, self._parts.clock())

    def shut_out(self) -> ShutOut:
        """Whose badges are locked by wrong PINs until `gateway members unlock`."""
        with self._parts.database.read() as session:
            return kiosks.shut_out(session, self._parts.clock())

    def posts(self, group: str = "") -> Iterator[traffic.PostLine]:
        return self._each(
            lambda db, after: traffic.posts(db, after, group=group),
            lambda line: serial_of(line.number) or 0,
        )

    def inbox(self, *, state: str = "", reveal: bool = False) -> Iterator[traffic.InboxLine]:
        return self._each(
            lambda db, after: traffic.inbox(db, after, state=state, reveal=reveal),
            lambda line: line.id,
        )

    def message(self, row_id: int, *, reveal: bool = False) -> traffic.InboxSheet:
        """One row of the inbox. Raises `Refused`: `no_such_row`."""
        with self._parts.database.read() as session:
            return traffic.inbox_sheet(session, row_id, reveal=reveal)

    def outbox(
        self, *, state: str = "", channel: str = "", reveal: bool = False
    ) -> Iterator[traffic.OutboxLine]:
        return self._each(
            lambda db, after: traffic.outbox(
                db, after, state=state, channel=channel, reveal=reveal
            ),
            lambda line: line.id,
        )

    def failed(self) -> list[int]:
        """What is owed and was refused for good."""
        with self._parts.database.read() as session:
            return traffic.failed(session)

    def figures(self) -> Figures:
        """The installation at a glance."""
        with self._parts.database.read() as session:
            return figures.figures(session, self._parts.clock(), self._parts.house)

    def troubles(self) -> Troubles:
        """What somebody must look at."""
        with self._parts.database.read() as session:
            return figures.troubles(session, self._parts.clock(), self._parts.house)

    def unwritable(self, told: Told = untold) -> int:
        """How many open numbers may not be written to: abroad, premium, or no mobile."""
        found = 0
        with self._parts.database.read() as session:
            numbers = session.scalars(
                select(Address.value).where(Address.channel == SMS, Address.state == "active")
            )
            for number in numbers:
                found += bool(self._parts.unwritable(SMS, number))
                told(1)
        return found

    def pauses(self) -> list[ChannelPause]:
        """The channels on which nothing leaves until somebody has mended something."""
        with self._parts.database.read() as session:
            found = pauses.every(session)
            session.expunge_all()
            return found

    def reach(self, days: int) -> list[reach.ReachLine]:
        """Whom the gateway reaches, and reached and heard in the last `days`: counts by site."""
        now = self._parts.clock()
        with self._parts.database.read() as session:
            return reach.reach(session, now - timedelta(days=days), now, days)

    def board(self, slug: str, days: int) -> traffic.Board:
        """What was posted in a group, which exists, in the last `days`: for a sheet of paper."""
        now = self._parts.clock()
        with self._parts.database.read() as session:
            return traffic.board(session, slug, now - timedelta(days=days), now)

    def digests_due(self, now: datetime | None = None) -> int:
        """Of how many members a digest is due at a time."""
        due = Member.next_digest_at <= (now or self._parts.clock())
        with self._parts.database.read() as session:
            return session.scalar(select(func.count(Member.id)).where(due)) or 0

    def digests_owed(self, after: int = 0) -> int:
        """How many digests were owed so far, after a row of the outbox."""
        with self._parts.database.read() as session:
            return traffic.digests_owed(session, after)

    def newest_owed(self) -> int:
        """The last row of the outbox."""
        with self._parts.database.read() as session:
            return traffic.newest_owed(session)

    def preview(self, member_id: int) -> Outbound | None:
        """The digest that a member would get now; None where nothing would go out."""
        with self._parts.database.read() as session:
            member = session.scalars(select(Member).where(Member.id == member_id)).one()
            address = members.preferred(session, member_id)
            unread = traffic.for_digest(member_id)
            serials = list(session.scalars(unread.limit(MOST_ITEMS)))
            if address is None or not serials:
                return None
            page = views.fill_page(
                views.views(session, serials),
                lambda page: self._parts.page_fits(address.channel, member.language, page),
                about="digest",
                total=session.scalar(select(func.count()).select_from(unread.subquery())),
                segments=digest.segments(member, address.channel),
            )
            return Outbound(
                id=0,
                channel=address.channel,
                recipient=address.value,
                language=member.language,
                content=Digest(page, tuple(serials[: len(page.items)])),
                member_id=member.id,
                member=member.name,
                timezone=member.timezone,
            )

    def _each(
        self, page: Callable[[Session, int], list[Line]], place: Callable[[Line], int]
    ) -> Iterator[Line]:
        after = 0
        while True:
            with self._parts.database.read() as session:
                lines = page(session, after)
            yield from lines
            if len(lines) < lists.PAGE:
                return
            after = place(lines[-1])
