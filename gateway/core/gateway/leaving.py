"""A claim on its way out: its messages are given to the channel one by one, each marked before.

A channel may have several on the wire at once. What it has taken, and has told no outcome of, may
have left; what it has not taken has not.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from gateway.core.envelope import Failure, Outbound, Receipt
from gateway.core.errors import DeliveryError
from gateway.core.gateway.pace import SETTLED_EVERY, Pace
from gateway.core.ports import Clock

Settle = Callable[[Sequence[Receipt | Failure], Sequence[Outbound]], bool]
"""Write outcomes, and that these leave next; whether they are still ours to send."""


class Leaving:
    """The first `at_once` messages are marked when this is made; how many next, `pace` says."""

    def __init__(
        self,
        messages: Sequence[Outbound],
        at_once: int,
        pace: Pace,
        stopped: threading.Event,
        clock: Clock,
        settle: Settle,
    ) -> None:
        self._messages = messages
        self._pace = pace
        self._stopped = stopped
        self._clock = clock
        self._settle = settle
        self._taken = 0
        self._group, self._marked = 0, at_once
        self._ended_of_group = 0
        self._group_began = self._settled_at = clock()
        self.on_the_wire: dict[int, None] = {}
        """In the order in which they were taken."""
        self.settled: list[Receipt | Failure] = []
        self.has_left = False
        self.met_all = False
        """Whether one met what any other would have met too."""
        self.ended = False
        """Whether no more was to leave: told to stop, or another has the rest."""
        self.failure: Exception | None = None
        """Why nothing could be written, and so nothing more may leave."""

    def __iter__(self) -> Iterator[Outbound]:
        """Each message as the channel takes it; the end comes early where no more is to leave."""
        for place, message in enumerate(self._messages):
            if place and (self._stopped.is_set() or not self._may_go(place)):
                self.ended = True
                return
            self._taken += 1
            self.on_the_wire[message.id] = None
            yield message

    def note(self, outcome: Receipt | Failure) -> None:
        """What became of one that was taken."""
        self.on_the_wire.pop(outcome.outbound_id, None)
        self.settled.append(outcome)
        self._ended_of_group += 1
        if isinstance(outcome, Receipt):
            self.has_left = True
        elif isinstance(outcome.error, DeliveryError) and outcome.error.for_all:
            self.met_all = True

    @property
    def found_no_way(self) -> bool:
        """Whether nothing left, for a reason that is no message's own."""
        return self.met_all and not self.has_left

    @property
    def untouched(self) -> list[int]:
        """What no wire has seen."""
        return [message.id for message in self._messages[self._taken :]]

    def _may_go(self, place: int) -> bool:
        now = self._clock()
        if place < self._marked:
            if timedelta() <= now - self._settled_at < SETTLED_EVERY:
                return True
            time = abs(now - self._group_began)
            if self._pace.is_too_slow(self._gone(place), time, len(self._messages) - place):
                return False
            # A machine may have slept meanwhile: what was marked is another's by then.
            return self._write(self._messages[place : self._marked])
        self._pace.went(self._gone(place), abs(now - self._group_began))
        self._group, self._marked = place, place + self._pace.at_once
        self._ended_of_group = 0
        may_go = self._write(self._messages[place : self._marked])
        self._group_began = self._settled_at
        return may_go

    def _gone(self, place: int) -> int:
        """How many of a group are through; what a channel takes at once is not yet."""
        return self._ended_of_group or place - self._group

    def _write(self, following: Sequence[Outbound]) -> bool:
        settled, self.settled = self.settled, []
        try:
            return self._settle(settled, following)
        except Exception as error:  # noqa: BLE001  # raised once the channel has ended in good order
            self.failure = error
            return False
        finally:
            self._settled_at = self._clock()
