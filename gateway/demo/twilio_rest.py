"""The made-up carrier's REST resources as Twilio documents them: one message, and the list."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from gateway.demo.twilio_ledger import Message

VERSION = "2010-04-01"
PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000

Query = Mapping[str, str]


def messages_path(account: str) -> str:
    return f"/{VERSION}/Accounts/{account}/Messages.json"


def media_path(account: str, sid: str, place: int) -> str:
    """Where the file lies that came with a text in this place."""
    return f"/{VERSION}/Accounts/{account}/Messages/{sid}/Media/ME{place:032x}"


def instance(message: Message, account: str) -> dict[str, Any]:
    """One message as JSON; while a service has chosen no sender, it has none and 0 segments."""
    waiting = message.status == "accepted"
    created = format_datetime(message.created)
    uri = f"/{VERSION}/Accounts/{account}/Messages/{message.sid}"
    return {
        "account_sid": account,
        "api_version": VERSION,
        "body": message.body,
        "date_created": created,
        "date_sent": None if message.status in ("accepted", "queued") else created,
        "date_updated": created,
        "direction": message.direction,
        "error_code": message.error or None,
        "error_message": None,
        "from": None if waiting else message.sender,
        "messaging_service_sid": message.service or None,
        "num_media": str(message.media),
        "num_segments": "0" if waiting else str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def page(messages: Sequence[Message], query: Query, account: str) -> dict[str, Any]:
    """A page of the messages that `query` asks for, the newest first.

    A page begins behind the last message of the one before, so that what came since moves none.
    Raises `ValueError` where a date or a size is none.
    """
    size = max(1, min(int(query.get("PageSize", PAGE_SIZE)), MAX_PAGE_SIZE))
    number = int(query.get("Page", 0))
    span = _dates(query)
    found = [message for message in reversed(messages) if _asked_for(message, query, span)]
    start = _behind(found, query.get("PageToken", "")) if number else 0
    shown = found[start : start + size]
    path = messages_path(account)
    filters = {name: query[name] for name in query if name not in ("Page", "PageToken", "PageSize")}
    following = {**filters, "PageSize": size, "Page": number + 1}
    more = len(found) > start + size
    next_uri = f"{path}?{urlencode({**following, 'PageToken': shown[-1].sid})}" if more else None
    return {
        "end": number * size + max(len(shown) - 1, 0),
        "first_page_uri": f"{path}?{urlencode({**filters, 'PageSize': size, 'Page': 0})}",
        "messages": [instance(message, account) for message in shown],
        "next_page_uri": next_uri,
        "page": number,
        "page_size": size,
        "previous_page_uri": None,
        "start": number * size,
        "uri": f"{path}?{urlencode({**filters, 'PageSize': size, 'Page': number})}",
    }


def media_page(message: Message, account: str) -> dict[str, Any]:
    """The files that came with a message: of which kind each is, and where it lies."""
    base = f"/{VERSION}/Accounts/{account}/Messages/{message.sid}/Media"
    created = format_datetime(message.created)
    files = [
        {
            "account_sid": account,
            "content_type": kind,
            "date_created": created,
            "date_updated": created,
            "parent_sid": message.sid,
            "sid": f"ME{place:032x}",
            "uri": f"{base}/ME{place:032x}.json",
        }
        for place, kind in enumerate(message.kinds)
    ]
    whole = {"start": 0, "end": max(len(files) - 1, 0), "page": 0, "page_size": PAGE_SIZE}
    return {**whole, "media_list": files, "next_page_uri": None, "uri": f"{base}.json"}


def status_form(message: Message, status: str, account: str) -> dict[str, str]:
    """What a status callback carries."""
    form = {
        "AccountSid": account,
        "ApiVersion": VERSION,
        "From": message.sender,
        "MessageSid": message.sid,
        "MessageStatus": status,
        "SmsSid": message.sid,
        "SmsStatus": status,
        "To": message.to,
    }
    if message.service:
        form["MessagingServiceSid"] = message.service
    if message.error and status in ("failed", "undelivered"):
        form["ErrorCode"] = str(message.error)
    return form


def inbound_form(
    message: Message, account: str, media: Sequence[str] = (), opt_out: str = ""
) -> dict[str, str]:
    """What the webhook for incoming messages carries; places are blank, and signed all the same."""
    places = {f"{end}{part}": "" for end in ("From", "To") for part in ("City", "State", "Zip")}
    form = {
        **places,
        "AccountSid": account,
        "ApiVersion": VERSION,
        "Body": message.body,
        "From": message.sender,
        "FromCountry": "FR",
        "MessageSid": message.sid,
        "NumMedia": str(len(media)),
        "NumSegments": str(message.segments),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.to,
        "ToCountry": "FR",
    }
    if message.service:
        form["MessagingServiceSid"] = message.service
    if opt_out:
        form["OptOutType"] = opt_out
    for place, kind in enumerate(media):
        form[f"MediaContentType{place}"] = kind
        path = media_path(account, message.sid, place)
        form[f"MediaUrl{place}"] = f"https://api.twilio.com{path}"
    return form


def _asked_for(message: Message, query: Query, span: tuple[datetime, datetime]) -> bool:
    if query.get("To", message.to) != message.to:
        return False
    if query.get("From", message.sender) != message.sender:
        return False
    first, last = span
    return first <= message.created <= last


def _dates(query: Query) -> tuple[datetime, datetime]:
    """Between which two moments `DateSent`, `DateSent>` and `DateSent<` ask for messages."""
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    if "DateSent" in query:  # a whole day, also where twilio-python adds a midnight to it
        first, last = _span(query["DateSent"][: len("2026-01-31")])
    if "DateSent>" in query:
        first = max(first, _span(query["DateSent>"])[0])
    if "DateSent<" in query:
        last = min(last, _span(query["DateSent<"])[1])
    return first, last


def _span(given: str) -> tuple[datetime, datetime]:
    """The first and the last moment of a day, or a moment twice."""
    if len(given) == len("2026-01-31"):
        day = datetime.combine(date.fromisoformat(given), datetime.min.time(), UTC)
        return day, day + timedelta(days=1) - timedelta.resolution
    moment = datetime.fromisoformat(given)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment, moment


def _behind(found: Sequence[Message], token: str) -> int:
    return next((place + 1 for place, message in enumerate(found) if message.sid == token), 0)
