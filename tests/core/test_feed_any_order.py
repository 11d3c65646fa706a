"""Whatever happens in any order, and whatever answers are lost: a kiosk ends with what is there."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core import feed
from gateway.core.desk import Device, Feed, Session
from tests.support.clock import Clock
from tests.support.town import Town

DEVICE = Device(1, "Depot")
PEOPLE = ("Ana", "Zoe", "Paul")
_copies = count(1)

a_person = st.sampled_from(PEOPLE)
a_step = st.one_of(
    st.tuples(st.just("post"), a_person, st.sampled_from(("quai3", "velo", "secu"))),
    st.tuples(st.sampled_from(("reply", "thank")), a_person, st.integers(0, 9)),
    st.tuples(st.just("undo"), a_person, st.just(0)),
    st.tuples(st.sampled_from(("join", "leave")), a_person, st.sampled_from(("quai3", "velo"))),
)
a_hearing = st.sampled_from(("heard", "heard", "lost", "nothing"))
"""Whether the kiosk asks after a step, and whether the answer arrives."""


class Kiosk:
    """What a kiosk holds: each answer is applied whole, with its cursor, or not at all."""

    def __init__(self, town: Town, name: str) -> None:
        self._town, self._name = town, name
        self.cursor = ""
        self.rows: dict[int, tuple[str, int]] = {}

    def ask(self) -> Feed:
        session = Session(self._town.id_of(self._name), DEVICE.id, "fr") if self._name else None
        return self._town.gateway.desk.feed(DEVICE, session, self.cursor)

    def hear(self) -> bool:
        """Apply one answer; whether there is more."""
        answer = self.ask()
        if answer.full:
            self.rows = {}
        for post in answer.posts:
            self.rows[post.number] = (post.body, post.thanks)
        for number in answer.gone:
            self.rows.pop(number, None)
        self.cursor = answer.cursor
        return answer.more

    def hear_all(self) -> "Kiosk":
        while self.hear():
            pass
        return self


@contextmanager
def copied(template: tuple[Town, Path]) -> Iterator[Town]:
    town, path = template
    copy = path.with_name(f"feed-{next(_copies)}.db")
    shutil.copy(path, copy)
    live = town.copy(f"sqlite:///{copy}", Clock()())
    live.person("Zoe", badge="1004", site="Depot")
    try:
        yield live
    finally:
        live.close()
        copy.unlink()


def happen(town: Town, what: str, name: str, about: object) -> None:
    numbers = [line.number for line in town.gateway.ledger.posts()]
    target = numbers[int(str(about)) % len(numbers)] if numbers and what in WORDS_ABOUT else 0
    words = {
        "post": f"P {about} {name} écrit",
        "reply": f"R{target} {name} répond",
        "thank": f"{target} +",
        "undo": "ANNULE",
        "join": f"REJOINDRE {about}",
        "leave": f"QUITTER {about}",
    }
    town.kiosk(name, words[what])


WORDS_ABOUT = ("reply", "thank")


@settings(max_examples=20)
@given(st.sampled_from(("", *PEOPLE)), st.lists(st.tuples(a_step, a_hearing), max_size=15))
def test_in_the_end_it_holds_what_is_there(
    town_file: tuple[Town, Path], name: str, steps: list[tuple[tuple[str, str, object], str]]
) -> None:
    with copied(town_file) as town, patch.object(feed, "PAGE", 3):
        for person in PEOPLE:
            happen(town, "post", person, "quai3")
        kiosk = Kiosk(town, name).hear_all()
        for step, hearing in steps:
            happen(town, *step)
            if hearing == "heard":
                kiosk.hear_all()
            elif hearing == "lost":
                kiosk.ask()
        assert kiosk.hear_all().rows == Kiosk(town, name).hear_all().rows
