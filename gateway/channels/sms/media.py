"""The pictures of an MMS, fetched from Twilio and from nowhere else.

What Twilio documents: `MediaUrlN` lies at api.twilio.com under HTTP Basic authentication
(www.twilio.com/docs/messaging/api/media-resource); it answers with a redirect to where the file
is, good for 4 hours: mms.twiliocdn.com where the account protects its media, else the bucket
media.twiliocdn.com at s3-external-1.amazonaws.com ("Protect Media Access with HTTP Basic
Authentication", support.twilio.com article 223183748).

So the first request, and it alone, carries our credentials, and goes to the API's host alone.
Redirects are followed by hand, to those hosts alone, over https. What a name stands for is looked
up once, must be a public address, and that very address is connected to: no answer of a DNS server
brings us into our own network (RFC 1918, 169.254.169.254). Size and time are counted here, whatever
a header promises. A carrier set by GATEWAY_TWILIO_API_URL takes the place of api.twilio.com, may
be anywhere, and may redirect to itself.
"""

import base64
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from gateway.channels.sms import public
from gateway.core.errors import PermanentFailure, TemporaryFailure

API: Final = "api.twilio.com"
KINDS: Final = ("image/jpeg", "image/jpg", "image/png", "image/gif", "image/webp")
LARGEST: Final = 5 * 2**20
"""Twilio's own limit for all media of one message."""
TIMEOUT: Final = 10.0
PATIENCE: Final = 30.0
MOST_REDIRECTS: Final = 3

_TWILIO: Final = (".twilio.com", ".twiliocdn.com")
_BUCKET: Final = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")
_MOST_ADDRESSES: Final = 3
_PIECE: Final = 65_536
_LATER: Final = (401, 403, 404, 408, 425, 429)
"""Mended settings, or a picture that is not there yet: asking again may give something else."""

Resolve = Callable[[str, int], Sequence[str]]
Dial = Callable[[tuple[str, int], float], socket.socket]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one request goes. `own` is the carrier that an operator has set."""

    scheme: str
    host: str
    port: int
    target: str
    own: bool = False


class TwilioMedia:
    """`ports.MediaSource` for one Twilio account. Any number of threads may fetch at once."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        api_url: str | None = None,
        *,
        resolve: Resolve | None = None,
        dial: Dial | None = None,
        context: ssl.SSLContext | None = None,
        patience: float = PATIENCE,
    ) -> None:
        secret = base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()
        self._authorization = f"Basic {secret}"
        self._own = urlsplit(api_url) if api_url else None
        self._resolve = resolve or public.addresses
        self._dial = dial or socket.create_connection
        self._context = context or ssl.create_default_context()
        self._patience = patience

    def fetch(self, url: str) -> bytes:
        """The picture at a `MediaUrlN`. Raises `TemporaryFailure` or `PermanentFailure`."""
        until = monotonic() + self._patience
        place, credentials = self._first(url), self._authorization
        for _ in range(1 + MOST_REDIRECTS):
            with self._asked(place, credentials, until) as answer:
                if answer.status == http.client.OK:
                    return _body(answer, until)
                place = self._next(place, _location(answer))
            credentials = ""
        raise PermanentFailure("redirects", "too many")

    def _first(self, url: str) -> _Place:
        """Where credentials go: to the API of Twilio, or what is set in its place."""
        parts = _split(url)
        if self._own is not None and (parts.hostname == API or self._is_own(parts)):
            moved = parts._replace(scheme=self._own.scheme, netloc=self._own.netloc)
            return _place(moved, own=True)
        if parts.scheme != "https" or parts.hostname != API or _port(parts) != 443:
            raise PermanentFailure("host", "not at Twilio")
        return _place(parts)

    def _next(self, place: _Place, location: str) -> _Place:
        here = f"{place.scheme}://{_bracketed(place.host)}:{place.port}{place.target}"
        parts = _split(location, here)
        if self._is_own(parts):
            return _place(parts, own=True)
        if parts.scheme != "https" or _port(parts) != 443 or not _is_twilio(parts):
            raise PermanentFailure("redirect", "not to Twilio")
        return _place(parts)

    def _is_own(self, parts: SplitResult) -> bool:
        own = self._own
        return own is not None and (parts.scheme, parts.hostname, _port(parts)) == (
            own.scheme,
            own.hostname,
            _port(own),
        )

    @contextmanager
    def _asked(
        self, place: _Place, credentials: str, until: float
    ) -> Iterator[http.client.HTTPResponse]:
        """One request, over a connection that is cut when the time is up."""
        headers = {"Accept": ", ".join(KINDS), "Accept-Encoding": "identity"}
        if credentials:
            headers["Authorization"] = credentials
        connection = _connection(place)
        try:
            wire = connection.sock = self._connected(place, until)
            with _cut_off(wire, until - monotonic()):
                if place.scheme == "https":
                    wire = connection.sock = self._context.wrap_socket(
                        wire, server_hostname=place.host
                    )
                connection.request("GET", place.target, headers=headers)
                yield connection.getresponse()
        except ssl.SSLCertVerificationError:
            raise TemporaryFailure("tls", "no certificate that we trust") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise TemporaryFailure("network", type(error).__name__) from None
        finally:
            connection.close()

    def _connected(self, place: _Place, until: float) -> socket.socket:
        """A connection to an address that was looked at, not to a name that may change."""
        addresses = self._resolve(place.host, place.port)
        if not place.own and not all(public.is_public(address) for address in addresses):
            raise PermanentFailure("address", "not a public one")
        if not addresses or until <= monotonic():
            raise TemporaryFailure("network", "no address")
        return self._dialled(addresses[:_MOST_ADDRESSES], place.port, until)

    def _dialled(self, addresses: Sequence[str], port: int, until: float) -> socket.socket:
        for address in addresses[:-1]:
            with suppress(OSError):
                return self._dial((address, port), TIMEOUT)
        return self._dial((addresses[-1], port), min(TIMEOUT, max(0.1, until - monotonic())))


