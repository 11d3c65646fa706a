"""All that is kept about one person, for that person (GDPR, articles 15 and 20).

A section at a time, and of a long one a page at a time, so that many thousand rows take little
memory. What would let somebody act as the person, a hash of a PIN, a code or a token, is left out.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from gateway.core.envelope import KIOSK
from gateway.core.models import (
    Action,
    Address,
    Code,
    Consent,
    DeviceRow,
    Group,
    Inbox,
    Media,
    Member,
    Outbox,
    Post,
    Question,
    SessionRow,
    Subscription,
    ThankYou,
)
from gateway.core.numbers import number_of

Record = dict[str, Any]
Read = Callable[[], AbstractContextManager[Session]]
"""Opens a transaction that reads."""

PAGE = 200
_PLACE = "place"
ORIGINALS = 1
"""Messages a page where each comes with its original, which may have 30 MB."""

THEIRS = ("active", "stopped")
"""What came from a number in another state may be somebody else's words."""

SECTIONS_OF: Final[Mapping[str, str]] = MappingProxyType({
    "member": "profile",
    "address": "addresses",
    "consent": "consent",
    "subscription": "groups",
    "post": "posts",
    "thanks": "thanks",
    "inbox": "messages",
    "outbox": "sent",
    "media": "pictures",
    "question": "questions",
    "action": "actions",
    "code": "codes",
    "session": "sessions",
})  # fmt: skip
"""Where each table with somebody's rows is in the export."""

LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType({
    "shown": "which posts a channel showed last: no more than those posts' numbers, for a day",
    "throttle": "wrong tries by a hash of a badge or a number, forgotten after a week",
    "bucket": "how much came from a hash of a number, forgotten after a day",
    "delivery_event": "what carriers said of messages; what came of it is with each message",
    "group_": "of nobody",
    "counter": "of nobody",
    "device": "of nobody: a kiosk",
    "lease": "of nobody",
    "channel_pause": "of nobody",
    "spending": "of nobody: segments a month",
    "fetched": "of nobody: numbers of mails in our own mailbox",
    "caught_up": "of nobody",
    "process": "of nobody: what runs",
    "tally": "of nobody: counters of the whole installation",
})  # fmt: skip
"""And why another table is not."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the export: its rows' columns by name, and what orders them (none: one page)."""

    name: str
    rows: Select[*tuple[Any, ...]]
    place: Any = None
    size: int = PAGE

    def pages(self, read: Read) -> Iterator[Record]:
        """Every row, each page in a transaction of its own."""
        after = None
        while True:
            chosen = self._after(after)
            with read() as session:
                found = session.execute(chosen).mappings().all()
                yield from [
                    {name: _plain(name, row[name]) for name in row if name != _PLACE}
                    for row in found
                ]
            if self.place is None or len(found) < self.size:
                return
            after = found[-1][_PLACE]

    def _after(self, after: object) -> Select[*tuple[Any, ...]]:
        if self.place is None:
            return self.rows
        chosen = self.rows.add_columns(self.place.label(_PLACE))
        if after is not None:
            chosen = chosen.where(self.place > after)
        return chosen.order_by(self.place).limit(self.size)


def profile(session: Session, member_id: int) -> Record:
    """Who they are, and what they set."""
    one = session.get_one(Member, member_id)
    main = session.get(Group, one.main_group_id) if one.main_group_id else None
    return {
        "id": one.id,
        "name": one.name,
        "badge": one.badge,
        "site": one.site,
        "role": one.role,
        "created": one.created_at,
        "seen": one.seen_at,
        "settings": {
            "language": one.language,
            "timezone": one.timezone,
            "main_group": main.slug if main else None,
            "rhythm": one.rhythm,
            "digest_at": _clock(one.digest_minute),
            "next_digest": one.next_digest_at,
            "page": one.page,
            "quiet_from": _clock(one.quiet_from),
            "quiet_to": _clock(one.quiet_to),
            "paused_until": one.paused_until,
            "has_pin": one.pin_hash is not None,
        },
    }


def sections(member_id: int, *, originals: bool = False) -> Iterator[Section]:
    """Every section but the profile. With `originals`, messages and pictures as they came."""
    yield from _person(member_id)
    yield from _said(member_id)
    yield from _moved(member_id, originals=originals)


def came_from(member_id: int, states: tuple[str, ...] = ()) -> ColumnElement[bool]:
    """Rows of the inbox that are a member's, be it that only their address says so.

    With `states`, of their addresses in these states alone.
    """
    from_theirs = exists().where(
        Address.member_id == member_id,
        Address.channel == Inbox.channel,
        Address.value == Inbox.sender,
        *([Address.state.in_(states)] if states else []),
    )
    with_their_badge = exists().where(
        Member.id == member_id,
        Inbox.channel == KIOSK,
        Inbox.sender == literal("badge:").concat(Member.badge),
    )
    theirs = or_(from_theirs, with_their_badge) if not states else from_theirs
    return or_(Inbox.member_id == member_id, and_(Inbox.member_id.is_(None), theirs))


