"""A claim on its way out: its messages are given to the channel one by one, each marked before.

A channel may have several on the wire at once. What it has taken, and has told no outcome of, may
have left; what it has not taken has not.
"""

import threading
from collections.abc import Callable, Iterator, Sequence

from gateway.core.envelope import Failure, Outbound, Receipt

Settle = Callable[[Sequence[Receipt | Failure], Sequence[Outbound]], bool]
"""Write outcomes, and that these leave next; whether they are still ours to send."""


class Leaving:
    """The first `at_once` messages are marked when this is made."""

    def __init__(
        self,
        messages: Sequence[Outbound],
        at_once: int,
        stopped: threading.Event,
        settle: Settle,
    ) -> None:
        self._messages = messages
        self._at_once = at_once
        self._stopped = stopped
        self._settle = settle
        self._taken = 0
        self.on_the_wire: list[int] = []
        self.settled: list[Receipt | Failure] = []
        self.ended = False
        """Whether no more was to leave: told to stop, or another has the rest."""
        self.failure: Exception | None = None
        """Why nothing could be written, and so nothing more may leave."""

    def __iter__(self) -> Iterator[Outbound]:
        """Each message as the channel takes it; the end comes early where no more is to leave."""
        for place, message in enumerate(self._messages):
            if (place and self._stopped.is_set()) or not self._is_marked(place):
                self.ended = True
                return
            self._taken += 1
            self.on_the_wire.append(message.id)
            yield message

    def note(self, outcome: Receipt | Failure) -> None:
        """What became of one that was taken."""
        if outcome.outbound_id in self.on_the_wire:
            self.on_the_wire.remove(outcome.outbound_id)
        self.settled.append(outcome)

    @property
    def untouched(self) -> list[int]:
        """What no wire has seen."""
        return [message.id for message in self._messages[self._taken :]]

    def _is_marked(self, place: int) -> bool:
        if place == 0 or place % self._at_once:
            return True
        settled, self.settled = self.settled, []
        try:
            return self._settle(settled, self._messages[place : place + self._at_once])
        except Exception as error:  # noqa: BLE001  # raised once the channel has ended in good order
            self.failure = error
            return False
