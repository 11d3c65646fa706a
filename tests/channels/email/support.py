"""What the tests of mail share: a directory and an intake with a memory, and values to send."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gateway.channels.email.mime import Mail
from gateway.channels.email.tokens import Tokens
from gateway.core.commands import Page, PostView
from gateway.core.envelope import (
    Answer,
    Content,
    DeliveryReport,
    Digest,
    Inbound,
    Notice,
    Outbound,
    Received,
)
from gateway.core.numbers import number_of

DOMAIN = "gateway.example"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TOKENS = Tokens(b"a secret of the tests")
PAUL = "paul@home.example"


def clock() -> datetime:
    return NOON


@dataclass
class Said:
    """A prover whose word is given: `pass` is a mail that its domain stands behind."""

    word: str = "pass"

    def proof(self, mail: Mail) -> str:
        return self.word


PROVED = Said()


@dataclass
class Directory:
    groups: set[str] = field(default_factory=lambda: {"quai3", "secu"})
    addresses: dict[int, set[str]] = field(default_factory=lambda: {7: {PAUL}})
    sent: dict[tuple[str, int], str] = field(default_factory=dict)
    items: dict[tuple[str, int], tuple[PostView, ...]] = field(default_factory=dict)
    epochs: dict[int, int] = field(default_factory=dict)
    stopped: list[int] = field(default_factory=list)

    def is_group(self, slug: str) -> bool:
        return slug in self.groups

    def member_addresses(self, member_id: int) -> frozenset[str]:
        return frozenset(self.addresses.get(member_id, ()))

    def token_epoch(self, member_id: int) -> int | None:
        return self.epochs.get(member_id, 0) if member_id in self.addresses else None

    def sent_text(self, about: str, member_id: int) -> str | None:
        return self.sent.get((about, member_id))

    def sent_items(self, about: str, member_id: int) -> tuple[PostView, ...]:
        return self.items.get((about, member_id), ())

    def unsubscribe(self, member_id: int, cause: str = "unsubscribe") -> bool:
        self.stopped.append(member_id)
        return member_id in self.addresses


@dataclass
class Inbox:
    """Remembers what came in; `before` runs in the middle of a commit."""

    received: list[Inbound] = field(default_factory=list)
    reports: list[DeliveryReport] = field(default_factory=list)
    before: Callable[[Inbound], None] = lambda inbound: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def receive(self, inbound: Inbound) -> Received:
        self.before(inbound)
        with self._lock:
            self.received.append(inbound)
            return Received(len(self.received), "done")

    def report(self, report: DeliveryReport) -> None:
        self.reports.append(report)


def post(serial: int = 141, body: str = "Shift moved to 6:00", **more: Any) -> PostView:
    values: dict[str, Any] = {
        "number": number_of(serial),
        "group": "quai3",
        "group_name": "Quai 3",
        "author": "Ana",
        "body": body,
        "created": NOON,
        "channel": "sms",
    }
    return PostView(**(values | more))


def notice(serial: int = 141, body: str = "Shift moved to 6:00", **more: Any) -> Notice:
    return Notice(post(serial, body, **more), serial=serial)


def answer_notice(
    serial: int = 142, body: str = "Understood", root: Notice | None = None
) -> Notice:
    root = root or notice()
    reply = post(serial, body, author="Marc", parent=root.post.number)
    return Notice(reply, root.post, serial, root.serial)


def digest(*posts: PostView, remaining: int = 0) -> Digest:
    return Digest(Page(posts, remaining, "digest"), tuple(one.number // 10 for one in posts))


def outbound(content: Content, **more: Any) -> Outbound:
    values: dict[str, Any] = {
        "id": 31,
        "channel": "email",
        "recipient": PAUL,
        "language": "en",
        "content": content,
        "member_id": 7,
        "member": "Paul",
    }
    return Outbound(**(values | more))


def answer(text: str = "You joined Quai 3", **more: str) -> Answer:
    return Answer(text, **more)


def mail(
    text: str = "ok", sender: str = f"Paul <{PAUL}>", subject: str = "", **headers: str
) -> bytes:
    """A plain mail; `headers` in Python's spelling: `in_reply_to`."""
    lines = [f"From: {sender}", f"Subject: {subject}", "Message-ID: <m1@home.example>"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    return ("\r\n".join([*lines, "", text]) + "\r\n").encode()
