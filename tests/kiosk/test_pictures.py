"""Every screen as plain text, in each language, on each size of terminal and in each look.

The pictures are beside this file; `GATEWAY_PICTURES=draw` draws them again, to be looked at:

    GATEWAY_PICTURES=draw python -m pytest tests/kiosk/test_pictures.py

A stretch of empty lines is one line with their number. A look is its colours and no letter of a
screen: the three have one picture, and a table of colours each.
"""

import asyncio
import importlib
import os
import pkgutil
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from gateway.kiosk import screens as rooms
from gateway.kiosk import themes
from gateway.kiosk.rows import Choices
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.help import HelpScreen
from gateway.kiosk.screens.welcome import Welcome
from gateway.kiosk.texts import Texts
from tests.kiosk.colours import Pairs
from tests.kiosk.floor import PATIENCE, Floor, floor
from tests.kiosk.gallery import screens, shown

PICTURES = Path(__file__).parent / "snapshots"
SIZES = [(80, 24), (120, 40), (40, 15)]
PEOPLE = {"fr": ("1001", "123456"), "en": ("1002", "654321")}
NEVER_SHOWN = {
    *("KioskScreen", "PageScreen", "EntryScreen", "SignIn", "PostsScreen", "Sender", "_Asking"),
}
"""Classes that others are made of."""
DRAWING = os.environ.get("GATEWAY_PICTURES") == "draw"


class Album:
    """The pictures of one language and size. A screen is waited for until it looks as it should."""

    def __init__(self, there: Floor, path: Path) -> None:
        self._there, self._path = there, path
        self._drawn: list[str] = []
        kept = "" if DRAWING else path.read_text(encoding="utf-8")
        self._kept = dict(
            part.split("\n", 1) for part in kept.split("=== ") if part
        )  # fmt: skip

    async def has(self, name: str) -> None:
        if DRAWING:
            await self._still()
            self._drawn.append(f"=== {name}\n{self._picture()}")
            return
        deadline = time.monotonic() + PATIENCE
        kept = self._kept[name]
        while self._picture(name) != _of_any_look(name, kept) and time.monotonic() < deadline:
            await asyncio.sleep(0.005)
        assert self._picture(name) == _of_any_look(name, kept), name

    def close(self) -> None:
        if DRAWING and self._there.app.theme == "vt":
            self._path.parent.mkdir(exist_ok=True)
            self._path.write_text("".join(self._drawn), encoding="utf-8")

    def _picture(self, name: str = "") -> str:
        wide, _ = self._there.app.size
        lines = self._there.screen.splitlines()
        assert all(cell_len(line) <= wide for line in lines)
        drawn = []
        for line, same in groupby(lines):
            count = len(list(same))
            drawn += [f"({count})" if count > 1 and not line else f"|{line}"] * (
                count if line else 1
            )
        return _of_any_look(name, "".join(f"{line}\n" for line in drawn))

    async def _still(self) -> None:
        before = ""
        while self._busy() or not before or before != self._picture():
            before = self._picture()
            await self._there.pilot.pause(0.1)

    def _busy(self) -> bool:
        screen = self._there.app.screen
        return isinstance(screen, KioskScreen) and (screen.asking or screen.fetching > 0)


@pytest.mark.parametrize("look", themes.THEMES)
@pytest.mark.parametrize("language", PEOPLE)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_screen_looks_as_it_was_meant(
    gateway: Any, language: str, size: tuple[int, int], look: str
) -> None:
    badge, pin = PEOPLE[language]
    pairs = Pairs(look)
    if DRAWING and look != "vt" and (language, size) != ("fr", SIZES[0]):
        pytest.skip("the first look draws for all three")
    # A busy machine is no network that is down.
    async with floor(gateway, size, patience=30, language=language, theme=look) as there:
        album = Album(there, PICTURES / f"{language}-{size[0]}x{size[1]}.txt")

        async def looks_well(name: str) -> None:
            await album.has(name)
            pairs.take(name, there)

        await looks_well("welcome")
        there.app.show(HelpScreen())
        await looks_well("help without a badge")
        there.app.leave("Votre session est fermée.")
        await looks_well("farewell")
        there.app.enter(there.app.api.sign_in(badge=badge, pin=pin), badge)
        for name, screen in screens(there.app.texts).items():
            with shown(there, name, screen):
                if name == "write":
                    await there.pilot.pause()
                    await there.type("La porte 4 est bloquée, passez par la porte 5")
                await looks_well(name)
                if name == "look":
                    assert f"{list(themes.THEMES).index(look) + 1}   [X]" in there.screen
                await there.until(lambda: not out_of_sight(there), f"all of {name}")
        album.close()
    pairs.can_be_read()
    if (language, size) == ("fr", SIZES[0]):
        table = PICTURES / f"colours-{look}.txt"
        if DRAWING:
            table.write_text(pairs.table(), encoding="utf-8")
        assert pairs.table() == table.read_text("utf-8")


def _of_any_look(name: str, picture: str) -> str:
    """The one screen that says which look it has must not differ in anything else."""
    return picture.replace("[X]", "[ ]") if name == "look" else picture


def test_every_screen_is_in_the_gallery() -> None:
    """Whoever adds a screen adds its picture."""
    there = {type(screen()) for screen in screens(Texts("fr")).values()} | {Welcome}
    assert {kind.__name__ for kind in every_kind()} - {kind.__name__ for kind in there} == (
        NEVER_SHOWN
    )


def every_kind() -> Iterator[type[KioskScreen]]:
    """Each class of a screen that there is."""
    for room in pkgutil.iter_modules(rooms.__path__):
        module = importlib.import_module(f"{rooms.__name__}.{room.name}")
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, KioskScreen):
                yield kind


def out_of_sight(there: Floor) -> list[str]:
    """Choices for which one would have to search: a person who cannot find the way out is lost."""
    return [
        choice.label
        for choices in there.app.screen.query(Choices)
        if choices.display
        for at, choice in enumerate(choices.choices)
        if (at + 1) * choices.tall > choices.size.height
    ]
