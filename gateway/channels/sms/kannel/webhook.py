"""Kannel's calls to us, cut out of HTTP: a text of a person, and what became of one of ours.

Kannel signs nothing. A call is its own if it shows in the path a secret that only Kannel was given,
and comes from where Kannel may be.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import parse_qsl

from gateway.channels.sms import receiving
from gateway.channels.sms.kannel import outcomes
from gateway.core.envelope import SMS, DeliveryReport, Inbound
from gateway.core.errors import NotAccepted

MAX_FIELDS = 40
BINARY = "not a text"

_CHARSETS = {
    "utf-8": "utf-8",
    "utf-16be": "utf-16-be",
    "ucs-2": "utf-16-be",
    "iso-8859-1": "latin-1",
    "us-ascii": "latin-1",
    "windows-1252": "cp1252",
}
_KINDS = ("", "text/plain")


@dataclass(frozen=True, slots=True)
class Call:
    """A text that Kannel brings: the raw query, the body, and two headers of its request.

    `time` is `X-Kannel-Time`: when the network got the text.
    """

    query: bytes
    body: bytes = b""
    content_type: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class KannelWebhook:
    """What the web server must know of Kannel: who may call, and what a call says.

    `secrets` are all that may be shown at the moment; from no `networks`, from everywhere.
    """

    secrets: Sequence[str]
    networks: Sequence[IPv4Network | IPv6Network] = ()

    def knows(self, secret: str, peer: str) -> bool:
        """Is this Kannel, by what it shows and by where it calls from?"""
        shown = secret.encode("utf-8", "surrogatepass")
        # Each is compared, and each in the same time: a guess learns nothing.
        known = [hmac.compare_digest(own.encode(), shown) for own in self.secrets]
        return any(known) and (not self.networks or self._is_near(peer))

    def inbound(self, query: bytes, body: bytes, content_type: str, time: str) -> Inbound:
        return inbound(Call(query, body, content_type, time))

    def report(self, query: bytes) -> DeliveryReport:
        return report(query)

    def _is_near(self, peer: str) -> bool:
        address = _address(peer)
        return address is not None and any(address in network for network in self.networks)


def inbound(call: Call) -> Inbound:
    """A text of a person. `NotAccepted` where it does not say whose it is, or which."""
    fields = _fields(call.query)
    sender = _international(fields.get("from", "").strip())
    raw_text, charset = _content(call, fields)
    words = _decoded(raw_text, charset)
    number = "" if receiving.is_number(sender) else receiving.NO_NUMBER
    return Inbound(
        channel=SMS,
        external_id=_name_of(call, fields, sender, raw_text),
        sender=receiving.name(sender, "from"),
        text=receiving.text(words or ""),
        raw=call.query + b"\n" + call.body,
        automatic=number if words is not None else BINARY,
    )


def report(query: bytes) -> DeliveryReport:
    """What became of a message of ours, which our own id in the query names, and that alone.

    The network's id is left out: two networks may give the same, and some begin again.
    """
    fields = _fields(query)
    kind, ours = fields.get("d", ""), fields.get("m", "")
    if not receiving.is_id(ours):
        raise NotAccepted("m is missing or malformed")
    if not receiving.is_id(kind):
        raise NotAccepted("d is missing or malformed")
    return DeliveryReport(
        channel=SMS,
        status=outcomes.REPORTS.get(int(kind), f"dlr {kind}"),
        outbound_id=int(ours),
        code=outcomes.code_of(int(kind), fields.get("a", "")),
        raw_status=f"dlr {kind}",
    )


def _fields(query: bytes) -> dict[str, str]:
    """The first of each parameter, its bytes as Latin-1: what they mean another may say."""
    try:
        pairs = parse_qsl(
            query.decode("latin-1"),
            keep_blank_values=True,
            encoding="latin-1",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        raise NotAccepted("too many fields") from None
    return dict(reversed(pairs))


def _content(call: Call, fields: dict[str, str]) -> tuple[bytes, str | None]:
    """The bytes of the text and their charset, of a `post-url` or of a `get-url`; None: no text."""
    if "text" in fields:
        return fields["text"].encode("latin-1"), fields.get("charset") or "utf-8"
    kind, _, parameters = call.content_type.partition(";")
    if kind.strip().lower() not in _KINDS:
        return call.body, None
    name, _, charset = parameters.partition("=")
    named = name.strip().lower() == "charset"
    return call.body, (charset.strip().strip('"') if named else "") or "utf-8"


def _decoded(raw: bytes, charset: str | None) -> str | None:
    codec = _CHARSETS.get(charset.strip().lower()) if charset else None
    return raw.decode(codec, "replace") if codec else None


def _name_of(call: Call, fields: dict[str, str], sender: str, raw_text: bytes) -> str:
    """Kannel's id of a text, the same when it brings it again.

    Without one, what was said, by whom and when: the same words a minute later are another text.
    """
    name = fields.get("id", "").strip()
    if name and "%" not in name:
        return receiving.name(name, "id")
    when = call.time or fields.get("time", "")
    if not when or "%" in when:
        raise NotAccepted("id is missing: the URL in kannel.conf needs id=%I")
    parts = [sender, fields.get("to", ""), when]
    said = "\0".join(parts).encode("latin-1", "replace") + b"\0" + raw_text
    return f"h{hashlib.sha256(said).hexdigest()[:40]}"


def _international(number: str) -> str:
    return f"+{number[2:]}" if number.startswith("00") else number


def _address(peer: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(peer)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
