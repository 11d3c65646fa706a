"""Sends mail by SMTP over one kept connection, and says of each message what became of it.

What was said before the text of a message went over the wire is certain: not sent. Once it has
begun to, and the connection is cut before the server answered, nobody knows; that is
`UnknownOutcome`, and it is never sent again blindly. Bounces come back to an address of each
message's own (VERP).
"""

import logging
import re
import smtplib
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

from gateway.channels.email.render import Letters, NoSuchMailbox
from gateway.channels.email.tokens import Tokens
from gateway.core.envelope import EMAIL, Failure, Outbound, Receipt
from gateway.core.errors import DeliveryError, PermanentFailure, TemporaryFailure, UnknownOutcome

Security = Literal["smtp", "smtps", "smtp+starttls"]

MAX_TEXT = 8_000
"""Octets of text that leave the whole mail, HTML and headers included, under 20 kB."""

_PORTS: dict[str, int] = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_NO_MAILBOX = (550, 551, 553)
_FULL = 552  # the mailbox, or their disk: RFC 5321, 4.5.3.1.10, says to try again
_ABOUT_US = (421, 530, 534, 535, 538)
_POLICY = re.compile(rb"\s*5\.7\.")
_DOT = re.compile(rb"(?m)^\.")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Smarthost:
    """The server that takes our mail."""

    host: str
    port: int = 25
    user: str = ""
    password: str = ""
    security: Security = "smtp"

    @classmethod
    def from_url(cls, url: str) -> "Smarthost":
        """From `smtp://`, `smtps://` or `smtp+starttls://user:password@host:port`."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("not smtp://, smtps:// or smtp+starttls:// with a host")
        security = cast(Security, parts.scheme)
        port = parts.port or _PORTS[security]
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, user, password, security)


class SmtpMail:
    """The e-mail channel's way out. Threads may share it; they take turns on its connection."""

    name = EMAIL

    def __init__(
        self,
        smarthost: Smarthost,
        letters: Letters,
        tokens: Tokens,
        *,
        timeout: float = 30,
        messages_per_connection: int = 100,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._smarthost = smarthost
        self._letters = letters
        self._tokens = tokens
        self._timeout = timeout
        self._most = messages_per_connection
        self._tls = tls or ssl.create_default_context()
        self._lock = threading.Lock()
        self._kept: smtplib.SMTP | None = None
        self._sent = 0

    def fits(self, text: str) -> bool:
        """May `text` be one small mail?"""
        return len(text.encode("utf-8", "replace")) <= MAX_TEXT

    def send(self, messages: Sequence[Outbound]) -> Iterator[Receipt | Failure]:
        """Send each once, in order."""
        for message in messages:
            try:
                with self._lock:
                    taken_as = self._send(message)
            except DeliveryError as error:
                yield Failure(message.id, error)
            else:
                yield Receipt(message.id, taken_as)

    def close(self) -> None:
        """Take leave of the server."""
        with self._lock:
            self._drop(politely=True)

    def _send(self, outbound: Outbound) -> str:
        text = self._rendered(outbound)
        server = self._ready()
        try:
            self._envelope(server, outbound)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise TemporaryFailure("connection", type(error).__name__) from None
        return self._text(server, text)

    def _rendered(self, outbound: Outbound) -> bytes:
        try:
            return self._letters.render(outbound)
        except NoSuchMailbox:
            raise PermanentFailure("5.1.3", "not an address", bad_address=True) from None
        except Exception as error:  # one that cannot be written must not hold up the others
            log.exception("the message %d cannot be written", outbound.id)
            raise PermanentFailure("render", type(error).__name__) from error

    def _envelope(self, server: smtplib.SMTP, outbound: Outbound) -> None:
        """Say from whom and to whom. Nothing was sent if this fails."""
        ours = f"bounces+{self._tokens.bounce(outbound.id)}@{self._letters.domain}"
        self._expect(server, *server.mail(ours))
        self._expect(server, *server.rcpt(outbound.recipient), recipient=True)
        self._expect(server, *server.docmd("DATA"), ok=354)

    def _text(self, server: smtplib.SMTP, text: bytes) -> str:
        try:
            server.send(_DOT.sub(b"..", text) + b".\r\n")
            code, words = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise UnknownOutcome("cut", type(error).__name__) from None
        self._expect(server, code, words)
        self._sent += 1
        return _printable(words)

    def _expect(
        self,
        server: smtplib.SMTP,
        code: int,
        words: bytes,
        *,
        ok: int = 250,
        recipient: bool = False,
    ) -> None:
        if code == ok or (ok == 250 and code // 10 == 25):
            return
        if code in _ABOUT_US or code < 0 or server.sock is None:
            self._drop()
        raise _failure(code, words, recipient=recipient)

    def _ready(self) -> smtplib.SMTP:
        """The kept connection if the server still holds it, else a new one."""
        if self._kept is not None and self._sent < self._most:
            with suppress(OSError, smtplib.SMTPException):
                if self._kept.rset()[0] == 250:
                    return self._kept
        self._drop(politely=self._sent >= self._most)
        try:
            self._kept = self._opened()
        except (OSError, smtplib.SMTPException) as error:
            raise TemporaryFailure("connection", type(error).__name__) from None
        return self._kept

    def _opened(self) -> smtplib.SMTP:
        house = self._smarthost
        name = self._letters.domain
        if house.security == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                house.host, house.port, name, timeout=self._timeout, context=self._tls
            )
        else:
            server = smtplib.SMTP(house.host, house.port, name, timeout=self._timeout)
        try:
            if house.security == "smtp+starttls":
                server.starttls(context=self._tls)
            server.ehlo_or_helo_if_needed()
            if house.user:
                server.login(house.user, house.password)
        except BaseException:
            server.close()
            raise
        return server

    def _drop(self, *, politely: bool = False) -> None:
        server, self._kept, self._sent = self._kept, None, 0
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                if politely:
                    server.quit()
            server.close()


def _failure(code: int, words: bytes, *, recipient: bool) -> DeliveryError:
    """Who is to act on a reply, by its code (RFC 5321, 4.2) and what it was said to."""
    detail = _printable(words)
    if code // 100 != 5 or code in _ABOUT_US or (recipient and code == _FULL):
        return TemporaryFailure(str(code), detail)
    # 5.7.x is a quarrel about us (RFC 3463), and no reason to give up an address.
    bad = recipient and code in _NO_MAILBOX and not _POLICY.match(words)
    return PermanentFailure(str(code), detail, bad_address=bad)


def _printable(words: bytes) -> str:
    return "".join(c for c in words.decode("ascii", "replace") if c.isprintable())[:200]
