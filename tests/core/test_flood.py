"""Too much at once: it waits in its order, runs by itself, and nothing of it is lost."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from gateway.core.envelope import EMAIL, SMS, Inbound
from gateway.core.models import Address, Inbox, Post
from tests.support.clock import Clock
from tests.support.town import Town

ANA = "+33600000001"


def states(town: Town, sender: str = ANA) -> list[str]:
    """Of what came from one sender, in the order in which it came."""
    with town.database.read() as session:
        return list(
            session.scalars(select(Inbox.state).where(Inbox.sender == sender).order_by(Inbox.id))
        )


def bodies(town: Town) -> list[str]:
    with town.database.read() as session:
        return list(session.scalars(select(Post.body).order_by(Post.id)))


def many(town: Town, count: int, first: int = 0) -> list[str]:
    """Ana posts so many things at the same moment; what she is told for each."""
    return [town.sms("Ana", f"P quai3 palette {n:03}") for n in range(first, first + count)]


def run_for(town: Town, minutes: int) -> int:
    """The timer's turns of so many minutes."""
    ran = 0
    for _ in range(minutes * 12):
        town.clock.advance(seconds=5)
        ran += town.gateway.intake.run_waiting()
    return ran


def test_what_a_phone_brings_after_a_tunnel_runs_at_once(town: Town) -> None:
    many(town, 10)
    assert states(town) == ["done"] * 10


def test_what_is_too_much_waits_and_runs_in_its_order(any_town: Town) -> None:
    many(any_town, 30)
    assert states(any_town) == ["done"] * 20 + ["waiting"] * 10
    assert any_town.gateway.intake.run_waiting() == 0
    assert run_for(any_town, 1) == 6
    assert run_for(any_town, 1) == 4
    assert states(any_town) == ["done"] * 30
    assert bodies(any_town) == [f"palette {n:03}" for n in range(30)]


def test_whoever_has_something_waiting_waits_on_so_that_the_order_is_kept(town: Town) -> None:
    many(town, 22)
    town.clock.advance(minutes=5)
    many(town, 1, first=22)
    assert states(town)[-3:] == ["waiting"] * 3
    town.gateway.intake.run_waiting()
    assert bodies(town) == [f"palette {n:03}" for n in range(23)]


def test_a_sender_is_told_once_an_hour_that_it_takes_a_while(town: Town) -> None:
    told = many(town, 40)
    said = "Beaucoup de messages d'un coup : ils seront traités dans quelques minutes."
    assert told[20:] == [said] * 20
    assert town.heard("Ana").count(said) == 1
    town.clock.advance(minutes=61)
    many(town, 1, first=40)
    assert town.heard("Ana").count(said) == 2


def test_each_that_waited_is_answered_when_it_has_run(town: Town) -> None:
    many(town, 25)
    town.settle()
    town.clock.advance(minutes=5)
    town.gateway.intake.run_waiting()
    assert sum("palette 024" in text for text in town.heard("Ana")) == 1


def test_a_stop_waits_for_nothing(town: Town) -> None:
    many(town, 25)
    told = town.sms("Ana", "Stop !")
    assert states(town) == ["done"] * 20 + ["waiting"] * 5 + ["done"]
    assert "START" in told
    assert town.heard("Ana")[-1] == told


@pytest.mark.parametrize("open_again", ["START", "ACTIVER ABCDEFGH"])
def test_a_start_that_waited_does_not_undo_the_stop_that_overtook_it(
    town: Town, open_again: str
) -> None:
    if open_again == "START":
        town.sms("Ana", "STOP")
    many(town, 20)
    town.sms("Ana", open_again)
    town.sms("Ana", "STOP")
    run_for(town, 5)
    before = len(town.heard("Ana"))
    town.sms("Leo", "URGENT quai3 feu")
    town.mail("Paul", "P quai3 bonjour")
    town.clock.advance(days=1)
    town.gateway.delivery.send_digests()
    assert len(town.heard("Ana")) == before
    with town.database.read() as session:
        assert session.scalar(select(Address.state).where(Address.value == ANA)) == "stopped"


def test_no_more_than_120_run_in_any_hour(town: Town) -> None:
    for _ in range(12):
        many(town, 15)
        town.clock.advance(minutes=5)
        town.gateway.intake.run_waiting()
    assert states(town).count("done") <= 120
    assert states(town).count("done") >= 110


def test_far_too_much_is_kept_for_an_operator_who_may_run_it(town: Town) -> None:
    many(town, 123)
    assert states(town) == ["done"] * 20 + ["waiting"] * 100 + ["held"] * 3
    line = list(town.gateway.ledger.inbox(state="held"))[-1]
    assert line.reason.startswith("flood")
    assert town.gateway.intake.replay(line.id).state == "done"
    assert bodies(town)[-1] == "palette 122"
    assert town.gateway.ledger.troubles().flooded == 2
    assert town.gateway.ledger.troubles().waiting == 100


def test_what_is_held_in_doubt_is_not_run_again_in_anybodys_name(town: Town) -> None:
    held = town.mail("Paul", "P quai3 ok", sender="eve@evil.example", held="sender")
    assert town.gateway.intake.replay(held.inbox_id).state == "held"
    assert bodies(town) == []


