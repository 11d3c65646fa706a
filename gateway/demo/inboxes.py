"""What the phones and the mailbox of the page show, as JSON: the past, and what comes from now on.

Phones keep what they kept before the demo began, and then what the made-up carrier carried.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from gateway.channels.sms.segments import measure
from gateway.demo.history import PastText
from gateway.demo.mailbox import KeptMail
from gateway.demo.twilio_ledger import INBOUND, Message

Json = dict[str, Any]
Tell = Callable[[Json], None]

SHOWN = 200
"""As many texts as an old phone holds, and some."""


@dataclass
class Phones:
    """Every phone's texts. `tell` is told of each new one, in the carrier's thread."""

    past: Sequence[PastText]
    tell: Tell = lambda _happened: None
    _texts: dict[str, list[Json]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def __post_init__(self) -> None:
        for text in self.past:
            self._add(text.number, text.body, text.at, outgoing=text.outgoing)

    def heard(self, message: Message) -> None:
        """A message of the carrier, in either direction."""
        outgoing = message.direction == INBOUND
        number = message.sender if outgoing else message.to
        text = self._add(number, message.body, message.created, outgoing=outgoing)
        self.tell({"kind": "text", "number": number, "text": text})

    def texts(self, number: str) -> list[Json]:
        with self._lock:
            return self._texts.get(number, [])[-SHOWN:]

    def _add(self, number: str, body: str, at: datetime, *, outgoing: bool) -> Json:
        measured = measure(body)
        with self._lock:
            self._count += 1
            text = {
                "id": self._count,
                "outgoing": outgoing,
                "body": body,
                "at": at.isoformat(),
                "segments": measured.count,
                "units": measured.units,
                "encoding": measured.encoding,
            }
            self._texts.setdefault(number, []).append(text)
        return text


def line(mail: KeptMail) -> Json:
    """A mail as the list of a mailbox shows it."""
    name, address = parseaddr(str(mail.message["From"] or ""))
    sent = mail.message["Date"]
    return {
        "id": mail.id,
        "to": mail.recipient,
        "from": name or address,
        "subject": mail.subject,
        "at": sent.datetime.isoformat() if sent is not None and sent.datetime else "",
        "snippet": " ".join(mail.text.split())[:140],
    }


def whole(mail: KeptMail) -> Json:
    """A mail as it is read."""
    return {**line(mail), "text": mail.text, "html": mail.html}
