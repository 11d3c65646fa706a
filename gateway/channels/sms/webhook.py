"""Twilio's two webhooks, cut out of HTTP: a message of a person, and what became of one of ours."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from gateway.channels.sms import outcomes, receiving, signature
from gateway.channels.sms.signature import Fields
from gateway.core import grammar
from gateway.core.commands import Pick, Usage
from gateway.core.envelope import SMS, DeliveryReport, Inbound, MediaRef
from gateway.core.errors import NotAccepted
from gateway.core.numbers import FIRST_SERIAL, number_of

MAX_FIELDS = 200
_OPTED_OUT = "21610"
_STATUSES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
    "canceled": "failed",
}
MOST_MEDIA = 10
"""So many may come with a message, as Twilio documents it."""

_LONGEST_DELIVERY = 128
_WRITING = ("post", "reply", "urgent")
_NAMED_MEDIA = ("video", "audio")
_ONE_COMMAND = 3
"""Below so many words a text is likely a command, and a word more would change what it says."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """What the web server must know of Twilio: who may call, and what a call says.

    `public_url` is how Twilio sees us; `tokens` are all that may sign at the moment.
    """

    public_url: str
    tokens: Sequence[str]

    def signed(
        self, target: str, raw: bytes, content_type: str, fields: Fields, header: str | None
    ) -> bool:
        """Was this request to `target`, a raw path and query, signed by Twilio?"""
        urls = signature.candidates(self.public_url, target)
        return signature.valid(urls, raw, content_type, fields, header, self.tokens)

    def fields(self, raw: bytes, content_type: str) -> Fields:
        """Every parameter of a request's body; `NotAccepted` where there are far too many."""
        return read_fields(raw, content_type)

    def inbound(self, fields: Fields, raw: bytes, delivery: str) -> Inbound:
        return inbound(fields, raw, delivery)

    def report(self, fields: Fields, outbound: str) -> DeliveryReport:
        return report(fields, outbound)


def read_fields(raw: bytes, content_type: str) -> Fields:
    """Every parameter of a body, blank and repeated ones too: all of them are signed.

    A form or a JSON object; of anything else, or of what is broken, nothing.
    """
    if signature.is_json(content_type):
        return _of_json(raw)
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return {}
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(
            raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise NotAccepted("too many fields") from None
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def inbound(fields: Fields, raw: bytes = b"", delivery: str = "") -> Inbound:
    """A text of a person. `NotAccepted` where it does not say whose it is, or which.

    `delivery` is the carrier's name for all its tries to bring it.
    """
    sender = _first(fields, "From").strip()
    return Inbound(
        channel=SMS,
        external_id=_sid(fields),
        sender=receiving.name(sender, "From"),
        text=_text(fields),
        raw=raw,
        automatic="" if receiving.is_number(sender) else receiving.NO_NUMBER,
        carrier_answered=bool(_first(fields, "OptOutType")),
        media=media(fields),
        delivery=delivery if len(delivery) <= _LONGEST_DELIVERY else "",
    )


def media(fields: Fields) -> tuple[MediaRef, ...]:
    """What came with a text: of which kind, and where it lies. Nothing is fetched here."""
    count = _first(fields, "NumMedia")
    if not receiving.is_id(count):
        return ()
    return tuple(
        MediaRef(
            receiving.cleaned(_first(fields, f"MediaContentType{place}")).strip().lower(),
            _first(fields, f"MediaUrl{place}").strip(),
        )
        for place in range(min(int(count), MOST_MEDIA))
    )


def report(fields: Fields, outbound: str = "") -> DeliveryReport:
    """What became of a message of ours; `outbound` is our own id from the callback's URL."""
    raw_status = (_first(fields, "MessageStatus") or _first(fields, "SmsStatus")).strip().lower()
    code = receiving.cleaned(_first(fields, "ErrorCode"))[: receiving.MAX_NAME]
    return DeliveryReport(
        channel=SMS,
        status="opted_out" if code == _OPTED_OUT else _STATUSES.get(raw_status, raw_status[:32]),
        outbound_id=int(outbound) if receiving.is_id(outbound) else None,
        external_id=_sid(fields),
        code=code,
        raw_status=receiving.cleaned(raw_status)[:32],
        bad_after=outcomes.bad_after(code),
        again_after=outcomes.again_after(code),
        shuts=outcomes.shuts(code),
    )


def _sid(fields: Fields) -> str:
    sid = _first(fields, "MessageSid") or _first(fields, "SmsSid")
    return receiving.name(sid.strip(), "MessageSid")


def _text(fields: Fields) -> str:
    text = receiving.text(_first(fields, "Body"))
    came = _named(media(fields))
    if came and (len(text.split()) >= _ONE_COMMAND or _wants_words(text)):
        return f"{text} {came}".strip()
    return text


def _wants_words(text: str) -> bool:
    """Whether a picture alone is what is written: to nobody yet, to a group, or to a post."""
    if not text.strip():
        return True
    command = grammar.parse(text, "fr", ())
    if isinstance(command, Pick):
        return command.number >= number_of(FIRST_SERIAL)
    return isinstance(command, Usage) and command.verb in _WRITING


def _named(came: Sequence[MediaRef]) -> str:
    """One word for each thing that came with the text; the words are the same in our languages."""
    return " ".join(f"[{_kind(ref.kind.partition('/')[0])}]" for ref in came)


def _kind(kind: str) -> str:
    if kind == "image":
        return "photo"
    return kind if kind in _NAMED_MEDIA else "document"


def _first(fields: Fields, name: str) -> str:
    values = fields.get(name)
    return values[0] if values else ""


def _of_json(raw: bytes) -> dict[str, list[str]]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, Mapping):
        return {}
    return {name: [value] for name, value in found.items() if isinstance(value, str)}
