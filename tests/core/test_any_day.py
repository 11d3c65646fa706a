"""Any day in the town: people say anything, in any order, and workers die; what must always hold.

One post for each accepted write, every inbound in one end, no closed text outside of its group,
nothing but answers to whoever said stop, no notice twice, cursors that only rise.
"""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from gateway.core import outbox
from gateway.core.commands import Posted, Replied
from gateway.core.envelope import EMAIL, KIOSK, SMS, Digest, Failure, Inbound, Notice, Received
from gateway.core.errors import TemporaryFailure
from gateway.core.models import Address, Inbox, Outbox, Post, Subscription
from tests.support.clock import Clock
from tests.support.town import Town

ENDS = {"done", "held", "automatic", "duplicate", "refused", "failed"}
SECRET = "secret"

PHONES = {"Ana": "+33600000001", "Leo": "+33600000002"}
PEOPLE = st.sampled_from(["Ana", "Leo", "Paul", "Zoe"])
GROUPS = st.sampled_from(["quai3", "quai30", "secu", "direction", "quai"])
NUMBERS = st.sampled_from([1007, 1010, 1029, 1013, 7, 10])
SAID = st.one_of(
    st.sampled_from(
        [
            *("NEUF", "SUITE", "OUI", "NON", "ANNULE", "STOP", "START", "MOI", "GROUPES", "CODE"),
            *("PAUSE 2", "REPRISE", "RYTHME chaque", "RYTHME jour", "RYTHME jamais", "HEURE 12"),
            *("le quai est plein", "1", "2", "CHERCHE palette", "ENGLISH"),
        ]
    ),
    st.builds("P {} palette".format, GROUPS),
    st.builds("URGENT {} feu".format, GROUPS),
    st.builds("{} {}".format, st.sampled_from(["REJOINDRE", "QUITTER", "QUI", "NEUF"]), GROUPS),
    st.builds("R{} d'accord".format, NUMBERS),
    st.builds("{} {}".format, st.sampled_from(["LIRE", "MERCI"]), NUMBERS),
)


class Days(RuleBasedStateMachine):
    """A town over its own file; `source` is where it is copied from."""

    source: tuple[Town, Path]
    lived = 0

    def __init__(self) -> None:
        super().__init__()
        template, path = self.source
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(path, self.folder / "town.db")
        self.town = template.copy(f"sqlite:///{self.folder / 'town.db'}", Clock()())
        self.writes = 0
        self.cursors: dict[tuple[int, int], int] = {}
        self.checked = 0
        self.town.sms("Ana", f"P secu {SECRET} un")
        self.writes += 1
        self.names = 0

    def teardown(self) -> None:
        type(self).lived += 1
        self.town.close()
        shutil.rmtree(self.folder)

    @rule(name=PEOPLE, text=SAID, copies=st.integers(1, 2))
    def says(self, name: str, text: str, copies: int) -> None:
        self.names += 1
        received = [self._say(name, text, f"said-{self.names}") for _ in range(copies)]
        assert [one.duplicate for one in received] == [False, True][:copies]
        assert len({one.words for one in received}) == 1
        self.writes += isinstance(received[0].result, Posted | Replied)
        self._closed_stays_closed(name, received[0])

    @rule(hours=st.sampled_from([0.1, 0.3, 3, 12]))
    def time_passes(self, hours: float) -> None:
        self.town.clock.advance(hours=hours)
        self.town.gateway.delivery.sweep()
        self.town.gateway.delivery.send_digests()

    @rule()
    def all_is_sent(self) -> None:
        self.town.settle()

    @rule(channel=st.sampled_from([SMS, EMAIL]))
    def a_worker_dies_before_the_wire(self, channel: str) -> None:
        with self.town.database.write() as session:
            outbox.claim(session, channel, 5, self.town.clock(), "fr")

    @rule(channel=st.sampled_from([SMS, EMAIL]))
    def the_carrier_is_busy(self, channel: str) -> None:
        with self.town.database.write() as session:
            claim = outbox.claim(session, channel, 5, self.town.clock(), "fr")
            failures = [Failure(m.id, TemporaryFailure("busy")) for m in claim.messages]
            outbox.settle(session, claim.token, failures, self.town.clock())

    @invariant()
    def one_post_for_each_write(self) -> None:
        with self.town.database.read() as session:
            assert session.scalar(select(func.count()).select_from(Post)) == self.writes

    @invariant()
    def every_inbound_has_one_end(self) -> None:
        with self.town.database.read() as session:
            states = set(session.scalars(select(Inbox.state)))
        assert states <= ENDS - {"failed"}

    @invariant()
    def cursors_only_rise(self) -> None:
        with self.town.database.read() as session:
            now = {
                (s.member_id, s.group_id): s.cursor for s in session.scalars(select(Subscription))
            }
        assert all(now[key] >= cursor for key, cursor in self.cursors.items())
        self.cursors = now

    @invariant()
    def nothing_is_noticed_twice(self) -> None:
        seen: set[tuple[str, int]] = set()
        for carrier in self.town.carriers.values():
            for message in carrier.taken:
                content = message.content
                serials: tuple[int, ...] = ()
                if isinstance(content, Notice):
                    serials = (content.serial,)
                elif isinstance(content, Digest) and self._kind(message.id) == "digest":
                    serials = content.serials
                keys = {(message.recipient, serial) for serial in serials}
                assert not keys & seen
                seen |= keys

    @invariant()
    def who_said_stop_gets_answers_only(self) -> None:
        """What was taken since the last look went to addresses that are open, or is an answer."""
        with self.town.database.read() as session:
            closed = set(session.scalars(select(Address.value).where(Address.state == "stopped")))
            sent_after = select(Outbox.recipient, Outbox.kind).join(
                Address, Address.id == Outbox.address_id
            )
            rows = session.execute(
                sent_after.where(
                    Outbox.state == "sent",
                    Address.state == "stopped",
                    Outbox.settled_at > Address.changed_at,
                )
            ).all()
        assert all(kind == "answer" for recipient, kind in rows if recipient in closed)

    def _say(self, name: str, text: str, external_id: str) -> Received:
        if name in PHONES:
            return self.town.receive(SMS, PHONES[name], text, external_id)
        if name == "Paul":
            return self.town.mail("Paul", text, external_id=external_id)
        zoe = self.town.id_of("Zoe")
        return self.town.gateway.intake.receive(
            Inbound(KIOSK, external_id, "kiosk:1", text, member_id=zoe)
        )

    def _closed_stays_closed(self, name: str, received: Received) -> None:
        member_id = self.town.id_of(name)
        with self.town.database.read() as session:
            row = session.get(Subscription, (member_id, 4))
        if row is None or row.state != "in":
            assert SECRET not in received.words or "ANNULE" in received.words

    def _kind(self, row_id: int) -> str:
        with self.town.database.read() as session:
            return session.get_one(Outbox, row_id).kind


@pytest.mark.timeout(100)
def test_any_day_in_the_town(town_file: tuple[Town, Path]) -> None:
    days = type("Days", (Days,), {"source": town_file})
    run_state_machine_as_test(
        days,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert days.lived >= 25  # type: ignore[attr-defined]  # made by `type` above
