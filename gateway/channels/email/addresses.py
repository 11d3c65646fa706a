"""What stands behind an address of ours: a group, a thread as one member, a command, a report.

Read at RCPT time, so that a wrong address is refused while its sender's own server can still say
so to them. The names of this file win over a group's slug.
"""

from dataclasses import dataclass

from gateway.channels.email.tokens import Tokens
from gateway.core.commands import Command, Join, Leave, Stop
from gateway.core.ports import MailDirectory

GATEWAY = "gateway"
HELP = "help"
REPLY = "reply"
BOUNCES = "bounces"
UNSUBSCRIBE = "unsubscribe"
OPERATORS = frozenset({"postmaster", "abuse", "hostmaster", "webmaster"})


@dataclass(frozen=True, slots=True)
class ToGroup:
    """Posts to a group."""

    slug: str


@dataclass(frozen=True, slots=True)
class ToThread:
    """Answers `about` as one member."""

    member_id: int
    about: str


@dataclass(frozen=True, slots=True)
class ToCommand:
    """Says a command by the address alone."""

    command: Command
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class ToGateway:
    """Takes commands as text; `helps` answers other words with the list of commands."""

    helps: bool = False


@dataclass(frozen=True, slots=True)
class ToBounces:
    """Takes reports on one message of ours."""

    outbound_id: int


@dataclass(frozen=True, slots=True)
class ToOperators:
    """Recorded for the operators to read (RFC 2142)."""


Place = ToGroup | ToThread | ToCommand | ToGateway | ToBounces | ToOperators


class Addresses:
    """Reads the addresses of one domain."""

    def __init__(self, domain: str, directory: MailDirectory, tokens: Tokens) -> None:
        self.domain = domain.lower()
        self._directory = directory
        self._tokens = tokens

    @property
    def gateway(self) -> str:
        """Where everybody can write to."""
        return f"{GATEWAY}@{self.domain}"

    def place(self, address: str) -> Place | None:
        """What stands behind an address; None where there is nothing, or it is not ours."""
        if not address.isascii():  # bytes that are no text among them; none of ours is so
            return None
        local, _, domain = address.lower().rpartition("@")
        if not local:  # `RCPT TO:<postmaster>`, which every server must take
            return ToOperators() if domain == "postmaster" else None
        if domain != self.domain:
            return None
        name, plus, detail = local.partition("+")
        return self._with_detail(name, detail) if plus else self._plain(name)

    def unsubscribe(self, member_id: int, cause: str) -> None:
        """Stop all mail to a member."""
        self._directory.unsubscribe(member_id, cause)

    def _plain(self, name: str) -> Place | None:
        if name in OPERATORS:
            return ToOperators()
        if name in (GATEWAY, HELP):
            return ToGateway(helps=name == HELP)
        return ToGroup(name) if self._directory.is_group(name) else None

    def _with_detail(self, name: str, detail: str) -> Place | None:
        if name == REPLY:
            return self._thread(detail)
        if name == BOUNCES:
            outbound_id = self._tokens.read_bounce(detail)
            return None if outbound_id is None else ToBounces(outbound_id)
        if name == UNSUBSCRIBE:
            member_id = self._tokens.read_unsubscribe(detail)
            return None if member_id is None else ToCommand(Stop(), member_id)
        command = {"join": Join, "leave": Leave}.get(detail)
        known = command is not None and self._directory.is_group(name)
        return ToCommand(command(name)) if known and command else None

    def _thread(self, token: str) -> Place | None:
        member_id = self._tokens.claimed(token)
        epoch = self._directory.token_epoch(member_id) if member_id is not None else None
        # A member who was erased has none any more, and nobody speaks for them.
        read = self._tokens.read_reply(token, epoch) if epoch is not None else None
        return ToThread(*read) if read is not None else None
