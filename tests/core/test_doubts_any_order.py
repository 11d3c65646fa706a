"""Whatever happens to a number, in any order: nothing of a group reaches one that is not open.

A machine plays a member's phone, the carrier, the operator and the calendar against a town, and
keeps its own plain account of who said what.
"""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from gateway.core.commands import Post as Write
from gateway.core.envelope import SMS, Answer, DeliveryReport
from gateway.core.models import Address, Consent, Outbox
from gateway.core.people import Person
from tests.support.clock import Clock
from tests.support.town import Town

NUMBERS = ("+33600000031", "+33600000032")
NAME = "Noor Vandamme"
SECRET = "zinnober"
"""A word that only posts of the group hold."""

STARTS = ("start:", "activated")


class Numbers(RuleBasedStateMachine):
    """Noor with one phone or another."""

    template: Path
    made: Town
    played: int

    @initialize()
    def begin(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "town.db"
        shutil.copy(self.template, path)
        self.town = self.made.copy(f"sqlite:///{path}", Clock()())
        self.town.person(NAME, phone=NUMBERS[0], badge="1031", groups=("quai3",))
        self.hears(0, "RYTHME chaque")
        self.town.settle()
        self.member = self.town.id_of(NAME)
        self.posts = 0
        self.ledger, self.known = self.lines(), self.states()

    def teardown(self) -> None:
        type(self).played += 1
        if hasattr(self, "town"):
            self.town.close()
            self._folder.cleanup()

    # what happens

    @rule(number=st.sampled_from((0, 1)), text=st.sampled_from(("NEUF", "OUI", "NON", "MOI")))
    def hears(self, number: int, text: str) -> None:
        self.says(number, text)

    @rule(number=st.sampled_from((0, 1)), text=st.sampled_from(("STOP", "START")))
    def stops_or_starts(self, number: int, text: str) -> None:
        self.says(number, text)

    def says(self, number: int, text: str) -> None:
        """She is answered where she is known; whoever else it may be learns nothing."""
        value = NUMBERS[number]
        self.town.settle()
        taken = len(self.town.carriers[SMS].taken)
        was = self.states().get(value, "")
        self.town.receive(SMS, value, text)
        self.town.settle()
        told = "".join(str(m.content) for m in self.town.carriers[SMS].taken[taken:])
        if was not in ("active", "stopped") and self.states().get(value) != "active":
            assert SECRET not in told

    @rule(days=st.sampled_from((1, 20, 31, 89, 91)))
    def time_passes(self, days: int) -> None:
        self.town.clock.advance(timedelta(days=days))
        self.town.receive(SMS, "+33600000001", "STATUS")
        self.town.receive(SMS, "+33600000001", "SURE")
        self.town.gateway.delivery.send_digests()

    @rule()
    def somebody_posts(self) -> None:
        self.posts += 1
        self.town.mail("Paul", "", command=Write("quai3", f"{SECRET} {self.posts}"))
        self.town.settle()

    @rule()
    def a_message_fails(self) -> None:
        with self.town.database.read() as session:
            hers = select(Outbox.id).where(Outbox.member_id == self.member, Outbox.state == "sent")
            row = session.scalar(hers.order_by(Outbox.id.desc()).limit(1))
        if row is not None:
            report = DeliveryReport(SMS, "failed", outbound_id=row, code="30006", bad_after=1)
            self.town.gateway.intake.report(report)

    @rule(number=st.sampled_from((0, 1)))
    def activates(self, number: int) -> None:
        code = self.town.gateway.office.invite(self.member)
        self.town.receive(SMS, NUMBERS[number], f"ACTIVER {code}")
        assert self.states()[NUMBERS[number]] == "active"

    @rule()
    def loses_the_phone(self) -> None:
        self.town.gateway.office.lose_phone(self.member)
        assert set(self.states().values()) == {"lost"}

    @rule(number=st.sampled_from((0, 1)), consented=st.booleans())
    def is_imported(self, number: int, *, consented: bool) -> None:
        before = self.states()
        row = Person(NAME, phone=NUMBERS[number], badge="1031", groups=("quai3",))
        self.town.gateway.office.import_members([row], consented=consented)
        after = self.states()
        for value, state in before.items():
            assert after[value] == state or state == "pending", "a file opens only what nobody had"

    @rule()
    def starts_at_the_kiosk(self) -> None:
        self.town.kiosk(NAME, "START")

    # what is always so

    @precondition(lambda self: hasattr(self, "town"))
    @invariant()
    def nothing_of_the_group_leaves_for_a_number_that_is_not_open(self) -> None:
        taken = len(self.town.carriers[SMS].taken)
        self.town.settle()
        open_now = {value for value, state in self.states().items() if state == "active"}
        heard = self.heard()
        limit = self.town.clock() - timedelta(days=90)
        for message in self.town.carriers[SMS].taken[taken:]:
            if message.recipient in NUMBERS and not isinstance(message.content, Answer):
                assert message.recipient in open_now
                assert heard[message.recipient] >= limit

    @precondition(lambda self: hasattr(self, "town"))
    @invariant()
    def every_change_is_in_the_ledger_and_only_a_start_or_a_code_undoes_a_stop(self) -> None:
        before, self.ledger = self.ledger, self.lines()
        assert self.ledger[: len(before)] == before, "lines are only added"
        known, self.known = self.known, self.states()
        changed = [value for value, state in known.items() if self.known[value] != state]
        assert len(self.ledger) - len(before) >= len(changed)
        for value in changed:
            said = [cause for _, cause in self.ledger[len(before) :]]
            if known[value] == "stopped" and self.known[value] in ("active", "doubted"):
                assert any(cause.startswith(STARTS) for cause in said)
            if known[value] == "lost" and self.known[value] != "lost":
                assert "activated" in said

    @precondition(lambda self: hasattr(self, "town"))
    @invariant()
    def who_else_has_the_number_never_learns_her_last_name_from_a_question(self) -> None:
        for message in self.town.carriers[SMS].taken:
            if isinstance(message.content, Answer) and "toujours votre" in message.content.text:
                assert "Vandamme" not in message.content.text
                assert SECRET not in message.content.text

    def states(self) -> dict[str, str]:
        with self.town.database.read() as session:
            rows = session.execute(
                select(Address.value, Address.state).where(Address.value.in_(NUMBERS))
            )
            return {value: state for value, state in rows}  # noqa: C416  # rows are no pairs to mypy

    def heard(self) -> dict[str, datetime]:
        with self.town.database.read() as session:
            rows = session.scalars(select(Address).where(Address.value.in_(NUMBERS)))
            return {row.value: row.heard_at for row in rows if row.heard_at is not None}

    def lines(self) -> list[tuple[bool, str]]:
        with self.town.database.read() as session:
            rows = session.scalars(
                select(Consent).where(Consent.member_id == self.member).order_by(Consent.id)
            )
            return [(row.given, row.cause) for row in rows]


def test_in_any_order(town_file: tuple[Town, Path]) -> None:
    class Machine(Numbers):
        made, template = town_file
        played = 0

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=15, stateful_step_count=20, suppress_health_check=list(HealthCheck)
        ),
    )
    assert Machine.played >= 15
