"""In: record, run and answer one message in one transaction. Whoever calls may say 'we have it'.

A repeat is told what the first one was. A bug in running it costs nobody their words: the row alone
is committed and parked, and the operator runs it again (`gateway inbox replay`).
"""

import logging
import traceback
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from gateway.core import (
    digest,
    doubts,
    fanout,
    grammar,
    groups,
    handlers,
    inbox,
    media,
    members,
    reports,
    trail,
    ways,
)
from gateway.core.commands import (
    Command,
    LanguageSet,
    Recognized,
    Result,
)
from gateway.core.database import patient
from gateway.core.envelope import EMAIL, KIOSK, SMS, DeliveryReport, Inbound, Received
from gateway.core.errors import Refused
from gateway.core.gateway import answers, context, disputes, flood, repeats, strangers
from gateway.core.gateway.parts import Parts
from gateway.core.handlers.turn import Turn
from gateway.core.inbox import Outcome
from gateway.core.models import Inbox, Member
from gateway.core.wording import words

log = logging.getLogger(__name__)

PAGE_LIMITS = {SMS: 12, EMAIL: 30, KIOSK: 20}


class _Fell(Exception):
    """A message was run without a net, and did not end well: all of it is to be run again with one.

    What a handler wrote before it refused is taken back by a savepoint, and so is what a bug left.
    Most messages end well, and savepoints cost as much as what they hold.
    """


