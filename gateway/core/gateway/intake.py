"""In: record, run and answer one message in one transaction. Whoever calls may say 'we have it'.

A repeat is told what the first one was. A bug in running it costs nobody their words: the row alone
is committed and parked, and the operator runs it again (`gateway inbox replay`).
"""

import json
import logging
import traceback
from datetime import datetime

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from gateway.core import grammar, groups, handlers, inbox, members, outbox, reports, throttle
from gateway.core.commands import (
    Activate,
    Activated,
    Command,
    Confirm,
    Decline,
    Guess,
    Help,
    KioskCode,
    LanguageSet,
    Me,
    News,
    Pick,
    Reply,
    Result,
    Start,
    Stop,
    Stopped,
    Thanks,
    Undo,
)
from gateway.core.envelope import EMAIL, KIOSK, SMS, DeliveryReport, Inbound, Received
from gateway.core.errors import Refused
from gateway.core.gateway import answers
from gateway.core.gateway.parts import Parts
from gateway.core.handlers.turn import Turn
from gateway.core.inbox import Outcome
from gateway.core.models import Address, Inbox, Member, Outbox, Post
from gateway.core.numbers import number_of
from gateway.core.wording import words

log = logging.getLogger(__name__)

PAGE_LIMITS = {SMS: 12, EMAIL: 30, KIOSK: 20}

MEANT_IN_A_REPLY = (Stop, Start, Undo, Help, Me, KioskCode, Thanks, Activate)
"""Commands that stay commands inside the answer to a post; anything else there is the answer."""


