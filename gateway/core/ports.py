"""The seam: what the core asks of a channel, and what a transport may ask of the core."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from gateway.core.commands import Command
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

    def fits(self, text: str) -> bool:
        """May `text` leave as one message here? Pure."""
        ...

    def send(self, messages: Sequence[Outbound]) -> Iterator[Receipt | Failure]:
        """Send each message once, in order; yield its outcome as soon as it is known.

        A failure carries a `DeliveryError`. Nothing is retried here: the outbox has the patience.
        """
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


@runtime_checkable
class Traceable(Protocol):
    """A channel whose carrier can be asked what it has taken."""

    def trace(self, message: Outbound) -> str:
        """What `message` is known by at the carrier, "" where by nothing. Pure."""
        ...

    def listed(self, recipient: str) -> Sequence[Traced]:
        """What the carrier has lately taken from us for `recipient`, the oldest first.

        Raises `DeliveryError` where it cannot be asked now.
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


class MailDirectory(Protocol):
    """What the mail server must know at RCPT time, and no more."""

    def is_group(self, slug: str) -> bool:
        """Is there a group with this slug?"""
        ...

    def member_addresses(self, member_id: int) -> frozenset[str]:
        """The member's own e-mail addresses, in lower case; empty for nobody."""
        ...

    def sent_text(self, about: str, member_id: int) -> str | None:
        """The plain text of what we sent about `post:N` or `digest:N`, to cut it from an answer."""
        ...

    def unsubscribe(self, member_id: int) -> bool:
        """Stop all e-mail to a member at once (RFC 8058); False where there is no such member."""
        ...


class Bell(Protocol):
    """Wakes up whoever works; losing a ring loses nothing, for the rows say what is left."""

    def ring(self, channel: str) -> None:
        """Something is due on `channel`."""
        ...


class Clock(Protocol):
    def __call__(self) -> datetime:
        """The time now, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Device:
    """A kiosk that may talk to us."""

    id: int
    site: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member's session at a kiosk. `token` is shown once and kept hashed."""

    token: str
    member_id: int
    member: str
    language: str
    unread: int
    urgent: int
    groups: tuple[tuple[str, str], ...]
    must_choose_pin: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class Session:
    """Who a session token stands for."""

    member_id: int
    device_id: int
    language: str


class Desk(Protocol):
    """What the kiosk's HTTP API asks of the core."""

    def device(self, token: str) -> Device | None:
        """The kiosk behind a device token, None where it is unknown or revoked."""
        ...

    def sign_in(self, device: Device, *, badge: str, pin: str, code: str) -> SignedIn:
        """Open a session by badge and PIN, or by a one-time code.

        Raises `Refused` with `wrong_sign_in` or `locked` (detail `seconds`).
        """
        ...

    def choose_pin(self, session: Session, pin: str) -> None:
        """Set the member's PIN: six digits. Raises `Refused("weak_pin")`."""
        ...

    def session(self, device: Device, token: str) -> Session | None:
        """The session behind a token at this kiosk, None where it is over."""
        ...

    def sign_out(self, device: Device, token: str) -> None:
        """Close the session; closing it twice is no error."""
        ...

    def run(
        self, device: Device, session: Session, key: str, command: Command, language: str
    ) -> Received:
        """Run a command at the kiosk once for each idempotency `key`.

        Raises `KeyReused` where the key came with another command.
        """
        ...
