"""Out: claim, send, settle; digests, and ringing again for what was forgotten."""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import select, update

from gateway.core import digest, outbox, pauses
from gateway.core.commands import Page
from gateway.core.database import insert_once
from gateway.core.envelope import Failure, Outbound, Receipt
from gateway.core.errors import UnknownOutcome
from gateway.core.gateway.parts import Parts
from gateway.core.gateway.tidy import tidy
from gateway.core.gateway.tracing import trace_all, traces
from gateway.core.models import Lease, Outbox
from gateway.core.ports import Channel
from gateway.core.wording import words

log = logging.getLogger(__name__)

BATCHES = {"sms": 10, "email": 200}
"""Rows claimed at a time: few where each takes a while, so that an answer never waits long."""

SETTLED_AT_A_TIME = {"sms": 1, "email": 50}
"""A commit for each SMS: it costs money, and must not be sent again after a crash."""

OFFICE = timedelta(seconds=30)


class Delivery:
    """Whatever leaves, leaves through here."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._begun: dict[str, tuple[str, list[int]]] = {}
        self._unsettled: list[tuple[str, Sequence[Receipt | Failure]]] = []

    def deliver(self, channel: str, stopped: threading.Event | None = None) -> int:
        """Send one batch of what is due on a channel; how many rows it took, 0 when none is left.

        No transaction is open while the channel is at work. Once `stopped` is set, the message on
        the wire is finished and the rest of the batch is owed again.
        """
        way = self._parts.channels.get(channel)
        if way is None:
            return 0
        self._settle_again()
        limit = BATCHES.get(channel, 50)
        now, at_once = self._parts.clock(), SETTLED_AT_A_TIME.get(channel, 50)
        with self._parts.database.write() as session:
            pause = pauses.of(session, channel)
            if pause is not None and pause.until > now:
                return 0
            limit = limit if pause is None else 1
            claim = outbox.claim(session, channel, limit, now, self._parts.house.language)
            outbox.mark(session, claim.token, traces(way, claim.messages[:at_once]), now)
        if claim.messages:
            self._send(way, channel, claim, stopped or threading.Event())
        return claim.rows

    def abandon(self, channel: str) -> None:
        """Leave a batch that does not end: what is on the wire is unknown, the rest is owed again.

        For a process that must end now; what `deliver` still learns of it is written all the same.
        """
        for token, (begun_on, left) in list(self._begun.items()):
            for on_the_wire in left[:1] if begun_on == channel else ():
                self._settle(token, [Failure(on_the_wire, UnknownOutcome("stopped"))])
                self._give_back(token, left[1:])

    def due(self) -> list[str]:
        """The channels on which something is due now."""
        with self._parts.database.read() as session:
            return outbox.due_channels(session, self._parts.clock())

    def sweep(self) -> int:
        """Ring again for every message that was forgotten; how many were owed again."""
        now = self._parts.clock()
        with self._parts.database.write() as session:
            owed = outbox.sweep(session, now)
            tidy(session, now)
            channels = outbox.due_channels(session, now)
        for channel in channels:
            self._parts.bell.ring(channel)
        return owed

    def trace(self) -> int:
        """Ask the carriers for what may have left; of how many messages something is known now."""
        return trace_all(self._parts)

    def release(self) -> int:
        """Let go of what was claimed when the only process of this installation died."""
        with self._parts.database.write() as session:
            return outbox.release_all(session, self._parts.clock())

    def send_digests(self, now: datetime | None = None) -> int:
        """Owe every digest that is due; how many members were looked at."""
        at = now or self._parts.clock()
        asked_at = self._parts.clock() if now else None
        looked_at = 0
        while True:
            with self._parts.database.write() as session:
                count = digest.run_batch(session, at, self._page_fits, asked_at)
            looked_at += count
            if not count:
                break
        for channel in self.due():
            self._parts.bell.ring(channel)
        return looked_at

    def hold_office(self, name: str, owner: str) -> bool:
        """Take or keep an office that one process at a time may hold; whether `owner` has it."""
        now = self._parts.clock()
        with self._parts.database.write() as session:
            session.execute(
                insert_once(session, Lease).values(name=name, owner=owner, until=now + OFFICE)
            )
            session.execute(
                update(Lease)
                .where(Lease.name == name, (Lease.owner == owner) | (Lease.until < now))
                .values(owner=owner, until=now + OFFICE)
            )
            return session.scalar(select(Lease.owner).where(Lease.name == name)) == owner

    def _send(
        self, way: Channel, channel: str, claim: outbox.Claim, stopped: threading.Event
    ) -> None:
        left = [message.id for message in claim.messages]
        self._begun[claim.token] = channel, left
        try:
            self._send_all(way, claim, left, SETTLED_AT_A_TIME.get(channel, 50), stopped)
        finally:
            del self._begun[claim.token]

    def _send_all(
        self,
        way: Channel,
        claim: outbox.Claim,
        left: list[int],
        at_once: int,
        stopped: threading.Event,
    ) -> None:
        """Settle `at_once` outcomes together, and mark as many of those that leave next."""
        settled: list[Receipt | Failure] = []
        waiting = list(claim.messages[at_once:])
        for outcome in self._outcomes(way, claim.messages):
            left[:] = [row_id for row_id in left if row_id != outcome.outbound_id]
            settled.append(outcome)
            if stopped.is_set():
                self._settle(claim.token, settled)
                self._give_back(claim.token, left)
                return
            if len(settled) >= at_once:
                following, waiting = waiting[:at_once], waiting[at_once:]
                if not self._settle(claim.token, settled, traces(way, following)):
                    return  # Another has the rest: this worker was away for too long.
                settled = []
        # A channel that broke down in the middle leaves us not knowing.
        settled += [Failure(row_id, UnknownOutcome("no outcome")) for row_id in left]
        self._settle(claim.token, settled)

    def _outcomes(self, way: Channel, messages: Sequence[Outbound]) -> Iterator[Receipt | Failure]:
        try:
            yield from way.send(messages)
        except Exception:  # a bug in a channel must not take the worker with it
            log.exception("channel %s broke down", way.name)

    def _settle(
        self,
        token: str,
        outcomes: Sequence[Receipt | Failure],
        following: Mapping[int, str] = MappingProxyType({}),
    ) -> bool:
        """Write outcomes, and what leaves next; whether that is still ours to send."""
        if not outcomes:
            return True
        now = self._parts.clock()
        try:
            with self._parts.database.write() as session:
                outbox.settle(session, token, outcomes, now)
                return outbox.mark(session, token, following, now)
        except Exception:
            # What has left has left: it is written as soon as the database takes it.
            self._unsettled.append((token, outcomes))
            raise

    def _settle_again(self) -> None:
        """Write the outcomes that a database in trouble (a full disk) did not take."""
        while self._unsettled:
            self._settle(*self._unsettled.pop())

    def _give_back(self, token: str, row_ids: Sequence[int]) -> None:
        """Owe again what was claimed and not begun; it was no attempt."""
        if not row_ids:
            return
        mine = (Outbox.id.in_(row_ids), Outbox.claim == token, Outbox.state == "claimed")
        with self._parts.database.write() as session:
            session.execute(
                update(Outbox)
                .where(*mine)
                .values(state="due", claim="", lease_until=None, attempts=Outbox.attempts - 1)
                .execution_options(synchronize_session=False)
            )

    def _page_fits(self, channel: str, language: str, page: Page) -> bool:
        return self._parts.fits(channel, words(page, language, now=self._parts.clock()))
