"""Keys pressed at random, faster than screens open, at a real terminal: it neither ends nor sticks.

Screens open a moment after they are asked for, and whoever looks into one right away finds nothing
there; a menu whose rows take no room is a blank one.
"""

import random
from pathlib import Path
from typing import Any

import pytest

from tests.kiosk.console import PIN, SCAN, console

Gateway = Any

KEYS = [b"%d" % digit for digit in range(10)] + [
    *(b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\r", b"\x1b", b"\x7f", b"\t"),
    *(b"\x1b[5~", b"\x1b[6~", b"\x1b[H", b"\x1b[F", b" ", b"a", "é".encode()),
]
MENU = ("Lire les nouvelles", "crire", "groupes", "Chercher", "Moi", "Aide")


def test_every_line_of_the_menu_is_drawn(gateway: Gateway, tmp_path: Path) -> None:
    with console(gateway[0], tmp_path) as there:
        there.sign_in()
        there.rest()
        drawn = there.output.decode("utf-8", "replace")
        assert [words for words in MENU if words not in drawn] == []


@pytest.mark.parametrize("seed", range(3))
def test_no_walk_through_the_screens_ends_it(gateway: Gateway, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    with console(gateway[0], tmp_path) as there:
        there.sign_in()
        for _ in range(60):
            there.write(b"".join(dice.choices(KEYS, k=dice.randint(1, 8))))
            there.rest(0.05)
            assert there.process.poll() is None, there.output[-2000:]
        # A scan that meets a screen on its way out is lost; whoever was there scans again.
        for _ in range(3):
            there.write(SCAN)
            if there.saw("code secret", 10):
                break
        there.sees("code secret")
        there.write(PIN)
        there.sees("Que voulez-vous faire")
