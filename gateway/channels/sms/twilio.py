"""The way out: one SMS a call to Twilio's REST API, each once.

Creating a message has no idempotency key at Twilio. So nothing is retried here, and a call that was
cut off after the wire was touched is an unknown outcome: our own id in the status callback's URL
tells us later what became of it.
"""

import json
import re
import threading
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlencode

from gateway.channels.sms import lookup, missed, outcomes, segments, sending
from gateway.channels.sms.lines import Lines
from gateway.core.envelope import SMS, Failure, Inbound, Outbound, Receipt
from gateway.core.errors import DeliveryError, TemporaryFailure, UnknownOutcome
from gateway.core.ports import Listing

if TYPE_CHECKING:
    from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

    from gateway.channels.sms.post import Poster, Told

_TWILIO = "https://api.twilio.com"
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")


class TwilioSms:
    """SMS through one Twilio account, as `gateway.core.ports.Channel`.

    `sender` is a number in E.164, a short code, an alphanumeric name or a messaging service
    (`MG...`); `reply_to` is the number to write to where `sender` cannot be answered. `api_url`
    replaces Twilio's own address, for a proxy or a test carrier. Only mobiles of `countries` are
    written to. Any number of threads may send; `lines` texts are on the wire at once.
    """

    name = SMS

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        public_url: str,
        api_url: str | None = None,
        timeout: float = sending.TIMEOUT,
        reply_to: str = "",
        countries: Collection[str] | None = None,
        lines: int = 1,
    ) -> None:
        self._account = (account_sid, auth_token)
        self._sender = (
            {"messaging_service_sid": sender} if _SERVICE.fullmatch(sender) else {"from_": sender}
        )
        self._messages = f"/2010-04-01/Accounts/{account_sid}/Messages.json"
        callback = f"{public_url.rstrip('/')}/sms/status?m="
        by = {"MessagingServiceSid": sender} if _SERVICE.fullmatch(sender) else {"From": sender}
        self._form = urlencode({**by, "StatusCallback": callback})  # our own id comes behind it
        self._doors = missed.doors(self._sender, reply_to)
        self._api_url = api_url
        self._timeout = timeout
        self.reply_to = reply_to
        self._countries = countries
        self._made: Client | None = None
        self._posts: Poster | None = None
        self._making = threading.Lock()
        self._lines = Lines(lines)

    def fits(self, text: str, pages: int = 1) -> bool:
        """Does `text` cost no more than so many SMS once its letters are written in GSM-7?"""
        return sending.fits(text, pages)

    def cost(self, message: Outbound) -> int:
        """The segments that it will be billed as, counted over the very words that are sent."""
        return sending.cost(message, self.reply_to)

    def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        """Send each once, `lines` at a time. What would stop all leaves the rest untried."""
        return self._lines.send(messages, self._create, outcomes.is_sender_wide)

    def trace(self, message: Outbound) -> str:
        """What Twilio can be asked for `message` by; "" for what is no message."""
        try:
            return lookup.trace(sending.words(message, self.reply_to))
        except DeliveryError:
            return ""

    def listed(self, recipient: str, since: datetime) -> Listing:
        """What Twilio has taken from us for `recipient` since then."""
        try:
            return lookup.listed(self._client(), self._sender, recipient, since)
        except Exception as error:  # noqa: BLE001  # whatever the wire brings: ask again later
            raise _not_listed(error) from None

    def came_in(self, since: datetime, until: datetime) -> Iterator[Inbound]:
        """What phones have sent to our numbers in that time, the oldest first."""
        try:
            yield from missed.came_in(self._client(), self._doors, since, until)
        except Exception as error:  # noqa: BLE001  # whatever the wire brings: ask again later
            raise _not_listed(error) from None

    def _create(self, message: Outbound) -> Receipt:
        words = sending.words(message, self.reply_to)
        sending.check_destination(message, self._countries)
        form = (
            f"To=%2B{message.recipient[1:]}&Body={_quoted(words)}"
            f"&ValidityPeriod={sending.VALIDITY[type(message.content)]}&{self._form}{message.id}"
        )
        try:
            told = self._poster().post(self._messages, form)
            if not 200 <= told.status < 300:
                raise outcomes.of_answer(told.status, _code(told))
            answer = json.loads(told.body)
            sid, counted = str(answer["sid"]), str(answer.get("num_segments"))
        except DeliveryError:
            raise
        except Exception as error:  # noqa: BLE001  # the wire may have been touched: never "not sent"
            raise _of_wire(error) from None
        if not sid.startswith(("SM", "MM")):
            raise UnknownOutcome("no sid", "the carrier's answer names no message")
        # A messaging service says 0: it has not chosen a sender yet.
        count = int(counted) if counted.isdecimal() else 0
        return Receipt(message.id, sid, count or segments.measure(words).count)

    def _poster(self) -> "Poster":
        # Made at the first message, as the client: no other command should pay for the import.
        with self._making:
            if self._posts is None:
                from gateway.channels.sms.post import Poster
                from gateway.channels.sms.wire import Wire

                wire = Wire(self._timeout, self._api_url)
                self._posts = Poster(self._api_url or _TWILIO, self._account, self._timeout, wire)
            return self._posts

    def _client(self) -> "Client":
        # Made at the first message: no other command should pay for the import.
        with self._making:
            if self._made is None:
                from twilio.rest import Client

                from gateway.channels.sms.wire import Wire

                wire = Wire(self._timeout, self._api_url)
                self._made = Client(*self._account, http_client=wire)
            return self._made


@lru_cache(maxsize=1024)  # one post goes to thousands in the same words
def _quoted(words: str) -> str:
    return quote_plus(words)


def _code(told: "Told") -> int | None:
    """Twilio's own code in an answer that says no; None where it is not Twilio that answers."""
    try:
        code = json.loads(told.body).get("code", told.status)
    except (ValueError, AttributeError):
        return None
    return code if isinstance(code, int) else None


def _not_listed(error: Exception) -> DeliveryError:
    """Why a list cannot be had: twilio-python raises the answer to the request for a page."""
    answer = next((told for told in error.args if hasattr(told, "status_code")), None)
    return outcomes.of_answer(answer.status_code, None) if answer else _of_wire(error)


def _of_wire(error: Exception) -> DeliveryError:
    """A failure without an answer: unknown, unless the wire was surely not touched."""
    from gateway.channels.sms.post import NeverConnected
    from gateway.channels.sms.wire import never_connected

    kind = str(error) if isinstance(error, NeverConnected) else type(error).__name__
    if isinstance(error, NeverConnected) or never_connected(error):
        return TemporaryFailure("unreachable", kind, retry_after=outcomes.NO_WAY, for_all=True)
    return UnknownOutcome(kind, "no answer from the carrier")
