"""Reads what mail systems report to our bounce addresses: by the standards first (RFC 3464, 6522),
else by flufl.bounce, which knows how some write who keep to none.

Which of our messages it is about is said by the address alone (VERP). Rules of thumb take some
people's words for a machine's, so they are used only where a machine is known by its headers. A
read receipt (RFC 8098) is no bounce, and neither is what says that a mail was passed on.
"""

import logging
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from gateway.channels.email import mime
from gateway.channels.email.automatic import is_away
from gateway.channels.email.harm import harm_in_words, harm_of, is_passing, status_in
from gateway.core.envelope import EMAIL, SOFT, DeliveryReport

MAX_REPORT = 200_000
_MAX_PARTS = 50
_MAX_BLOCKS = 20
_MAX_TEXT = 20_000
_MAX_GUESSED = 30_000
"""Octets that flufl.bounce is given: all reports that it knows are shorter up to what they say."""

_GAP = re.compile(rb"(?:\r?\n){3,}")
"""More than one blank line says no more than one, and each costs flufl.bounce fifty looks."""

_FAILED = ("fail", "error")
_LATER = "delayed"
_PASSED_ON = ("relayed", "expanded")
_ORDER = {"delivered": 0, "passed on": 1, _LATER: 2, "failed": 3}
_DAEMONS = re.compile(
    r"mailer-?daemon|postmaster|mdaemon|mail[\W_]?(delivery|deliverer|admin\w*|system|daemon)"
    r"|delivery[\W_]sub|system[\W_]administrator|ndr\b|antivirus|smtp",
    re.IGNORECASE,
)

_Said = tuple[str, str, str]
"""Action, status and harm."""

log = logging.getLogger(__name__)
# It writes whole reports, with people's addresses in them, into the log where it stumbles.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


def delivery_report(
    raw: bytes, outbound_id: int, envelope_sender: str = ""
) -> DeliveryReport | None:
    """What a mail system says became of our message; None where it says nothing of it."""
    try:
        message = BytesParser(policy=compat32).parsebytes(raw[:MAX_REPORT])
        parts = list(_parts(message))
        if any(_kind(part) == "message/disposition-notification" for part in parts):
            return None
        said = _by_the_standard(parts)
        if said is None and _is_machine(mime.read(raw), envelope_sender):
            said = _by_thumb(message, raw, parts)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return None  # Mangled beyond reading: it reports nothing.
    if said is None or said[0] == "passed on":
        return None
    action, status, harm = said
    return DeliveryReport(EMAIL, action, outbound_id, code=status, raw_status=action, harm=harm)


def _parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts of a mail, but not those of a mail in it: that is ours, come back."""
    yield message
    payload = message.get_payload()
    if depth < 5 and isinstance(payload, list) and message.get_content_maintype() == "multipart":
        for part in payload[:_MAX_PARTS]:
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)


def _kind(part: Message) -> str:
    return part.get_content_type()


def _by_the_standard(parts: list[Message]) -> _Said | None:
    """What is said of the recipient.

    Each of our messages has one. Where a report names more, it was an alias, and the best of them
    counts: somebody there has it.
    """
    for part in parts:
        payload = part.get_payload()
        if _kind(part) != "message/delivery-status" or not isinstance(payload, list):
            continue
        blocks = [_block(block) for block in payload[:_MAX_BLOCKS] if isinstance(block, Message)]
        found = [block for block in blocks if block is not None]
        if found:
            return min(found, key=lambda said: _ORDER[said[0]])
    return None


def _block(fields: Message) -> _Said | None:
    action = _action(_field(fields, "action"))
    if not action:
        return None
    diagnosis = _field(fields, "diagnostic-code")
    status = status_in(_field(fields, "status"), diagnosis)
    if action != "failed":
        return action, status, SOFT if action == _LATER else ""
    if not status and is_passing(diagnosis):
        status = "4.0.0"
    if not status or status.endswith(".0.0"):
        return action, status, SOFT if status[:1] == "4" else harm_in_words(diagnosis)
    return action, status, harm_of(status)


def _action(value: str) -> str:
    word = value.strip().lower()
    if word.startswith(_FAILED):
        return "failed"
    if word.startswith(_PASSED_ON):
        return "passed on"
    return next((action for action in (_LATER, "delivered") if word.startswith(action)), "")


def _field(fields: Message, name: str) -> str:
    return str(fields.get(name, ""))[:_MAX_TEXT]


def _is_machine(mail: mime.Mail, envelope_sender: str) -> bool:
    """Does it come from a mail system, and not from a person, nor a person's absence notice?"""
    if is_away(mail):
        return False
    sender = mime.decode_words(mail.first("from"))[:_MAX_TEXT]
    if _DAEMONS.search(sender):
        return True
    word = mail.first("auto-submitted").strip().lower()
    if word.startswith("auto-replied"):  # so do absence notices
        return False
    null = "<>" in (envelope_sender.strip(), mail.first("return-path").strip(), sender.strip())
    report = mail.first("content-type").lstrip().lower().startswith("multipart/report")
    return null or report or word.startswith("auto-generated")


def _by_thumb(message: Message, raw: bytes, parts: list[Message]) -> _Said | None:
    from flufl.bounce import all_failures  # many patterns, and only needed here

    shown = _GAP.sub(rb"\n\n", raw[:_MAX_GUESSED])
    if len(shown) != len(raw):
        message = BytesParser(policy=compat32).parsebytes(shown)
    if "@" not in str(message.get("from", "")):
        del message["from"]
        message["From"] = "mailer-daemon@localhost"  # it stumbles over a sender without a name
    try:
        later, failed = all_failures(message)
    except Exception:  # noqa: BLE001  # whatever it stumbles over, it has not read a bounce
        log.info("a report was not understood")
        return None
    if not failed:
        return (_LATER, "", SOFT) if later else None
    texts = [_text(part) for part in parts if part.get_content_maintype() == "text"]
    status = status_in(*texts)
    if status and not status.endswith(".0") and status[0] != "2":
        return "failed", status, harm_of(status)
    return "failed", "", harm_in_words("\n".join(texts))


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload[:_MAX_TEXT].decode("latin-1") if isinstance(payload, bytes) else ""
