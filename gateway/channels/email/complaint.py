"""Reads complaints (RFC 5965): a provider tells us that its user called a mail of ours unwanted.

Anybody can write such a report about anybody. So nobody is taken from it by their address: only a
token of ours, which was in the mail that they got, says whose mail it was.
"""

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from gateway.channels.email.mime import Mail

UNWANTED = ("abuse", "fraud", "opt-out", "opt-out-list")
"""Types of a report that are a person's no; others are of machines, or take one back."""

MAX_REPORT = 200_000
MOST = 5
_TOLD_BY = ("return-path", "original-mail-from", "list-unsubscribe", "x-original-mail-from")
_LONGEST = 4_000


def is_complaint(mail: Mail) -> bool:
    """Is it a report about what a person thinks of a mail?"""
    kind = mail.first("content-type").lower()
    return kind.lstrip().startswith("multipart/report") and "feedback-report" in kind


def complained_of(mail: Mail, domain: str) -> tuple[str, ...] | None:
    """Our addresses with tokens that the unwanted mail carried; None where nobody says no."""
    try:
        message = BytesParser(policy=compat32).parsebytes(mail.raw[:MAX_REPORT])
        report = next(iter(_of_kind(message, "message/feedback-report")), None)
        if report is None or _type(report) not in UNWANTED:
            return None
        heads = [report, *_originals(message)]
        found = [one for head in heads for one in _ours(head, domain)]
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return None  # Mangled beyond reading: it complains of nothing.
    return tuple(dict.fromkeys(found))[:MOST]


def _type(report: Message) -> str:
    return str(_fields(report).get("feedback-type", "")).strip().lower()


def _originals(message: Message) -> Iterator[Message]:
    yield from _of_kind(message, "message/rfc822")
    yield from _of_kind(message, "text/rfc822-headers")


def _of_kind(message: Message, kind: str) -> Iterator[Message]:
    payload = message.get_payload()
    for part in payload[:20] if isinstance(payload, list) else ():
        if isinstance(part, Message) and part.get_content_type() == kind:
            yield part


def _fields(part: Message) -> Message:
    """The headers that a part is made of, or that the mail in it has."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return next((one for one in payload if isinstance(one, Message)), part)
    octets = part.get_payload(decode=True)
    text = octets if isinstance(octets, bytes) else b""
    return BytesHeaderParser(policy=compat32).parsebytes(text.lstrip())


def _ours(part: Message, domain: str) -> Iterator[str]:
    fields = _fields(part)
    said = " ".join(
        str(value)[:_LONGEST] for name in _TOLD_BY for value in fields.get_all(name, [])
    )
    at = re.escape(domain)
    for local in re.findall(rf"\b((?:bounces|unsubscribe)\+\w{{1,52}})@{at}\b", said, re.I):
        yield f"{local.lower()}@{domain}"
    for token in re.findall(r"/mail/unsubscribe/(\w{1,52})\b", said):
        yield f"unsubscribe+{token.lower()}@{domain}"
