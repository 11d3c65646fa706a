"""Who is owed what: a fixed number of statements for a post, whatever the number of people.

Rows of the outbox point at the post and carry no text; the words are rendered when they leave.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from gateway.core import doubts, members, repeats, turns
from gateway.core.database import InsertOnce, from_select_once
from gateway.core.envelope import EMAIL, SMS
from gateway.core.errors import Refused
from gateway.core.models import Address, Member, Outbox, Post, Subscription, UtcTime
from gateway.core.prepared import Prepared
from gateway.core.wording import words

PRIORITIES = {"answer": 0, "alert": 1, "question": 2, "notice": 2, "post": 2, "digest": 3}
"""What leaves first. An answer never waits behind a digest."""

WAITING = ("due", "held")
_OWING = "gateway_owing"

COLUMNS = [
    "key",
    "channel",
    "kind",
    "priority",
    "member_id",
    "address_id",
    "recipient",
    "post_id",
    "state",
    "not_before",
    "created_at",
]

_ANSWER = InsertOnce(
    Outbox,
    *("key", "channel", "kind", "priority", "member_id", "recipient", "payload"),
    *("not_before", "created_at"),
    address_id=select(Address.id)
    .where(Address.channel == bindparam("new_channel"), Address.value == bindparam("new_recipient"))
    .scalar_subquery(),
)
"""The address of a recipient is found as the row is written, and not by a statement before it."""


class Owed(Protocol):
    """What must be known of a new post: a row of it, or what one was written from."""

    @property
    def id(self) -> int: ...
    @property
    def group_id(self) -> int: ...
    @property
    def author_id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def urgent(self) -> bool: ...
    @property
    def same_as(self) -> int | None: ...


def owe_post(session: Session, post: Owed, now: datetime) -> None:
    """Owe a new post to its readers, in one INSERT ... SELECT.

    A post goes at once to those who chose so, an alert to everybody in the group. A reply goes to
    those, and to the people of its thread unless they wanted silence. Everybody else finds it in
    the digest or at the kiosk, by their cursor.
    """
    kind = "alert" if post.urgent else "reply" if post.parent_id else "post"
    urgency = PRIORITIES["alert" if post.urgent else "post"]
    owed = _POSTED[kind, post.same_as is not None].run(
        session,
        **turns.begin(session, post.id, post.group_id, urgency, now),
        post=post.id,
        prefix=f"post:{post.id}:",
        root=post.parent_id,
        group=post.group_id,
        author=post.author_id,
        words=post.same_as,
        now=now,
        heard=now - doubts.SILENCE,
    )
    if owed:
        _note(session, SMS, EMAIL)


def owing(session: Session) -> list[str]:
    """The channels on which this transaction owes something that may be due.

    A look at the queue would tell it too, and cost the more the longer the queue is.
    """
    return sorted(session.info.get(_OWING, ()))


def _note(session: Session, *channels: str) -> None:
    session.info.setdefault(_OWING, set()).update(channels)


def owe_answer(  # each is a column of the row that is owed
    session: Session,
    *,
    key: str,
    channel: str,
    recipient: str,
    payload: dict[str, object],
    now: datetime,
    member_id: int | None = None,
    kind: str = "answer",
    not_before: datetime | None = None,
) -> int | None:
    """Owe words to one address, once for each `key`; the row's id, None if we owe it already."""
    _note(session, channel)
    return _ANSWER.id_of(
        session,
        key=key,
        channel=channel,
        kind=kind,
        priority=PRIORITIES[kind],
        member_id=member_id,
        recipient=recipient,
        payload=json.dumps(payload),
        not_before=not_before or now,
        created_at=now,
    )


def owe_question(session: Session, member: Member, address: Address, now: datetime) -> None:
    """Ask the holder of a number whether it is still the member's."""
    owe_answer(
        session,
        key=f"{doubts.QUESTION}:{address.id}:{now.isoformat()}",
        channel=address.channel,
        recipient=address.value,
        payload={"text": words(doubts.question(member), member.language)},
        now=now,
        member_id=member.id,
        kind=doubts.QUESTION,
    )


def owe_closed(session: Session, member: Member, closed: Address, now: datetime) -> None:
    """Tell a member why mail stops, where notices go to now; nothing where they have no way left.

    MOI at the kiosk tells it as well.
    """
    address = members.preferred(session, member.id)
    if address is None or doubts.in_doubt(address, now):
        return
    refusal = Refused("mail_closed", address=members.mask(closed))
    owe_answer(
        session,
        key=f"closed:{closed.id}:{closed.changed_at.isoformat()}",
        channel=address.channel,
        recipient=address.value,
        payload={"text": words(refusal, member.language)},
        now=now,
        member_id=member.id,
        kind="notice",
    )