def _connection(place: _Place) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = kind(place.host, place.port)
    connection.auto_open = 0  # it must never look the name up by itself
    return connection


def _split(url: str, base: str = "") -> SplitResult:
    try:
        parts = urlsplit(urljoin(base, url))
        _ = parts.port  # it raises for what is no port
    except ValueError:
        raise PermanentFailure("url", "malformed") from None
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not plain or not parts.hostname or "@" in parts.netloc:
        raise PermanentFailure("url", "malformed")
    return parts


def _place(parts: SplitResult, *, own: bool = False) -> _Place:
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return _Place(parts.scheme, parts.hostname or "", _port(parts), target, own)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_twilio(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    in_bucket = host == _BUCKET[0] and parts.path.startswith(_BUCKET[1])
    return host.endswith(_TWILIO) or in_bucket


@contextmanager
def _cut_off(wire: socket.socket, seconds: float) -> Iterator[None]:
    """End what drips: a time-out of the socket alone begins anew with every byte."""
    same = wire.dup()  # TLS takes the first over, under another name

    def cut() -> None:
        with suppress(OSError):
            same.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, seconds), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        same.close()


def _location(answer: http.client.HTTPResponse) -> str:
    """Where a redirect leads; whatever else is no picture is a failure."""
    status = answer.status
    if status in (301, 302, 303, 307, 308):
        return answer.getheader("Location") or ""
    if status in _LATER or status >= 500:
        raise TemporaryFailure(f"http {status}")
    raise PermanentFailure(f"http {status}")


def _body(answer: http.client.HTTPResponse, until: float) -> bytes:
    kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if kind in ("image/heic", "image/heif"):
        raise PermanentFailure("heic", "HEIC is not read: send a JPEG")
    if kind not in KINDS:
        raise PermanentFailure("kind", "no picture that we take")
    content = bytearray()
    while piece := answer.read1(_PIECE):
        content += piece
        if len(content) > LARGEST:
            raise PermanentFailure("too large", f"more than {LARGEST} bytes")
    if monotonic() >= until:
        raise TemporaryFailure("timeout", "too slow")
    if answer.length:
        raise TemporaryFailure("network", "cut off")
    return bytes(content)
