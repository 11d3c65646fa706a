"""The seam: what the core asks of a channel, and what a transport may ask of the core."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from gateway.core.commands import Page, PostView
from gateway.core.envelope import (
    DeliveryReport,
    Failure,
    Inbound,
    Outbound,
    Receipt,
    Received,
)


class Channel(Protocol):
    """The way out over one carrier's wire."""

    name: str

    def fits(self, text: str, pages: int = 1) -> bool:
        """May `text` leave as one message here, of `pages` parts where messages have such? Pure."""
        ...

    def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        """Send each message once, in order; yield its outcome as soon as it is known.

        A message is taken from `messages` when it is about to leave, and may leave once it is
        taken. A failure carries a `DeliveryError`. Nothing is retried here: the outbox has the
        patience.
        """
        ...


@runtime_checkable
class FitsPages(Protocol):
    """A channel on which a page of news takes other room than its words in `wording` do."""

    def fits_page(self, page: Page) -> bool:
        """May a digest of `page` leave as one message here? Pure, and asked often."""
        ...


@runtime_checkable
class AnsweredElsewhere(Protocol):
    """A channel whose sender cannot be answered: what asks for an answer says where to write."""

    @property
    def reply_to(self) -> str:
        """Where to write to; "" where the sender takes answers itself."""
        ...


@runtime_checkable
class KeepsOpen(Protocol):
    """A channel that keeps a connection from one `send` to the next."""

    def close(self) -> None:
        """Hang up; the next `send` opens it again."""
        ...


@dataclass(frozen=True, slots=True)
class Traced:
    """A message that a carrier has taken at `at`, whichever of ours it is.

    `report` is what became of it so far, under the carrier's own id.
    """

    trace: str
    at: datetime
    report: DeliveryReport
    segments: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """All that a carrier has taken for one recipient since `since`, the oldest first.

    It proves nothing of what was sent before that.
    """

    taken: Sequence[Traced]
    since: datetime


@runtime_checkable
class Traceable(Protocol):
    """A channel whose carrier can be asked what it has taken."""

    def trace(self, message: Outbound) -> str:
        """What `message` is known by at the carrier, "" where by nothing. Pure."""
        ...

    def listed(self, recipient: str, since: datetime) -> Listing:
        """What the carrier has taken from us for `recipient` since then.

        It may reach less far back than asked for, where that is too much; it says how far. Raises
        `DeliveryError` where the carrier cannot be asked now.
        """
        ...


@runtime_checkable
class Priced(Protocol):
    """A channel that is billed by the segment."""

    def cost(self, message: Outbound) -> int:
        """How many segments `message` will be billed as, exactly as it would be sent now. Pure."""
        ...


@runtime_checkable
class Recalls(Protocol):
    """A channel whose carrier can be asked what has come in for us."""

    def came_in(self, since: datetime, until: datetime) -> Iterator[Inbound]:
        """What people sent us in that time, the oldest first, in little memory; some of it twice.

        Each says when it was said. Raises `DeliveryError` where the carrier cannot be asked now.
        """
        ...


class Intake(Protocol):
    """The way in, for every transport."""

    def receive(self, inbound: Inbound) -> Received:
        """Record, run and answer; return once all of it is committed. A repeat changes nothing."""
        ...

    def report(self, report: DeliveryReport) -> None:
        """Take a delivery report, whatever its order and however often it comes."""
        ...


class FetchedMail(Protocol):
    """Which mails of an IMAP folder were taken, by UIDVALIDITY and UID."""

    def known(self, mailbox: str, uid_validity: int) -> Mapping[int, int | None]:
        """The mails that were looked at: None where it was taken, else how often it failed."""
        ...

    def taken(self, mailbox: str, uid_validity: int, uid: int) -> None:
        """This mail is committed here."""
        ...

    def failed(self, mailbox: str, uid_validity: int, uid: int) -> int:
        """This mail could not be taken; how often that was so by now."""
        ...


class MailDirectory(Protocol):
    """What the mail server must know at RCPT time, and no more."""

    def is_group(self, slug: str) -> bool:
        """Is there a group with this slug?"""
        ...

    def member_addresses(self, member_id: int) -> frozenset[str]:
        """The member's own e-mail addresses, in lower case; empty for nobody."""
        ...

    def token_epoch(self, member_id: int) -> int | None:
        """How often the member's reply tokens were revoked; None for nobody with a mailbox."""
        ...

    def sent_text(self, about: str, member_id: int) -> str | None:
        """The plain text of what we sent about `post:N` or `digest:N`, to cut it from an answer."""
        ...

    def sent_items(self, about: str, member_id: int) -> Sequence[PostView]:
        """The posts of `digest:N` in the order of their numbers there; none of anything else."""
        ...

    def unsubscribe(self, member_id: int, cause: str = "unsubscribe") -> bool:
        """Stop all e-mail to a member at once (RFC 8058); False where there is no such member."""
        ...


class Destinations(Protocol):
    def __call__(self, number: str) -> str:
        """Why an SMS may not go to `number` (E.164); "" where it may. Pure."""
        ...


Told = Callable[[int], object]
"""Called now and then by what takes long, with how many more are done."""


def untold(_number: int) -> None:
    """For whom nobody waits."""


class Bell(Protocol):
    """Wakes up whoever works; losing a ring loses nothing, for the rows say what is left."""

    def ring(self, channel: str) -> None:
        """Something is due on `channel`."""
        ...


class MediaSource(Protocol):
    """Where a carrier keeps the pictures of messages that it brought."""

    def fetch(self, url: str) -> bytes:
        """What lies there, bounded in size and time.

        Raises `TemporaryFailure`, or `PermanentFailure` where asking again gives nothing else.
        """
        ...


class Redraw(Protocol):
    def __call__(self, content: bytes) -> bytes:
        """A small JPEG of what a picture shows, and nothing else that was in its file.

        Raises `PermanentFailure` for what is no picture that we take.
        """
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it may be shown now. `state`: `wanted` (not here yet), `kept`, `refused`."""

    state: str
    content: bytes = field(default=b"", repr=False)


class Album(Protocol):
    """The pictures of posts, for those who may see them."""

    def linked(self, media_id: int, member_id: int) -> Picture | None:
        """By a link: while its post stands, for a member who is in its group now; else None."""
        ...


class Clock(Protocol):
    def __call__(self) -> datetime:
        """The time now, aware, in UTC."""
        ...
