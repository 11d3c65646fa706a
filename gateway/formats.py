"""The forms that settings are written in: text in, a checked value out.

A reader raises `ValueError` with what to write instead. It never repeats what was given, which may
be a secret.
"""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS

LANGUAGES = ("fr", "en")
SHORTEST_SECRET = 8
_LONG_SECRET = 32

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Listen:
    """An address to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class SmtpOut:
    """The server that takes our mail. `security` is `none`, `starttls` or `tls`."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "none"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The IMAP folder that our mail is fetched from. `security` is `none` or `tls`."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    security: str = "tls"


@dataclass(frozen=True, slots=True)
class SendSms:
    """Kannel's HTTP interface for sending, and who we are there."""

    url: str
    user: str
    password: str = field(repr=False)


def database(given: str) -> str:
    advice = (
        "write sqlite:///FILE, or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE for PostgreSQL"
    )
    parts = _split(given, advice)
    if parts.scheme == "sqlite" and not parts.netloc:
        folder = Path(parts.path[1:]).parent
        if not folder.is_dir():
            raise ValueError(f"there is no folder {folder}: make it, or name another")
        return given
    if parts.scheme == "postgresql+psycopg" and parts.path.strip("/"):
        return given
    raise ValueError(advice)


def redis(given: str) -> str:
    advice = "write redis://HOST:PORT/NUMBER, rediss:// for TLS, or unix:///SOCKET"
    parts = _split(given, advice)
    network = parts.scheme in {"redis", "rediss"} and parts.hostname
    if network or (parts.scheme == "unix" and parts.path):
        return given
    raise ValueError(advice)


def secret(given: str) -> str:
    if len(given) < SHORTEST_SECRET:
        raise ValueError(
            f"{len(given)} characters are too few: give at least {SHORTEST_SECRET}, "
            "better 64 made by chance (openssl rand -hex 32)"
        )
    return given


def listen(given: str) -> Listen:
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]+)):(\d{1,5})", given, re.ASCII)
    if not match or not 1 <= int(match[3]) <= 65535:
        raise ValueError("write HOST:PORT with a port from 1 to 65535, as 127.0.0.1:8080")
    return Listen(match[1] or match[2], int(match[3]))


def listen_or_none(given: str) -> Listen | None:
    return None if given.lower() == "none" else listen(given)


def web_address(given: str) -> str:
    advice = "write https://HOST, with a port and a path where there are such"
    parts = _split(given, advice)
    plain = not (parts.query or parts.fragment or parts.username)
    if parts.scheme in {"http", "https"} and parts.hostname and plain:
        return given.rstrip("/")
    raise ValueError(advice)


def mailbox(given: str) -> Mailbox:
    advice = "write imaps://USER:PASSWORD@HOST/INBOX (in the password %2F for /, %40 for @)"
    parts = _split(given, advice)
    usual = {"imap": 143, "imaps": 993}.get(parts.scheme)
    if not (usual and parts.hostname and parts.username and parts.password):
        raise ValueError(advice)
    return Mailbox(
        host=parts.hostname,
        port=parts.port or usual,
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        security="tls" if parts.scheme == "imaps" else "none",
    )


def smtp_out(given: str) -> SmtpOut:
    advice = "write smtp+starttls://USER:PASSWORD@HOST:PORT, smtps://..., or smtp://HOST"
    parts = _split(given, advice)
    security, usual = _SMTP.get(parts.scheme, ("", 0))
    if not (security and parts.hostname and bool(parts.username) == bool(parts.password)):
        raise ValueError(advice)
    return SmtpOut(
        host=parts.hostname,
        port=parts.port or usual,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security=security,
    )


def mail_domain(given: str) -> str:
    domain = given.lower().rstrip(".")
    label = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    if len(domain) > 253 or not re.fullmatch(rf"{label}(?:\.{label})*", domain):
        raise ValueError("write the domain alone, as in talk.example.com (xn-- for accents)")
    return domain


def account_sid(given: str) -> str:
    # Twilio's own have 32 characters behind AC; a carrier to test with may have its own.
    if not re.fullmatch(r"AC[0-9A-Za-z]{1,62}", given):
        raise ValueError("write AC and the characters behind it, as Twilio's console shows it")
    return given


def auth_tokens(given: str) -> tuple[str, ...]:
    tokens = tuple(token.strip() for token in given.split(","))
    if not all(re.fullmatch(r"[!-~]+", token) for token in tokens):
        raise ValueError("write one token, or several with commas between and no spaces inside")
    return tokens


def answerable(sender: str) -> bool:
    """Whether a phone can answer this sender: E.164 or a short code."""
    return re.fullmatch(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}", sender) is not None


def sender(given: str) -> str:
    name = re.fullmatch(rf"(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{{1,{_LONGEST_NAME}}}", given)
    if answerable(given) or name or re.fullmatch(r"MG[0-9A-Za-z]{32}", given):
        return given
    raise ValueError(
        "write a number as +33700000000, a short code, a name of at most 11 letters and digits, "
        "or the MG... of a messaging service"
    )


def own_sender(given: str) -> str:
    """A sender at a gateway of one's own, which has no messaging services."""
    if given.startswith("MG") and len(given) > _LONGEST_NAME:
        raise ValueError("write a number as +33700000000, a short code, or a name; MG... is Twilio")
    return sender(given)


def sendsms(given: str) -> SendSms:
    advice = "write http://USER:PASSWORD@HOST:13013/cgi-bin/sendsms (in the password %40 for @)"
    parts = _split(given, advice)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    plain = user and password and f"{user}{password}".isprintable()
    whole = parts.hostname and parts.path.strip("/") and not (parts.query or parts.fragment)
    if parts.scheme not in {"http", "https"} or not plain or not whole:
        raise ValueError(advice)
    host = parts.netloc.rpartition("@")[2]
    return SendSms(f"{parts.scheme}://{host}{parts.path}", user, password)


def path_secrets(given: str) -> tuple[str, ...]:
    """Secrets that stand in a URL's path as they are."""
    found = tuple(secret.strip() for secret in given.split(","))
    if not all(re.fullmatch(rf"[A-Za-z0-9_-]{{{_LONG_SECRET},128}}", one) for one in found):
        raise ValueError(
            f"write at least {_LONG_SECRET} letters and digits, made by chance "
            "(openssl rand -hex 32); several with commas between"
        )
    return found


def networks(given: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(one.strip()) for one in given.split(","))
    except ValueError:
        raise ValueError("write addresses or networks, as 127.0.0.1,10.0.0.0/8,::1") from None


def reply_number(given: str) -> str:
    if not answerable(given):
        raise ValueError("write a number as +33700000000, or a short code")
    return given


def language(given: str) -> str:
    if given not in LANGUAGES:
        raise ValueError(f"choose one of {', '.join(LANGUAGES)}")
    return given


def country(given: str) -> str:
    if given not in SUPPORTED_REGIONS:
        raise ValueError("write two capital letters of ISO 3166, as FR or BE")
    return given


def timezone(given: str) -> str:
    zones = available_timezones()
    if given in zones:
        return given
    near = get_close_matches(given, zones, 1) or ["Europe/Paris"]
    raise ValueError(f"write a zone of the tz database, as {near[0]}")


_LONGEST_NAME = 11
_SMTP = {"smtp": ("none", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}


def _split(given: str, advice: str) -> SplitResult:
    """The parts of a URL; urllib's own complaints quote what may be half a password."""
    try:
        parts = urlsplit(given)
        if parts.port == 0 or not given.isprintable() or " " in given:
            raise ValueError
    except ValueError:
        raise ValueError(advice) from None
    return parts
