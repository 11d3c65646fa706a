"""The one that hands texts in: one at a time, in order, until the gateway has said what became of
them.

Without a network all wait; a gateway that is ill with one text holds up that text's group and no
other. A no for good stops what the same person wrote to the same group behind it, until they have
decided. Every try of a text is the same request under the same key.
"""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.kiosk.api import Api, NoAnswer, Problem
from gateway.kiosk.store.outbox import KEPT, Item, NotKept, Outbox
from gateway.kiosk.wait import Wait

POLL: Final = 1.0
_NO_RIGHT: Final = "session-over"
_FOR_GOOD: Final = frozenset(
    {"malformed", "not-from-outside", "too-long", "too-large", "key-reused", "no-key"}
    | {"needs-session"}
)
"""Kinds of problems that no other try can mend. What we do not know may be a log-in page's."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Outcome:
    """What became of a text: `found` is the gateway's answer, `refused` why there is none.

    `waits` where there was no answer and it will be tried again.
    """

    found: dict[str, Any] | None = None
    refused: str = ""
    waits: bool = False


@dataclass(slots=True)
class Network:
    """What is true of the network and of what waits, for the line that says so."""

    waiting: int = 0
    down: bool = False
    refused_device: bool = False


@dataclass(slots=True)
class _Lanes:
    waits: dict[str, Wait] = field(default_factory=dict)
    network: Wait = field(default_factory=Wait)


class Sender:
    """Hands in what the outbox holds. `step` does one round; `start` does them in a thread.

    `ticks` is the clock of the machine's start, `now` the time of day that only marks rows.
    """

    def __init__(
        self,
        api: Api,
        outbox: Outbox,
        *,
        ticks: Callable[[], float],
        now: Callable[[], float],
        chance: Callable[[], float] = random.random,
        poll: float = POLL,
    ) -> None:
        self._api, self._outbox = api, outbox
        self._ticks, self._now, self._chance, self._poll = ticks, now, chance, poll
        self._lanes = _Lanes()
        self._bell = threading.Condition()
        self._rung = self._ended = False
        self._watched: dict[str, Outcome | None] = {}
        self._sessions: dict[str, str] = {}
        self._thread: threading.Thread | None = None
        self.network = Network(waiting=outbox.count())

    def start(self) -> None:
        self._thread = threading.Thread(target=self._live, name="sender", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the request that is on its way, if it comes back at once."""
        with self._bell:
            self._ended = True
            self._bell.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=0.3)

    def wake(self) -> None:
        """The network is back: whoever waited for it waits no longer."""
        with self._bell:
            self._lanes.network = Wait()
            for wait in self._lanes.waits.values():
                wait.until = 0.0
            self._rung = True
            self._bell.notify_all()

    def ring(self) -> None:
        """There is something new to hand in: its author stands there, so it is tried now."""
        with self._bell:
            self._lanes.network.until = 0.0
            self._rung = True
            self._bell.notify_all()

    def present(self, owner: str, session: str) -> None:
        """Somebody signed in, or nobody is: an answer to a session says more than to a ticket."""
        self._sessions = {owner: session} if owner and session else {}

    def watch(self, key: str) -> None:
        """Before a text is put: its outcome will be asked for."""
        with self._bell:
            self._watched[key] = None

    def await_outcome(self, key: str, seconds: float) -> Outcome | None:
        """What became of a watched text; None where it still waits after so many seconds."""
        with self._bell:
            self._bell.wait_for(lambda: self._watched.get(key) is not None, seconds)
            return self._watched.pop(key, None)

    def step(self) -> bool:
        """Try what is due, in order. Was anything handed in?"""
        if not self._outbox.lead.has():
            return False
        done, stopped = False, set[str]()
        for item in self._outbox.waiting():
            if {item.lane, _own(item)} & stopped:
                continue
            stop = self._stops(item)
            if stop:
                stopped.add(stop)
            else:
                done = True
            if self._ended or self._ticks() < self._lanes.network.until:
                break
        self.network.waiting = self._outbox.count()
        return done

    def _live(self) -> None:
        while not self._ended:
            try:
                if self._ticks() >= self._lanes.network.until:
                    self.step()
            except NotKept:
                self._lanes.network.longer(self._ticks(), self._chance)
            except Exception as fault:  # noqa: BLE001  # without the sender nothing leaves any more
                # A fault's own words may hold somebody's text, which is for no log.
                log.error("the sender failed: %s", type(fault).__name__)
                self._lanes.network.longer(self._ticks(), self._chance)
            with self._bell:
                self._bell.wait_for(lambda: self._rung or self._ended, self._poll)
                self._rung = False

    def _stops(self, item: Item) -> str:
        """Try one text: nothing, or what must not be tried behind it in this round."""
        wait = self._lanes.waits.get(item.lane)
        if wait is not None and self._ticks() < wait.until:
            return item.lane
        if not (item.badge or item.ticket or self._sessions.get(item.owner)):
            return _own(item)
        return self._hand_in(item)

    def _hand_in(self, item: Item) -> str:
        # Before the wire is touched the disk says so, and what follows from the answer is on the
        # disk before anybody is told.
        if not self._outbox.sending(item.key, self._now()):
            return ""  # Its author took it back meanwhile.
        try:
            found = self._ask(item)
            if not isinstance(found.get("state"), str):
                # Somebody said yes, but not the gateway: it has not said that it has the text.
                raise NoAnswer(uncertain=True)
        except NoAnswer as silence:
            self._no_answer(item, silence)
            return item.lane
        except Problem as problem:
            return self._problem(item, problem)
        self._heard()
        self._lanes.waits.pop(item.lane, None)
        return self._answered(item, found)

    def _ask(self, item: Item) -> dict[str, Any]:
        if item.badge:
            return self._api.deposit(item.key, {"badge": item.badge, **item.body})
        if session := self._sessions.get(item.owner):
            return self._api.run(session, item.key, item.body)
        return self._api.hand_in(item.ticket, item.key, item.body)

    def _answered(self, item: Item, found: dict[str, Any]) -> str:
        result = found.get("result")
        told: dict[str, Any] = result if isinstance(result, dict) else {}
        if not item.badge and told.get("is") in ("Refused", "Asked"):
            reason = str(told.get("reason", "")) or "asked"
            self._outbox.refuse(item.key, reason[:60], str(found.get("words") or ""), self._now())
            self._tell(item.key, Outcome(found, reason))
            return _own(item)
        self._outbox.arrived(item.key)
        self._tell(item.key, Outcome(found))
        return ""

    def _problem(self, item: Item, problem: Problem) -> str:
        if problem.kind in _FOR_GOOD:
            self._heard()
            self._outbox.refuse(item.key, problem.kind, problem.detail, self._now())
            self._tell(item.key, Outcome(None, problem.kind))
        elif problem.kind == _NO_RIGHT:
            self._heard()
            if self._sessions.pop(item.owner, ""):
                self._rung = True  # Once more, with the ticket.
            else:
                self._outbox.disallow(item.key)
        else:
            # The gateway does not know us, has enough of us, or it is not the gateway at all.
            self.network.refused_device = problem.kind == "unknown-device"
            self._lanes.network.longer(self._ticks(), self._chance, float(problem.seconds))
            return item.lane
        return _own(item)

    def _no_answer(self, item: Item, silence: NoAnswer) -> None:
        if not silence.uncertain and item.state == KEPT:
            self._outbox.not_sent(item.key, self._now())
        self._tell(item.key, Outcome(waits=True))
        if silence.ill:
            self._heard()
            wait = self._lanes.waits.setdefault(item.lane, Wait())
            wait.longer(self._ticks(), self._chance)
        else:
            self.network.down = True
            self._lanes.network.longer(self._ticks(), self._chance)

    def _heard(self) -> None:
        self._lanes.network = Wait()
        self.network.down = self.network.refused_device = False

    def _tell(self, key: str, outcome: Outcome) -> None:
        with self._bell:
            if key in self._watched:
                self._watched[key] = outcome
                self._bell.notify_all()


def _own(item: Item) -> str:
    """The name of one person's queue to one group; no group is called so."""
    return f"{item.owner}/{item.lane}"
