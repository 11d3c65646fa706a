"""Digests: who is due, what is unread for them, cut to a page; in batches, in bounded memory.

Running it twice, or killing it half way, owes nothing twice: a batch is one transaction, and the
key of a digest is its member and the time it was due.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from gateway.core import members, views
from gateway.core.commands import Page, PostView
from gateway.core.database import insert_once
from gateway.core.models import (
    Address,
    Member,
    Outbox,
    Post,
    Shown,
    Subscription,
)
from gateway.core.numbers import serial_of

BATCH = 500
MOST_ITEMS = 30
PRIORITY = 3

Fits = Callable[[str, str, Page], bool]
"""(channel, language, page): may the page leave as one message there?"""


def run_batch(session: Session, now: datetime, fits: Fits, asked_at: datetime | None = None) -> int:
    """Owe the digests of up to `BATCH` members who are due; how many members were looked at.

    `now` is the time that digests are made for. Where an operator asked for them, `asked_at` says
    when: those are wanted now, and not late.
    """
    due = select(Member).where(Member.next_digest_at <= now).order_by(Member.id).limit(BATCH)
    if session.get_bind().dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True, key_share=True)
    batch = list(session.scalars(due))
    awake = [member for member in batch if not (member.paused_until and member.paused_until > now)]
    addresses = _addresses(session, awake)
    reachable = [member for member in awake if member.id in addresses]
    reachable = _not_yet(session, reachable)
    newest = views.newest(session)  # before the look
    unread = _unread(session, [member.id for member in reachable])
    posts = _posts(session, unread)
    pages: dict[int, Page] = {}
    for member in reachable:
        items = [posts[serial] for serial in unread.get(member.id, ([], 0))[0]]
        if items:
            channel = addresses[member.id].channel
            pages[member.id] = views.fill_page(
                items,
                lambda page, c=channel, m=member: fits(c, m.language, page),  # type: ignore[misc]  # early binding
                about="digest",
                total=unread[member.id][1],
            )
    _owe(session, reachable, pages, addresses, now, asked_at)
    _move_cursors(session, reachable, pages, newest)
    for member in batch:
        paused = member.paused_until and member.paused_until > now
        member.next_digest_at = member.paused_until if paused else members.next_digest(member, now)
    return len(batch)


def _not_yet(session: Session, batch: Sequence[Member]) -> list[Member]:
    """Those who did not get this very digest before: an undone HEURE may bring its time back."""
    keys = {_key(member): member for member in batch}
    owed = set(session.scalars(select(Outbox.key).where(Outbox.key.in_(keys))))
    return [member for key, member in keys.items() if key not in owed]


def _key(member: Member) -> str:
    at = member.next_digest_at
    return f"digest:{member.id}:{at.isoformat() if at else ''}"


def _addresses(session: Session, batch: Sequence[Member]) -> dict[int, Address]:
    rows = session.scalars(
        select(Address).where(
            Address.member_id.in_([member.id for member in batch]),
            Address.preferred,
            Address.state == "active",
        )
    )
    return {row.member_id: row for row in rows}


def _unread(session: Session, batch: Sequence[int]) -> dict[int, tuple[list[int], int]]:
    """For each member the first unread serials, and how many there are in all."""
    sent = select(Outbox.id).where(
        Outbox.post_id == Post.id,
        Outbox.member_id == Subscription.member_id,
        Outbox.state.not_in(views.NOT_SHOWN),
    )
    ranked = (
        select(
            Subscription.member_id,
            Post.id.label("serial"),
            func.row_number()
            .over(partition_by=Subscription.member_id, order_by=Post.id)
            .label("place"),
            func.count().over(partition_by=Subscription.member_id).label("total"),
        )
        .join(Post, Post.group_id == Subscription.group_id)
        .where(
            Subscription.member_id.in_(batch),
            Subscription.state == "in",
            Subscription.delivery != "none",
            Post.id > Subscription.cursor,
            Post.author_id != Subscription.member_id,
            Post.state == "live",
            ~sent.exists(),
        )
        .subquery()
    )
    found: dict[int, tuple[list[int], int]] = {}
    rows = session.execute(
        select(ranked.c.member_id, ranked.c.serial, ranked.c.total)
        .where(ranked.c.place <= MOST_ITEMS)
        .order_by(ranked.c.member_id, ranked.c.serial)
    )
    for member_id, serial, total in rows:
        found.setdefault(member_id, ([], total))[0].append(serial)
    return found


def _posts(session: Session, unread: dict[int, tuple[list[int], int]]) -> dict[int, PostView]:
    serials = sorted({serial for shown, _ in unread.values() for serial in shown})
    return dict(zip(serials, views.views(session, serials), strict=True))


def _owe(
    session: Session,
    batch: Sequence[Member],
    pages: dict[int, Page],
    addresses: dict[int, Address],
    now: datetime,
    asked_at: datetime | None,
) -> None:
    rows = []
    for member in batch:
        page = pages.get(member.id)
        if page is None or member.next_digest_at is None:
            continue
        address = addresses[member.id]
        shown = [serial_of(item.number) for item in page.items]
        rows.append(
            {
                "key": _key(member),
                "channel": address.channel,
                "kind": "digest",
                "priority": PRIORITY,
                "member_id": member.id,
                "address_id": address.id,
                "recipient": address.value,
                "payload": json.dumps({"digest": shown, "remaining": page.remaining}),
                "state": "due",
                "not_before": min(now, asked_at or now),
                "created_at": asked_at or member.next_digest_at,
            }
        )
        _remember(session, member.id, address.channel, shown, page.remaining)
    if rows:
        session.execute(insert_once(session, Outbox), rows)


def _remember(
    session: Session, member_id: int, channel: str, shown: list[int | None], remaining: int
) -> None:
    row = session.get(Shown, (member_id, channel))
    if row is None:
        row = Shown(member_id=member_id, channel=channel)
        session.add(row)
    row.serials = json.dumps(shown)
    row.more = json.dumps({"of": "news", "group": ""}) if remaining else ""


def _move_cursors(
    session: Session, batch: Sequence[Member], pages: dict[int, Page], newest: int
) -> None:
    """Over exactly what is shown; to the newest serial for those who have nothing left."""
    done = [m.id for m in batch if m.id not in pages or not pages[m.id].remaining]
    session.execute(
        update(Subscription)
        .where(
            Subscription.member_id.in_(done),
            Subscription.delivery != "none",
            Subscription.cursor < newest,
        )
        .values(cursor=newest)
        .execution_options(synchronize_session=False)
    )
    for member in batch:
        page = pages.get(member.id)
        shown = [serial_of(item.number) or 0 for item in page.items] if page else []
        # Some may have been written since `newest` was read.
        if shown and (member.id not in done or shown[-1] > newest):
            views.mark_shown(session, member.id, shown)
