"""Everything is killed again and again under mixed traffic: nothing is lost, nothing comes twice.

On one process with SQLite, and on processes of each kind around PostgreSQL and Redis, which die as
well. What counts is what the carriers took: each text that is owed once, and each mail; a mail that
was cut off before its `250` comes again under the same Message-ID, by design, and is counted apart.
"""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.crash_house import CrashHouse, crash_house
from tests.stories.crash_traffic import Accounts, Traffic
from tests.support.sizes import sized

RUNS, KILLS = sized((4, 250), (1, 5))
"""For each engine: two thousand kills in all."""

EACH = 4
"""Texts for each kill, and a quarter as many mails."""

PHONES = sized(100, 20)
LONGEST_LIFE = {"embedded": 0.8, "spread": sized(1.2, 0.6)}
WORKING = 0.7
"""How many of the lives of one process last until it is ready; the others end before."""

DIGESTS_EVERY = sized(10, 3)
"""Kills between two times that an operator sends digests, each as of a day later."""


@pytest.mark.timeout(sized(3600, 240))
@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("engine", ["embedded", "spread"])
def test_killed_under_load_it_loses_nothing(
    tmp_path: Path, engine: str, run: int, record_property: Callable[[str, object], None]
) -> None:
    with crash_house(tmp_path, engine, seed=run) as house:
        traffic = Traffic(house, PHONES, texts=KILLS * EACH, mails=KILLS * EACH // 4)
        traffic.set_up()
        house.begin()
        _stream_while_killing(house, traffic, LONGEST_LIFE[engine])
        slow = house.end()
        with house.here() as installation:
            accounts = Accounts(traffic, installation)
            accounts.come_to_rest()
            figures, wrong = accounts.figures(), accounts.wrong()
        if slow:
            wrong["not ended within ten seconds"] = slow
        for name, figure in figures.items():
            record_property(name, figure)
        # Kept as well where a long session is broken off, which tells of no test before its end.
        (tmp_path / "accounts.txt").write_text(f"{figures}\n{wrong}\n", encoding="utf-8")
        assert wrong == {}


def _stream_while_killing(house: CrashHouse, traffic: Traffic, longest: float) -> None:
    """Texts and mails come evenly over all the lives, each of which ends at a random moment."""
    share = (traffic.texts + traffic.mails) / KILLS
    with ThreadPoolExecutor(24) as senders:
        coming = []
        for number in range(traffic.texts):
            coming.append(senders.submit(traffic.text, number))
            if number % 4 == 0:
                coming.append(senders.submit(traffic.mail, number // 4))
        try:
            _kill(house, traffic, share, longest)
        finally:  # whoever waits for a turn would wait for ever
            traffic.pace.release(len(coming))
        for outcome in coming:
            outcome.result()


def _kill(house: CrashHouse, traffic: Traffic, share: float, longest: float) -> None:
    """All the kills; before each, so many texts and mails are given their turn."""
    chance = random.Random(3)
    allowed = 0
    for kill in range(1, KILLS + 1):
        while allowed < kill * share:
            traffic.pace.release()
            allowed += 1
        if kill % DIGESTS_EVERY == 0:
            house.send_digests(house.clock() + timedelta(days=kill // DIGESTS_EVERY))
        if "run" in house.parts and chance.random() < WORKING:
            house.wait_for("run")  # it would hardly ever come so far by itself
        time.sleep(chance.uniform(0.0, longest))  # how long this life lasts
        house.kill_one()
