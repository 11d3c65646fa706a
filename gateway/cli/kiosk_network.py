"""What `gateway kiosk --check` finds on the way to the gateway, one step after the other.

Name, wire, TLS, then the API with this kiosk's token: what comes behind a step that fails is not
asked. The time is compared with the gateway's own (RFC 9110, `Date`).
"""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from gateway.cli.checkup import HERE, MOST_SKEW, Finding
from gateway.cli.output import plain

PATIENCE: Final = 5.0
SOON: Final = timedelta(days=14)
LARGEST: Final = 64 * 1024
CABLE: Final = "look at the cable, the WLAN and the router"
SET_CLOCK: Final = "let NTP set it: timedatectl set-ntp true"
_NOT_YET, _EXPIRED, _SELF_SIGNED, _OTHER_NAME = 9, 10, 18, 62
"""Why a certificate is refused: OpenSSL's numbers (x509_vfy.h)."""

_Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Heard:
    """One answer: what it is, and when by whom."""

    status: int
    found: dict[str, Any]
    date: str
    location: str


class _Stop(Exception):
    """Nothing more can be asked; the finding says why."""

    def __init__(self, check: str, words: str) -> None:
        super().__init__(words)
        self.finding = Finding(check, "mend", words)


def network(
    server: str, token: str, site: str, now: _Clock = lambda: datetime.now(UTC)
) -> Iterator[Finding]:
    """From the name in `server` to whether the gateway knows `token`, and for which site."""
    try:
        split = urlsplit(server)
        port = split.port or (443 if split.scheme == "https" else 80)
    except ValueError:
        yield Finding("server", "mend", "--server is no address: write https:// and a host")
        return
    if split.scheme not in ("http", "https") or not split.hostname:
        yield Finding("server", "mend", "--server is no address: write https:// and a host")
        return
    try:
        yield from _steps(split, split.hostname, port, token, site, now)
    except _Stop as stop:
        yield stop.finding


def _steps(
    split: SplitResult, host: str, port: int, token: str, site: str, now: _Clock
) -> Iterator[Finding]:
    yield _address(split, host)
    addresses = _resolved(host, port)
    yield Finding("dns", "ok", f"{host} is {addresses[0]}")
    wire = _connected(host, port, addresses)
    with wire:
        yield Finding("tcp", "ok", f"port {port} is open")
        if split.scheme == "https":
            wire, finding = _secured(wire, host, now())
            yield finding
        with wire:
            heard = _asked(wire, host, split, token)
    yield _clock(heard.date, now())
    yield from _judged(heard, site)


def _address(split: SplitResult, host: str) -> Finding:
    if split.scheme == "http" and host not in HERE:
        words = "http:// shows badges, PINs and posts to the whole network: have https:// set up"
        return Finding("server", "warn", words)
    return Finding("server", "ok", f"{split.scheme}://{plain(split.netloc)}")


def _resolved(host: str, port: int) -> list[str]:
    """Where the name leads; the system's own patience with a dead DNS server is half a minute."""
    found: list[str] = []
    trouble: list[str] = []

    def ask() -> None:
        try:
            told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(str(one[4][0]) for one in told)
        except OSError as error:
            trouble.append(error.strerror or type(error).__name__)
        except UnicodeError:
            trouble.append("no name")

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if not found:
        why = trouble[0] if trouble else "the DNS server does not answer"
        raise _Stop(
            "dns", f"{plain(host)} is not found ({why}): mind the spelling of --server; {CABLE}"
        )
    return found


def _connected(host: str, port: int, addresses: list[str]) -> socket.socket:
    why: OSError | None = None
    for address in addresses[:4]:
        try:
            return socket.create_connection((address, port), PATIENCE)
        except OSError as error:
            why = error
    if isinstance(why, ConnectionRefusedError):
        words = f"{host} refuses port {port}: is the port right, and `gateway web` started there?"
    elif isinstance(why, TimeoutError):
        words = f"nothing answers at port {port} of {host}: {CABLE}, and at firewalls"
    else:
        said = why.strerror if why is not None else "no way"
        words = f"no way to {host} ({said}): {CABLE}"
    raise _Stop("tcp", words)


