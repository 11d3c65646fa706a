"""One short request to the gateway at a time, five seconds at most, and what came back of it.

The standard library's connection is enough here and starts faster than any other.
"""

import json
import socket
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from http.client import HTTPResponse

TIMEOUT = 5.0
LARGEST = 2 * 1024 * 1024
PIECE = 1 << 16


class NoAnswer(Exception):
    """The gateway did not answer. `uncertain` where it may have taken the request all the same.

    `ill` where it did, and could say nothing but that it is busy or at fault.
    """

    def __init__(self, *, uncertain: bool, ill: bool = False) -> None:
        super().__init__("no answer")
        self.uncertain = uncertain
        self.ill = ill


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as it came: `wait` in seconds (Retry-After)."""

    status: int
    found: dict[str, Any]
    wait: int
    etag: str


class Wire:
    """The way to one gateway, for one device. Safe to use from several threads."""

    def __init__(self, server: str, device: str, timeout: float = TIMEOUT) -> None:
        split = urlsplit(server if "://" in server else f"http://{server}")
        if split.scheme not in ("http", "https") or not split.hostname:
            raise ValueError(f"not the address of a gateway: {server!r:.80}")
        self._host, self._port = split.hostname, split.port
        self._secure = split.scheme == "https"
        self._base = f"{split.path.rstrip('/')}/api/v1"
        self._device = device
        self._timeout = timeout

    def exchange(
        self, method: str, path: str, body: dict[str, Any] | None, headers: Mapping[str, str]
    ) -> Heard:
        """Ask once. Raises `NoAnswer`."""
        # Imported here, in a worker: the first screen does not wait for it.
        from http.client import HTTPConnection, HTTPException, HTTPSConnection

        wire = (HTTPSConnection if self._secure else HTTPConnection)(
            self._host, self._port, timeout=self._timeout
        )
        try:
            wire.connect()
        except OSError:
            raise NoAnswer(uncertain=False) from None
        try:
            wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire.request(method, self._base + path, _written(body), self._headers(headers))
            with wire.getresponse() as answer:
                raw = _whole(answer, wire.sock, self._timeout)
                return Heard(
                    answer.status,
                    _read(answer.status, raw),
                    _seconds(answer.getheader("Retry-After")),
                    (answer.getheader("ETag") or "")[:200],
                )
        except (OSError, HTTPException):
            raise NoAnswer(uncertain=True) from None
        finally:
            wire.close()

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._device}",
            "Accept": "application/json",
            "Content-Type": "application/json",
            **more,
        }


def _written(body: dict[str, Any] | None) -> bytes | None:
    return None if body is None else json.dumps(body).encode()


def _whole(answer: "HTTPResponse", wire: socket.socket | None, seconds: float) -> bytes:
    """All of an answer, unpacked; one that trickles in is given up after `seconds`."""
    deadline = time.monotonic() + seconds
    got = bytearray()
    while piece := answer.read1(PIECE):
        got += piece
        left = deadline - time.monotonic()
        if left <= 0 or len(got) > LARGEST:
            raise TimeoutError
        if wire is not None:
            wire.settimeout(left)
    if answer.length:
        raise ConnectionError("cut off")
    packed = answer.getheader("Content-Encoding", "") == "gzip"
    return _unpacked(bytes(got)) if packed else bytes(got)


def _unpacked(raw: bytes) -> bytes:
    unpack = zlib.decompressobj(wbits=31)
    try:
        plain = unpack.decompress(raw, LARGEST)
    except zlib.error:
        raise ConnectionError("damaged") from None
    if not unpack.eof:
        raise ConnectionError("cut off, or too much")
    return plain


def _read(status: int, raw: bytes) -> dict[str, Any]:
    if status in (204, 304):
        return {}
    try:
        found = json.loads(raw)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    if status >= 400:
        return {}
    # A hotel's log-in page, a proxy: somebody answered, but not the gateway.
    raise NoAnswer(uncertain=True)


def _seconds(given: str | None) -> int:
    return int(given[:6]) if given and given.isascii() and given.isdigit() else 0
