"""Tickets: the right to hand in later, from one kiosk, what its member wrote there.

A kiosk's link may be down for hours, and its member gone. A ticket lets it hand their words in, and
nothing else: it reads nothing, so whoever takes the kiosk away learns nothing by it. It is an HMAC
and no row, and stops with the kiosk's own token, with the member's reply tokens, and by itself.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.core.commands import Replied, Result, Thanked
from gateway.core.envelope import Received
from gateway.core.errors import Refused

LASTS = timedelta(days=7)
"""Longer than a link is ever down; shorter than somebody is remembered at a kiosk."""


_MARK = 16
"""Octets of the signature."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """`epoch` is how often the member's tokens were revoked, `until` in seconds since 1970."""

    member_id: int
    device_id: int
    epoch: int
    until: int


def write(secret: bytes, ticket: Ticket) -> str:
    """The ticket as a kiosk keeps it."""
    plain = f"{ticket.member_id}.{ticket.device_id}.{ticket.epoch}.{ticket.until}"
    return base64.urlsafe_b64encode(plain.encode() + _mark(secret, plain)).decode().rstrip("=")


def read(secret: bytes, text: str, now: datetime) -> Ticket | None:
    """The ticket that this is, while it holds; None for anything else."""
    try:
        octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        plain = octets[:-_MARK].decode("ascii")
        numbers = [int(part) for part in plain.split(".")]
        ticket = Ticket(*numbers)
    except (ValueError, TypeError, binascii.Error):
        return None
    if not hmac.compare_digest(octets[-_MARK:], _mark(secret, plain)):
        return None
    return ticket if ticket.until > now.timestamp() else None


def unread(received: Received) -> Received:
    """What may be told to whoever only hands in: what became of it, and nobody else's words."""
    if isinstance(received.result, Refused):
        return received
    return replace(received, result=_own(received.result), words="")


def _own(result: Result | None) -> Result | None:
    if isinstance(result, Replied | Thanked):
        return replace(result, target=replace(result.target, author="", body="", media=()))
    return result


def _mark(secret: bytes, plain: str) -> bytes:
    key = hmac.digest(secret, b"gateway/kiosk-ticket", "sha256")
    return hmac.digest(key, plain.encode(), "sha256")[:_MARK]