class Intake:
    """`ports.Intake`: the door for every transport."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def receive(self, inbound: Inbound, *, patience: float | None = None) -> Received:
        """Record, run and answer, committed when it returns.

        `patience`: how many seconds a repeat waits for the first, where that still runs.
        """
        now = self._parts.clock()
        inbound = inbox.cleaned(inbound)
        try:
            received, channels = self._parts.database.together(
                lambda session: self._receive(session, inbound, now, patience)
            )
        except _Fell:
            received, channels = self._parts.database.together(
                lambda session: self._receive(session, inbound, now, patience, net=True)
            )
        self._ring(channels)
        self._tell(inbound, received)
        return received

    def replay(self, row_id: int) -> Received:
        """Run again what was parked, or held because too much came. The rest is left as it is."""
        now = self._parts.clock()
        with self._parts.database.write() as session:
            row = session.get(Inbox, row_id, with_for_update=True)
            if row is None:
                raise Refused("no_such_row", number=row_id)
            if not inbox.may_run_again(row):
                return Received(row.id, row.state, True, None, row.words)
            inbound, said_at = inbox.inbound_of(row), row.received_at
            media.keep(session, row_id, inbound.media, now)
            received = self._run(session, row_id, inbound, now, said_at, replayed=True)
            self._run_kept(session, inbound, received, now)
            channels = fanout.owing(session)
        self._ring(channels)
        self._tell(inbound, received)
        return received

    def run_waiting(self) -> int:
        """Run what waits because too much came at once, as far as it may by now; how many ran."""
        with self._parts.database.read() as session:
            senders = flood.senders(session)
        ran = 0
        for channel, sender in senders:
            while self._run_next(channel, sender):
                ran += 1
        return ran

    def report(self, report: DeliveryReport) -> None:
        """Take a delivery report."""
        now = self._parts.clock()
        known = self._parts.database.transact(lambda session: reports.report(session, report, now))
        self._tell_reported(report)
        if not known:
            log.info("report of nothing of ours: %s %s", report.channel, report.raw_status)

    def _tell(self, inbound: Inbound, received: Received) -> None:
        """Count it, and write it in the log, once it is committed."""
        became = "repeat" if received.duplicate else received.state
        self._parts.tally.add("gateway_inbound_total", channel=inbound.channel, outcome=became)
        post = getattr(received.result, "post", None) if became == "done" else None
        trail.say(
            "came in",
            inbox=received.inbox_id,
            channel=inbound.channel,
            carrier_id=inbound.external_id if inbound.channel == SMS else "",
            became=became,
            did=type(received.result).__name__ if received.result is not None else "",
            post=getattr(post, "number", 0),
        )

    def _tell_reported(self, report: DeliveryReport) -> None:
        status = report.status or "other"
        self._parts.tally.add("gateway_reports_total", channel=report.channel, status=status)
        if not trail.is_on():
            return
        with self._parts.database.read() as session:
            row_id, origin = ways.of_report(session, report)
        trail.say(
            "was reported",
            inbox=origin,
            outbox=row_id,
            channel=report.channel,
            status=report.raw_status or report.status,
            carrier_id=report.external_id,
            code=report.code,
        )

    def _receive(
        self,
        session: Session,
        inbound: Inbound,
        now: datetime,
        patience: float | None,
        *,
        net: bool = False,
    ) -> tuple[Received, list[str]]:
        """What became of a message, and the channels on which something is due by now."""
        inbound = self._unmasked(session, inbound, now)
        with patient(session, patience):
            row_id = inbox.record(session, inbound, now)
        if row_id is None:
            return inbox.again(session, inbound)[1], []
        media.keep(session, row_id, inbound.media, now)
        received = self._run(session, row_id, inbound, now, now, fresh=True, net=net)
        self._run_kept(session, inbound, received, now)
        return received, fanout.owing(session)

    def _ring(self, channels: list[str]) -> None:
        for channel in channels:
            self._parts.bell.ring(channel)

    def _run_next(self, channel: str, sender: str) -> bool:
        """Run the oldest that waits of one sender, if they may say something now."""
        now, house = self._parts.clock(), self._parts.house
        with self._parts.database.write() as session:
            if not flood.take(session, house, channel, sender, now):
                return False
            row = flood.oldest(session, channel, sender)
            if row is None:
                flood.give_back(session, house, channel, sender)
                return False
            inbound = inbox.inbound_of(row)
            received = self._run(session, row.id, inbound, now, row.received_at)
            self._run_kept(session, inbound, received, now)
            channels = fanout.owing(session)
        self._ring(channels)
        self._tell(inbound, received)
        return True

    def _unmasked(self, session: Session, inbound: Inbound, now: datetime) -> Inbound:
        """Who does not say that it is a machine, and speaks like one: phones have no header."""
        if inbound.channel != SMS or inbound.automatic or inbound.command is not None:
            return inbound
        why = grammar.auto_reply(inbound.text)
        if not why and answers.is_ours(session, self._parts.house, inbound, now):
            why = "our own words"
        return replace(inbound, automatic=why) if why else inbound

    def _run(  # what, and when it was said
        self,
        session: Session,
        row_id: int,
        inbound: Inbound,
        now: datetime,
        said_at: datetime,
        *,
        replayed: bool = False,
        fresh: bool = False,
        net: bool = True,
    ) -> Received:
        """`fresh` is what has just come in: it may have to wait. `net`: see `_Fell`."""
        house = self._parts.house
        try:
            with session.begin_nested() if net else nullcontext():
                outcome = flood.aside(session, house, inbound, now) if fresh else None
                outcome = outcome or self._outcome(session, row_id, inbound, now, said_at, net=net)
        except (OperationalError, InterfaceError):
            raise  # The database, not the message: the transport is told to come again.
        except Exception as error:  # any bug parks the row, and loses nothing
            if not net:
                raise _Fell from error
            log.exception("inbox %s parked", row_id)
            outcome = self._parked(inbound)
        received = inbox.settle(session, row_id, outcome)
        silent = answers.owe(session, self._parts, row_id, inbound, outcome, now, replayed=replayed)
        if silent:
            inbox.unanswered(session, row_id, silent)
        return received

    def _run_kept(
        self, session: Session, inbound: Inbound, received: Received, now: datetime
    ) -> None:
        """What was written from a number while it was in doubt, now that it is its owner's."""
        if isinstance(received.result, Recognized):
            for row in doubts.kept(session, inbound.sender, now):
                said = inbox.inbound_of(row)
                self._run(session, row.id, said, now, row.received_at, replayed=True)

    def _parked(self, inbound: Inbound) -> Outcome:
        refusal = Refused("failed")
        text = words(refusal, self._parts.house.language)
        reason = traceback.format_exc(limit=-6)
        return Outcome("failed", inbound.member_id, reason, refusal, text)

    def _outcome(
        self,
        session: Session,
        row_id: int,
        inbound: Inbound,
        now: datetime,
        said_at: datetime,
        *,
        net: bool,
    ) -> Outcome:
        if inbound.automatic:
            return Outcome("automatic", inbound.member_id, inbound.automatic)
        if inbound.astray:
            return strangers.astray(session, self._parts.house, inbound)
        if inbound.held:
            return self._held(session, row_id, inbound, now)
        member, address = members.sender(
            session, inbound.channel, inbound.sender, inbound.member_id
        )
        command = inbound.command or grammar.parse(
            inbound.text,
            self._parts.house.language,
            groups.names(session, member.id) if member is not None else [],
        )
        who = strangers.Who(inbound, row_id, member, address, said_at)
        met = strangers.met(session, self._parts, who, command, now)
        if met is not None:
            return met
        if member is None:
            # Whoever it was when it came in is erased: it is a stranger's.
            session.get_one(Inbox, row_id).member_id = None
            return strangers.unknown(self._parts.house, inbound.channel, command)
        again = repeats.repeated(session, member, inbound, command, row_id, said_at)
        return again or self._of_member(session, who, member, command, now, net=net)

    def _of_member(
        self,
        session: Session,
        who: strangers.Who,
        member: Member,
        command: Command,
        now: datetime,
        *,
        net: bool,
    ) -> Outcome:
        """Somebody known, from an address that is theirs."""
        inbound, address, said_at = who.inbound, who.address, who.said_at
        if address is not None:
            members.hear(session, address, said_at, now)
        members.see(session, member, now)
        turn = self._turn(session, member, inbound, who.row_id, now)
        turn.said_at = min(inbound.said_at or said_at, said_at)
        turn.address_id = address.id if address is not None else None
        return self._turn_outcome(turn, context.in_context(turn, command, inbound), net=net)

    def _turn_outcome(self, turn: Turn, command: Command, *, net: bool) -> Outcome:
        member = turn.member
        result: Result | Refused
        try:
            with turn.session.begin_nested() if net else nullcontext():
                result = handlers.run(turn, command)
                turn.session.flush()
            state = "done"
        except Refused as refusal:
            if not net:
                raise _Fell from refusal
            result, state = refusal, "refused"
        language = member.language if isinstance(result, LanguageSet) else turn.language
        where = self._parts.reply_to(turn.channel)
        text = words(result, language, now=turn.now, timezone=member.timezone, reply_to=where)
        return Outcome(state, member.id, command.name, result, text)

    def _held(self, session: Session, row_id: int, inbound: Inbound, now: datetime) -> Outcome:
        """A doubt about the sender: whoever it claims to be is asked, nobody else is told."""
        member = disputes.owner(session, inbound)
        if member is None:
            return Outcome("held", None, inbound.held)
        command = inbound.command or self._parsed(session, inbound, member)
        turn = self._turn(session, member, inbound, row_id, now)
        command = context.in_context(turn, command, inbound)
        return disputes.ask(session, self._parts.house, row_id, member, inbound, command, now)

    def _turn(
        self, session: Session, member: Member, inbound: Inbound, row_id: int, now: datetime
    ) -> Turn:
        language = inbound.language or member.language
        segments = digest.segments(member, inbound.channel)
        where = self._parts.reply_to(inbound.channel)

        def fits(result: Result) -> bool:
            text = words(result, language, now=now, timezone=member.timezone, reply_to=where)
            return self._parts.fits(inbound.channel, text, segments)

        return Turn(
            session=session,
            text=inbound.text,
            member=member,
            channel=inbound.channel,
            now=now,
            house=self._parts.house,
            inbox_id=row_id,
            fits=fits,
            page_limit=PAGE_LIMITS[inbound.channel] * segments,
            language=language,
            segments=segments,
            price=self._parts.price,
            items=context.items(session, inbound, member),
            answering=context.answering(session, inbound, member),
            written=inbound.written,
            brings_media=bool(inbound.media),
        )

    def _parsed(self, session: Session, inbound: Inbound, member: Member | None) -> Command:
        """What a text says. The groups that its sender is in need no word before their names."""
        known = groups.names(session, member.id) if member is not None else []
        return grammar.parse(inbound.text, self._parts.house.language, known)
