"""Who is owed what: a fixed number of statements for a post, whatever the number of people.

Rows of the outbox point at the post and carry no text; the words are rendered when they leave.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from gateway.core import doubts, members, repeats
from gateway.core.database import dialect_of, from_select_once, insert_once_for_id
from gateway.core.envelope import SMS
from gateway.core.errors import Refused
from gateway.core.models import Address, Member, Outbox, Post, Subscription, UtcTime
from gateway.core.wording import words

PRIORITIES = {"answer": 0, "alert": 1, "question": 2, "notice": 2, "post": 2, "digest": 3}
"""What leaves first. An answer never waits behind a digest."""

WAITING = ("due", "held")

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


def owe_post(session: Session, post: Post, now: datetime) -> None:
    """Owe a new post to its readers, in one INSERT ... SELECT.

    A post goes at once to those who chose so, an alert to everybody in the group. A reply goes to
    those, and to the people of its thread unless they wanted silence. Everybody else finds it in
    the digest or at the kiosk, by their cursor.
    """
    session.flush()
    kind = "alert" if post.urgent else "post"
    chosen = Subscription.delivery == "once"
    if post.urgent:
        wanted = Subscription.state == "in"
    elif post.parent_id:
        wanted = or_(chosen, (Subscription.delivery == "digest") & _in_thread(post.parent_id))
    else:
        wanted = chosen
    rows = _readers(post, kind, now).where(wanted)
    if post.same_as is not None:
        rows = rows.where(~repeats.goes_out_elsewhere(post))
    session.execute(from_select_once(dialect_of(session), Outbox, COLUMNS, rows))


def owe_answer(  # each is a column of the row that is owed
    session: Session,
    *,
    key: str,
    channel: str,
    recipient: str,
    payload: dict[str, object],
    now: datetime,
    member_id: int | None = None,
    address_id: int | None = None,
    kind: str = "answer",
    not_before: datetime | None = None,
) -> int | None:
    """Owe words to one address, once for each `key`; the row's id, None if we owe it already."""
    row: int | None = session.scalar(
        insert_once_for_id(session, Outbox),
        {
            "key": key,
            "channel": channel,
            "kind": kind,
            "priority": PRIORITIES[kind],
            "member_id": member_id,
            "address_id": address_id,
            "recipient": recipient,
            "payload": json.dumps(payload),
            "state": "due",
            "not_before": not_before or now,
            "created_at": now,
        },
    )
    return row


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
        address_id=address.id,
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
        address_id=address.id,
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


def _in_thread(root: int) -> ColumnElement[bool]:
    mine = aliased(Post)
    return (
        select(mine.id)
        .where(or_(mine.id == root, mine.parent_id == root), mine.author_id == Member.id)
        .exists()
    )


def texted(session: Session, group_id: int, author_id: int, now: datetime) -> dict[str, int]:
    """How many an alert would reach by SMS, by their language."""
    languages = _reached(select(Member.language, func.count()), group_id, author_id, now)
    by_sms = languages.where(Address.channel == SMS).group_by(Member.language)
    return dict(session.execute(by_sms).all())


def _readers(post: Post, kind: str, now: datetime) -> Select[Any]:
    key = literal(f"post:{post.id}:", String) + cast(Member.id, String)
    paused = literal(kind != "alert") & (func.coalesce(Member.paused_until, now) > now)
    rows: Select[Any] = _reached(
        select(
            key,
            Address.channel,
            literal(kind, String),
            literal(PRIORITIES[kind], Integer),
            Member.id,
            Address.id,
            Address.value,
            literal(post.id, Integer),
            literal("due", String),
            case((paused, Member.paused_until), else_=literal(now, UtcTime)),
            literal(now, UtcTime),
        ),
        post.group_id,
        post.author_id,
        now,
    )
    return rows


def _reached(chosen: Any, group_id: int, author_id: int, now: datetime) -> Any:
    """Of everybody in a group but the author, by the address that notices go to."""
    return (
        chosen.select_from(Subscription)
        .join(Member, Member.id == Subscription.member_id)
        .join(Address, (Address.member_id == Member.id) & Address.preferred)
        .where(
            Subscription.group_id == group_id,
            Subscription.state == "in",
            Member.id != author_id,
            Address.state == "active",
            doubts.fresh(now),
        )
    )
