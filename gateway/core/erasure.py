"""Erasing a person (GDPR, article 17): what goes, and what stays without a name.

What they posted stays where others answered it, by a former member; so do their thanks, which are
counted by nobody's name. The row of the member stays too, empty: an id that were given to the next
one would give them the old one's reply addresses. The ledger of consent stays under that id, as the
proof that a channel was open or closed; and a keyed hash of each address that its owner stopped, so
that no file opens it again. Everything else goes: also the name in what others were told.

Long tables are emptied first, a batch a transaction, so that messages do not wait. Whatever cuts
that off, the member is still there by name, and is erased by asking again.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, TypeVarTuple
from typing import cast as cast_to

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Row,
    Select,
    String,
    Update,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from gateway.core import budget, changes, codec, members
from gateway.core.commands import Admit
from gateway.core.envelope import SMS
from gateway.core.export import came_from, went_to
from gateway.core.house import House
from gateway.core.models import (
    SERIAL,
    Action,
    Address,
    Code,
    Counter,
    DeliveryEvent,
    Group,
    Inbox,
    Media,
    Member,
    Outbox,
    Post,
    Question,
    SessionRow,
    Shown,
    Subscription,
)
from gateway.core.wording.catalogue import translator
from gateway.core.wording.fit import shorten
from gateway.core.wording.voice import NAME_WIDTH

WHAT_BECOMES_OF: Final[Mapping[str, str]] = MappingProxyType({
    "member": "stays as an id: no name, badge, PIN, site or habit",
    "address": "deleted; a keyed hash of one that was stopped goes into the ledger",
    "consent": "stays under the id, as proof: no name and no address is in it",
    "code": "deleted",
    "session": "deleted",
    "throttle": "deleted by the badge and the addresses",
    "bucket": "hashes of addresses under a key of ours; forgotten after a day",
    "subscription": "deleted",
    "post": "stays by a former member, or is emptied",
    "thanks": "stays under the id, counted",
    "media": "deleted",
    "question": "deleted, also where an animator is asked about them",
    "shown": "deleted",
    "action": "deleted",
    "inbox": "stays as an empty row, so that a message that comes again is known",
    "outbox": "stays as an empty row, so that what was paid for is counted; nothing leaves",
    "delivery_event": "deleted",
    **dict.fromkeys(
        ("group_", "counter", "device", "lease", "channel_pause", "spending", "fetched",
         "caught_up", "process", "tally"), "of nobody"),
})  # fmt: skip
"""Every table, so that a new one is thought of."""

Ts = TypeVarTuple("Ts")

BATCH = 500
SHORTEST_NAME = 2
WIDTHS = (32, NAME_WIDTH, 12, 6)
"""Where a name is cut in what is told."""

_OWED = ("due", "claimed", "held", "unknown")
_ENDED = ("done", "refused", "duplicate", "automatic")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be forgotten; `anonymous` stands where the name stood."""

    id: int
    name: str
    anonymous: str
    is_only_one: bool
    """Nobody else has this name: wherever it stands, it is theirs."""

    @property
    def names(self) -> list[str]:
        """The name, and how it is cut where it finds little room; the longest first."""
        cut = {shorten(self.name, width) for width in WIDTHS}
        return sorted({self.name, *cut}, key=len, reverse=True)

    def without_name(self, text: str) -> str:
        """`text` by nobody."""
        either = "|".join(re.escape(name) for name in self.names)
        return re.sub(rf"(?<!\w)(?:{either})(?!\w)", lambda _: self.anonymous, text)

    def without_name_in(self, record: str) -> str:
        """The same of a value in JSON, for in its spelling a name may touch an escape."""
        return json.dumps(self._in(json.loads(record))) if record else record

    def _in(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.without_name(value)
        if isinstance(value, list):
            return [self._in(item) for item in value]
        return {k: self._in(v) for k, v in value.items()} if isinstance(value, dict) else value


@dataclass(frozen=True, slots=True)
class Emptied:
    """Rows that a step found, and where to go on; `dropped` were still owed."""

    found: int
    after: int | None
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """What the end of it did: `without_animator` are groups that nobody animates any more."""

    addresses: int
    groups: int
    posts: int
    pictures: int
    without_animator: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What comes after a row, up to another (None: to the end).

    Rows that somebody else works on are left alone, unless it is `patient`: whoever waits for one
    must hold no other, so it is then a batch of one.
    """

    after: int = 0
    upto: int | None = None
    patient: bool = False

    @property
    def size(self) -> int:
        return 1 if self.patient else BATCH

    def of(self, statement: Select[*Ts], row_id: Any, which: ColumnElement[bool]) -> Select[*Ts]:
        """Those of its rows that are wanted, locked; SQLite has one writer anyhow."""
        chosen = statement.where(which, row_id > self.after).order_by(row_id).limit(self.size)
        if self.upto is not None:
            chosen = chosen.where(row_id <= self.upto)
        return chosen.with_for_update(of=row_id.class_, skip_locked=not self.patient)

    def last(self, ids: Sequence[int]) -> int | None:
        """Where the next one begins; None where this was the last."""
        return ids[-1] if len(ids) == self.size else None


Step = Callable[[Session, Person, Batch], Emptied]
"""Empties a batch."""


def person(session: Session, member_id: int, house: House) -> Person | None:
    """Whom an id stands for; None where there is nobody, or not any more."""
    member = session.get(Member, member_id)
    if member is None or member.role == members.ERASED:
        return None
    same = Member.name == member.name, Member.id != member_id
    anonymous = translator(house.language).gettext("Former member")
    return Person(
        member_id, member.name, anonymous, session.scalar(select(exists().where(*same))) is False
    )


def empty_inbox(session: Session, one: Person, batch: Batch) -> Emptied:
    """What they wrote, whole. A carrier's own id of a text stays, for it may bring that again."""
    ids = session.scalars(batch.of(select(Inbox.id), Inbox.id, came_from(one.id))).all()
    _change(session, delete(Media).where(Media.inbox_id.in_(ids)))
    name = literal("erased:", String).concat(cast(Inbox.id, String))
    _change(
        session,
        update(Inbox)
        .where(Inbox.id.in_(ids))
        .values(
            external_id=case((Inbox.channel == SMS, Inbox.external_id), else_=name),
            sender="",
            member_id=None,
            text="",
            envelope="{}",
            raw=b"",
            state=case((Inbox.state.in_(_ENDED), Inbox.state), else_="refused"),
            reason="erased",
            result="",
            words="",
            cut="",
        ),
    )
    return Emptied(len(ids), batch.last(ids))


def empty_outbox(session: Session, one: Person, batch: Batch) -> Emptied:
    """What was told to them, and to whom; what is still owed does not leave."""
    ids = session.scalars(batch.of(select(Outbox.id), Outbox.id, went_to(one.id))).all()
    rows = Outbox.id.in_(ids)
    begun = Outbox.state == "claimed", Outbox.wired_at.is_(None), Outbox.reserved > 0
    unspent = session.scalars(select(Outbox).where(rows, *begun).with_for_update())
    budget.give_back(session, unspent.all())
    session.flush()
    owed = session.scalar(select(func.count()).where(rows, Outbox.state.in_(_OWED))) or 0
    known_as = select(Outbox.external_id).where(rows, Outbox.external_id.is_not(None))
    said = or_(DeliveryEvent.outbound_id.in_(ids), DeliveryEvent.external_id.in_(known_as))
    _change(session, delete(DeliveryEvent).where(said))
    # A failed one too: nobody may owe it again.
    ends = Outbox.state.in_((*_OWED, "failed"))
    _change(
        session,
        update(Outbox)
        .where(rows)
        .values(
            member_id=None,
            address_id=None,
            recipient="",
            payload="",
            trace="",
            said="",
            claim="",
            lease_until=None,
            state=case((ends, "dropped"), else_=Outbox.state),
            code=case((Outbox.state.in_(_OWED), "erased"), else_=Outbox.code),
        ),
    )
    return Emptied(len(ids), batch.last(ids), owed)


def unname_inbox(session: Session, one: Person, batch: Batch) -> Emptied:
    """Their name in what others were told."""
    rows = _naming(session, one, Inbox.id, (Inbox.words, Inbox.result), batch)
    named = 0
    for row in rows:
        words, result = one.without_name(row.words), one.without_name_in(row.result)
        if (words, result) != (row.words, row.result):
            named += 1
            new = update(Inbox).where(Inbox.id == row.id).values(words=words, result=result)
            _change(session, new)
    return Emptied(named, batch.last([row.id for row in rows]))


def unname_outbox(session: Session, one: Person, batch: Batch) -> Emptied:
    """Their name in what others were sent, or are owed."""
    rows = _naming(session, one, Outbox.id, (Outbox.payload,), batch)
    named = 0
    for row in rows:
        payload = one.without_name_in(row.payload)
        if payload != row.payload:
            named += 1
            _change(session, update(Outbox).where(Outbox.id == row.id).values(payload=payload))
    return Emptied(named, batch.last([row.id for row in rows]))


STEPS: Final[Mapping[str, Step]] = MappingProxyType({
    "messages": empty_inbox,
    "sent": empty_outbox,
    "told": unname_inbox,
    "owed": unname_outbox,
})  # fmt: skip
"""What is done in batches, and once more at the end for what came meanwhile."""


def newest(session: Session) -> int:
    """The last row of the long tables: who writes faster than we empty is not run after."""
    last = [session.scalar(select(func.max(row_id))) or 0 for row_id in (Inbox.id, Outbox.id)]
    return max(last)


def wait_for_posts(session: Session) -> None:
    """Let whoever is about to post go first: they owe it to all whom they see in the group."""
    _change(session, update(Counter).where(Counter.name == SERIAL).values(value=Counter.value))


def finish(session: Session, one: Person, house: House, now: datetime) -> Ended:
    """Delete the rest, in the transaction that ends it. The member must be locked."""
    addresses = members.addresses(session, one.id)
    for address in addresses:
        _remember_stop(session, address, house, now)
    session.flush()
    alone = _animated_alone(session, one.id)
    _forget_questions(session, one.id)
    pictures = _change(session, delete(Media).where(Media.post_id.in_(_posts(one.id))))
    left = _change(session, delete(Subscription).where(Subscription.member_id == one.id))
    for table in (Address, Code, SessionRow, Shown, Action):
        _change(session, delete(table).where(table.member_id == one.id))
    _unname(session.get_one(Member, one.id), one, house, now)
    changes.new_edition(session)
    posts = session.scalar(select(func.count()).select_from(_posts(one.id).subquery())) or 0
    return Ended(len(addresses), left, posts, pictures, alone)


def empty_posts(session: Session, member_id: int) -> None:
    """Take back all that they posted: the answers of others stay, and their threads."""
    owed = Outbox.post_id.in_(_posts(member_id)) & Outbox.state.in_(("due", "held"))
    _change(session, update(Outbox).where(owed).values(state="dropped", code="withdrawn"))
    emptied = update(Post).where(Post.author_id == member_id)
    _change(session, emptied.values(state="withdrawn", body=""))
    changes.new_edition(session)


def _posts(member_id: int) -> Select[int]:
    return select(Post.id).where(Post.author_id == member_id)


def _unname(member: Member, one: Person, house: House, now: datetime) -> None:
    member.name, member.role = one.anonymous, members.ERASED
    member.badge = member.pin_hash = member.main_group_id = None
    member.next_digest_at = member.paused_until = member.seen_at = None
    member.site, member.language, member.timezone = "", house.language, house.timezone
    member.rhythm, member.digest_minute, member.page = "never", 18 * 60, 1
    member.quiet_from, member.quiet_to = 21 * 60, 6 * 60
    member.token_epoch += 1
    member.created_at = now


def _remember_stop(session: Session, address: Address, house: House, now: datetime) -> None:
    refused = members.has_refused(session, address.member_id, address.channel)
    if address.state == "stopped" or refused:
        mark = members.stop_mark(house.secret, address.channel, address.value)
        members.note(session, address, given=False, cause=mark, now=now)


def _animated_alone(session: Session, member_id: int) -> tuple[str, ...]:
    theirs = select(Subscription.group_id).where(
        Subscription.member_id == member_id, Subscription.animator, Subscription.state == "in"
    )
    other = aliased(Subscription)
    others = exists().where(
        other.group_id == Group.id,
        other.member_id != member_id,
        other.animator,
        other.state == "in",
    )
    found = select(Group.slug).where(Group.id.in_(theirs), ~others).order_by(Group.slug)
    return tuple(session.scalars(found))


def _forget_questions(session: Session, member_id: int) -> None:
    """Those that they were asked, and whether they may come in somewhere."""
    slugs = session.scalars(
        select(Group.slug)
        .join(Subscription, Subscription.group_id == Group.id)
        .where(Subscription.member_id == member_id)
    )
    about = [json.dumps([codec.encode(Admit(member_id, slug))]) for slug in slugs]
    wanted = or_(Question.member_id == member_id, Question.commands.in_(about))
    _change(session, delete(Question).where(wanted))


def _naming(
    session: Session, one: Person, row_id: Any, columns: Sequence[Any], batch: Batch
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Rows in which their name may stand, in JSON or plainly."""
    if not one.is_only_one or len(one.name) < SHORTEST_NAME:
        return []
    spelt = {form for name in one.names for form in (name, json.dumps(name)[1:-1])}
    found = or_(*(c.contains(form, autoescape=True) for c in columns for form in sorted(spelt)))
    return session.execute(batch.of(select(row_id.label("id"), *columns), row_id, found)).all()


def _change(session: Session, statement: Update | Delete) -> int:
    quiet = statement.execution_options(synchronize_session=False)
    return cast_to("CursorResult[Any]", session.execute(quiet)).rowcount
