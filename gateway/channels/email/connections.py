"""One connection to our mail server, in aiosmtpd's words: its hooks, its limits, who is behind it.

A connection out of one of the networks that were named begins with a header that says for whom the
proxy speaks (PROXY protocol, 1 and 2); one from elsewhere must not, for anybody could say anything
there. Which of the two is awaited is decided by the address and never guessed from what is said.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Protocol

from aiosmtpd.lmtp import LMTP
from aiosmtpd.proxy_protocol import ProxyData
from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException, syntax

from gateway.channels.email.certificate import Certificate
from gateway.channels.email.content import content
from gateway.channels.email.reception import OUR_FAULT, UNKNOWN, Reception, one_status
from gateway.formats import Network, within

PIPELINING = "250-PIPELINING"
"""RFC 2920; what offers LMTP must (RFC 2033, 5)."""

TOO_BIG = "552 5.3.4 Too much mail data"
TOO_MANY = "452 4.5.3 Too many recipients"
BUSY = "421 4.3.2 Too many connections, try again later"
BUSY_WITH_YOU = "421 4.7.0 Too many connections from you, try again later"

_ATOMS = r"[A-Za-z0-9_+=-]+(?:\.[A-Za-z0-9_+=-]+)*"
_USUAL = re.compile(rf"<({_ATOMS}@{_ATOMS})>((?: [ -~]*)?)")
"""An address in angle brackets without quotes and comments, and what follows it."""

# They log addresses, and with them tokens; what must be known of a mail is in the inbox.
for _name in ("mail.log", "mail.debug"):
    logging.getLogger(_name).setLevel(logging.ERROR)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, one stranger, and all of them together, may cost us."""

    size: int = 10 * 1024 * 1024
    recipients: int = 50
    commands: int = 500
    connections: int = 100
    from_one: int = 25
    """Connections by SMTP from one address. By LMTP all come from our own mail server."""
    seconds: float = 300
    proxy_seconds: float = 5
    """How long a proxy may take to say for whom it speaks."""
    threads: int = 8


@dataclass(frozen=True, slots=True)
class Manners:
    """How connections are met: what they may cost, who is a proxy, and what they are secured by."""

    domain: str
    limits: Limits
    proxies: Sequence[Network] = ()
    certificate: Certificate | None = None


class Hall(Protocol):
    """The server that a connection belongs to."""

    async def blocking(self, work: Any, *arguments: Any) -> Any:
        """Run what may block beside the loop."""

    def admit(self, connection: "SmtpConnection") -> bool:
        """Count a new connection; False where there are too many."""

    def claim(self, connection: "SmtpConnection", address: str) -> bool:
        """Say whose a connection is; False where they have too many."""

    def forget(self, connection: "SmtpConnection") -> None:
        """Count a connection no more."""


