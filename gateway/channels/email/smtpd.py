"""The mail server: takes mail by LMTP from the company's own server, or by SMTP from anybody.

A `250` is given when the mail is committed, and not before; by LMTP there is one status for each
recipient (RFC 2033), written by hand because aiosmtpd knows only one. Our own faults are `451`,
so that the other side keeps the mail and tries again; `5xx` says only what will not change.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from gateway.channels.email.addresses import Addresses
from gateway.channels.email.certificate import Certificate
from gateway.channels.email.connections import Limits, LmtpConnection, Manners, SmtpConnection
from gateway.channels.email.inbound import Reader
from gateway.channels.email.proof import Proves
from gateway.channels.email.reception import Reception
from gateway.channels.email.tokens import Tokens
from gateway.core.ports import Intake, MailDirectory
from gateway.formats import Network

Address = tuple[str, int]

_Done = tuple[asyncio.Future[Any], Any, BaseException | None]

_ROUNDS = 5
"""Turns of the loop in which the last connections come to be, and end."""


class MailServer:
    """Listens in a thread of its own; what blocks runs in a pool beside it."""

    def __init__(
        self,
        intake: Intake,
        directory: MailDirectory,
        tokens: Tokens,
        domain: str,
        prover: Proves,
        *,
        lmtp: Address | None = None,
        smtp: Address | None = None,
        limits: Limits | None = None,
        proxies: Sequence[Network] = (),
        certificate: Certificate | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._listen: dict[str, Address | None] = {"lmtp": lmtp, "smtp": smtp}
        self._manners = Manners(domain, self._limits, proxies, certificate)
        addresses = Addresses(domain, directory, tokens)
        self._reception = Reception(intake, addresses, Reader(addresses, directory, prover))
        self._bound: dict[str, Address] = {}
        self._servers: list[asyncio.Server] = []
        self._open: dict[SmtpConnection, str] = {}
        """Each connection, and whose it is as far as that is known and counted."""
        self._busy: set[asyncio.Future[Any]] = set()
        self._done: deque[_Done] = deque()
        """What the pool has finished and the loop has yet to hear of, all of it at once."""
        self._is_called = False
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
        assert self._pool is not None
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._busy.add(future)
        future.add_done_callback(self._busy.discard)
        self._pool.submit(self._run, future, work, arguments)
        return await future

    def _run(self, future: asyncio.Future[Any], work: Any, arguments: tuple[Any, ...]) -> None:
        """In the pool. Nobody waits any more where a connection was lost meanwhile."""
        if future.cancelled():
            return
        try:
            self._done.append((future, work(*arguments), None))
        except BaseException as error:  # noqa: BLE001  # told to whoever waits
            self._done.append((future, None, error))
        if not self._is_called and self._loop is not None:
            self._is_called = True
            with suppress(RuntimeError):  # closed: it was given up
                self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        """In the loop."""
        self._is_called = False  # first: what is done from now on calls again
        while self._done:
            future, value, error = self._done.popleft()
            if future.done():
                continue
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(value)

    def admit(self, connection: SmtpConnection) -> bool:
        """Count a new connection; False where there are too many."""
        if len(self._open) >= self._limits.connections:
            return False
        self._open[connection] = ""
        return True

    def claim(self, connection: SmtpConnection, address: str) -> bool:
        """Say whose a connection is; False where they have too many."""
        if Counter(self._open.values())[address] >= self._limits.from_one:
            return False
        self._open[connection] = address
        return True

    def forget(self, connection: SmtpConnection) -> None:
        """Count a connection no more."""
        self._open.pop(connection, None)

    async def _bind(self) -> None:
        loop = asyncio.get_running_loop()
        for name, address in self._listen.items():
            if address is None:
                continue
            server = await loop.create_server(partial(self._connection, name), *address)
            self._servers.append(server)
            self._bound[name] = server.sockets[0].getsockname()[:2]

    def _connection(self, kind: str) -> SmtpConnection:
        protocol = LmtpConnection if kind == "lmtp" else SmtpConnection
        return protocol(self, self._reception, self._manners)

    def _hang_up(self) -> None:
        for connection in list(self._open):
            connection.hang_up()

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
