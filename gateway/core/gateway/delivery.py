"""Out: claim, send, settle; digests, and ringing again for what was forgotten."""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from gateway.core import bounces, budget, digest, doubts, fanout, held, outbox, pauses, presence
from gateway.core.database import insert_once
from gateway.core.envelope import Failure, Outbound, Receipt
from gateway.core.errors import TemporaryFailure, UnknownOutcome
from gateway.core.gateway.departures import Departures
from gateway.core.gateway.leaving import Leaving
from gateway.core.gateway.missing import Missing
from gateway.core.gateway.pace import Pace
from gateway.core.gateway.parts import Parts
from gateway.core.gateway.tidy import tidy
from gateway.core.gateway.tracing import trace_all, traces
from gateway.core.models import Lease
from gateway.core.ports import Channel, Priced, Told, untold
from gateway.core.sheets import Sheets

log = logging.getLogger(__name__)

PACES = {"sms": (10, 2, 1000, 2000), "email": (200, 10, 200, 2000)}
"""Marked at once at first, at least and at most; claimed at most.

A text that is marked when a process dies waits until its carrier was asked. A mail that has left
since the last ones were marked leaves once more, under its own Message-ID: two hundred at most."""

OTHER_PACE = (25, 2, 500, 1000)

LOOK_EVERY = timedelta(minutes=1)
"""How often it is looked for numbers that fell silent: it is a matter of months."""

LONGEST_REST = 1.0
"""Seconds to wait for a sender's rate, at most, until it is looked what is most urgent by then."""

OFFICE = timedelta(seconds=30)

STREAMS = 2
"""Batches of digests at a time where the database takes several: it writes one, we make one."""