def withdraw(session: Session, post: Post) -> None:
    """Owe a post no longer to those whom it has not left for yet."""
    session.query(Outbox).where(Outbox.post_id == post.id, Outbox.state.in_(WAITING)).update(
        {"state": "dropped", "code": "withdrawn"}
    )


def wake(session: Session, member: Member, now: datetime, shifts: Sequence[int]) -> None:
    """After a pause: what it held is due now, and the digest comes at its own time again."""
    session.execute(
        update(Outbox)
        .where(
            Outbox.member_id == member.id,
            Outbox.state == "due",
            Outbox.attempts == 0,
            Outbox.not_before > now,
        )
        .values(not_before=now)
        .execution_options(synchronize_session=False)
    )
    _note(session, SMS, EMAIL)
    member.next_digest_at = members.next_digest(member, now, shifts)


def hold(session: Session, member_id: int) -> None:
    """Let no worker take what is owed to a member until this transaction ends."""
    session.execute(
        select(Outbox.id)
        .where(
            Outbox.member_id == member_id,
            Outbox.state.in_(WAITING),
            Outbox.post_id.is_not(None),
        )
        .with_for_update()
    )


def seen(session: Session, member_id: int, serials: Sequence[int]) -> None:
    """Owe posts no longer to whoever has just read them on their own."""
    session.execute(
        update(Outbox)
        .where(
            Outbox.member_id == member_id,
            Outbox.state.in_(WAITING),
            Outbox.post_id.in_(list(serials)),
        )
        .values(state="dropped", code="seen")
        .execution_options(synchronize_session=False)
    )


def texted(session: Session, group_id: int, author_id: int, now: datetime) -> dict[str, int]:
    """How many an alert would reach by SMS, by their language."""
    languages = _reached(select(Member.language, func.count()), now - doubts.SILENCE)
    by_sms = languages.where(Address.channel == SMS).group_by(Member.language)
    rows = session.execute(by_sms, {"group": group_id, "author": author_id})
    return dict(rows.all())


def _posted(kind: str, elsewhere: bool) -> Prepared:
    """A row for each reader of a `post`, a `reply` or an `alert`; `elsewhere` where the same words
    stand in another group, whose readers they go out to from there.
    """
    chosen = Subscription.delivery == "once"
    wanted = {
        "post": chosen,
        "reply": or_(chosen, (Subscription.delivery == "digest") & _in_thread()),
        "alert": Subscription.state == "in",
    }
    chosen_ones = [wanted[kind]]
    if elsewhere:
        chosen_ones.append(~repeats.goes_out_elsewhere(bindparam("words", type_=Integer), _POST))

    def written(dialect: str) -> Any:
        rows = _readers("alert" if kind == "alert" else "post", dialect).where(*chosen_ones)
        return from_select_once(dialect, Outbox, COLUMNS, rows)

    return Prepared(written)


def _in_thread() -> ColumnElement[bool]:
    mine, root = aliased(Post), bindparam("root", type_=Integer)
    return (
        select(mine.id)
        .where(or_(mine.id == root, mine.parent_id == root), mine.author_id == Member.id)
        .exists()
    )


_POST = bindparam("post", type_=Integer)
_NOW = bindparam("now", type_=UtcTime)


def _readers(kind: str, dialect: str) -> Select[Any]:
    key = bindparam("prefix", type_=String) + cast(Member.id, String)
    not_before: Any = turns.turn(dialect, Address.channel)
    if kind != "alert":
        paused = func.coalesce(Member.paused_until, _NOW) > _NOW
        not_before = case((paused, Member.paused_until), else_=not_before)
    rows: Select[Any] = _reached(
        select(
            key,
            Address.channel,
            literal(kind, String),
            literal(PRIORITIES[kind], Integer),
            Member.id,
            Address.id,
            Address.value,
            _POST,
            literal("due", String),
            not_before,
            _NOW,
        ),
        bindparam("heard", type_=UtcTime),
    )
    return rows


def _reached(chosen: Any, heard: Any) -> Any:
    """Of everybody in a group but the author, by the address that notices go to."""
    return (
        chosen.select_from(Subscription)
        .join(Member, Member.id == Subscription.member_id)
        .join(Address, (Address.member_id == Member.id) & Address.preferred)
        .where(
            Subscription.group_id == bindparam("group"),
            Subscription.state == "in",
            Member.id != bindparam("author"),
            Address.state == "active",
            doubts.heard_since(heard),
        )
    )


_POSTED = {
    (kind, elsewhere): _posted(kind, elsewhere)
    for kind in ("post", "reply", "alert")
    for elsewhere in (False, True)
}
