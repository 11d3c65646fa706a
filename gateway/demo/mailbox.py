"""A mail provider to play with: takes mail by SMTP, keeps it by address, writes and answers mail.

It speaks the real wires and knows nothing of the gateway: the demo and the tests use it in their
own process, and `python -m gateway.demo.mailbox` is the same as a process of its own, told what to
do over HTTP (`mailbox_http`). Faults come on demand, because providers have them.
"""

import asyncio
import signal
import smtplib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, cast

import click
from aiosmtpd.smtp import SMTP, Envelope, Session

from gateway.core.ports import Clock
from gateway.demo import mailbox_programs
from gateway.demo.mailbox_kept import KeptMail, Wire

__all__ = ["KeptMail", "Mailbox", "Wire"]


class Mailbox:
    """The provider's server, and its people's mail programs."""

    def __init__(
        self,
        wire: Wire | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self.wire = wire
        self._where = (host, port)
        self._clock = clock
        self._kept: list[KeptMail] = []
        self._changed = threading.Condition()
        self._listeners: list[Callable[[KeptMail], None]] = []
        self._faults: dict[tuple[str, str], list[str]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._written = 0

    @property
    def address(self) -> tuple[str, int]:
        """Where it takes mail."""
        if self._server is None:
            raise RuntimeError("the mailbox is not started")
        host, port = self._server.sockets[0].getsockname()[:2]
        return host, port

    def start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mailbox", daemon=True)
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._bind(), self._loop).result()
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._unbind(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = self._server = None

    def mails(self, recipient: str = "") -> list[KeptMail]:
        """What arrived, for one address or for all, the oldest first."""
        with self._changed:
            return [mail for mail in self._kept if recipient.lower() in ("", mail.recipient)]

    def mail(self, number: int) -> KeptMail | None:
        """The mail with this id."""
        with self._changed:
            return self._kept[number - 1] if 0 < number <= len(self._kept) else None

    def wait(self, recipient: str, count: int = 1, timeout: float = 5) -> list[KeptMail]:
        """The mails of an address once there are `count`. Raises `TimeoutError`."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.mails(recipient)) >= count, timeout):
                raise TimeoutError(f"{len(self.mails(recipient))} of {count} mails arrived")
            return self.mails(recipient)

    def listen(self, listener: Callable[[KeptMail], None]) -> Callable[[], None]:
        """Tell `listener` of each mail that arrives, in our thread. Call what is given to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def fail(self, recipient: str, reply: str, *, at: str = "rcpt", times: int = 1) -> None:
        """Say `reply` at the next `rcpt` or `data` for an address; an empty one cuts the line."""
        self._faults.setdefault((at, recipient.lower()), []).extend([reply] * times)

    def write(self, sender: str, to: str, subject: str, text: str, *, name: str = "") -> str:
        """Write a new mail and send it. Returns its Message-ID."""
        letter = mailbox_programs.new(
            mailbox_programs.Writer(sender, name, self._clock(), self._next_id(sender)),
            to,
            subject,
            text,
        )
        return self.post(letter, sender, [to])

    def reply(
        self,
        mail: KeptMail,
        text: str,
        *,
        program: str = "gmail",
        language: str = "fr",
        sender: str = "",
        name: str = "",
    ) -> str:
        """Answer a mail as a mail program does, with the quote, where its Reply-To says."""
        sender = sender or mail.recipient
        writer = mailbox_programs.Writer(
            sender, name, self._clock(), self._next_id(sender), language
        )
        letter = mailbox_programs.PROGRAMS[program](writer, mail.message, text)
        return self.post(letter, sender, [mailbox_programs.answered_to(mail.message)])

    def post(self, letter: EmailMessage | bytes, sender: str, recipients: list[str]) -> str:
        """Send a finished message. Raises `smtplib.SMTPException` where it is not taken."""
        if self.wire is None:
            raise RuntimeError("the mailbox does not know where to send mail")
        raw = letter if isinstance(letter, bytes) else letter.as_bytes()
        if self.wire.authserv_id:
            domain = sender.rpartition("@")[2]
            told = f"{self.wire.authserv_id}; dmarc=pass header.from={domain}"
            raw = f"Authentication-Results: {told}\n".encode() + raw
        kind = smtplib.LMTP if self.wire.lmtp else smtplib.SMTP
        with kind(self.wire.host, self.wire.port) as server:
            server.sendmail(sender, recipients, raw)
        return "" if isinstance(letter, bytes) else str(letter["Message-ID"])

    def _next_id(self, sender: str) -> str:
        with self._changed:
            self._written += 1
            number = self._written
        stamp = int(self._clock().timestamp() * 1000)
        return f"<{stamp}.{number}@{sender.rpartition('@')[2]}>"

    async def _bind(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(
                _Provider(self), hostname="mailbox.example", enable_SMTPUTF8=True, loop=loop
            ),
            *self._where,
        )

    async def _unbind(self) -> None:
        if self._server is not None:
            self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def keep(self, raw: bytes, sender: str, recipients: list[str]) -> None:
        """Put a mail into its recipients' boxes."""
        arrived = []
        with self._changed:
            for recipient in recipients:
                mail = KeptMail(len(self._kept) + 1, recipient.lower(), sender, raw)
                self._kept.append(mail)
                arrived.append(mail)
            self._changed.notify_all()
        for mail in arrived:
            for listener in list(self._listeners):
                listener(mail)

    def fault(self, at: str, recipient: str) -> str | None:
        """The reply that was asked for, if any, once."""
        waiting = self._faults.get((at, recipient.lower()))
        return waiting.pop(0) if waiting else None


class _Provider:
    """What aiosmtpd asks of the provider."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del session, options
        fault = self._mailbox.fault("rcpt", address)
        if fault is not None:
            return self._said(smtp, fault)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, smtp: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del session
        for recipient in envelope.rcpt_tos:
            fault = self._mailbox.fault("data", recipient)
            if fault is not None:
                return self._said(smtp, fault)
        recipients = [str(recipient) for recipient in envelope.rcpt_tos]
        self._mailbox.keep(envelope.original_content or b"", envelope.mail_from or "", recipients)
        return f"250 2.0.0 Ok: queued as M{len(self._mailbox.mails())}"

    def _said(self, smtp: SMTP, fault: str) -> str:
        if not fault and smtp.transport is not None:
            cast(Any, smtp.transport).abort()
        return fault or "421 4.4.2 Cut"


@click.command()
@click.option("--smtp-port", default=0, help="Where mail is taken; 0 lets the system choose.")
@click.option("--http-port", default=0, help="Where it is told what to do.")
@click.option("--host", default="127.0.0.1")
@click.option("--gateway", "gateway_url", default="", help="lmtp://host:port or smtp://host:port")
def main(smtp_port: int, http_port: int, host: str, gateway_url: str) -> None:
    """A mail provider to play with. Says `ready` with its ports when it listens."""
    from gateway.demo import mailbox_http

    mailbox = Mailbox(mailbox_http.wire_of(gateway_url), host=host, port=smtp_port)
    mailbox.start()
    server = mailbox_http.server(mailbox, host, http_port)
    signal.signal(signal.SIGTERM, _end)
    click.echo(f"ready smtp={mailbox.address[1]} http={server.effective_port}")
    try:
        server.run()  # until SIGINT, which a shell's background job does not hear, or SIGTERM
    finally:
        server.close()
        mailbox.stop()


def _end(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
