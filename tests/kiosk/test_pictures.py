"""Every screen as plain text, in each language and on each size of terminal.

The pictures are beside this file; `GATEWAY_PICTURES=draw` draws them again, to be looked at.
"""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.core.commands import (
    Asked,
    GroupList,
    GroupView,
    Post,
    Posted,
    PostView,
    Replied,
    Thread,
    Urgent,
)
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.commands import AllCommands, CommandLine
from gateway.kiosk.screens.entry import BadgeScreen, ChoosePin, CodeScreen, PinScreen
from gateway.kiosk.screens.groups import GroupScreen, GroupsScreen
from gateway.kiosk.screens.help import HelpScreen
from gateway.kiosk.screens.me import MeScreen, rhythm
from gateway.kiosk.screens.menu import Menu
from gateway.kiosk.screens.news import NewsScreen
from gateway.kiosk.screens.said import Question, Said, Sent
from gateway.kiosk.screens.search import NumberScreen, SearchScreen
from gateway.kiosk.screens.send import to_group
from gateway.kiosk.screens.sheet import WriteScreen
from gateway.kiosk.screens.still import StillThere
from gateway.kiosk.screens.thread import ThreadScreen
from gateway.kiosk.screens.write import PickGroup, PickSentence
from gateway.kiosk.texts import Texts
from tests.kiosk.floor import PATIENCE, Floor, floor

PICTURES = Path(__file__).parent / "snapshots"
SIZES = [(80, 24), (120, 40), (40, 15)]
PEOPLE = {"fr": ("1001", "123456"), "en": ("1002", "654321")}

POST = PostView(
    number=1413,
    group="nuit",
    group_name="Équipe de nuit",
    author="Paul Lefèvre",
    body="Le planning de la semaine 48 est affiché au réfectoire. Merci de vérifier vos jours "
    "avant vendredi, surtout ceux qui ont demandé un échange avec l'équipe du matin.",
    created=datetime(2026, 3, 1, 20, 2, tzinfo=UTC),
    channel="sms",
    thanks=3,
    replies=2,
)
ANSWERS = tuple(
    replace(POST, number=number, author=author, body=body, parent=POST.number)
    for number, author, body in [
        (1422, "Zoé", "Vu, merci Paul."),
        (1431, "Karim", "Je peux prendre le samedi si quelqu'un prend mon jeudi."),
    ]
)
GROUP = GroupView("nuit", "Équipe de nuit", "closed", 31, "in", animator=True)
GROUPS = GroupList(
    mine=(GROUP, GroupView("quai3", "Quai 3", "open", 24, "in")),
    others=(
        GroupView("covoit", "Covoiturage", "open", 12, "out"),
        GroupView("cariste", "Cariste", "closed", 8, "asked"),
        *(GroupView(f"g{at}", f"Groupe {at}", "open", at, "out") for at in range(3, 8)),
    ),
)

_AIM = to_group("quai3", "Quai 3")


def screens(t: Texts) -> Mapping[str, Callable[[], KioskScreen]]:
    asked = Asked(Urgent("quai3", "Fuite"), people=23, title="Quai 3")
    which = Asked(Post("quai", "Bonjour"), choices=("Quai 3", "Quai 30"))
    return {
        "badge": BadgeScreen,
        "pin": lambda: PinScreen("1001"),
        "code": CodeScreen,
        "choose pin": lambda: ChoosePin(lambda: None),
        "menu": Menu,
        "news": NewsScreen,
        "thread": lambda: ThreadScreen(Thread(POST, ANSWERS, remaining=4)),
        "withdrawn": lambda: ThreadScreen(Thread(replace(POST, withdrawn=True, body=""))),
        "pick group": PickGroup,
        "pick sentence": lambda: PickSentence(_AIM),
        "write": lambda: WriteScreen(_AIM),
        "sent": lambda: Sent(Posted(POST, 24)),
        "answered": lambda: Sent(Replied(ANSWERS[0], POST)),
        "yes or no": lambda: Question("ALERTE à 23 pers. de Quai 3 ?", asked),
        "which one": lambda: Question("Quai 3 ou Quai 30 ?", which),
        "groups": lambda: GroupsScreen(replace(GROUPS, word="*")),
        "group": lambda: GroupScreen(GROUP),
        "group to join": lambda: GroupScreen(replace(GROUP, state="asked", animator=False)),
        "me": MeScreen,
        "setting": lambda: rhythm(t),
        "search": SearchScreen,
        "number": NumberScreen,
        "help": HelpScreen,
        "command": CommandLine,
        "commands": AllCommands,
        "said": lambda: Said("Une réponse\nen deux lignes."),
        "still there": StillThere,
    }


class Album:
    """The pictures of one language and size. A screen is waited for until it looks as it should."""

    def __init__(self, there: Floor, path: Path) -> None:
        self._there, self._path = there, path
        self._drawing = os.environ.get("GATEWAY_PICTURES") == "draw"
        self._drawn: list[str] = []
        kept = "" if self._drawing else path.read_text(encoding="utf-8")
        self._kept = dict(
            part.split("\n", 1) for part in kept.split("=== ") if part
        )  # fmt: skip

    async def has(self, name: str) -> None:
        if self._drawing:
            await self._still()
            self._drawn.append(f"=== {name}\n{self._picture()}")
            return
        deadline = time.monotonic() + PATIENCE
        while self._picture() != self._kept[name] and time.monotonic() < deadline:
            await asyncio.sleep(0.005)
        assert self._picture() == self._kept[name], name

    def close(self) -> None:
        if self._drawing:
            self._path.parent.mkdir(exist_ok=True)
            self._path.write_text("".join(self._drawn), encoding="utf-8")

    def _picture(self) -> str:
        wide, _ = self._there.app.size
        lines = self._there.screen.splitlines()
        assert all(len(line) <= wide for line in lines)
        return "".join(f"|{line:<{wide}}|\n" for line in lines)

    async def _still(self) -> None:
        before = ""
        while self._busy() or before != self._picture():
            before = self._picture()
            await self._there.pilot.pause(0.1)

    def _busy(self) -> bool:
        screen = self._there.app.screen
        return isinstance(screen, KioskScreen) and (screen.asking or screen.fetching > 0)


@pytest.mark.parametrize("language", PEOPLE)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_screen_looks_as_it_was_meant(
    gateway: Any, language: str, size: tuple[int, int]
) -> None:
    badge, pin = PEOPLE[language]
    async with floor(gateway, size, language=language) as there:
        album = Album(there, PICTURES / f"{language}-{size[0]}x{size[1]}.txt")
        await album.has("welcome")
        there.app.show(HelpScreen())
        await album.has("help without a badge")
        there.app.leave("Votre session est fermée.")
        await album.has("farewell")
        there.app.enter(there.app.api.sign_in(badge=badge, pin=pin), badge)
        for name, screen in screens(there.app.texts).items():
            there.app.show(screen())
            there.ticks.now += 45 if name == "still there" else 0
            if name == "write":
                await there.pilot.pause()
                await there.type("La porte 4 est bloquée, passez par la porte 5")
            await album.has(name)
            there.app.pop_screen()
        album.close()
