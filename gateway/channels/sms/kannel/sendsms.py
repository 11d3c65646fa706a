"""The way out: one SMS a request to Kannel's sendsms, each once.

The words, the number and the password go in the body and in headers, where no log of a proxy looks.
Kannel knows no idempotency key and keeps no list to ask: what was cut off after the wire was
touched is unknown until a report comes, under our own id in the URL that we give it.
"""

import threading
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gateway.channels.sms import segments, sending
from gateway.channels.sms.kannel import outcomes
from gateway.channels.sms.lines import Lines
from gateway.core.envelope import SMS, Failure, Outbound, Receipt
from gateway.core.errors import DeliveryError, UnknownOutcome

if TYPE_CHECKING:
    import httpx

_CODING = {"GSM-7": "0", "UCS-2": "2"}
_HERE = ("localhost", "127.0.0.1", "::1")


class KannelSms:
    """SMS through one Kannel, as `gateway.core.ports.Channel`.

    `url` is its sendsms, `user` and `password` those of its `sendsms-user`. `secret` is what its
    reports must show. `reply_to` is the number to write to where `sender` cannot be answered. Only
    mobiles of `countries` are written to. Any number of threads may send; `lines` texts are on the
    wire at once.
    """

    name = SMS

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        sender: str,
        public_url: str,
        secret: str,
        timeout: float = sending.TIMEOUT,
        reply_to: str = "",
        countries: Collection[str] | None = None,
        lines: int = 1,
    ) -> None:
        self._url = url
        self._who = {
            "X-Kannel-Username": user,
            "X-Kannel-Password": password,
            "X-Kannel-From": sender,
        }
        # In this URL Kannel replaces what follows a `%`: only what we mean may.
        public = public_url.rstrip("/").replace("%", "%%")
        self._callback = f"{public}/sms/kannel/{secret}/status?d=%d&a=%A&m="
        self._timeout = timeout
        self.reply_to = reply_to
        self._countries = countries
        self._made: httpx.Client | None = None
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
        return self._lines.send(messages, self._hand_over, outcomes.is_sender_wide)

    def _hand_over(self, message: Outbound) -> Receipt:
        words = sending.words(message, self.reply_to)
        sending.check_destination(message, self._countries)
        measured = segments.measure(words)
        minutes = sending.VALIDITY[type(message.content)] // 60
        headers = {
            **self._who,
            "X-Kannel-To": message.recipient,
            "X-Kannel-Coding": _CODING[measured.encoding],
            "X-Kannel-Validity": str(minutes),
            "X-Kannel-DLR-Mask": str(outcomes.EVERY_REPORT),
            "X-Kannel-DLR-Url": f"{self._callback}{message.id}",
            "Content-Type": "text/plain; charset=UTF-8",
        }
        status, said = self._post(headers, words.encode())
        refused = outcomes.of_answer(status, said)
        if refused is not None:
            raise refused
        return Receipt(message.id, "", measured.count)

    def _post(self, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        client = self._client()
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        try:
            answer = client.post(self._url, content=body, headers=encoded)
        except Exception as error:  # noqa: BLE001  # the wire may have been touched: never "not sent"
            raise _of_wire(error) from None
        return answer.status_code, answer.text

    def _client(self) -> "httpx.Client":
        # Made at the first message: no other command should pay for the import.
        with self._making:
            if self._made is None:
                import httpx

                self._made = httpx.Client(
                    timeout=self._timeout,
                    # A kept connection may be closed just as it is used, and nobody would know
                    # whether the message went. Kannel closes each anyway.
                    limits=httpx.Limits(max_keepalive_connections=0),
                    trust_env=urlsplit(self._url).hostname not in _HERE,
                )
            return self._made


def _of_wire(error: Exception) -> DeliveryError:
    """A failure without an answer: unknown, unless the wire was surely not touched."""
    import httpx

    kind = type(error).__name__
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return outcomes.no_way(kind)
    return UnknownOutcome(kind, "no answer from Kannel")
