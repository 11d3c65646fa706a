"""Seven days of three kiosks with a link that is up one hour in twenty, all of them killed at will.

Every text that a screen called "kept" arrives exactly once, in the order of its group at its kiosk.
`GATEWAY_KILLS=500` is the whole story in one go (as with `GATEWAY_TEST_LONG=1`), and `GATEWAY_SEED`
chooses another week. Nothing in it is measured in seconds: on a busy machine it
takes longer, and is the same.
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stories.kiosk_floor import Kiosk, Nursery
from tests.stories.kiosk_house import GROUPS, PEOPLE, set_up, sign_in
from tests.stories.test_gap import web
from tests.stories.world import World, world
from tests.support.sizes import sized

KILLS = int(os.environ.get("GATEWAY_KILLS") or sized(500, 30))
SEED = int(os.environ.get("GATEWAY_SEED") or 1)
HOURS = 7 * 24
STEPS_AN_HOUR = 6 if KILLS >= 100 else 1
UP = 0.05
WINDOW = 1.0
"""Seconds after which nobody waits for one more request while there is a link."""
HANGS = 600 + 10 * KILLS
"""Seconds after which nothing moves any more: a bound for the machine, and for nothing in here."""


class Week:
    """What happens in it."""

    def __init__(self, made: World, kiosks: list[Kiosk], chance: random.Random) -> None:
        self.made, self.kiosks, self.chance = made, kiosks, chance
        self.gateway = web(made)
        self.written: list[tuple[Kiosk, str]] = []
        self.killed: Counter[str] = Counter()
        self.up_steps = 0

    def live(self) -> None:
        steps = HOURS * STEPS_AN_HOUR
        windows = set(self.chance.sample(range(steps), max(3, round(steps * UP))))
        # Half of the kills fall into the few minutes with a link: there is most to break.
        places = [sorted(windows), range(steps)]
        kills = Counter(self.chance.choice(places[at % 2]) for at in range(KILLS))
        for step in range(steps):
            for kiosk in self.kiosks:
                kiosk.tell(do="tick", seconds=3600 / STEPS_AN_HOUR)
            if step in windows:
                self._with_a_link(kills[step])
            else:
                self._without(kills[step])

    def end(self) -> None:
        """The link is mended: everything that waits leaves, at a bounded number of requests."""
        for kiosk in self.kiosks:
            kiosk.link.up, kiosk.link.flaky = True, False
        most = self._asked() + 100 + 20 * self._left()
        while self._left():
            assert self._asked() < most, "it asks and asks, and gets no further"
            time.sleep(0.02)
        for kiosk in self.kiosks:
            assert any(kiosk.is_synced() for _ in range(20))
            kiosk.tell(do="feed")
            kiosk.wait_for("feed")

    def stop(self) -> None:
        for kiosk in self.kiosks:
            kiosk.kill()
            kiosk.link.close()
        self.gateway.kill()
        self.gateway.communicate()

    def _without(self, kills: int) -> None:
        if self.chance.random() < 0.25:
            self._write(self.chance.choice(self.kiosks))
        for _ in range(kills):
            victim = self.chance.choice(self.kiosks)
            number = self._write(victim)
            if self.chance.random() < 0.5:
                victim.wait_until_kept(number)
            time.sleep(self.chance.uniform(0, 0.004))
            self._kill(victim)

    def _with_a_link(self, kills: int) -> None:
        self.up_steps += 1
        for kiosk in self.kiosks:
            kiosk.link.up = self.chance.random() < 0.8
            kiosk.sync()
        for _ in range(kills + 1):
            self._write(self.chance.choice(self.kiosks))
            self._some_requests_pass()
            for kiosk in self.kiosks:
                kiosk.tell(do="tick", seconds=60)
            if kills:
                kills -= 1
                self._kill(self.chance.choice([None, *self.kiosks]))
        self._some_requests_pass()
        for kiosk in self.kiosks:
            kiosk.link.up = False

    def _some_requests_pass(self) -> None:
        """A moment, counted in what happened in it: a busy machine does as much in it, but later.

        Where nothing is to be asked it is over soon.
        """
        goal = self._asked() + self.chance.randrange(8)
        over = time.monotonic() + WINDOW
        while self._asked() < goal and time.monotonic() < over:
            time.sleep(0.001)
        time.sleep(self.chance.uniform(0, 0.03))  # Then it is under way, answered, or taken in.

    def _asked(self) -> int:
        """Requests that went into the links, on good days and bad."""
        return sum(kiosk.link.deeds.total() for kiosk in self.kiosks)

    def _kill(self, victim: Kiosk | None) -> None:
        if victim is not None:
            victim.kill()
            victim.start()
            self.killed["kiosk"] += 1
            return
        self.gateway.kill()
        self.gateway.communicate()
        self.gateway = web(self.made)
        self.killed["gateway"] += 1

    def _write(self, kiosk: Kiosk) -> int:
        """Nobody waits for the answer here: the kill may come before it."""
        number, group = len(self.written), self.chance.choice(GROUPS)
        self.written.append((kiosk, f"{group} {number}"))
        badge = self.chance.choice(list(PEOPLE))
        ticket = kiosk.tickets[badge]
        kiosk.tell(do="keep", number=number, owner=badge, group=group, ticket=ticket)
        return number

    def _left(self) -> int:
        """How many texts wait, five minutes later."""
        for kiosk in self.kiosks:
            kiosk.tell(do="tick", seconds=300)
            kiosk.tell(do="count")
            kiosk.wait_for("left")
        return sum(kiosk.left or 0 for kiosk in self.kiosks)


@pytest.mark.timeout(HANGS)
def test_what_was_kept_arrives_once_and_in_order(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with world(tmp_path) as made:
        chance, nursery = random.Random(SEED), Nursery()
        week = Week(made, set_up(made, chance, nursery, SEED), chance)
        try:
            sign_in(made, week.kiosks)
            began = time.monotonic()
            week.live()
            week.end()
        finally:
            week.stop()
            nursery.close()
        posts = made.listed("posts", "list")
    told = _told(week, posts, time.monotonic() - began)
    record_property("week", told)
    sys.__stdout__ and sys.__stdout__.write(f"\n{told}\n")
    _exactly_once(week, posts)
    _in_order(week, posts)
    _all_are_read(week, posts)


def _exactly_once(week: Week, posts: list[dict[str, object]]) -> None:
    arrived = Counter(str(post["body"]) for post in posts)
    kept = set().union(*(kiosk.kept for kiosk in week.kiosks))
    assert len(kept) > len(week.written) / 2, "a week in which little was kept shows little"
    lost = [text for n, (_, text) in enumerate(week.written) if n in kept and not arrived[text]]
    assert lost == []
    assert {text: times for text, times in arrived.items() if times > 1} == {}
    assert set(arrived) <= {text for _, text in week.written}


def _in_order(week: Week, posts: list[dict[str, object]]) -> None:
    """By the server's order, which is that of its keys and not of its numbers' check digits."""
    at = {str(post["body"]): int(str(post["number"])) // 10 for post in posts}
    for kiosk in week.kiosks:
        for group in GROUPS:
            mine = [text for where, text in week.written if where is kiosk]
            order = [at[text] for text in mine if text.startswith(group) and text in at]
            assert order == sorted(order), (kiosk.folder.name, group)


def _all_are_read(week: Week, posts: list[dict[str, object]]) -> None:
    numbers = {int(str(post["number"])) for post in posts}
    for kiosk in week.kiosks:
        assert kiosk.feed == numbers, f"{kiosk.folder.name} shows something else"


def _told(week: Week, posts: list[dict[str, object]], seconds: float) -> str:
    deeds = sum((kiosk.link.deeds for kiosk in week.kiosks), Counter[str]())
    kept = sum(len(kiosk.kept) for kiosk in week.kiosks)
    up = week.up_steps / (HOURS * STEPS_AN_HOUR)
    return (
        f"week {SEED}: {len(week.written)} written, {kept} kept, {len(posts)} arrived,"
        f" kills {dict(week.killed)}, link up {up:.1%} of the time, {dict(deeds)}, {seconds:.0f} s"
    )
