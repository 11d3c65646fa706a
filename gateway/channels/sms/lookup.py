"""Asking Twilio what it has taken from us for one number.

Without a date in the question: a message that still waits at Twilio has no date of sending yet.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gateway.channels.sms import outcomes
from gateway.channels.sms.segments import measure
from gateway.core.envelope import SMS, DeliveryReport
from gateway.core.ports import Traced

if TYPE_CHECKING:
    from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

MOST_LISTED = 200
"""More than anybody is sent within the time in which an outcome stays unknown."""

_ENDS = {
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
    "canceled": "failed",
}
_OPTED_OUT = "21610"


@lru_cache(maxsize=1024)  # one post goes to thousands in the same words
def trace(words: str) -> str:
    """What a text is known by; spaces aside, for carriers trim them."""
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()[:32]


def listed(client: "Client", sender: Mapping[str, str], recipient: str) -> list[Traced]:
    """Its last messages from `sender` to `recipient`, the oldest first."""
    found = client.messages.list(to=recipient, limit=MOST_LISTED, page_size=MOST_LISTED)
    return [_traced(message) for message in reversed(found) if _is_ours(message, sender)]


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
