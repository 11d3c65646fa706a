"""Claims, outcomes, crashes, new months and other caps in any order: what is spent is what left."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, func, select, update

from gateway.core import budget, outbox
from gateway.core.envelope import SMS, DeliveryReport, Failure, Outbound, Receipt
from gateway.core.errors import (
    ChannelShut,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.core.models import Address, ChannelPause, Group, Outbox, Post, Spending
from tests.support.town import Town

ERRORS: Mapping[str, Exception] = {
    "temporary": TemporaryFailure("30001", retry_after=1),
    "permanent": PermanentFailure("21617"),
    "shut": ChannelShut("20003"),
    "unknown": UnknownOutcome("cut"),
    "bug": ZeroDivisionError(),
}
MAY_HAVE_LEFT = ("unknown", "bug")
KINDS = {"answer": 0, "alert": 1, "post": 2}


@dataclass
class Batch:
    """What one worker has claimed and not settled yet; the first of it is on the wire."""

    token: str
    left: list[Outbound] = field(default_factory=list)


class Spender(RuleBasedStateMachine):
    """Leo, the group he is in, workers that may die anywhere, and a carrier that counts."""

    town: Town
    leo: Address

    def __init__(self) -> None:
        super().__init__()
        self.town.clock.set(datetime(2026, 3, 2, 9, tzinfo=UTC))
        self.batches: list[Batch] = []
        self.prices: dict[int, int] = {}
        self.wire: Counter[int] = Counter()
        with self.town.database.write() as session:
            for table in (Outbox, Spending, ChannelPause):
                session.execute(delete(table))
        self.allow(6, 2, 3)

    @rule(cap=st.none() | st.integers(0, 12), reserve=st.integers(0, 4), group=st.integers(0, 6))
    def allow(self, cap: int | None, reserve: int, group: int) -> None:
        self.town.budget(cap, min(reserve, cap or 0))
        self.town.gateway.office.set_budget("quai3", group or None)

    @rule(kind=st.sampled_from(list(KINDS)), segments=st.integers(1, 3))
    def owe(self, kind: str, segments: int) -> None:
        now = self.town.clock()
        with self.town.database.write() as session:
            row = Outbox(
                key=f"k{len(self.prices)}",
                channel=SMS,
                kind=kind,
                priority=KINDS[kind],
                member_id=self.leo.member_id,
                address_id=self.leo.id,
                recipient=self.leo.value,
                post_id=None if kind == "answer" else session.scalar(select(func.max(Post.id))),
                payload='{"text": "ok"}' if kind == "answer" else "",
                not_before=now,
                created_at=now,
                lease_until=None,
                external_id=None,
                settled_at=None,
                wired_at=None,
            )
            session.add(row)
            session.flush()
            self.prices[row.id] = segments

    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        now, house = self.town.clock(), self.town.gateway.parts.house
        with self.town.database.write() as session:
            before = budget.of_house(session, house, now).spent
            claim = outbox.claim(session, SMS, limit, now, "fr")
            messages = budget.reserve(session, claim.messages, self.price, house, now)
            outbox.mark(session, claim.token, {m.id: "" for m in messages[:1]}, now)
            room = budget.of_house(session, house, now)
            groups = budget.of_groups(session, house, now)
            taken = [session.get_one(Outbox, m.id) for m in messages]
        for one in (room, *(groups.values() if any(row.post_id for row in taken) else ())):
            assert one.cap is None or one.spent <= one.cap or one.spent == before
        if taken and room.cap is not None and all(row.kind != "alert" for row in taken):
            assert room.spent <= room.cap - room.reserve
        if messages:
            self.batches.append(Batch(claim.token, list(messages)))

    def price(self, message: Outbound) -> int:
        return self.prices[message.id]

    @precondition(lambda self: self.batches)
    @rule(data=st.data(), outcome=st.sampled_from(["taken", "taken", *ERRORS]), took=st.booleans())
    def settle(self, data: st.DataObject, outcome: str, took: bool) -> None:
        """The carrier answers for the message on the wire, and the next one is marked."""
        batch = data.draw(st.sampled_from(self.batches))
        now, message = self.town.clock(), batch.left.pop(0)
        if outcome == "taken" or (outcome in MAY_HAVE_LEFT and took):
            self.wire[message.id] += self.prices[message.id]
        told: Receipt | Failure = (
            Receipt(message.id, f"SM{message.id}", self.prices[message.id])
            if outcome == "taken"
            else Failure(message.id, ERRORS[outcome])
        )
        with self.town.database.write() as session:
            outbox.settle(session, batch.token, [told], now)
            ours = outbox.mark(session, batch.token, {m.id: "" for m in batch.left[:1]}, now)
        if not ours or not batch.left:
            self.batches.remove(batch)

    @precondition(lambda self: self.batches)
    @rule(data=st.data(), took=st.booleans())
    def crash(self, data: st.DataObject, took: bool) -> None:
        batch = data.draw(st.sampled_from(self.batches))
        self.batches.remove(batch)
        if took:
            self.wire[batch.left[0].id] += self.prices[batch.left[0].id]

    @precondition(lambda self: self.batches)
    @rule(data=st.data())
    def stop(self, data: st.DataObject) -> None:
        """What is on the wire is finished; the rest is owed again."""
        batch = data.draw(st.sampled_from(self.batches))
        rest = [message.id for message in batch.left[1:]]
        del batch.left[1:]
        with self.town.database.write() as session:
            outbox.give_back(session, batch.token, rest)

    @rule(hours=st.sampled_from([0.02, 0.2, 3, 25, 24 * 30]))
    def wait(self, hours: float) -> None:
        self.town.clock.advance(hours=hours)
        with self.town.database.write() as session:
            session.execute(update(Address).values(heard_at=self.town.clock()))
        self.town.gateway.delivery.sweep()

    @precondition(lambda self: self.wire)
    @rule(data=st.data(), status=st.sampled_from(["delivered", "failed"]))
    def report(self, data: st.DataObject, status: str) -> None:
        row_id = data.draw(st.sampled_from(sorted(self.wire)))
        self.town.gateway.intake.report(
            DeliveryReport(SMS, status, outbound_id=row_id, code="30003")
        )

    @precondition(lambda self: self.prices)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        self.town.gateway.office.owe_again([data.draw(st.sampled_from(sorted(self.prices)))])

    @invariant()
    def what_is_spent_is_what_rows_were_charged(self) -> None:
        with self.town.database.read() as session:
            rows = list(session.scalars(select(Outbox)))
            by_scope = select(Spending.scope, func.sum(Spending.segments)).group_by(Spending.scope)
            spent = dict(session.execute(by_scope).all())
            group = session.scalars(select(Group.id).where(Group.slug == "quai3")).one()
        assert spent.get(budget.ALL, 0) == sum(row.charged for row in rows)
        assert spent.get(str(group), 0) == sum(row.charged for row in rows if row.post_id)
        for row in rows:
            assert 0 <= row.reserved <= row.charged
            assert row.charged >= self.wire[row.id], "all that may be billed was taken before"
            if row.state == "held":
                assert row.reserved == 0


def test_in_any_order(town: Town) -> None:
    town.sms("Ana", "P quai3 palette")
    with town.database.read() as session:
        leo = session.scalars(select(Address).where(Address.value == "+33600000002")).one()
    machine = type("OfLeo", (Spender,), {"town": town, "leo": leo})
    run_state_machine_as_test(machine, settings=settings(max_examples=40, stateful_step_count=30))
