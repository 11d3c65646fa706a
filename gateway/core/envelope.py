"""What crosses the seam between a channel and the core: plain values, no wire's words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from gateway.core.commands import Command, Page, PostView, Result
from gateway.core.errors import Refused

SMS = "sms"
EMAIL = "email"
KIOSK = "kiosk"
CHANNELS = (SMS, EMAIL, KIOSK)

GONE, HARD, SOFT = "gone", "hard", "soft"
"""What a mail that came back says of its mailbox: there is none, it failed for good, or for now."""

COMPLAINED = "complained"
"""The status of a message that its reader called unwanted."""


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A file that came with a message: its media type, and where it lies or what is in it."""

    kind: str
    url: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message of one person, cut out of its wire format.

    `external_id` is the carrier's own id and, with `channel`, what makes a repeat a repeat.
    `sender` is E.164 or an RFC 5321 address in lower case. `text` is what the person wrote.
    """

    channel: str
    external_id: str
    sender: str
    text: str
    raw: bytes = b""
    command: Command | None = None
    """Where the transport itself says it (`GROUP+join@`, a button), else the text is parsed."""
    member_id: int | None = None
    """Who it is, where the transport proved it (a reply token, a kiosk session)."""
    about: str = ""
    """What is answered: `post:SERIAL` or `digest:OUTBOX ID`, from a reply token; at a kiosk
    `question:ID`, as the member was asked when they signed in."""
    subject: str = ""
    message_id: str = ""
    references: str = ""
    """The two headers that an answer by e-mail must carry on (RFC 5322, 3.6.4)."""
    language: str = ""
    """The language of the words back, where the person chose one for now (a kiosk's screen)."""
    automatic: str = ""
    """Why this came from a machine (RFC 3834): it is recorded and never answered."""
    held: str = ""
    """Why the sender is in doubt: it is recorded, not run, and the member is asked."""
    carrier_answered: bool = False
    """The carrier has answered already (Twilio's OptOutType): we stay silent."""
    media: tuple[MediaRef, ...] = ()
    """What came with the words; the words say `[photo]` for each."""
    cut: str = ""
    """What stood around the person's own words (a quote, a signature), for who wants to see it."""
    astray: str = ""
    """Where its writer should write instead: it came to an address that takes no words."""
    said_at: datetime | None = None
    """When it was said, where that was known to be some time before it came in."""
    written: datetime | None = None
    """What the writer's own clock said, which may be wrong: it is only ever shown."""
    fingerprint: str = ""
    """What was asked for in all its parts, to tell a repeat from another request under its key."""
    delivery: str = ""
    """The carrier's name for all its tries to bring this; empty where it has none."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an inbound: committed when this value exists.

    `state` is one of done, waiting, held, automatic, duplicate, refused, failed. `result` and
    `words` are what the person is told; where the same comes twice, those of the first time.
    """

    inbox_id: int
    state: str
    duplicate: bool = False
    result: Result | Refused | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Words to one person in answer to what they sent, in their language."""

    text: str
    subject: str = ""
    message_id: str = ""
    references: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One post on its way to one reader. `thread` is its root, None where the post is one."""

    post: PostView
    thread: PostView | None = None
    serial: int = 0
    thread_serial: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """A page of unread posts for one reader."""

    page: Page
    serials: tuple[int, ...] = ()


Content = Answer | Notice | Digest


class Outbound(NamedTuple):
    """One message that we owe to one recipient, claimed and about to be sent.

    A tuple, as `Receipt` is: thousands a second are made. `id` is the outbox row's, and goes into
    the carrier's callback URL and the Message-ID.
    """

    id: int
    channel: str
    recipient: str
    language: str
    content: Content
    member_id: int | None = None
    member: str = ""
    attempts: int = 1
    timezone: str = "UTC"
    token_epoch: int = 0
    """How often the reply tokens of its reader were revoked."""
    kind: str = ""
    """`answer`, `alert`, `post`, `digest` ...; with the next three, only for those who watch."""
    owed_at: datetime | None = None
    origin: int = 0
    """The row of the inbox that it follows from; 0 where it is no single one."""
    serial: int = 0
    """The post that it brings; 0 where it brings none, or several."""


class Receipt(NamedTuple):
    """The carrier took the message `outbound_id`.

    `external_id` is the carrier's own id for it and no other message's; empty where it has none.
    `said` are its words, for the operator: a mail server may say the same of every message.
    """

    outbound_id: int
    external_id: str
    segments: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """The carrier did not take the message `outbound_id`, or may not have."""

    outbound_id: int
    error: Exception = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a carrier says later of a message: in any order, repeated, or of nobody we know.

    `status`: `sent`, `delivered`, `read`, `failed`, `opted_out` or `complained`; anything else is
    only kept.
    """

    channel: str
    status: str
    outbound_id: int | None = None
    external_id: str = ""
    code: str = ""
    raw_status: str = ""
    received_at: datetime | None = None
    bad_after: int = 0
    """So many such reports in a row mean that nothing reaches the address; 0: no number does."""
    again_after: int = 0
    """Seconds after which it is worth sending once more; 0: it is not."""
    shuts: str = ""
    """Why nothing at all can leave on this channel now; empty where other messages can."""
    harm: str = ""
    """What it says against the address: `gone`, `hard` or `soft`; nothing where that is not so."""
