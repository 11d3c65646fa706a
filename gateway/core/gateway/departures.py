"""What becomes of one batch on its way out, for who watches: counted, timed, told to the log.

A batch is counted as a whole when it has ended, so that thousands a second cost next to nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from gateway.core import trail
from gateway.core.envelope import Failure, Outbound, Receipt
from gateway.core.errors import (
    ChannelShut,
    OptedOut,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.core.numbers import number_of
from gateway.core.ports import Clock
from gateway.core.tally import Tally

SHORT = 80
"""Characters of what a mail server said: its name for the mail stands in front."""


class Departures:
    """Tell it each outcome as it is known, and `close` it."""

    def __init__(self, channel: str, messages: Sequence[Outbound], clock: Clock) -> None:
        self._channel = channel
        self._messages = {message.id: message for message in messages}
        self._clock = clock
        self._outcomes: Counter[tuple[str, str]] = Counter()
        self._took: dict[str, list[float]] = defaultdict(list)
        self._segments = 0
        self._trail = trail.is_on()

    def note(self, outcome: Receipt | Failure) -> None:
        message = self._messages.get(outcome.outbound_id)
        if message is None:
            return
        if isinstance(outcome, Receipt):
            named = "sent"
            self._segments += outcome.segments
            if message.owed_at is not None:
                self._took[message.kind].append((self._clock() - message.owed_at).total_seconds())
        else:
            named = outcome_of(outcome.error)
        self._outcomes[message.kind, named] += 1
        if self._trail:
            self._say(message, named, outcome)

    def close(self, tally: Tally) -> None:
        for (kind, outcome), number in self._outcomes.items():
            tally.add(
                "gateway_outbound_total", number, channel=self._channel, kind=kind, outcome=outcome
            )
        for kind, seconds in self._took.items():
            tally.took("gateway_delivery_seconds", seconds, channel=self._channel, kind=kind)
        if self._segments:
            tally.add("gateway_segments_total", self._segments)

    def _say(self, message: Outbound, named: str, outcome: Receipt | Failure) -> None:
        told = _of_receipt(outcome) if isinstance(outcome, Receipt) else _of_failure(outcome)
        trail.say(
            "left" if isinstance(outcome, Receipt) else "did not leave",
            inbox=message.origin,
            post=number_of(message.serial) if message.serial else 0,
            outbox=message.id,
            channel=self._channel,
            kind=message.kind,
            outcome=named,
            attempt=message.attempts,
            **told,
        )


def _of_receipt(receipt: Receipt) -> dict[str, str]:
    # A server may quote the address in what it says.
    said = "" if "@" in receipt.said else receipt.said[:SHORT]
    return {"carrier_id": receipt.external_id, "server": said}


def _of_failure(failure: Failure) -> dict[str, str]:
    return {"code": getattr(failure.error, "code", type(failure.error).__name__)}


def outcome_of(error: Exception) -> str:
    """In one word, what a failure means for the message."""
    match error:
        case OptedOut():
            return "opted_out"
        case PermanentFailure():
            return "refused"
        case UnknownOutcome():
            return "unknown"
        case ChannelShut():
            return "paused"
        case TemporaryFailure():
            return "put_off"
        case _:
            return "failed"
