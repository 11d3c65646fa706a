"""The mail server: takes mail by LMTP from the company's own server, or by SMTP from anybody.

A `250` is given when the mail is committed, and not before; by LMTP there is one status for each
recipient (RFC 2033), written by hand because aiosmtpd knows only one. Our own faults are `451`,
so that the other side keeps the mail and tries again; `5xx` says only what will not change.
"""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from gateway.channels.email.addresses import Addresses
from gateway.channels.email.inbound import Reader
from gateway.channels.email.reception import OUR_FAULT, UNKNOWN, Reception, one_status
from gateway.channels.email.tokens import Tokens
from gateway.core.ports import Intake, MailDirectory

Address = tuple[str, int]

TOO_MANY = "452 4.5.3 Too many recipients"
BUSY = "421 4.3.2 Too many connections, try again later"

_ROUNDS = 5
"""Turns of the loop in which the last connections come to be, and end."""

# It logs addresses, and with them tokens; what must be known of a mail is in the inbox.
logging.getLogger("mail.log").setLevel(logging.ERROR)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, and all of them together, may cost us."""

    size: int = 10 * 1024 * 1024
    recipients: int = 50
    commands: int = 500
    connections: int = 100
    seconds: float = 300
    threads: int = 8


class MailServer:
    """Listens in a thread of its own; what blocks runs in a pool beside it."""

    def __init__(
        self,
        intake: Intake,
        directory: MailDirectory,
        tokens: Tokens,
        domain: str,
        *,
        lmtp: Address | None = None,
        smtp: Address | None = None,
        authserv_id: str = "",
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._listen: dict[str, Address | None] = {"lmtp": lmtp, "smtp": smtp}
        self._domain = domain
        addresses = Addresses(domain, directory, tokens)
        self._reception = Reception(intake, addresses, Reader(addresses, directory, authserv_id))
        self._bound: dict[str, Address] = {}
        self._servers: list[asyncio.Server] = []
        self._open: set[SMTP] = set()
        self._busy: set[asyncio.Future[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._thread: threading.Thread | None = None

    @property
    def lmtp_address(self) -> Address | None:
        """Where LMTP listens, with the port that the system chose for 0."""
        return self._bound.get("lmtp")

    @property
    def smtp_address(self) -> Address | None:
        """Where SMTP listens."""
        return self._bound.get("smtp")

    def start(self) -> None:
        """Listen. Raises `OSError` where an address is taken; then nothing listens."""
        self._pool = ThreadPoolExecutor(self._limits.threads, thread_name_prefix="mail-in")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail", daemon=True)
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._bind(), self._loop).result()
        except OSError:
            self.stop()
            raise

    def stop(self, grace: float = 10) -> None:
        """Stop listening, finish what is being taken, and hang up."""
        if self._loop is None or self._thread is None or self._pool is None:
            return
        asyncio.run_coroutine_threadsafe(self._unbind(grace), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._pool.shutdown(wait=True)
        self._loop = self._thread = self._pool = None

    async def blocking(self, work: Any, *arguments: Any) -> Any:
        """Run what may block in the pool; `stop` waits for it."""
        future = asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)
        self._busy.add(future)
        future.add_done_callback(self._busy.discard)
        return await future

    def admit(self, connection: SMTP) -> bool:
        """Count a new connection; False where there are too many."""
        if len(self._open) >= self._limits.connections:
            return False
        self._open.add(connection)
        return True

    def forget(self, connection: SMTP) -> None:
        """Count a connection no more."""
        self._open.discard(connection)

    async def _bind(self) -> None:
        loop = asyncio.get_running_loop()
        for name, address in self._listen.items():
            if address is None:
                continue
            server = await loop.create_server(partial(self._connection, name), *address)
            self._servers.append(server)
            self._bound[name] = server.sockets[0].getsockname()[:2]

    def _connection(self, kind: str) -> SMTP:
        protocol = _LmtpConnection if kind == "lmtp" else _SmtpConnection
        return protocol(self, self._reception, self._domain, self._limits)

    def _hang_up(self) -> None:
        for connection in list(self._open):
            if connection.transport is not None:
                connection.transport.close()

    async def _unbind(self, grace: float) -> None:
        # First accept no more, then close: asyncio loses a connection that it accepts in between.
        loop = asyncio.get_running_loop()
        for listening in [one for server in self._servers for one in server.sockets]:
            loop.remove_reader(listening.fileno())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for server in self._servers:
            server.close()
        if self._busy:
            await asyncio.wait(set(self._busy), timeout=grace)
            await asyncio.sleep(0)  # lets the statuses go out
        # Again and again: one that was just being accepted is there only after its task has run.
        for _ in range(_ROUNDS):
            self._hang_up()
            await asyncio.sleep(0)
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)
            await asyncio.sleep(0)
        self._servers.clear()
        self._bound.clear()


class _Hooks:
    """What aiosmtpd asks, in its own words; a hook that is misspelt would never be called."""

    def __init__(self, server: MailServer, reception: Reception, limits: Limits, each: bool):
        self._server = server
        self._reception = reception
        self._limits = limits
        self._each = each

    async def handle_RCPT(
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= self._limits.recipients:
            return TOO_MANY
        if not await self._server.blocking(self._reception.knows, address):
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient known"

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:
        statuses: list[str] = await self._server.blocking(
            self._reception.take,
            envelope.original_content or b"",
            envelope.mail_from or "",
            tuple(envelope.rcpt_tos),
        )
        return "\r\n".join(statuses) if self._each else one_status(statuses)

    async def handle_exception(self, error: Exception) -> str:
        log.error("a mail connection failed", exc_info=error)
        return OUR_FAULT


class _SmtpConnection(SMTP):
    """One connection by SMTP."""

    each = False

    def __init__(self, server: MailServer, reception: Reception, domain: str, limits: Limits):
        self._mail_server = server
        # A line longer than RFC 5321 allows is a defect, and no reason to refuse a mail.
        self.line_length_limit = limits.size
        super().__init__(
            _Hooks(server, reception, limits, self.each),
            data_size_limit=limits.size,
            enable_SMTPUTF8=True,
            hostname=domain,
            ident="ready",
            timeout=limits.seconds,
            command_call_limit=limits.commands,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._mail_server.admit(self):
            super().connection_made(transport)
        elif isinstance(transport, asyncio.WriteTransport):
            transport.write(f"{BUSY}\r\n".encode())
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._mail_server.forget(self)
        if self.session is not None:
            super().connection_lost(error)


class _LmtpConnection(_SmtpConnection, LMTP):
    """One connection by LMTP: the same, with a status for each recipient."""

    each = True
