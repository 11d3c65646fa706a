"""The forms that settings are written in: text in, a checked value out.

A reader raises `ValueError` with what to write instead. It never repeats what was given, which may
be a secret.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import available_timezones

LANGUAGES = ("fr", "en")
MOST_DAYS = 36_500
LOGS = ("plain", "json")
SHORTEST_SECRET = 8
MOST_LINES = 64
MOST_A_SECOND = 2000
"""Segments, of all senders of an account at Twilio together."""
_RATE = re.compile(r"\d{1,4}(\.\d{1,3})?", re.ASCII)
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


def domains(given: str) -> tuple[str, ...]:
    return tuple(mail_domain(one.strip()) for one in given.split(","))


def readable_file(given: str) -> Path:
    path = Path(given)
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        why = type(error).__name__
        raise ValueError(f"no file that this user can read ({why}): write its path") from None


def dkim_key(given: str) -> str:
    """A private key in PEM, or in a file; written on one line, its line breaks are spelt out."""
    pem = given if given.startswith("-----BEGIN") else _file(Path(given))
    pem = pem.replace("\\n", "\n").replace("\r", "").strip() + "\n"
    if not _PEM.fullmatch(pem):
        raise ValueError("write a private key in PEM, or the path of its file")
    return pem


def dkim_selector(given: str) -> str:
    if not _SELECTOR.fullmatch(given):
        raise ValueError("write a name of letters, digits and dashes, as gateway1")
    return given


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


def within(address: str, networks: Iterable[Network]) -> bool:
    """Whether an IP address, as a socket names it, is in one of the networks."""
    try:
        # The zone of a link-local address (`fe80::1%eth0`) is no part of a network.
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in networks)


def reply_number(given: str) -> str:
    if not answerable(given):
        raise ValueError("write a number as +33700000000, or a short code")
    return given


def language(given: str) -> str:
    if given not in LANGUAGES:
        raise ValueError(f"choose one of {', '.join(LANGUAGES)}")
    return given


def _regions() -> set[str]:
    # Loaded for who reads settings: the terminal has none, and starts while somebody waits.
    from phonenumbers import SUPPORTED_REGIONS

    return set(SUPPORTED_REGIONS)


def country(given: str) -> str:
    if given not in _regions():
        raise ValueError("write two capital letters of ISO 3166, as FR or BE")
    return given


def countries(given: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in given.split(",") if part.strip())
    if not found or not set(found) <= _regions():
        raise ValueError("write countries in two capital letters of ISO 3166, as FR,BE")
    return found


def segments(given: str) -> int:
    if not (given.isascii() and given.isdecimal()) or len(given) > _LONGEST_COUNT:
        raise ValueError("write a number of segments, as 20000")
    return int(given)


def rate(given: str) -> float:
    """Segments a second: from one in 20 seconds to what no account at a carrier exceeds."""
    if not _RATE.fullmatch(given) or not 0.05 <= float(given) <= MOST_A_SECOND:
        raise ValueError(f"write segments a second, from 0.05 to {MOST_A_SECOND}, as 1 or 10")
    return float(given)


def days_of_messages(given: str) -> int:
    return _days(given, 90)


def days_of_originals(given: str) -> int:
    return _days(given, 7)


def _days(given: str, least: int) -> int:
    if not (given.isascii() and given.isdecimal()) or not least <= int(given) <= MOST_DAYS:
        raise ValueError(f"write a number of days from {least} to {MOST_DAYS}")
    return int(given)


def log(given: str) -> str:
    if given not in LOGS:
        raise ValueError(f"choose one of {', '.join(LOGS)}")
    return given


def lines(given: str) -> int:
    if not given.isascii() or not given.isdecimal() or not 1 <= int(given) <= MOST_LINES:
        raise ValueError(f"write a number from 1 to {MOST_LINES}")
    return int(given)


def shifts(given: str) -> tuple[int, ...]:
    """Minutes of the day, in their order."""
    found = [_TIME.fullmatch(part.strip()) for part in given.split(",")]
    minutes = {60 * int(time[1]) + int(time[2]) for time in found if time}
    if None in found or not minutes:
        raise ValueError("write times of the day, as 05:00,13:00,21:00")
    return tuple(sorted(minutes))


def timezone(given: str) -> str:
    zones = available_timezones()
    if given in zones:
        return given
    near = get_close_matches(given, zones, 1) or ["Europe/Paris"]
    raise ValueError(f"write a zone of the tz database, as {near[0]}")


_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_PEM = re.compile(
    r"-----BEGIN (?:RSA )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END (?:RSA )?PRIVATE KEY-----\n"
)
_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LONGEST_NAME = 11
_LONGEST_COUNT = 9
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


def _file(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        why = type(error).__name__
        raise ValueError(f"neither a key in PEM nor a file with one ({why})") from None
