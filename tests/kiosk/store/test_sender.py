"""One sender: in order, exactly once, patient, and truthful about what became of each text."""

import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.kiosk.api import NoAnswer, Problem
from gateway.kiosk.sender import Sender
from gateway.kiosk.store import Outbox, Wish
from gateway.kiosk.store.outbox import REFUSED, SENDING
from gateway.kiosk.wait import LONGEST, Wait
from tests.kiosk.store.gateways import FakeGateway, words


class Bench:
    """A sender that is stepped by hand."""

    def __init__(self) -> None:
        self.ticks = 0.0
        self.gateway = FakeGateway()
        self.outbox = Outbox()
        self.sender = Sender(
            self.gateway,
            self.outbox,
            ticks=lambda: self.ticks,
            now=lambda: 1_800_000_000.0,
            chance=lambda: 1.0,
        )

    def put(self, text: str, owner: str = "amina", lane: str = "quai3", **more: str) -> str:
        right = {"ticket": "t", **more}
        return self.outbox.put(owner, Wish(lane, text, {"command": {"text": text}}, **right), 0.0)

    @property
    def arrived(self) -> list[str]:
        return [text for _, text in self.gateway.posts]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_texts_leave_in_the_order_in_which_they_were_kept(bench: Bench) -> None:
    for text in ("un", "deux", "trois"):
        bench.put(text)
    assert bench.sender.step()
    assert bench.arrived == ["un", "deux", "trois"]
    assert bench.outbox.count() == bench.sender.network.waiting == 0


def test_without_a_network_all_wait_longer_each_time(bench: Bench) -> None:
    bench.put("un")
    bench.gateway.down = True
    waits = []
    for _ in range(12):
        bench.sender.step()
        assert bench.sender.network.down
        waits.append(bench.sender._lanes.network.until - bench.ticks)
        bench.ticks = bench.sender._lanes.network.until
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert waits[-1] == LONGEST
    bench.gateway.down = False
    bench.sender.step()
    assert bench.arrived == ["un"]
    assert not bench.sender.network.down


@given(failures=st.integers(0, 40), chance=st.floats(0, 1))
def test_nobody_waits_less_than_a_second_or_more_than_five_minutes(
    failures: int, chance: float
) -> None:
    wait = Wait(failures)
    wait.longer(0.0, lambda: chance)
    assert 1.0 <= wait.until <= 300.0


def test_a_lost_answer_is_asked_for_again_under_the_same_key(bench: Bench) -> None:
    key = bench.put("un")
    bench.gateway.mute = True
    bench.sender.step()
    assert bench.outbox.of("amina")[0].state == SENDING
    bench.gateway.mute = False
    bench.sender.wake()
    bench.sender.step()
    assert bench.gateway.asked == [key, key]
    assert bench.arrived == ["un"]
    assert bench.outbox.count() == 0


def test_a_refusal_waits_for_its_author_and_stops_what_they_wrote_behind_it(bench: Bench) -> None:
    def says(request: dict[str, Any]) -> dict[str, Any] | None:
        no = {"is": "Refused", "reason": "not_in_group"}
        return (
            {"state": "refused", "result": no, "words": "Non."} if words(request) == "un" else None
        )

    bench.gateway.says = says
    first = bench.put("un")
    bench.put("deux")
    bench.put("trois", owner="john")
    bench.put("quatre", lane="secu")
    for _ in range(3):
        bench.sender.step()
        bench.sender.wake()
    assert bench.arrived == ["trois", "quatre"]
    refused = bench.outbox.of("amina")[0]
    assert (refused.state, refused.reason, refused.words) == (REFUSED, "not_in_group", "Non.")
    assert bench.outbox.discard("amina", first)
    bench.sender.step()
    assert bench.arrived == ["trois", "quatre", "deux"]


def test_a_question_is_for_its_author_and_nothing_was_done(bench: Bench) -> None:
    bench.gateway.says = lambda request: {
        "state": "done",
        "result": {"is": "Asked"},
        "words": "Vraiment ?",
    }
    bench.put("un")
    bench.sender.step()
    assert bench.outbox.of("amina")[0].reason == "asked"


