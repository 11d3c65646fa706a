"""What crosses the seam between a channel and the core: plain values, no wire's words."""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.core.commands import Command, Page, PostView, Result
from gateway.core.errors import Refused

SMS = "sms"
EMAIL = "email"
KIOSK = "kiosk"
CHANNELS = (SMS, EMAIL, KIOSK)


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
    """What is answered: `post:SERIAL` or `digest:OUTBOX ID`, from a reply token."""
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


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an inbound: committed when this value exists.

    `state` is one of done, held, duplicate, automatic, refused, failed. `result` and `words` are
    what the person is told; for a duplicate they are those of the first time.
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


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message that we owe to one recipient, claimed and about to be sent.

    `id` is the outbox row's, and goes into the carrier's callback URL and the Message-ID.
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


@dataclass(frozen=True, slots=True)
class Receipt:
    """The carrier took the message `outbound_id`, under its own `external_id`."""

    outbound_id: int
    external_id: str
    segments: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """The carrier did not take the message `outbound_id`, or may not have."""

    outbound_id: int
    error: Exception = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a carrier says later of a message: in any order, repeated, or of nobody we know.

    `status`: `sent`, `delivered`, `read`, `failed` or `opted_out`; anything else is only kept.
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
