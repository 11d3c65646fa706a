"""The server that takes our mail, and the greetings until it does."""

import smtplib
import ssl
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast
from urllib.parse import unquote, urlsplit

from gateway.hearing import Hearing

Security = Literal["smtp", "smtps", "smtp+starttls"]

_PORTS: dict[str, int] = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_LONGEST_GREETING = 65_536  # octets of all replies until the first message


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

    def greeted(self, name: str, timeout: float, tls: ssl.SSLContext | None) -> smtplib.SMTP:
        """A connection, safe and logged in as the server is to be used; `name` is who we are.

        `timeout` is for all that the server says, too. Raises `OSError` or `smtplib.SMTPException`.
        """
        if tls is None and self.security != "smtp":
            tls = _trusted()
        if self.security == "smtps":
            server: smtplib.SMTP = _HurriedSafely(
                self.host, self.port, name, timeout=timeout, context=tls
            )
        else:
            server = _Hurried(self.host, self.port, name, timeout=timeout)
        try:
            if self.security == "smtp+starttls":
                server.starttls(context=tls)
            server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


class _Hurried(smtplib.SMTP):
    """smtplib waits for each piece anew, and takes as many lines as there come."""

    def __init__(self, host: str, port: int, name: str, *, timeout: float, **tls: Any) -> None:
        self._over = time.monotonic() + timeout
        super().__init__(host, port, name, timeout=timeout, **tls)

    def getreply(self) -> tuple[int, bytes]:
        """Raises `OSError` or `smtplib.SMTPException`."""
        if self.file is None and self.sock is not None:
            self.file = Hearing(self.sock, self._over, _LONGEST_GREETING).makefile()
        return super().getreply()


class _HurriedSafely(_Hurried, smtplib.SMTP_SSL):
    """The same over TLS from the first word."""


@cache
def _trusted() -> ssl.SSLContext:
    # Once, and only where it is needed: it reads every certificate of the system.
    return ssl.create_default_context()
