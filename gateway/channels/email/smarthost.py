"""The server that takes our mail, and the greetings until it does."""

import smtplib
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

Security = Literal["smtp", "smtps", "smtp+starttls"]

_PORTS: dict[str, int] = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


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

        Raises `OSError` or `smtplib.SMTPException`.
        """
        if tls is None and self.security != "smtp":
            tls = _trusted()
        if self.security == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, name, timeout=timeout, context=tls
            )
        else:
            server = smtplib.SMTP(self.host, self.port, name, timeout=timeout)
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


@cache
def _trusted() -> ssl.SSLContext:
    # Once, and only where it is needed: it reads every certificate of the system.
    return ssl.create_default_context()
