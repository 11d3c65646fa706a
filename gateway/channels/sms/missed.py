"""What phones have sent to our numbers, as Twilio lists it: for the time in which nobody took it.

Twilio lists the newest first and by pages. To go from the oldest on in little memory, whatever came
in meanwhile, the time is cut into spans, so short that what came in one of them is a handful.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from gateway.channels.sms import webhook
from gateway.core.envelope import Inbound
from gateway.core.errors import NotAccepted

if TYPE_CHECKING:
    from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

log = logging.getLogger(__name__)

PAGE = 500
HANDFUL = 500
SHORTEST = timedelta(seconds=1)
"""Of what Twilio tells the time in."""

MOST_MEDIA = 10
_NUMBER = re.compile(r"\+?\d{3,15}")
_SHORT_CODE = re.compile(r"\d{3,8}")

CARRIER_WORDS = frozenset(
    (
        *("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"),
        *("START", "YES", "UNSTOP", "HELP", "INFO"),
    )
)
"""As whole messages Twilio answers them itself, but on a short code; a list does not say so."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where phones write to us: a number, or any number of a messaging service."""

    number: str = ""
    service: str = ""


def doors(sender: Mapping[str, str], reply_to: str) -> tuple[Door, ...]:
    """Where answers to `sender` come in; a name cannot be answered."""
    service, number = sender.get("messaging_service_sid", ""), sender.get("from_", "")
    found = [Door(service=service)] if service else []
    numbers = dict.fromkeys(one for one in (number, reply_to) if _NUMBER.fullmatch(one))
    return (*found, *(Door(number=one) for one in numbers))


def came_in(
    client: "Client", ways: Sequence[Door], since: datetime, until: datetime
) -> Iterator[Inbound]:
    """What came in at these doors, the oldest first; some of it twice."""
    at, span = since.astimezone(UTC), max(until - since, SHORTEST)
    while at < until.astimezone(UTC):
        end = at + span
        # Who looks up to now looks without an end: the carrier's clock is its own.
        found = _within(client, ways, at, end if end < until else None, span > SHORTEST)
        if found is None:
            span = max(span / 4, SHORTEST)
            continue
        found.reverse()  # so that those of one second, too, come in their order
        for message in sorted(found, key=_at):
            inbound = _inbound(message)
            if inbound is not None:
                yield inbound
        at, span = end, span * 2 if len(found) < HANDFUL / 4 else span


def _within(
    client: "Client", ways: Sequence[Door], at: datetime, end: datetime | None, is_long: bool
) -> list[Any] | None:
    """What came in a span of time; None where it is more than a handful, and the span is long."""
    found: list[Any] = []
    for door in ways:
        some = _listed(client, door, at - SHORTEST, end + SHORTEST if end else None)
        found += islice(some, HANDFUL + 1) if is_long else some
        if is_long and len(found) > HANDFUL:
            return None
    return found


def _listed(client: "Client", door: Door, first: datetime, last: datetime | None) -> Iterator[Any]:
    """In UTC: twilio-python writes the hour of any other zone as if it were that."""
    query: dict[str, object] = {"date_sent_after": first}
    if door.number:
        query["to"] = door.number
    if last is not None:
        query["date_sent_before"] = last
    for message in client.messages.stream(**query, page_size=PAGE):
        ours = not door.service or message.messaging_service_sid == door.service
        at = _at(message)
        in_time = first.replace(microsecond=0) <= at <= (last or at)
        if message.direction == "inbound" and ours and in_time:
            yield message


def _at(message: Any) -> datetime:
    at: datetime = message.date_sent or message.date_created
    return at


def _inbound(message: Any) -> Inbound | None:
    """As the webhook would have brought it."""
    fields = {
        "MessageSid": str(message.sid),
        "AccountSid": str(message.account_sid or ""),
        "MessagingServiceSid": str(message.messaging_service_sid or ""),
        "From": str(message.from_ or ""),
        "To": str(message.to or ""),
        "Body": str(message.body or ""),
        **_media(message),
    }
    values = {name: [value] for name, value in fields.items()}
    try:
        found = webhook.inbound(values, urlencode(fields).encode())
    except NotAccepted as error:
        log.warning("a listed text is none: %s", error)
        return None
    by_carrier = found.text.strip().upper() in CARRIER_WORDS
    answered = by_carrier and not _SHORT_CODE.fullmatch(fields["To"])
    return replace(found, carrier_answered=answered, said_at=_at(message))


def _media(message: Any) -> dict[str, str]:
    """What came with a text: how much is in the list, of which kind is asked for each."""
    from twilio.base.exceptions import (  # type: ignore[import-untyped]  # it has no types
        TwilioRestException,
    )

    fields = {"NumMedia": str(message.num_media or "0")}
    if fields["NumMedia"] == "0":
        return fields
    try:
        files = message.media.list(limit=MOST_MEDIA)
    except TwilioRestException as error:
        if error.status != 404:
            raise
        return fields
    for place, file in enumerate(files):
        fields[f"MediaContentType{place}"] = str(file.content_type or "")
        path = str(file.uri or "").removesuffix(".json")
        fields[f"MediaUrl{place}"] = f"https://api.twilio.com{path}"
    return fields
