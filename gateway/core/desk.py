"""What the kiosk's HTTP API asks of the core, and the values that go to and fro."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from gateway.core.commands import Command, Join, Leave, Post, PostView, Reply, Thanks
from gateway.core.envelope import Received

WRITES: Final[tuple[type[Command], ...]] = (Post, Reply, Thanks, Join, Leave)
"""What a kiosk may hand in later for a member who is not there any more."""


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
    ticket: str
    """The right to hand in later, from this kiosk, what the member wrote: see `Desk.ticket`."""
    questions: tuple[tuple[int, str], ...] = ()
    """What was written in the member's name and waits for their word: id, and what is asked."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who a session token stands for."""

    member_id: int
    device_id: int
    language: str
    by_ticket: bool = False
    """The member is not there: what they wrote is handed in, and nothing is read."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked under an idempotency key.

    A command in words is understood as those of a phone are. `written` is what the kiosk's clock
    said, and only ever shown. `fingerprint` stands for all of the request.
    """

    key: str
    command: Command | str
    language: str
    written: datetime | None = None
    fingerprint: str = ""
    answers: int | None = None
    """The question of `SignedIn.questions` that is answered."""


@dataclass(frozen=True, slots=True)
class FeedGroup:
    """A group that a kiosk, or the member at it, may read. `kind`: `open`, `closed`, `announce`."""

    slug: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What changed since a cursor, in the order of numbers; `gone` are numbers taken back.

    `full` where it takes the place of all that was told before. `more` where the next is waiting.
    """

    cursor: str
    full: bool
    more: bool
    groups: tuple[FeedGroup, ...]
    posts: tuple[PostView, ...]
    gone: tuple[int, ...]


class Desk(Protocol):
    """What the kiosk's HTTP API asks of the core."""

    def device(self, token: str) -> Device | None:
        """The kiosk behind a device token, None where it is unknown or revoked."""
        ...

    def sign_in(self, device: Device, *, badge: str, pin: str, code: str) -> SignedIn:
        """Open a session by badge and PIN, or by a one-time code.

        Raises `Refused`: `wrong_sign_in`; `locked` (detail `seconds`); `shut_out` where somebody
        has to let the badge in again.
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

    def feed(self, device: Device, session: Session | None, cursor: str) -> Feed:
        """What changed since `cursor` in what this kiosk may read, or the member signed in there.

        Without a cursor, or with one that is worth nothing here and now, it begins anew: `full`.
        """
        ...

    def photo(self, session: Session, media_id: int) -> bytes | None:
        """A picture of a post that the member may read, as JPEG; None where none is to be seen."""
        ...

    def ticket(self, device: Device, ticket: str) -> Session | None:
        """Whose ticket this is, at this kiosk; None where it is none, or none any more."""
        ...

    def deposit(self, device: Device, badge: str, asking: Asking) -> None:
        """Keep what somebody wrote at a kiosk that could not check who they are.

        The owner of the badge is asked whether it is theirs, and their yes runs it. Whether there
        is one is told to nobody. Raises as `run` does.
        """
        ...

    def run(self, device: Device, session: Session, asking: Asking) -> Received:
        """Run a command at the kiosk once for each idempotency key.

        Raises `KeyReused` where the key came with another request, `Busy` where the first still
        runs, and `Refused("needs_session")` for what a ticket is not enough for.
        """
        ...
