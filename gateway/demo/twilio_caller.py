"""How the made-up carrier calls a webhook: signed, and repeated as the URL's fragment says."""

import http.client
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]  # it has no types
    RequestValidator,
)

PAUSE = 0.05
"""Seconds between two tries."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What `#rc=5&rp=all` asks for; Twilio's default is one repeat where nobody picked up."""

    repeats: int = 1
    policies: frozenset[str] = frozenset({"ct"})
    connect: float = 5.0
    read: float = 15.0

    @classmethod
    def of(cls, url: str) -> "Overrides":
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).fragment).items()}
        return cls(
            repeats=min(_number(asked.get("rc"), 1), 5),
            policies=frozenset(re.split("[,|]", asked.get("rp", "ct"))),
            connect=_number(asked.get("ct"), 5_000) / 1_000,
            read=_number(asked.get("rt"), 15_000) / 1_000,
        )

    def repeat(self, outcome: str) -> bool:
        """Is a call that ended in `outcome` made again?"""
        return outcome != "2xx" and (outcome in self.policies or "all" in self.policies)


@dataclass(frozen=True, slots=True)
class Called:
    """How one call ended: `2xx`, `4xx`, `5xx`, `ct` (no connection) or `rt` (no answer)."""

    outcome: str
    status: int = 0
    body: str = ""
    tries: int = 1

    @property
    def acknowledged(self) -> bool:
        return self.outcome == "2xx"


LOST = Called("ct", tries=0)
"""A call that never left the carrier."""


class Caller:
    """Signs with `token`, over the URL with its fragment too where `sign_fragment` says so."""

    def __init__(self, token: str, closing: threading.Event, sign_fragment: bool = False) -> None:
        self.token = token
        self._closing = closing
        self._sign_fragment = sign_fragment

    def call(self, url: str, form: Mapping[str, str], idempotency: str = "") -> Called:
        """POST `form` to `url`, again and again as far as its fragment allows."""
        asked = Overrides.of(url)
        body = urlencode(form).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self.sign(url, form),
            "I-Twilio-Idempotency-Token": idempotency,
        }
        tries = 0
        while True:
            tries += 1
            outcome, status, answer = _post(url, body, headers, asked)
            if tries > asked.repeats or not asked.repeat(outcome) or self._closing.wait(PAUSE):
                return Called(outcome, status, answer, tries)

    def sign(self, url: str, form: Mapping[str, str]) -> str:
        signed = url if self._sign_fragment else url.partition("#")[0]
        return str(RequestValidator(self.token).compute_signature(signed, dict(form)))


def _post(
    url: str, body: bytes, headers: Mapping[str, str], asked: Overrides
) -> tuple[str, int, str]:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=asked.connect)
    # As it is written: a library that tidies it up would call what was not signed.
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.connect()
    except OSError:
        connection.close()
        return "ct", 0, ""
    try:
        connection.sock.settimeout(asked.read)
        connection.request("POST", target, body, dict(headers))
        answer = connection.getresponse()
        return f"{answer.status // 100}xx", answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return "rt", 0, ""
    finally:
        connection.close()


def _number(given: str | None, default: int) -> int:
    return int(given) if given and given.isdecimal() else default
