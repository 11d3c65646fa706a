"""What the mail server must know of groups and members, and no more."""

import json
import time
from collections.abc import Callable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from gateway.core import members, views
from gateway.core.commands import Page, PostView
from gateway.core.envelope import EMAIL, Answer, Content, Digest, Notice
from gateway.core.gateway.parts import Parts
from gateway.core.models import Address, Group, Member, Outbox, Post
from gateway.core.numbers import serial_of
from gateway.core.prepared import Prepared

_GROUP = Prepared(select(Group.id).where(Group.slug == bindparam("slug")))

KNOWN_SECONDS = 5.0
"""What is said to a group that goes in that time is refused as any word to no group."""

PlainText = Callable[[Content, str, str], str]


class Directory:
    """`ports.MailDirectory`.

    `plain_text` says what the channel wrote for a content, in which language and time zone.
    """

    def __init__(self, parts: Parts, plain_text: PlainText) -> None:
        self._parts = parts
        self._plain_text = plain_text
        self._known_until: dict[str, float] = {}

    def is_group(self, slug: str) -> bool:
        """Is there a group, or was there one some seconds ago? Each mail to it asks."""
        if time.monotonic() < self._known_until.get(slug, 0.0):
            return True
        with self._parts.database.read() as session:
            found = _GROUP.first(session, slug=slug) is not None
        if found:
            self._known_until[slug] = time.monotonic() + KNOWN_SECONDS
        return found

    def member_addresses(self, member_id: int) -> frozenset[str]:
        with self._parts.database.read() as session:
            rows = select(Address.value).where(
                Address.member_id == member_id, Address.channel == EMAIL
            )
            return frozenset(session.scalars(rows))

    def token_epoch(self, member_id: int) -> int | None:
        mailbox = select(Address.id).where(Address.member_id == member_id, Address.channel == EMAIL)
        with self._parts.database.read() as session:
            return session.scalar(
                select(Member.token_epoch).where(Member.id == member_id, mailbox.exists())
            )

    def sent_text(self, about: str, member_id: int) -> str | None:
        """The plain text of what we sent about `post:SERIAL`, `digest:ID` or `answer:ID`."""
        with self._parts.database.read() as session:
            member = session.get(Member, member_id)
            content = _content(session, about, member_id)
            if member is None or content is None:
                return None
            return self._plain_text(content, member.language, member.timezone)

    def sent_items(self, about: str, member_id: int) -> tuple[PostView, ...]:
        """The posts of `digest:ID` in the order of their numbers there; none of anything else."""
        with self._parts.database.read() as session:
            content = _content(session, about, member_id)
            return content.page.items if isinstance(content, Digest) else ()

    def unsubscribe(self, member_id: int, cause: str = "unsubscribe") -> bool:
        """Stop all e-mail to a member at once."""
        now = self._parts.clock()
        with self._parts.database.write() as session:
            if session.get(Member, member_id) is None:
                return False
            for address in members.addresses(session, member_id):
                if address.channel == EMAIL and address.state == "active":
                    members.consent(session, address, given=False, cause=cause, now=now)
            return True


def _content(session: Session, about: str, member_id: int) -> Content | None:
    kind, _, given = about.partition(":")
    if kind == "post":
        return _notice(session, int(given))
    row = session.get(Outbox, int(given)) if given.isdigit() else None
    if row is None or row.member_id != member_id or not row.payload:
        return None
    payload = json.loads(row.payload)
    if "digest" not in payload:
        return Answer(payload.get("text", ""))
    items = tuple(views.views(session, payload["digest"]))
    return Digest(Page(items, payload["remaining"], "digest"), tuple(payload["digest"]))


def _notice(session: Session, serial: int) -> Notice | None:
    if session.get(Post, serial) is None:
        return None
    post = views.view(session, serial)
    root = serial_of(post.parent) if post.parent else None
    return Notice(post, views.view(session, root) if root else None, serial, root or 0)
