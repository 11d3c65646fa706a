"""The server that takes our mail, and the greetings until it does."""

import io
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast
from urllib.parse import unquote, urlsplit

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


class _Hearing(io.RawIOBase):
    """What a server says until a moment of `time.monotonic`, and not without end."""

    def __init__(self, connection: socket.socket, over: float) -> None:
        self._connection = connection
        self._over = over
        self._room = _LONGEST_GREETING

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises `OSError`, also where it has lasted too long."""
        left = self._over - time.monotonic()
        if left <= 0 or self._room <= 0:
            raise TimeoutError("the greetings do not end")
        self._connection.settimeout(left)
        count = self._connection.recv_into(buffer)
        self._room -= count
        return count


class _Hurried(smtplib.SMTP):
    """smtplib waits for each piece anew, and takes as many lines as there come."""

    def __init__(self, host: str, port: int, name: str, *, timeout: float, **tls: Any) -> None:
        self._over = time.monotonic() + timeout
        super().__init__(host, port, name, timeout=timeout, **tls)

    def getreply(self) -> tuple[int, bytes]:
        """Raises `OSError` or `smtplib.SMTPException`."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Hearing(self.sock, self._over))
        return super().getreply()


class _HurriedSafely(_Hurried, smtplib.SMTP_SSL):
    """The same over TLS from the first word."""


@cache
def _trusted() -> ssl.SSLContext:
    # Once, and only where it is needed: it reads every certificate of the system.
    return ssl.create_default_context()