class Intake:
    """`ports.Intake`: the door for every transport."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def receive(self, inbound: Inbound) -> Received:
        """Record, run and answer, committed when it returns."""
        now = self._parts.clock()
        inbound = inbox.cleaned(inbound)
        with self._parts.database.write() as session:
            row_id = inbox.record(session, inbound, now)
            if row_id is None:
                return inbox.again(session, inbound)[1]
            received = self._run(session, row_id, inbound, now, now)
            channels = outbox.due_channels(session, now)
        self._ring(channels)
        return received

    def replay(self, row_id: int) -> Received:
        """Run a parked message again. One that has ended is left as it is."""
        now = self._parts.clock()
        with self._parts.database.write() as session:
            row = session.get(Inbox, row_id, with_for_update=True)
            if row is None:
                raise Refused("no_such_row", number=row_id)
            if row.state != "failed":
                return Received(row.id, row.state, True, None, row.words)
            inbound, said_at = inbox.inbound_of(row), row.received_at
            received = self._run(session, row_id, inbound, now, said_at, replayed=True)
            channels = outbox.due_channels(session, now)
        self._ring(channels)
        return received

    def report(self, report: DeliveryReport) -> None:
        """Take a delivery report."""
        now = self._parts.clock()
        with self._parts.database.write() as session:
            known = reports.report(session, report, now)
        if not known:
            log.info("report of nothing of ours: %s %s", report.channel, report.raw_status)

    def _ring(self, channels: list[str]) -> None:
        for channel in channels:
            self._parts.bell.ring(channel)

    def _run(  # what, and when it was said
        self,
        session: Session,
        row_id: int,
        inbound: Inbound,
        now: datetime,
        said_at: datetime,
        *,
        replayed: bool = False,
    ) -> Received:
        try:
            with session.begin_nested():
                outcome = self._outcome(session, row_id, inbound, now, said_at)
        except (OperationalError, InterfaceError):
            raise  # The database, not the message: the transport is told to come again.
        except Exception:  # any bug parks the row, and loses nothing
            log.exception("inbox %s parked", row_id)
            outcome = self._parked(inbound)
        received = inbox.settle(session, row_id, outcome)
        answers.owe(session, row_id, inbound, outcome, now, replayed=replayed)
        return received

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
    ) -> Outcome:
        if inbound.automatic:
            return Outcome("automatic", inbound.member_id, inbound.automatic)
        if inbound.held:
            return self._held(session, inbound)
        member, address = members.sender(
            session, inbound.channel, inbound.sender, inbound.member_id
        )
        command = inbound.command or grammar.parse(
            inbound.text, self._parts.house.language, self._group_names(session, member)
        )
        if isinstance(command, Activate) and _may_be_tied(inbound, address):
            return self._activate(session, inbound, command, now)
        if member is None:
            return self._stranger(inbound, command)
        if address is not None and address.state == "pending":
            return self._pending(session, member, address, inbound, command, now)
        if address is not None and address.state == "failed":
            members.revive(session, address, now)
        member.seen_at = now
        turn = self._turn(session, member, inbound, row_id, now)
        turn.said_at = said_at
        turn.address_id = address.id if address is not None else None
        return self._turn_outcome(turn, _in_context(turn, command, inbound))

    def _turn_outcome(self, turn: Turn, command: Command) -> Outcome:
        member = turn.member
        result: Result | Refused
        try:
            with turn.session.begin_nested():
                result = handlers.run(turn, command)
                turn.session.flush()
            state = "done"
        except Refused as refusal:
            result, state = refusal, "refused"
        language = member.language if isinstance(result, LanguageSet) else turn.language
        text = words(result, language, now=turn.now, timezone=member.timezone)
        return Outcome(state, member.id, command.name, result, text)

    def _held(self, session: Session, inbound: Inbound) -> Outcome:
        """A doubt about the sender: kept, not run; its supposed owner is told, nobody else."""
        refusal = Refused(f"held_{inbound.held}")
        member = session.get(Member, inbound.member_id) if inbound.member_id else None
        language = member.language if member else self._parts.house.language
        text = words(refusal, language)
        return Outcome("held", inbound.member_id, inbound.held, refusal, text, once_a_day=True)

    def _stranger(self, inbound: Inbound, command: Command) -> Outcome:
        """Nobody we know, or an address that its owner has not activated."""
        reason = "not_a_member" if inbound.channel == SMS else "unknown_address"
        refusal = Refused(reason)
        text = words(refusal, self._parts.house.language)
        return Outcome("refused", None, command.name, refusal, text, once_a_day=True)

    def _pending(  # one turn's whole context
        self,
        session: Session,
        member: Member,
        address: Address,
        inbound: Inbound,
        command: Command,
        now: datetime,
    ) -> Outcome:
        """Whoever holds an address that nobody activated may say one thing: no."""
        if not isinstance(command, Stop):
            return self._stranger(inbound, command)
        members.refuse(session, address, f"stop:{address.channel}", now)
        result = Stopped()
        return Outcome("done", None, command.name, result, words(result, member.language))

    def _activate(
        self, session: Session, inbound: Inbound, command: Activate, now: datetime
    ) -> Outcome:
        """Tie the sender's address to the member whose code this is."""
        house = self._parts.house
        subject = f"{inbound.channel}:{members.code_hash(house.secret, inbound.sender)[:16]}"
        try:
            throttle.attempt(session, subject, now)
        except Refused as locked:
            text = words(locked, house.language)
            return Outcome("refused", None, "activate", locked, text, once_a_day=True)
        member_id = members.take_code(session, "activation", command.code, house.secret, now)
        member = members.locked(session, member_id) if member_id is not None else None
        if member is None:
            refusal = Refused("wrong_code")
            return Outcome("refused", None, "activate", refusal, words(refusal, house.language))
        throttle.passed(session, subject)
        address = members.tie(session, member, inbound.channel, inbound.sender, now)
        members.consent(session, address, given=True, cause="activated", now=now)
        mine = tuple(group.title for group in groups.own(session, member.id))
        result = Activated(member.name, mine)
        text = words(result, member.language, now=now, timezone=member.timezone)
        return Outcome("done", member.id, "activate", result, text)

    def _turn(
        self, session: Session, member: Member, inbound: Inbound, row_id: int, now: datetime
    ) -> Turn:
        language = inbound.language or member.language

        def fits(result: Result) -> bool:
            text = words(result, language, now=now, timezone=member.timezone)
            return self._parts.fits(inbound.channel, text)

        return Turn(
            session=session,
            text=inbound.text,
            member=member,
            channel=inbound.channel,
            now=now,
            house=self._parts.house,
            inbox_id=row_id,
            fits=fits,
            page_limit=PAGE_LIMITS[inbound.channel],
            language=language,
            items=_items(session, inbound, member),
        )

    def _group_names(self, session: Session, member: Member | None) -> list[str]:
        """The names of the groups that the sender is in, or asked to be let into."""
        known = groups.visible(session, member.id) if member is not None else []
        mine = [group for group, row in known if row is not None and row.state != "out"]
        return [name for group in mine for name in (group.slug, group.title)]


def _may_be_tied(inbound: Inbound, address: Address | None) -> bool:
    """A number or a mailbox that is nobody's yet; a kiosk is everybody's for ever."""
    return inbound.channel != KIOSK and (address is None or address.state != "active")


def _in_context(turn: Turn, command: Command, inbound: Inbound) -> Command:
    """What a text means as the answer to something: to a post, that is mostly a reply to it."""
    kind, _, serial = inbound.about.partition(":")
    if kind != "post" or inbound.command is not None or isinstance(command, MEANT_IN_A_REPLY):
        return command
    if isinstance(command, Reply) and command.explicit:
        return command
    if isinstance(command, News) and not command.group:
        return command
    if isinstance(command, (Confirm, Decline, Pick)) and turn.questions():
        return command
    if isinstance(command, Guess) and isinstance(command.command, Stop):
        return command
    post = turn.session.get(Post, int(serial))
    number = number_of(post.id) if post is not None else 0
    return Reply(number, inbound.text)


def _items(session: Session, inbound: Inbound, member: Member) -> tuple[int, ...]:
    """The serials of the digest that is answered, as it numbered them."""
    kind, _, row_id = inbound.about.partition(":")
    row = session.get(Outbox, int(row_id)) if kind == "digest" else None
    if row is None or row.member_id != member.id or not row.payload:
        return ()
    return tuple(json.loads(row.payload).get("digest", ()))
