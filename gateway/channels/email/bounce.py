"""Reads delivery status notifications (RFC 3464) that come to our bounce addresses."""

import re
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from gateway.core.envelope import EMAIL, DeliveryReport

_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_MAX_REPORT = 200_000


def delivery_report(raw: bytes, outbound_id: int) -> DeliveryReport | None:
    """What a mail system says became of our message; None where it only delays, or says nothing."""
    fields = _recipient_fields(raw)
    if fields is None:
        return None
    action = str(fields.get("action", "")).strip().lower()
    if action not in ("failed", "delivered"):
        return None
    found = _STATUS.search(str(fields.get("status", "")))
    code = found[0] if found else ""
    return DeliveryReport(EMAIL, action, outbound_id, code=code, raw_status=action)


def _recipient_fields(raw: bytes) -> Message | None:
    """The fields of the first recipient: each of our messages has one recipient."""
    try:
        message = BytesParser(policy=compat32).parsebytes(raw[:_MAX_REPORT])
        for part in message.walk():
            if part.get_content_type() == "message/delivery-status":
                blocks = [block for block in part.get_payload() if isinstance(block, Message)]
                return next((block for block in blocks if "action" in block), None)
    except (RecursionError, ValueError, LookupError, TypeError):
        pass  # Mangled beyond reading: it reports nothing.
    return None
