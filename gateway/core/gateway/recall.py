"""Looking for what came in at a carrier and never came in here, while nobody answered it.

What a carrier lists goes through the same door as what it brings, and what came in before is a
duplicate there. Until when nothing is missing is a row: it moves on only when all was taken, so
that a crash, or a carrier that cannot be asked, only means that the same time is looked at again.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from gateway.core import grammar, members
from gateway.core.commands import Start, Stop
from gateway.core.database import insert_once
from gateway.core.envelope import Inbound
from gateway.core.errors import DeliveryError
from gateway.core.gateway.intake import Intake
from gateway.core.gateway.parts import Parts
from gateway.core.models import CaughtUp, Consent, Inbox
from gateway.core.ports import Recalls

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
OVERLAP = timedelta(minutes=5)
"""A list may show a text later than it came, and clocks differ."""

FRESH = timedelta(seconds=5)
"""So long a text may be on its way to us by itself, with more to say of it than a list has."""

AFTER_A_FAILURE = timedelta(minutes=1)
AT_ONCE = 100
SAID = ("stop:", "start:", "carrier:")
"""How causes in the ledger begin where the sender had the word, here or at the carrier."""

OVERTAKEN = "overtaken by a later STOP or START"


class Recall:
    """What is found out about the way in, by those who keep it (`hold_office`)."""

    def __init__(self, parts: Parts, intake: Intake) -> None:
        self._parts = parts
        self._intake = intake
        self._in_vain: dict[str, datetime] = {}

    def soon(self) -> None:
        """Look as soon as may be: there may be a gap, for somebody who takes texts was away."""
        now = self._parts.clock()
        with self._parts.database.write() as session:
            session.execute(
                update(CaughtUp).where(CaughtUp.until > now - EVERY).values(until=now - EVERY)
            )

    def catch_up(self, go_on: Callable[[], bool] = lambda: True) -> int:
        """Take what is missing, where it is time to look; how many texts that were.

        `go_on` is asked now and then, and may end it; the rest is looked for the next time.
        """
        return sum(
            self._of_channel(name, way, go_on)
            for name, way in self._parts.channels.items()
            if isinstance(way, Recalls)
        )

    def caught_up(self) -> list[CaughtUp]:
        """For each channel that can be asked, until when nothing is missing, and what was found."""
        asked = [name for name, way in self._parts.channels.items() if isinstance(way, Recalls)]
        with self._parts.database.read() as session:
            rows = session.scalars(select(CaughtUp).where(CaughtUp.channel.in_(asked)))
            found = list(rows)
            session.expunge_all()
            return found

    def _of_channel(self, channel: str, way: Recalls, go_on: Callable[[], bool]) -> int:
        began = self._parts.clock()
        since = self._since(channel, began)
        if since > began - EVERY or began < self._in_vain.get(channel, began):
            return 0
        taken, is_fresh, is_whole = 0, False, False
        try:
            for batch in _batches(way.came_in(since - OVERLAP, began)):
                if not go_on():
                    return taken
                for inbound in self._unknown(channel, batch):
                    if inbound.said_at and inbound.said_at > began - FRESH:
                        is_fresh = True
                    else:
                        taken += self._take(inbound)
            is_whole = True
        except DeliveryError as error:
            self._in_vain[channel] = began + AFTER_A_FAILURE
            log.warning("channel %s cannot be asked what came in: %s", channel, error.code)
        finally:
            until = began - EVERY + FRESH if is_fresh else began
            self._note(channel, max(since, until) if is_whole else since, taken)
        return taken

    def _since(self, channel: str, now: datetime) -> datetime:
        """Until when nothing is missing; at first, since the last text, or from here on."""
        with self._parts.database.read() as session:
            known = session.get(CaughtUp, channel)
            if known is not None:
                return known.until
            newest = select(func.max(Inbox.received_at)).where(Inbox.channel == channel)
            return min(session.scalar(newest) or now, now - EVERY)

    def _note(self, channel: str, until: datetime, taken: int) -> None:
        with self._parts.database.write() as session:
            session.execute(
                insert_once(session, CaughtUp).values(channel=channel, until=until, recovered=0)
            )
            session.execute(
                update(CaughtUp)
                .where(CaughtUp.channel == channel)
                .values(until=until, recovered=CaughtUp.recovered + taken)
            )
        if taken:
            log.warning("channel %s: %s texts were missing, and are here now", channel, taken)

    def _unknown(self, channel: str, batch: Sequence[Inbound]) -> list[Inbound]:
        """Those that never came in here: what is known costs no transaction that writes."""
        ids = {inbound.external_id for inbound in batch}
        with self._parts.database.read() as session:
            known = set(
                session.scalars(
                    select(Inbox.external_id).where(
                        Inbox.channel == channel, Inbox.external_id.in_(ids)
                    )
                )
            )
            missing = [inbound for inbound in batch if inbound.external_id not in known]
            return [self._in_its_time(session, inbound) for inbound in missing]

    def _in_its_time(self, session: Session, inbound: Inbound) -> Inbound:
        """A STOP or a START whose sender has said the other since is kept, and does nothing."""
        command = grammar.parse(inbound.text, self._parts.house.language, ())
        if not isinstance(command, Stop | Start) or inbound.said_at is None:
            return inbound
        address = members.at_address(session, inbound.channel, inbound.sender)
        later = (
            select(Consent.given)
            .where(
                Consent.member_id == (address.member_id if address else 0),
                Consent.channel == inbound.channel,
                Consent.at > inbound.said_at,
                or_(*(Consent.cause.startswith(said) for said in SAID)),
            )
            .order_by(Consent.id.desc())
            .limit(1)
        )
        given = session.scalar(later)
        overtaken = given is not None and given == isinstance(command, Stop)
        return replace(inbound, automatic=OVERTAKEN) if overtaken else inbound

    def _take(self, inbound: Inbound) -> int:
        return 0 if self._intake.receive(inbound).duplicate else 1


def _batches(inbounds: Iterable[Inbound]) -> Iterator[list[Inbound]]:
    waiting = iter(inbounds)
    while batch := list(islice(waiting, AT_ONCE)):
        yield batch
