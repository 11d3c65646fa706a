"""The gateway's HTTP API as the kiosk calls it: one short request at a time, five seconds at most.

Every failure is one of two: `NoAnswer` (try again, with the same key) or `Problem` (a no, with its
reason). The standard library's connection is enough here and starts faster than any other.
"""

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gateway.kiosk.safe import safe

TIMEOUT = 5.0
LARGEST = 2 * 1024 * 1024


class NoAnswer(Exception):
    """The gateway did not answer. `uncertain` where it may have taken the request all the same."""

    def __init__(self, *, uncertain: bool) -> None:
        super().__init__("no answer")
        self.uncertain = uncertain


class Problem(Exception):
    """The gateway said no (RFC 9457): `kind` is the last word of its type, `seconds` the wait."""

    def __init__(self, kind: str, status: int, detail: str = "", seconds: int = 0) -> None:
        super().__init__(f"{status} {kind}")
        self.kind = kind
        self.status = status
        self.detail = detail
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Site:
    """Where this kiosk stands, as the gateway knows it."""

    site: str
    organisation: str
    sms_number: str
    languages: tuple[str, ...]
    time: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the gateway tells of a person who signed in."""

    token: str
    member: str
    language: str
    unread: int
    urgent: int
    groups: tuple[tuple[str, str], ...]
    must_choose_pin: bool


class Api:
    """The verbs of `/api/v1` that a kiosk needs. Safe to call from several threads."""

    def __init__(self, server: str, device: str, timeout: float = TIMEOUT) -> None:
        split = urlsplit(server if "://" in server else f"http://{server}")
        if split.scheme not in ("http", "https") or not split.hostname:
            raise ValueError(f"not the address of a gateway: {server!r:.80}")
        self._host, self._port = split.hostname, split.port
        self._secure = split.scheme == "https"
        self._base = f"{split.path.rstrip('/')}/api/v1"
        self._device = device
        self._timeout = timeout

    def site(self) -> Site:
        found = self._call("GET", "/kiosk")
        return Site(
            site=_word(found, "site"),
            organisation=_word(found, "organisation"),
            sms_number=_word(found, "sms_number"),
            languages=tuple(str(code) for code in found.get("languages") or ()),
            time=_word(found, "time"),
        )

    def sign_in(self, *, badge: str = "", pin: str = "", code: str = "") -> SignedIn:
        proof = {"code": code} if code else {"badge": badge, "pin": pin}
        found = self._call("POST", "/session", proof)
        if not isinstance(found.get("session"), str):
            raise NoAnswer(uncertain=True)
        return SignedIn(
            token=found["session"],
            member=_word(found, "member"),
            language=_word(found, "language"),
            unread=_count(found, "unread"),
            urgent=_count(found, "urgent"),
            groups=tuple(
                (_word(group, "slug"), _word(group, "title"))
                for group in found.get("groups") or ()
                if isinstance(group, dict)
            ),
            must_choose_pin=found.get("must_choose_pin") is True,
        )

    def sign_out(self, session: str) -> None:
        self._call("DELETE", "/session", headers={"Gateway-Session": session})

    def choose_pin(self, session: str, pin: str) -> None:
        self._call("POST", "/pin", {"pin": pin}, {"Gateway-Session": session})

    def run(self, session: str, key: str, request: dict[str, Any]) -> dict[str, Any]:
        """Run a command once for each `key`; the answer as it came."""
        headers = {"Gateway-Session": session, "Idempotency-Key": key}
        return self._call("POST", "/commands", request, headers)

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        status, found, wait = self._exchange(method, path, body, headers or {})
        if status >= 500 or status == 409:
            raise NoAnswer(uncertain=True)
        if status >= 400:
            kind = str(found.get("type", "")).rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]
            raise Problem(kind, status, safe(str(found.get("detail", "")), 300), wait)
        return found

    def _exchange(
        self, method: str, path: str, body: dict[str, Any] | None, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, Any], int]:
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
            answer = wire.getresponse()
            raw = answer.read(LARGEST)
            return (
                answer.status,
                _read(answer.status, raw),
                _seconds(answer.getheader("Retry-After")),
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


def _read(status: int, raw: bytes) -> dict[str, Any]:
    if status == 204 or not raw:
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


def _word(found: Mapping[str, Any], name: str) -> str:
    given = found.get(name)
    return safe(given, 200) if isinstance(given, str) else ""


def _count(found: Mapping[str, Any], name: str) -> int:
    given = found.get(name)
    return given if isinstance(given, int) and given > 0 else 0
