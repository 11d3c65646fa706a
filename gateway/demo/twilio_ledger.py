"""What the made-up carrier remembers: every message, in the order it was taken, and who waits."""

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO, Any

INBOUND = "inbound"
"""From a phone to us."""

OUTBOUND = "outbound-api"
"""From us to a phone."""

CARRIER = "outbound-reply"
"""From the carrier itself to a phone: its own answer to STOP, START or HELP."""


def new_sid() -> str:
    return f"SM{secrets.token_hex(16)}"


@dataclass(frozen=True, slots=True)
class Message:
    """One SMS. `acknowledged` is an inbound's: the webhook has answered 2xx."""

    direction: str
    sender: str
    to: str
    body: str
    created: datetime
    status: str
    segments: int
    sid: str = field(default_factory=new_sid)
    service: str = ""
    callback: str = ""
    error: int = 0
    validity: int = 36_000
    media: int = 0
    kinds: tuple[str, ...] = ()
    acknowledged: bool = False

    def plain(self) -> dict[str, Any]:
        """As JSON, for the journal and the control API."""
        return {
            "sid": self.sid,
            "direction": self.direction,
            "from": self.sender,
            "to": self.to,
            "body": self.body,
            "created": self.created.isoformat(),
            "status": self.status,
            "segments": self.segments,
            "error": self.error,
            "callback": self.callback,
            "acknowledged": self.acknowledged,
        }


Listener = Callable[[Message], None]


class Ledger:
    """All messages. Listeners are told of each new one, in the thread that brought it."""

    def __init__(self, journal: IO[str] | None = None) -> None:
        self._messages: dict[str, Message] = {}
        self._journal = journal
        self._listeners: list[Listener] = []
        self._changed = threading.Condition()

    def add(self, message: Message) -> Message:
        """Take a message: it is in the journal when this returns."""
        with self._changed:
            if self._journal:
                self._journal.write(json.dumps(message.plain()) + "\n")
                self._journal.flush()
            self._messages[message.sid] = message
            listeners = tuple(self._listeners)
            self._changed.notify_all()
        for listener in listeners:
            listener(message)
        return message

    def change(self, sid: str, **changes: Any) -> Message:
        with self._changed:
            changed = self._messages[sid] = replace(self._messages[sid], **changes)
            self._changed.notify_all()
        return changed

    def get(self, sid: str) -> Message | None:
        with self._changed:
            return self._messages.get(sid)

    def all(self) -> list[Message]:
        """Every message so far, the oldest first."""
        with self._changed:
            return list(self._messages.values())

    def wait_for(self, found: Callable[[list[Message]], Any], timeout: float) -> Any:
        """What `found` makes of all messages as soon as that is anything; else what it is then."""
        with self._changed:
            return self._changed.wait_for(lambda: found(list(self._messages.values())), timeout)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of each new message, until what is returned is called."""
        with self._changed:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._changed:
                self._listeners.remove(listener)

        return unsubscribe