def test_when_it_was_said_is_when_it_came(town: Town) -> None:
    many(town, 20)
    town.sms("Ana", "URGENT quai3 feu")
    town.sms("Ana", "OUI")
    assert states(town)[-2:] == ["waiting"] * 2
    town.clock.advance(minutes=1)
    town.gateway.intake.run_waiting()
    # The question came after the yes was said: it cannot be its answer.
    assert "feu" not in bodies(town)


def test_a_mailbox_waits_too_and_a_kiosk_never(town: Town) -> None:
    for number in range(25):
        town.mail("Paul", f"P quai3 mail {number}")
        town.kiosk("Zoe", f"P quai3 borne {number}")
    assert states(town, "paul@depot.example") == ["done"] * 20 + ["waiting"] * 5
    assert states(town, "kiosk:1") == ["done"] * 25


def test_a_machine_and_a_made_up_sender_take_nobodys_turn(town: Town) -> None:
    for number in range(30):
        town.mail("Paul", f"absent {number}", automatic="auto-submitted")
        town.mail("Paul", f"P quai3 {number}", held="dmarc")
    assert town.mail("Paul", "P quai3 palette").state == "done"


def test_one_sender_does_not_hold_up_another(town: Town) -> None:
    many(town, 60)
    assert "posted" in town.sms("Leo", "P quai3 pallet")
    assert states(town, "+33600000002") == ["done"]


def test_a_repeat_of_what_waits_is_told_the_same_and_waits_once(town: Town) -> None:
    many(town, 20)
    first = town.receive(SMS, ANA, "P quai3 encore", "SM1")
    again = town.receive(SMS, ANA, "P quai3 encore", "SM1")
    assert (first.state, again.state, again.duplicate) == ("waiting", "waiting", True)
    run_for(town, 1)
    assert bodies(town).count("encore") == 1


def test_a_fault_in_one_that_waited_parks_it_and_the_next_ones_run(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.core import handlers
    from gateway.core.commands import News

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    many(town, 20)
    town.sms("Ana", "NEUF")
    many(town, 1, first=20)
    monkeypatch.setitem(handlers.HANDLERS, News, broken)
    run_for(town, 1)
    assert states(town)[-2:] == ["failed", "done"]


ENDS = {"done", "refused", "waiting", "held", "automatic"}
PHONES = {"Ana": ANA, "Leo": "+33600000002"}


class Traffic(RuleBasedStateMachine):
    """Two phones, a mailbox and a timer, in any order; each message is a post of its own."""

    source: tuple[Town, Path]
    lived: ClassVar[list[int]] = []

    def __init__(self) -> None:
        super().__init__()
        template, path = self.source
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(path, self.folder / "town.db")
        self.town = template.copy(f"sqlite:///{self.folder / 'town.db'}", Clock()())
        self.sent: dict[str, list[str]] = {"Ana": [], "Leo": [], "Paul": []}

    @rule(name=st.sampled_from(["Ana", "Leo", "Paul"]), count=st.integers(1, 45))
    def writes(self, name: str, count: int) -> None:
        for _ in range(count):
            text = f"{name} {len(self.sent[name]):04}"
            self.sent[name].append(text)
            if name == "Paul":
                self.town.mail(name, f"P quai3 {text}")
            else:
                self.town.sms(name, f"P quai3 {text}")

    @rule(seconds=st.sampled_from([1, 5, 10, 60, 600, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.town.clock.advance(seconds=seconds)

    @rule()
    def the_timer_turns(self) -> None:
        self.town.gateway.intake.run_waiting()
        self.town.gateway.delivery.sweep()

    @rule()
    def the_timer_turns_on_a_slow_day(self) -> None:
        run_for(self.town, 1)

    @invariant()
    def each_has_one_state_and_each_that_ran_is_one_post_in_its_order(self) -> None:
        posts = bodies(self.town)
        with self.town.database.read() as session:
            rows = session.execute(select(Inbox.text, Inbox.state).order_by(Inbox.id)).all()
        assert {state for _, state in rows} <= ENDS
        for name, sent in self.sent.items():
            own = [(text[8:], state) for text, state in rows if text.startswith(f"P quai3 {name} ")]
            assert [text for text, _ in own] == sent  # none lost
            ran = [text for text, state in own if state == "done"]
            assert [post for post in posts if post.startswith(f"{name} ")] == ran
            self._in_line([state for _, state in own])

    def _in_line(self, own: Sequence[str]) -> None:
        """Whoever waits comes after all that ran; what is held stands apart."""
        line = [state for state in own if state != "held"]
        assert line == sorted(line, key=["done", "waiting"].index)

    def teardown(self) -> None:
        self.lived.append(sum(map(len, self.sent.values())))
        self.town.close()
        shutil.rmtree(self.folder)


@pytest.mark.timeout(100)
def test_whatever_comes_in_whatever_order_none_is_lost(town_file: tuple[Town, Path]) -> None:
    run_state_machine_as_test(
        type("Traffic", (Traffic,), {"source": town_file}),
        settings=settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert sum(Traffic.lived) > 0, "nothing was ever written"


def test_a_stop_at_the_mailbox_is_one_too(town: Town) -> None:
    for number in range(22):
        town.mail("Paul", f"P quai3 mail {number}")
    assert (
        town.gateway.intake.receive(
            Inbound(EMAIL, "<stop@mail>", "paul@depot.example", "STOP")
        ).state
        == "done"
    )