class Delivery:
    """Whatever leaves, leaves through here."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._begun: dict[str, tuple[str, Leaving]] = {}
        self._looked_at: datetime | None = None
        self._unsettled: list[tuple[str, Sequence[Receipt | Failure]]] = []
        self._paces: dict[str, Pace] = {}
        self._missing = Missing()
        self._no_way_out: set[str] = set()
        """Channels on which one message is tried now and then, instead of all of them."""

    def deliver(self, channel: str, stopped: threading.Event | None = None) -> int:
        """Send one batch of what is due on a channel; how many rows it took, 0 when none is left.

        Also 0 where there is no way out now: whoever asks again later tries one message, and all of
        them once that one has left.

        No transaction is open while the channel is at work. Once `stopped` is set, what is on the
        wire is finished and the rest of the batch is owed again.
        """
        way = self._parts.channels.get(channel)
        if way is None:
            return 0
        stopped = stopped or threading.Event()
        self._settle_again()
        pace = self._paces.setdefault(channel, Pace(*PACES.get(channel, OTHER_PACE)))
        tried_one = channel in self._no_way_out
        limit, at_once = (1, 1) if tried_one else (pace.claimed, pace.at_once)
        claim = self._parts.database.transact(
            lambda session: self._claim(session, way, channel, limit, at_once)
        )
        if claim.wait:
            stopped.wait(min(claim.wait, LONGEST_REST))
            self._parts.bell.ring(channel)
            return 0
        if claim.rows >= limit and not tried_one:
            self._parts.bell.ring(channel)  # there may be more: whoever is free helps
        if not claim.messages:
            return claim.rows
        leaving = self._leaving(way, claim, at_once, pace, stopped)
        self._send(way, claim, leaving)
        if leaving.found_no_way:
            self._no_way_out.add(channel)
            return 0
        self._no_way_out.discard(channel)
        if leaving.untouched or tried_one:  # too much for one, or for now; or there is a way again
            self._parts.bell.ring(channel)
        return claim.rows

    def abandon(self, channel: str) -> None:
        """Leave a batch that does not end: what is on the wire is unknown, the rest is owed again.

        For a process that must end now; what `deliver` still learns of it is written all the same.
        """
        for token, (begun_on, leaving) in list(self._begun.items()):
            if begun_on == channel:
                unknown, untouched = list(leaving.on_the_wire), leaving.untouched
                outcomes = [Failure(row_id, UnknownOutcome("stopped")) for row_id in unknown]
                self._settle(token, outcomes)
                self._give_back(token, untouched)

    def due(self) -> list[str]:
        """The channels on which something is due now."""
        with self._parts.database.read() as session:
            return outbox.due_channels(session, self._parts.clock())

    def sweep(self) -> int:
        """Ring again for every message that was forgotten; how many were owed again."""
        now, transact = self._parts.clock(), self._parts.database.transact
        owed = transact(lambda session: outbox.sweep(session, now)) + self._let_go_of_the_dead(now)
        transact(lambda session: tidy(session, now))
        self._put_digests_right(now)
        # Apart, for the sweep may have changed what is spent: see `budget.count`.
        owed += transact(lambda session: held.release(session, self._parts.house, now))
        channels = self.due()
        for channel in channels:
            self._parts.bell.ring(channel)
        return owed

    def trace(self) -> int:
        """Ask the carriers for what may have left; of how many messages something is known now."""
        return trace_all(self._parts)

    def release(self) -> int:
        """Let go of what was claimed when the only process of this installation died, and of its
        offices.
        """
        with self._parts.database.write() as session:
            session.execute(delete(Lease))
            return outbox.release_all(session, self._parts.clock())

    def send_digests(self, now: datetime | None = None, told: Told = untold) -> int:
        """Owe every digest that is due; how many members were looked at.

        `told` hears of every batch, from any thread.
        """
        self._ask()
        at = now or self._parts.clock()
        asked_at = self._parts.clock() if now else None
        streams = 1 if self._parts.database.is_sqlite else STREAMS
        with ThreadPoolExecutor(streams) as pool:
            looked_at = sum(
                pool.map(lambda _: self._send_digests(at, asked_at, told), range(streams))
            )
        if asked_at is not None:
            self._put_digests_right(asked_at)
        for channel in self.due():
            self._parts.bell.ring(channel)
        return looked_at

    def _let_go_of_the_dead(self, now: datetime) -> int:
        with self._parts.database.read() as session:
            dead = self._missing.dead(presence.missing(session, now))
        for process in dead:
            log.warning("process %s is dead: what it had claimed is owed again", process)
        if not dead:
            return 0
        return self._parts.database.transact(
            lambda session: sum(outbox.let_go_of(session, process, now) for process in dead)
        )

    def _put_digests_right(self, now: datetime) -> None:
        shifts, transact = self._parts.house.shifts, self._parts.database.transact
        while transact(lambda session: digest.put_right(session, now, shifts)):
            pass

    def _send_digests(self, at: datetime, asked_at: datetime | None, told: Told) -> int:
        """Batch after batch of members whom nobody else is at, until none is due."""
        sheets, shifts = Sheets(self._parts.page_fits), self._parts.house.shifts
        looked_at = 0
        while count := self._parts.database.transact(
            lambda session: digest.run_batch(session, at, sheets, shifts, asked_at)
        ):
            looked_at += count
            told(count)
        return looked_at

    def _ask(self) -> None:
        """Before digests are made: nothing is shown to a number that may be another's by now.

        And whose mailbox was closed is told, and reads elsewhere what came back from there.
        """
        now = self._parts.clock()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < LOOK_EVERY:
            return
        asked = True
        while asked:
            with self._parts.database.write() as session:
                silent = doubts.look(session, now)
                for member, address in silent:
                    fanout.owe_question(session, member, address, now)
                asked = bool(silent)
        with self._parts.database.write() as session:
            for member, mailbox in bounces.look(session, now):
                for row in bounces.lost(session, mailbox):
                    digest.unsee(session, row)
                fanout.owe_closed(session, member, mailbox, now)
        self._looked_at = now

    def hold_office(self, name: str, owner: str, length: timedelta = OFFICE) -> bool:
        """Take or keep an office that one process at a time may hold; whether `owner` has it.

        Whoever does not come back within `length` has lost it to whoever asks first.
        """
        now = self._parts.clock()
        # Not by who died under a clock that was years ahead.
        good = (now, now + 2 * OFFICE)
        with self._parts.database.write() as session:
            session.execute(
                insert_once(session, Lease).values(name=name, owner=owner, until=now + length)
            )
            session.execute(
                update(Lease)
                .where(Lease.name == name, or_(Lease.owner == owner, ~Lease.until.between(*good)))
                .values(owner=owner, until=now + length)
            )
            return session.scalar(select(Lease.owner).where(Lease.name == name)) == owner

    def leave_office(self, owner: str) -> None:
        """Leave whatever office `owner` holds: another may take it at once."""
        with self._parts.database.write() as session:
            session.execute(delete(Lease).where(Lease.owner == owner))

    def _claim(
        self, session: Session, way: Channel, channel: str, limit: int, at_once: int
    ) -> outbox.Claim:
        """What may leave next, paid for and with its first ones marked; nothing in a pause."""
        now = self._parts.clock()
        pause = pauses.of(session, channel)
        if pause is not None and pause.until > now:
            return outbox.Claim("", 0, ())
        limit = limit if pause is None else 1
        allowed = outbox.allowance(session, channel, self._parts.house, now)
        if allowed is not None:
            limit = min(limit, allowed.room)
        if allowed is not None and not limit:
            is_due = channel in outbox.due_channels(session, now)
            return outbox.Claim("", 0, (), allowed.seconds if is_due else 0.0)
        house, process = self._parts.house, self._parts.process
        claim = outbox.claim(session, channel, limit, now, house.language, process)
        claim = self._afford(session, way, claim, now)
        if allowed is not None:
            allowed.spend(sum(self._parts.price(message) for message in claim.messages))
        if not outbox.mark(session, claim.token, traces(way, claim.messages[:at_once]), now):
            # Somebody sent STOP since it was read: it is claimed anew, without what is theirs.
            outbox.give_back(session, claim.token, [message.id for message in claim.messages])
            return replace(claim, messages=())
        return claim

    def _afford(
        self, session: Session, way: Channel, claim: outbox.Claim, now: datetime
    ) -> outbox.Claim:
        """Only what the month's budgets have room for; the rest of the claim is held."""
        if not isinstance(way, Priced) or not claim.messages:
            return claim
        kept = budget.reserve(session, claim.messages, way.cost, self._parts.house, now)
        return replace(claim, messages=kept)

    def _leaving(
        self, way: Channel, claim: outbox.Claim, at_once: int, pace: Pace, stopped: threading.Event
    ) -> Leaving:
        def settle(settled: Sequence[Receipt | Failure], following: Sequence[Outbound]) -> bool:
            # A group at a time, so that nothing waits behind a whole claim of what is less urgent.
            urgency = fanout.PRIORITIES[following[0].kind]
            return self._settle(claim.token, settled, traces(way, following), (way.name, urgency))

        return Leaving(claim.messages, at_once, pace, stopped, self._parts.clock, settle)

    def _send(self, way: Channel, claim: outbox.Claim, leaving: Leaving) -> None:
        self._begun[claim.token] = way.name, leaving
        departures = Departures(way.name, claim.messages, self._parts.clock)
        try:
            for outcome in self._outcomes(way, leaving):
                leaving.note(outcome)
                departures.note(outcome)
            self._end(claim.token, leaving)
        finally:
            del self._begun[claim.token]
            departures.close(self._parts.tally)

    def _end(self, token: str, leaving: Leaving) -> None:
        """Write what is left to say once the channel has ended."""
        # A channel that broke down in the middle leaves us not knowing.
        unknown = [Failure(row_id, UnknownOutcome("no outcome")) for row_id in leaving.on_the_wire]
        settled = [*leaving.settled, *unknown]
        if leaving.failure is not None:
            self._unsettled.append((token, settled))
            raise leaving.failure
        if not leaving.ended:  # then what it did not even take has not left
            broken = TemporaryFailure("not tried")
            settled += [Failure(row_id, broken) for row_id in leaving.untouched]
        self._settle(token, settled)
        if leaving.ended:
            self._give_back(token, leaving.untouched)

    def _outcomes(self, way: Channel, leaving: Leaving) -> Iterator[Receipt | Failure]:
        try:
            yield from way.send(leaving)
        except Exception:  # a bug in a channel must not take the worker with it
            log.exception("channel %s broke down", way.name)

    def _settle(
        self,
        token: str,
        outcomes: Sequence[Receipt | Failure],
        following: Mapping[int, str] = MappingProxyType({}),
        urgent: tuple[str, int] | None = None,
    ) -> bool:
        """Write outcomes, and what leaves next; whether that is still ours to send.

        Nothing leaves next where something more urgent is due (a channel, and less than what).
        """
        if not outcomes and not following:
            return True
        now = self._parts.clock()

        def write(session: Session) -> bool:
            outbox.settle(session, token, outcomes, now)
            if urgent is not None and outbox.is_due_before(session, *urgent, now):
                return False
            return outbox.mark(session, token, following, now)

        try:
            return self._parts.database.transact(write)
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
        self._parts.database.transact(lambda session: outbox.give_back(session, token, row_ids))