class _Hooks:
    """What aiosmtpd asks, in its own words; a hook that is misspelt would never be called."""

    def __init__(self, hall: Hall, reception: Reception, limits: Limits, each: bool):
        self._hall = hall
        self._reception = reception
        self._limits = limits
        self._each = each

    async def handle_PROXY(
        self, smtp: "SmtpConnection", session: Session, envelope: Envelope, said: ProxyData
    ) -> bool:
        # A proxy that looks after us for itself (LOCAL, UNKNOWN) names nobody.
        named = isinstance(said.src_addr, IPv4Address | IPv6Address)
        if self._each or not named or self._hall.claim(smtp, str(said.src_addr)):
            return True
        await smtp.push(BUSY_WITH_YOU)
        return False

    async def handle_EHLO(
        self,
        smtp: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        # Nobody signs in here: aiosmtpd would offer a login that never succeeds. It does not say
        # that it takes several commands at once, which it does, and who speaks LMTP counts on.
        own, *offers = [one for one in responses if not one.startswith("250-AUTH")]
        return [own, PIPELINING, *offers]

    async def handle_RCPT(
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= self._limits.recipients:
            return TOO_MANY
        known = self._reception.knew(address)
        if not known and not await self._hall.blocking(self._reception.knows, address):
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient known"

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:
        statuses: list[str] = await self._hall.blocking(
            self._reception.take,
            envelope.original_content or b"",
            envelope.mail_from or "",
            tuple(envelope.rcpt_tos),
        )
        return "\r\n".join(statuses) if self._each else one_status(statuses)

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, TLSSetupException):
            return OUR_FAULT  # never heard; anybody on the net can cause it, so it fills no log
        log.error("a mail connection failed", exc_info=error)
        return OUR_FAULT


class SmtpConnection(SMTP):
    """One connection by SMTP."""

    each = False

    def __init__(self, hall: Hall, reception: Reception, manners: Manners):
        limits = manners.limits
        self._hall = hall
        self._hooks = _Hooks(hall, reception, limits, self.each)
        self._proxies = manners.proxies
        self._most_bytes = limits.size
        self._patient_until = 0.0
        # A line longer than RFC 5321 allows is a defect, and no reason to refuse a mail.
        self.line_length_limit = limits.size
        super().__init__(
            self._hooks,
            data_size_limit=limits.size,
            enable_SMTPUTF8=True,
            hostname=manners.domain,
            ident="ready",
            timeout=limits.seconds,
            command_call_limit=limits.commands,
            tls_context=manners.certificate.context if manners.certificate else None,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            proxy_protocol_timeout=limits.proxy_seconds,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.transport is not None:  # secured by now; who it is was asked before
            super().connection_made(transport)
        elif not self._hall.admit(self):
            _turn_away(transport, BUSY)
        elif within(_peer(transport), self._proxies):
            super().connection_made(transport)
        elif self.each or self._hall.claim(self, _peer(transport)):
            self._proxy_timeout = None
            super().connection_made(transport)
        else:
            self._hall.forget(self)
            _turn_away(transport, BUSY_WITH_YOU)

    def connection_lost(self, error: Exception | None) -> None:
        self._hall.forget(self)
        if self.session is not None:
            super().connection_lost(error)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        session, envelope = self.session, self.envelope
        assert session is not None
        assert envelope is not None
        if not envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
        elif arg:
            await self.push("501 Syntax: DATA")
        else:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            raw = await content(self._reader, self._most_bytes)
            status = TOO_BIG
            if raw is not None:
                envelope.content = envelope.original_content = raw
                status = await self._hooks.handle_DATA(self, session, envelope)
            self.envelope = self._create_envelope()
            await self.push(status)

    def _reset_timeout(self, duration: float | None = None) -> None:
        # aiosmtpd would set a new timer for each command, and those that were set grow old in line.
        self._patient_until = self.loop.time() + (duration or self._timeout_duration)
        timer = self._timeout_handle
        if timer is None or timer.cancelled() or timer.when() > self._patient_until:
            super()._reset_timeout(duration)

    def _timeout_cb(self) -> None:
        rest = self._patient_until - self.loop.time()
        if rest > 0:
            self._timeout_handle = self.loop.call_later(rest, self._timeout_cb)
        else:
            super()._timeout_cb()  # type: ignore[no-untyped-call]  # it has no types

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        # aiosmtpd reads an address as one in a header, with all that may stand there, twice a mail.
        if usual := _USUAL.fullmatch(arg):
            return usual[1], usual[2].strip()
        return super()._getaddr(arg)

    def hang_up(self) -> None:
        """Close, once what was said has gone out. A secured line is cut, not taken leave of.

        Leave would have to be answered, and the other side may be long gone.
        """
        line = self._original_transport or self.transport
        if isinstance(line, asyncio.WriteTransport):
            line.close()


class LmtpConnection(SmtpConnection, LMTP):
    """One connection by LMTP: the same, with a status for each recipient."""

    each = True


def _turn_away(transport: asyncio.BaseTransport, words: str) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.write(f"{words}\r\n".encode())
        transport.close()


def _peer(transport: asyncio.BaseTransport) -> str:
    name = transport.get_extra_info("peername") or ("",)
    return str(name[0])
