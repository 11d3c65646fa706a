"""What Kannel's answers mean: at once, to a message handed over, and later, in a delivery report.

Its own words are left aside: they may quote numbers, and reports quote texts.
"""

import re
from collections.abc import Callable

from gateway.core.errors import (
    ChannelShut,
    DeliveryError,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)

NO_WAY, MINUTE = 10.0, 60.0
UNREACHABLE = "unreachable"

_TAKEN = ("0: ", "3: ")
"""Handed to a network, or kept until one is connected: either way it is Kannel's to bring."""

_BUSY, _NO_ROUTE, _LISTED, _NO_SENDER = "busy", "no route", "listed", "no sender"

_Build = Callable[[], DeliveryError]


def _all_later(code: str, meaning: str, seconds: float) -> _Build:
    return lambda: TemporaryFailure(code, meaning, retry_after=seconds, for_all=True)


def _shut(code: str, meaning: str) -> _Build:
    return lambda: ChannelShut(code, meaning)


def _never(code: str, meaning: str) -> _Build:
    return lambda: PermanentFailure(code, meaning)


_SAID: tuple[tuple[int, str, _Build], ...] = (
    (503, "Temporal failure", _all_later(_BUSY, "Kannel takes nothing for the moment", MINUTE)),
    (403, "Authorization failed", _shut("http 403", "the user or the password is wrong")),
    (403, "Not routable", _never(_NO_ROUTE, "no network of Kannel's takes this number")),
    (400, "Number(s) has/have been denied", _never(_LISTED, "Kannel's lists deny this number")),
    (400, "Sender missing", _shut(_NO_SENDER, "no sender is set")),
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
        return _all_later(code, "too many requests at once", MINUTE)()
    if code in _SHUT:
        return ChannelShut(code, "Kannel's door is shut, or elsewhere")
    if 400 <= status < 500 and status != 408:
        return PermanentFailure(code, "refused by Kannel")
    return UnknownOutcome(code, "not an answer of Kannel's")


def no_way(kind: str) -> DeliveryError:
    """There was no connection to be had: nothing was sent, and no other would fare better."""
    return TemporaryFailure(UNREACHABLE, kind, retry_after=NO_WAY, for_all=True)


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
