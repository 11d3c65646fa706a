"""What a row of the outbox says now: rendered from the tables when it leaves, not when owed."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gateway.core import views
from gateway.core.commands import Page, PostView
from gateway.core.envelope import Answer, Content, Digest, Notice
from gateway.core.many import among
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
    groups = {post.group for post in posts.values()}
    reading = _reading(session, {row.member_id for row in rows if row.member_id}, groups)
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


# From the readers to their groups (`+ 0`: no index leads the other way), or each claim of a post
# to a million looks at all of them.
_IN = Prepared(
    select(Subscription.member_id, Group.slug)
    .join(Group, Group.id == Subscription.group_id + 0)
    .where(
        among(Subscription.member_id, "readers"),
        among(Group.slug, "groups", of_texts=True),
        Subscription.state == "in",
    )
)


_Reading = set[tuple[int | None, str]]
"""Who is in which group."""


def _is_shown(post: PostView | None, reader: int | None, reading: _Reading) -> bool:
    """Whether this reader may be shown it now."""
    return post is not None and not post.withdrawn and (reader, post.group) in reading


def _posts(
    session: Session, rows: Sequence[Any], payloads: dict[int, dict[str, Any]]
) -> dict[int, PostView]:
    """The posts that the rows show, and the first ones of their threads, by serial."""
    serials: set[int] = {row.post_id for row in rows if row.post_id}
    for payload in payloads.values():
        serials.update(payload.get("digest", ()))
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


def _reading(session: Session, readers: set[int], groups: set[str]) -> _Reading:
    """Who of the readers is in which of these groups, by its slug."""
    if not groups:
        return set()
    rows = _IN.rows(session, readers=list(readers), groups=list(groups))
    return {(member_id, slug) for member_id, slug in rows}


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
