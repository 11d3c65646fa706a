"""Out: claim, send, settle; digests, and ringing again for what was forgotten."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update

from gateway.core import digest, outbox
from gateway.core.commands import Page
from gateway.core.database import insert_once
from gateway.core.envelope import Failure, Outbound, Receipt
from gateway.core.errors import UnknownOutcome
from gateway.core.gateway.parts import Parts
from gateway.core.gateway.tidy import tidy
from gateway.core.models import Lease
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

    def deliver(self, channel: str) -> int:
        """Send one batch of what is due on a channel; how many rows it took, 0 when none is left.

        No transaction is open while the channel is at work.
        """
        way = self._parts.channels.get(channel)
        if way is None:
            return 0
        limit = BATCHES.get(channel, 50)
        with self._parts.database.write() as session:
            claim = outbox.claim(
                session, channel, limit, self._parts.clock(), self._parts.house.language
            )
        if claim.messages:
            self._send(way, channel, claim)
        return claim.rows

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

    def release(self) -> int:
        """Owe again what was claimed when the only process of this installation died."""
        with self._parts.database.write() as session:
            return outbox.release_all(session)

    def send_digests(self, now: datetime | None = None) -> int:
        """Owe every digest that is due; how many members were looked at."""
        at = now or self._parts.clock()
        looked_at = 0
        while True:
            with self._parts.database.write() as session:
                count = digest.run_batch(session, at, self._page_fits)
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

    def _send(self, way: Channel, channel: str, claim: outbox.Claim) -> None:
        settled: list[Receipt | Failure] = []
        messages = claim.messages
        missing = {message.id for message in messages}
        for outcome in self._outcomes(way, messages):
            missing.discard(outcome.outbound_id)
            settled.append(outcome)
            if len(settled) >= SETTLED_AT_A_TIME.get(channel, 50):
                self._settle(claim.token, settled)
                settled = []
        # A channel that broke down in the middle leaves us not knowing.
        settled += [Failure(row_id, UnknownOutcome("no outcome")) for row_id in sorted(missing)]
        self._settle(claim.token, settled)

    def _outcomes(self, way: Channel, messages: Sequence[Outbound]) -> Iterator[Receipt | Failure]:
        try:
            yield from way.send(messages)
        except Exception:  # a bug in a channel must not take the worker with it
            log.exception("channel %s broke down", way.name)

    def _settle(self, token: str, outcomes: Sequence[Receipt | Failure]) -> None:
        if not outcomes:
            return
        with self._parts.database.write() as session:
            outbox.settle(session, token, outcomes, self._parts.clock())

    def _page_fits(self, channel: str, language: str, page: Page) -> bool:
        return self._parts.fits(channel, words(page, language, now=self._parts.clock()))
