"""The same words in several groups: whoever is in more than one of them is shown them once.

A mail to two groups, or a text sent to both, is a post in each, with a number and a thread of its
own. They know one another (`Post.same_as`), so that a reader who had one is not shown the other.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from gateway.core.models import Member, Outbox, Post, Subscription
from gateway.core.prepared import Prepared

NOT_SHOWN = ("failed", "dropped", "held")
"""States of the outbox in which a notice did not reach its reader."""

SPAN = timedelta(days=1)
"""Later, the same words are said anew: "Bonjour à tous" every morning."""

_FIRST = Prepared(
    select(Post.id, Post.same_as)
    .where(
        Post.author_id == bindparam("author"),
        Post.group_id != bindparam("group"),
        Post.parent_id.is_(None),
        Post.state == "live",
        Post.urgent == bindparam("alert"),
        Post.created_at > bindparam("since"),
        Post.body == bindparam("words"),
    )
    .order_by(Post.id)
    .limit(1)
)


def first_of(
    session: Session, author_id: int, group_id: int, body: str, *, urgent: bool, now: datetime
) -> int | None:
    """The serial of the post in another group whose words these are; None where they are new."""
    found = _FIRST.first(
        session, author=author_id, group=group_id, words=body, alert=urgent, since=now - SPAN
    )
    if found is None:
        return None
    serial, same_as = found
    if same_as is None:
        session.execute(
            update(Post)
            .where(Post.id == serial)
            .values(same_as=serial)
            .execution_options(synchronize_session=False)
        )
    return int(same_as or serial)


def had_elsewhere(
    member: int | InstrumentedAttribute[int], *, not_yet: tuple[str, ...]
) -> ColumnElement[bool]:
    """Is a member shown these words (`Post`) through another group of theirs?

    Either they went out from there on their own (not in the states `not_yet`), or they stand there
    before these: unread, and then shown first, or read. Words of before they joined do not count.
    """
    twin, other, sent = aliased(Post), aliased(Subscription), aliased(Outbox)
    gone_out = select(sent.id).where(
        sent.post_id == twin.id,
        sent.member_id == other.member_id,
        sent.state.not_in(not_yet),
    )
    stands_before = (
        (twin.id < Post.id) & (other.delivery != "none") & (twin.created_at >= other.since)
    )
    there = (
        select(twin.id)
        .join(other, other.group_id == twin.group_id)
        .where(
            twin.same_as == Post.same_as,
            twin.id != Post.id,
            twin.state == "live",
            other.member_id == member,
            other.state == "in",
            or_(stands_before, gone_out.exists()),
        )
    )
    return Post.same_as.is_not(None) & there.exists()


def goes_out_elsewhere(words: Any, serial: Any) -> ColumnElement[bool]:
    """Is `Member` owed the words of the post `serial` on their own already, from another group?

    `words` is the serial of the first post of these words (`Post.same_as`).
    """
    twin, sent = aliased(Post), aliased(Outbox)
    return (
        select(sent.id)
        .join(twin, twin.id == sent.post_id)
        .where(
            twin.same_as == words,
            twin.id != serial,
            twin.state == "live",
            sent.member_id == Member.id,
            # Not by NOT IN: the statement is compiled once, without its values.
            sent.state != "failed",
            sent.state != "dropped",
        )
        .exists()
    )
