"""Asking Twilio what it has taken from us for one number.

Without a date in the question: a message that still waits at Twilio has no date of sending yet.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gateway.channels.sms import outcomes
from gateway.channels.sms.segments import measure
from gateway.core.envelope import SMS, DeliveryReport
from gateway.core.ports import Listing, Traced

if TYPE_CHECKING:
    from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

PAGE = 200
"""More than almost anybody is sent within the time in which an outcome stays unknown."""

MOST_LISTED = 10_000
"""Nobody waits for a longer list; what lies before it stays unknown."""

_ENDS = {
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
    "canceled": "failed",
}
_OPTED_OUT = "21610"
_SECOND = timedelta(seconds=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


@lru_cache(maxsize=1024)  # one post goes to thousands in the same words
def trace(words: str) -> str:
    """What a text is known by; spaces aside, for carriers trim them."""
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()[:32]


def listed(client: "Client", sender: Mapping[str, str], recipient: str, since: datetime) -> Listing:
    """Its messages from `sender` to `recipient` since then, or the last `MOST_LISTED` of them.

    They come by the date of sending, the newest first (Twilio, "Read multiple Message resources").
    What was sent too early was made too early as well, and so was all behind it. What has no such
    date yet says nothing of what is behind it.
    """
    found, first = list[Traced](), since.replace(microsecond=0)  # Twilio tells whole seconds
    for place, message in enumerate(client.messages.stream(to=recipient, page_size=PAGE), 1):
        if message.date_sent is not None and message.date_sent < first:
            break
        if _is_ours(message, sender):
            found.append(_traced(message))
        if place == MOST_LISTED:
            since = _certain_since(message, since)
            break
    return Listing(found[::-1], since)


def _certain_since(last: Any, since: datetime) -> datetime:
    """How far back a list is whole that was cut behind `last`.

    What was left out was sent no later than `last`, so it was made no later either. A second more,
    for the seconds are whole.
    """
    sent: datetime | None = last.date_sent
    return max(since, sent + _SECOND) if sent is not None else _NEVER


def _is_ours(message: Any, sender: Mapping[str, str]) -> bool:
    if message.direction != "outbound-api" or message.date_created is None:
        return False  # a phone's, or the carrier's own answer to STOP
    if "messaging_service_sid" in sender:
        return bool(message.messaging_service_sid == sender["messaging_service_sid"])
    return bool(message.from_ == sender["from_"])


def _traced(message: Any) -> Traced:
    words, code = str(message.body or ""), str(message.error_code or "")
    counted = str(message.num_segments)
    report = DeliveryReport(
        channel=SMS,
        status="opted_out" if code == _OPTED_OUT else _ENDS.get(str(message.status), "sent"),
        external_id=str(message.sid),
        code=code,
        raw_status=str(message.status),
        bad_after=outcomes.bad_after(code),
        again_after=outcomes.again_after(code),
        shuts=outcomes.shuts(code),
    )
    segments = int(counted) if counted.isdecimal() else 0
    return Traced(trace(words), message.date_created, report, segments or measure(words).count)