def _secured(wire: socket.socket, host: str, now: datetime) -> tuple[socket.socket, Finding]:
    try:
        secure = ssl.create_default_context().wrap_socket(wire, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise _Stop("tls", _refused(error, host)) from None
    except (ssl.SSLError, OSError) as error:
        name = getattr(error, "reason", None) or type(error).__name__
        raise _Stop("tls", f"no TLS there ({name}): is it an http:// port, or a proxy?") from None
    shown = secure.getpeercert() or {}
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    words = f"the certificate is good until {until:%Y-%m-%d}"
    if until - now < SOON:
        return secure, Finding("tls", "warn", f"{words}: have it renewed at the gateway")
    return secure, Finding("tls", "ok", words)


def _refused(error: ssl.SSLCertVerificationError, host: str) -> str:
    """What to do about a certificate that this machine does not take."""
    known = {
        _NOT_YET: f"the certificate is not valid yet: this machine's clock is behind, {SET_CLOCK}",
        _EXPIRED: "the certificate ran out: have it renewed at the gateway; or this machine's "
        f"clock is ahead, {SET_CLOCK}",
        _OTHER_NAME: f"the certificate is not for {host}: write the name that it is for",
    }
    other = (
        f"the certificate is not trusted ({error.verify_message}): put your authority's own into "
        "/usr/local/share/ca-certificates and run update-ca-certificates"
    )
    return known.get(error.verify_code, other)


def _asked(wire: socket.socket, host: str, split: SplitResult, token: str) -> _Heard:
    """The first question that a kiosk asks."""
    asking = HTTPConnection(host, timeout=PATIENCE)
    asking.sock = wire
    wire.settimeout(PATIENCE)
    headers = {
        "Host": split.netloc.rpartition("@")[2],
        "Authorization": f"Bearer {token}",
        "Accept": "application/json",
    }
    try:
        asking.request("GET", f"{split.path.rstrip('/')}/api/v1/kiosk", headers=headers)
        answer = asking.getresponse()
        raw = answer.read(LARGEST)
        if answer.length and len(raw) < LARGEST:
            raise ConnectionError
    except (OSError, HTTPException, ValueError) as error:
        raise _Stop(
            "http", f"the line is cut before it answers ({type(error).__name__}): is a proxy there?"
        ) from None
    return _heard(answer, raw)


def _heard(answer: HTTPResponse, raw: bytes) -> _Heard:
    try:
        found = json.loads(raw)
    except ValueError:
        found = None
    location = answer.getheader("Location") or ""
    kind = found if isinstance(found, dict) else {}
    return _Heard(answer.status, kind, answer.getheader("Date") or "", plain(location)[:200])


def _clock(date: str, now: datetime) -> Finding:
    try:
        theirs = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return Finding("clock", "skip", "who answers tells no time")
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    ahead = now - theirs
    if abs(ahead) > MOST_SKEW:
        seconds = int(abs(ahead).total_seconds())
        said = f"{seconds // 3600} h {seconds % 3600 // 60:02} min {seconds % 60:02} s"
        side = "ahead of" if ahead > timedelta() else "behind"
        return Finding("clock", "mend", f"{said} {side} the gateway: {SET_CLOCK}")
    return Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC, as the gateway's")


def _judged(heard: _Heard, site: str) -> Iterator[Finding]:
    """Who answered, and what the token is worth."""
    ours = "site" in heard.found if heard.status == 200 else "type" in heard.found
    if 300 <= heard.status < 400:
        words = f"the gateway is elsewhere: write --server for {heard.location or 'there'}"
        yield Finding("http", "mend", words)
    elif heard.status >= 500:
        words = f"the gateway is ill ({heard.status}): run `gateway doctor` there"
        yield Finding("http", "mend", words)
    elif not ours:
        words = (
            f"somebody answers ({heard.status}), but no gateway: a log-in page of the network, a "
            "proxy, or a path that is missing in --server"
        )
        yield Finding("http", "mend", words)
    else:
        yield Finding("http", "ok", "a gateway answers")
        yield _token(heard, site)


def _token(heard: _Heard, site: str) -> Finding:
    if heard.status == 429:
        return Finding("token", "warn", "asked too often just now: check again in a minute")
    if heard.status != 200:
        return Finding(
            "token",
            "mend",
            "the gateway does not know this token, or not any more: see `gateway kiosks list` "
            "there, make one by `gateway kiosks add`, and install it here",
        )
    where = plain(str(heard.found["site"]))[:80]
    if site and where.casefold() != " ".join(site.split()).casefold():
        return Finding(
            "token", "mend", f'this token is of "{where}", and not of "{plain(site)}": take its own'
        )
    return Finding("token", "ok", f'this kiosk stands at "{where}"')
