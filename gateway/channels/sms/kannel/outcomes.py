"""What Kannel's answers mean: at once, to a message handed over, and later, in a delivery report.

Its own words are left aside: they may quote numbers, and reports quote texts.
"""

import re
from collections.abc import Callable

from gateway.core.errors import (
    DeliveryError,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)

SOON, MINUTE, HOUR = 2.0, 60.0, 3600.0
UNREACHABLE = "unreachable"

_TAKEN = ("0: ", "3: ")
"""Handed to a network, or kept until one is connected: either way it is Kannel's to bring."""

_BUSY, _NO_ROUTE, _LISTED, _NO_SENDER = "busy", "no route", "listed", "no sender"

_Build = Callable[[], DeliveryError]


def _later(code: str, meaning: str, seconds: float) -> _Build:
    return lambda: TemporaryFailure(code, meaning, retry_after=seconds)


def _never(code: str, meaning: str) -> _Build:
    return lambda: PermanentFailure(code, meaning)


_SAID: tuple[tuple[int, str, _Build], ...] = (
    (503, "Temporal failure", _later(_BUSY, "Kannel takes nothing for the moment", MINUTE)),
    (403, "Authorization failed", _later("http 403", "the user or the password is wrong", HOUR)),
    (403, "Not routable", _never(_NO_ROUTE, "no network of Kannel's takes this number")),
    (400, "Number(s) has/have been denied", _never(_LISTED, "Kannel's lists deny this number")),
    (400, "Sender missing", _later(_NO_SENDER, "no sender is set", HOUR)),
)

_SHUT = tuple(f"http {status}" for status in (301, 302, 307, 308, 401, 403, 404, 405))
_SENDER_WIDE = (UNREACHABLE, _BUSY, _NO_SENDER, "http 429", *_SHUT)


def of_answer(status: int, said: str) -> DeliveryError | None:
    """Why a message was not taken, or may not have been; None where it was."""
    if status == 202 and said.startswith(_TAKEN):
        return None
    for known, words, build in _SAID:
        if status == known and said.startswith(words):
            return build()
    code = f"http {status}"
    if status == 429:
        return TemporaryFailure(code, "too many requests at once", retry_after=MINUTE)
    if code in _SHUT:
        return TemporaryFailure(code, "Kannel's door is shut, or elsewhere", retry_after=HOUR)
    if 400 <= status < 500 and status != 408:
        return PermanentFailure(code, "refused by Kannel")
    return UnknownOutcome(code, "not an answer of Kannel's")


def is_sender_wide(error: DeliveryError) -> bool:
    """Would the next message to somebody else meet the same?"""
    return not isinstance(error, UnknownOutcome) and error.code in _SENDER_WIDE


REPORTS = {1: "delivered", 2: "failed", 4: "sent", 8: "sent", 16: "failed"}
"""Kannel's kinds of report: reached, given up, waiting at the network, taken by it, refused."""

EVERY_REPORT = sum(REPORTS)

_REFUSED = re.compile(r"NACK/([\w.-]{1,32})")
_GAVE_UP = re.compile(r"\bstat:(\w{1,16})(?:.*?\berr:(\w{1,16}))?", re.IGNORECASE)


def code_of(kind: int, reply: str) -> str:
    """The network's own code in its reply, for the operator; nothing of a text that it quotes."""
    if REPORTS.get(kind) != "failed":
        return ""
    if refused := _REFUSED.match(reply):
        return refused[1]
    if gave_up := _GAVE_UP.search(reply.partition("text:")[0]):
        return "/".join(part for part in gave_up.groups() if part)
    return f"dlr {kind}"
