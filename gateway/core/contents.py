"""What a row of the outbox says now: rendered from the tables when it leaves, not when owed."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Text, select, update
from sqlalchemy.orm import Session

from gateway.core import views
from gateway.core.commands import Page, PostView
from gateway.core.envelope import Answer, Content, Digest, Notice
from gateway.core.many import given, packed
from gateway.core.models import Group, Outbox, Post, Subscription
from gateway.core.numbers import serial_of
from gateway.core.prepared import Prepared


def contents_of(session: Session, rows: Sequence[Any]) -> dict[int, Content]:
    """What each claimed row (of `Outbox`, or columns of it) says now, by its id.

    One that has nothing to say any more is dropped and left out: a post may have been taken back
    since it was owed, and its reader may have left the group.
    """
    payloads = {row.id: json.loads(row.payload) for row in rows if row.payload}
    posts = _posts(session, rows, payloads)
    notices = {serial: _notice(serial, posts) for serial in posts}
    reading = _reading(session, _pairs(rows, payloads, posts))
    contents: dict[int, Content] = {}
    for row in rows:
        payload = payloads.get(row.id, {})
        content: Content | None
        if row.post_id:
            shown = _is_shown(posts.get(row.post_id), row.member_id, reading)
            content = notices[row.post_id] if shown else None
        else:
            content = _told(row, payload, posts, reading)
        if content is None:
            _change(session, row, state="dropped", code="nothing left")
            continue
        contents[row.id] = content
        if isinstance(content, Digest) and payload["digest"] != list(content.serials):
            # Its reader answers by the numbers in it: what leaves is what was asked about.
            _change(session, row, payload=json.dumps(payload | {"digest": content.serials}))
    return contents


def _in(dialect: str) -> Any:
    """How a reader is in a group, for each pair that is given of a member and a group's slug.

    One by one, on purpose: joined, PostgreSQL reads all groups of each reader, or all who are in
    the group, and either may be many.
    """
    pair = given(dialect, member=Integer, slug=Text)
    state = (
        select(Subscription.state)
        .join(Group, Group.id == Subscription.group_id)
        .where(Subscription.member_id == pair.c.member, Group.slug == pair.c.slug)
        .scalar_subquery()
    )
    return select(pair.c.member, pair.c.slug, state)


_IN = Prepared(_in)


_Reading = set[tuple[int | None, str]]
"""Who is in which group."""


def _is_shown(post: PostView | None, reader: int | None, reading: _Reading) -> bool:
    """Whether this reader may be shown it now."""
    return post is not None and not post.withdrawn and (reader, post.group) in reading


def _posts(
    session: Session, rows: Sequence[Any], payloads: dict[int, dict[str, Any]]
) -> dict[int, PostView]:
    """The posts that the rows show, and the first ones of their threads, by serial."""
    serials = {serial for row in rows for serial in _serials(row, payloads)}
    if not serials:
        return {}
    roots = session.scalars(select(Post.parent_id).where(Post.id.in_(serials)))
    serials.update(root for root in roots if root)
    ordered = sorted(serials)
    return dict(zip(ordered, views.views(session, ordered), strict=True))


def _notice(serial: int, posts: dict[int, PostView]) -> Notice:
    post = posts[serial]
    root = serial_of(post.parent) if post.parent else None
    return Notice(post, posts.get(root) if root else None, serial, root or 0)


def _change(session: Session, row: Any, **values: object) -> None:
    session.execute(
        update(Outbox)
        .where(Outbox.id == row.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _pairs(
    rows: Sequence[Any], payloads: dict[int, dict[str, Any]], posts: dict[int, PostView]
) -> _Reading:
    """Whom the rows show something of which group."""
    return {
        (row.member_id, posts[serial].group)
        for row in rows
        for serial in _serials(row, payloads)
        if row.member_id and serial in posts
    }


def _serials(row: Any, payloads: dict[int, dict[str, Any]]) -> Sequence[int]:
    """The posts that a row shows."""
    if row.post_id:
        return (row.post_id,)
    shown: Sequence[int] = payloads.get(row.id, {}).get("digest", ())
    return shown


def _reading(session: Session, pairs: _Reading) -> _Reading:
    """Those of these readers who are in their groups."""
    if not pairs:
        return set()
    rows = _IN.rows(session, rows=packed({"member": one, "slug": slug} for one, slug in pairs))
    return {(member_id, slug) for member_id, slug, state in rows if state == "in"}


def _told(
    row: Any, payload: dict[str, Any], posts: dict[int, PostView], reading: _Reading
) -> Content | None:
    """A digest of what its reader may still be shown, or an answer's own words."""
    if "digest" in payload:
        serials = tuple(
            serial
            for serial in payload["digest"]
            if _is_shown(posts.get(serial), row.member_id, reading)
        )
        if not serials and row.kind == "digest":
            return None
        page = Page(
            tuple(posts[serial] for serial in serials),
            int(payload["remaining"]),
            "digest",
            segments=int(payload.get("segments", 1)),
        )
        return Digest(page, serials)
    names = ("text", "subject", "message_id", "references")
    return Answer(**{name: str(payload.get(name, "")) for name in names})