def test_a_gateway_ill_with_one_text_holds_up_its_group_only(bench: Bench) -> None:
    def says(request: dict[str, Any]) -> dict[str, Any] | None:
        if words(request) == "un":
            raise NoAnswer(uncertain=True, ill=True)
        return None

    bench.gateway.says = says
    for text, lane in (("un", "quai3"), ("deux", "quai3"), ("trois", "secu")):
        bench.put(text, lane=lane)
    bench.sender.step()
    assert bench.arrived == ["trois"]
    assert not bench.sender.network.down
    bench.gateway.says = lambda request: None
    bench.sender.step()
    assert bench.arrived == ["trois"], "not before its time"
    bench.ticks += 2
    bench.sender.step()
    assert bench.arrived == ["trois", "un", "deux"]


@pytest.mark.parametrize("kind", ["malformed", "too-long", "key-reused"])
def test_a_no_for_good_is_a_refusal(bench: Bench, kind: str) -> None:
    def says(request: dict[str, Any]) -> dict[str, Any] | None:
        raise Problem(kind, 422, "why")

    bench.gateway.says = says
    bench.put("un")
    bench.sender.step()
    assert bench.outbox.of("amina")[0].state == REFUSED


@pytest.mark.parametrize("kind", ["", "about:blank", "unknown-device", "too-many-requests"])
def test_a_no_that_is_not_the_gateways_about_the_text_is_no_refusal(
    bench: Bench, kind: str
) -> None:
    def says(request: dict[str, Any]) -> dict[str, Any] | None:
        raise Problem(kind, 403, seconds=60)

    bench.gateway.says = says
    bench.put("un")
    bench.sender.step()
    assert bench.outbox.count() == 1
    assert bench.sender.network.refused_device == (kind == "unknown-device")
    assert bench.sender._lanes.network.until >= 60


def test_a_yes_that_is_not_the_gateways_is_no_arrival(bench: Bench) -> None:
    bench.gateway.says = lambda request: {"welcome": "to the hotel"}
    bench.put("un")
    bench.sender.step()
    assert bench.outbox.count() == 1


def test_a_ticket_that_is_over_waits_for_its_author_and_nobody_else(bench: Bench) -> None:
    bench.put("un", ticket="old")
    bench.put("deux", ticket="old")
    bench.put("trois", owner="john")
    for _ in range(3):
        bench.sender.step()
        bench.sender.wake()
    assert bench.arrived == ["trois"]
    assert len(bench.gateway.asked) == 2, "one try is enough to know"
    bench.outbox.authorise("amina", "t")
    bench.sender.step()
    assert bench.arrived == ["trois", "un", "deux"]


def test_what_nobody_could_check_is_handed_in_as_a_deposit(bench: Bench) -> None:
    bench.put("un", owner="", ticket="", badge="1001")
    bench.sender.step()
    assert bench.gateway.posts == [("1001", "un")]


def test_a_thread_hands_in_and_tells_who_waits_for_it(bench: Bench) -> None:
    bench.sender._poll = 0.01
    bench.sender.start()
    key = "11111111-aaaa"
    bench.sender.watch(key)
    bench.outbox.put("amina", Wish("q", "un", {"command": {"text": "un"}}, ticket="t"), 0.0, key)
    bench.sender.ring()
    outcome = bench.sender.await_outcome(key, 5)
    bench.sender.stop()
    assert outcome is not None
    assert outcome.found is not None
    assert not any(thread.name == "sender" for thread in threading.enumerate())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_happens_each_text_arrives_once_and_in_order(data: st.DataObject) -> None:
    bench = Bench()
    written: dict[tuple[str, str], list[str]] = {}
    for number in range(data.draw(st.integers(1, 12))):
        for event in data.draw(st.lists(st.sampled_from("dmiu-"), max_size=3)):
            _happen(bench, event)
        owner = data.draw(st.sampled_from(("amina", "john")))
        lane = data.draw(st.sampled_from(("quai3", "secu")))
        bench.put(f"{lane} {number}", owner, lane)
        written.setdefault((owner, lane), []).append(f"{lane} {number}")
    _happen(bench, "u")
    for _ in range(40):
        bench.ticks += LONGEST
        bench.sender.step()
    assert sorted(bench.arrived) == sorted(text for texts in written.values() for text in texts)
    for lane in ("quai3", "secu"):
        numbers = [int(text.split()[1]) for text in bench.arrived if text.startswith(lane)]
        assert numbers == sorted(numbers)


def _happen(bench: Bench, event: str) -> None:
    bench.gateway.down = event == "d"
    bench.gateway.mute = event == "m"
    failing = event == "i"

    def says(request: dict[str, Any]) -> dict[str, Any] | None:
        if failing:
            raise NoAnswer(uncertain=True, ill=True)
        return None

    bench.gateway.says = says
    bench.ticks += 3
    bench.sender.step()
