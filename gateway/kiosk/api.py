"""The gateway's HTTP API as the kiosk calls it: its verbs, and what they tell.

Every failure is one of two: `NoAnswer` (try again, with the same key) or `Problem` (a no, with its
reason).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from gateway.kiosk.exchange import TIMEOUT, Heard, NoAnswer, Wire
from gateway.kiosk.safe import safe

__all__ = ["Api", "NoAnswer", "Problem", "SignedIn", "Site", "Told"]


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
    ticket: str = ""
    """The right to hand in later, and after signing out, what this person wrote here."""
    id: str = ""
    """What tells this member from every other, however they signed in."""
    questions: tuple[tuple[int, str], ...] = ()
    """What was written at a kiosk under this badge, unchecked: was it they? Number and words."""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer of the feed, and its tag."""

    found: dict[str, Any]
    etag: str


class Api:
    """The verbs of `/api/v1` that a kiosk needs. Safe to call from several threads."""

    def __init__(self, server: str, device: str, timeout: float = TIMEOUT) -> None:
        self._wire = Wire(server, device, timeout)

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
            ticket=found["ticket"] if isinstance(found.get("ticket"), str) else "",
            questions=tuple(
                (asked["id"], safe(str(asked.get("words", ""))))
                for asked in found.get("questions") or ()
                if isinstance(asked, dict) and isinstance(asked.get("id"), int)
            ),
            id=str(found["id"]) if isinstance(found.get("id"), int) else "",
        )

    def sign_out(self, session: str) -> None:
        self._call("DELETE", "/session", headers={"Gateway-Session": session})

    def choose_pin(self, session: str, pin: str) -> None:
        self._call("POST", "/pin", {"pin": pin}, {"Gateway-Session": session})

    def run(self, session: str, key: str, request: dict[str, Any]) -> dict[str, Any]:
        """Run a command once for each `key`; the answer as it came."""
        headers = {"Gateway-Session": session, "Idempotency-Key": key}
        return self._call("POST", "/commands", request, headers)

    def hand_in(self, ticket: str, key: str, request: dict[str, Any]) -> dict[str, Any]:
        """Run a command of somebody who may have gone: a ticket writes, and reads nothing."""
        headers = {"Gateway-Ticket": ticket, "Idempotency-Key": key}
        return self._call("POST", "/commands", request, headers)

    def deposit(self, key: str, request: dict[str, Any]) -> dict[str, Any]:
        """Hand in what somebody wrote whom nobody could check; the gateway asks them first."""
        return self._call("POST", "/deposits", request, {"Idempotency-Key": key})

    def feed(self, cursor: str, session: str = "", etag: str = "") -> Told | None:
        """What changed since `cursor`; None where the answer would be that of `etag` again."""
        headers = {"Accept-Encoding": "gzip"}
        if session:
            headers["Gateway-Session"] = session
        if etag:
            headers["If-None-Match"] = etag
        answer = self._ask("GET", f"/feed?cursor={quote(cursor)}" if cursor else "/feed", headers)
        return None if answer.status == 304 else Told(answer.found, answer.etag)

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        return self._ask(method, path, headers or {}, body).found

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: dict[str, Any] | None = None
    ) -> Heard:
        answer = self._wire.exchange(method, path, body, headers)
        if answer.status >= 500 or answer.status == 409:
            raise NoAnswer(uncertain=True, ill=bool(answer.found))
        if answer.status >= 400:
            kind = str(answer.found.get("type", "")).rstrip("/").rsplit("/", 1)[-1]
            detail = safe(str(answer.found.get("detail", "")), 300)
            raise Problem(kind.rsplit(":", 1)[-1], answer.status, detail, answer.wait)
        return answer


def _word(found: Mapping[str, Any], name: str) -> str:
    given = found.get(name)
    return safe(given, 200) if isinstance(given, str) else ""


def _count(found: Mapping[str, Any], name: str) -> int:
    given = found.get(name)
    return given if isinstance(given, int) and given > 0 else 0
