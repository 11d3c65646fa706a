"""Which messages the made-up carrier refuses, and with which of Twilio's codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Form = Mapping[str, str]

MAX_BODY = 1600
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")

STOP_WORDS = frozenset(
    ("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL")
)
START_WORDS = frozenset(("START", "YES", "UNSTOP"))
HELP_WORDS = frozenset(("HELP", "INFO"))
CARRIER_ANSWERS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from "
    "this number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP "
    "for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}

MESSAGES = {
    14107: "Message rate limit exceeded",
    20003: "Authenticate",
    20404: "The requested resource {path} was not found",
    20429: "Too Many Requests",
    21211: "Invalid 'To' Phone Number: {to}",
    21212: "Invalid From Number (caller ID): {sender}",
    21266: "'To' and 'From' number cannot be the same: {to}",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' "
    "number: {to}",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided ({sender}) is not a valid message-capable Twilio "
    "phone number for this destination/account",
    21609: "The StatusCallback URL {callback} is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "Message cannot be sent with the current combination of 'To' ({to}) and/or 'From' "
    "({sender}) parameters",
    21614: "'To' number is not a valid mobile number: {to}",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21701: "The Messaging Service does not exist",
}
_HTTP = {20003: 401, 20404: 404, 20429: 429}

_MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
_MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
MAGIC_SENDER = "+15005550006"


@dataclass(slots=True)
class Account:
    """Whose carrier this is. `blocked` are pairs of a phone and our number: who said STOP to it."""

    sid: str
    token: str
    numbers: tuple[str, ...]
    services: Mapping[str, str] = field(default_factory=dict)
    blocked: set[tuple[str, str]] = field(default_factory=set)

    def sender(self, form: Form) -> str:
        """The number or name that a message goes out under."""
        return self.services.get(form.get("MessagingServiceSid", ""), "") or form.get("From", "")

    def is_mine(self, sender: str) -> bool:
        return sender in self.numbers or sender in self.services.values()


def refusal(form: Form, account: Account) -> int | None:
    """The code of the first rule that a form breaks, in the order in which Twilio looks."""
    to, sender = form.get("To", ""), account.sender(form)
    return (
        _missing(form)
        or _MAGIC_FROM.get(sender)
        or _bad_sender(sender, form, account)
        or _MAGIC_TO.get(to)
        or _bad_recipient(to, sender, account)
        or _bad_content(form)
    )


def error(code: int, form: Form, path: str = "") -> tuple[int, dict[str, object]]:
    """The HTTP status and the JSON that come with a code."""
    status = _HTTP.get(code, 400)
    words = MESSAGES.get(code, "The message was refused").format(
        to=form.get("To", ""),
        sender=form.get("From", ""),
        callback=form.get("StatusCallback", ""),
        path=path,
    )
    more = f"https://www.twilio.com/docs/errors/{code}"
    return status, {"code": code, "message": words, "more_info": more, "status": status}


def opt_out_type(body: str) -> str:
    """What a text is to a carrier: `STOP`, `START`, `HELP`, or nothing to it."""
    word = body.strip().upper()
    kinds = (("STOP", STOP_WORDS), ("START", START_WORDS), ("HELP", HELP_WORDS))
    return next((kind for kind, words in kinds if word in words), "")


def _missing(form: Form) -> int | None:
    if not form.get("To"):
        return 21604
    if not form.get("From") and not form.get("MessagingServiceSid"):
        return 21603
    return None if form.get("Body") or form.get("MediaUrl") else 21602


def _bad_sender(sender: str, form: Form, account: Account) -> int | None:
    service = form.get("MessagingServiceSid", "")
    if service:
        return None if service in account.services else 21701
    if account.is_mine(sender) or sender == MAGIC_SENDER:
        return None
    return 21606 if _NUMBER.fullmatch(sender) or _ALPHANUMERIC.fullmatch(sender) else 21212


def _bad_recipient(to: str, sender: str, account: Account) -> int | None:
    if not _NUMBER.fullmatch(to):
        return 21211
    if to == sender:
        return 21266
    return 21610 if (to, sender) in account.blocked else None


def _bad_content(form: Form) -> int | None:
    if len(form.get("Body", "")) > MAX_BODY:
        return 21617
    callback = form.get("StatusCallback")
    if callback is None:
        return None
    parts = urlsplit(callback)
    return None if parts.scheme in ("http", "https") and parts.hostname else 21609