def went_to(member_id: int) -> ColumnElement[bool]:
    """Rows of the outbox that are a member's, be it that only their address says so."""
    to_theirs = exists().where(
        Address.member_id == member_id,
        Address.channel == Outbox.channel,
        Address.value == Outbox.recipient,
    )
    return or_(Outbox.member_id == member_id, and_(Outbox.member_id.is_(None), to_theirs))


def _person(member_id: int) -> Iterator[Section]:
    yield _section(
        "addresses",
        Address.id,
        Address.member_id == member_id,
        channel=Address.channel,
        address=Address.value,
        state=Address.state,
        preferred=Address.preferred,
        changed=Address.changed_at,
        heard=Address.heard_at,
        asked=Address.asked_at,
        bounced=Address.bounced_at,
    )
    yield _section(
        "consent",
        Consent.id,
        Consent.member_id == member_id,
        at=Consent.at,
        channel=Consent.channel,
        given=Consent.given,
        cause=Consent.cause,
    )
    yield _section(
        "codes",
        Code.id,
        Code.member_id == member_id,
        kind=Code.kind,
        expires=Code.expires_at,
        used=Code.used_at,
    )
    at_kiosks = select(DeviceRow.site.label("kiosk"), SessionRow.expires_at.label("expires"))
    signed_in = at_kiosks.join(DeviceRow, DeviceRow.id == SessionRow.device_id)
    yield Section("sessions", signed_in.where(SessionRow.member_id == member_id))


def _said(member_id: int) -> Iterator[Section]:
    yield _section(
        "groups",
        Subscription.group_id,
        (Subscription.member_id == member_id) & (Group.id == Subscription.group_id),
        group=Group.slug,
        name=Group.title,
        state=Subscription.state,
        animator=Subscription.animator,
        delivery=Subscription.delivery,
        since=Subscription.since,
    )
    yield _section(
        "posts",
        Post.id,
        (Post.author_id == member_id) & (Group.id == Post.group_id),
        number=Post.id,
        group=Group.slug,
        parent=Post.parent_id,
        channel=Post.channel,
        urgent=Post.urgent,
        state=Post.state,
        created=Post.created_at,
        body=Post.body,
    )
    yield _section(
        "thanks",
        ThankYou.post_id,
        ThankYou.member_id == member_id,
        number=ThankYou.post_id,
        at=ThankYou.at,
    )
    yield _section(
        "questions",
        Question.id,
        Question.member_id == member_id,
        asked=Question.asked_at,
        channel=Question.channel,
        about=Question.title,
        expires=Question.expires_at,
    )
    yield _section(
        "actions",
        Action.id,
        Action.member_id == member_id,
        at=Action.at,
        what=Action.what,
        about=Action.about,
        undone=Action.undone,
    )


def _moved(member_id: int, *, originals: bool) -> Iterator[Section]:
    size = ORIGINALS if originals else PAGE
    yield _section(
        "messages",
        Inbox.id,
        came_from(member_id, THEIRS),
        size=size,
        at=Inbox.received_at,
        channel=Inbox.channel,
        sender=Inbox.sender,
        state=Inbox.state,
        text=Inbox.text,
        cut=Inbox.cut,
        answer=Inbox.words,
        bytes=func.length(Inbox.raw),
        **({"original": Inbox.raw} if originals else {}),
    )
    yield _section(
        "sent",
        Outbox.id,
        went_to(member_id),
        at=Outbox.created_at,
        channel=Outbox.channel,
        recipient=Outbox.recipient,
        kind=Outbox.kind,
        number=Outbox.post_id,
        state=Outbox.state,
        status=Outbox.status,
        settled=Outbox.settled_at,
        segments=Outbox.segments,
    )
    yield _section(
        "pictures",
        Media.id,
        (Inbox.id == Media.inbox_id) & came_from(member_id, THEIRS),
        size=size,
        at=Media.created_at,
        number=Media.post_id,
        kind=Media.kind,
        state=Media.state,
        bytes=func.length(Media.content),
        **({"original": Media.content} if originals else {}),
    )


def _section(
    name: str, place: Any, where: ColumnElement[bool], /, *, size: int = PAGE, **columns: Any
) -> Section:
    labelled = [column.label(key) for key, column in columns.items()]
    return Section(name, select(*labelled).where(where), place, size)


def _plain(name: str, value: Any) -> Any:
    """Serials as the numbers that people know, bytes as base64."""
    if name in ("number", "parent") and value is not None:
        return number_of(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
