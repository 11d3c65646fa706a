"""Every command of a member is reached at the kiosk, by its list and by typing it."""

from typing import Any

import pytest

from gateway.core.commands import COMMANDS, Command
from gateway.core.desk import Asking, Device, Session
from gateway.core.envelope import Received
from gateway.core.grammar import parse
from gateway.kiosk.screens.commands import AllCommands, table
from tests.kiosk.floor import floor
from tests.support.api import served
from tests.support.desk import FakeDesk

VALUES = {
    "number": "1007",
    "group": "quai3",
    "text": "Bonjour",
    "word": "quai3",
    "words": "rampe",
    "hours": "8",
    "hour": "18",
    "code": "ABCD",
}


class Memory(FakeDesk):
    """A desk that remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Command] = []

    def run(self, device: Device, session: Session, asking: Asking) -> Received:
        command = asking.command
        self.asked.append(parse(command, asking.language) if isinstance(command, str) else command)
        return super().run(device, session, asking)


@pytest.mark.parametrize("badge", [("1001", "123456"), ("1002", "654321")], ids=["fr", "en"])
async def test_the_list_reaches_every_command(badge: tuple[str, str]) -> None:
    desk = Memory()
    with served(desk) as gateway:
        async with floor(gateway) as there:
            await there.sign_in(*badge)
            for row in table():
                listed = AllCommands()
                there.app.show(listed)
                await there.until(lambda listed=listed: listed.is_current, "listed")  # type: ignore[misc]
                listed.start(row)
                for name in row.asks:
                    await answer(there, row.label, name)
                await there.until(lambda row=row: isinstance(last(desk), row.kind), row.label)  # type: ignore[misc]
                await there.until(lambda: not asking(there), "answered")
                there.app.home()
    assert {type(command) for command in desk.asked} >= {row.kind for row in table()}
    assert len(list(table())) == 27


async def answer(there: Any, label: str, name: str) -> None:
    if name in ("rhythm", "segments") or label == "Language":
        await there.sees("1   ", "2   ")
        await there.until(lambda: not there.app.screen.chosen, "ready")
        await there.press("2")
        return
    await there.until(lambda: getattr(there.app.screen, "asks", "") == name, name)
    if name == "group":
        await there.sees("1   [")
        await there.press("1")
        return
    await there.until(lambda: bool(there.app.screen.query("Paper, Digits")), "a field")
    await there.type(VALUES[name])
    await there.press("\r")


def asking(there: Any) -> bool:
    return bool(getattr(there.app.screen, "asking", False))


def last(desk: Memory) -> Command | None:
    return desk.asked[-1] if desk.asked else None


async def test_a_number_is_asked_for_and_takes_digits_only(gateway: Any) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        listed = AllCommands()
        there.app.show(listed)
        await there.sees("TOUTES LES COMMANDES")
        listed.start(next(row for row in table() if row.kind is COMMANDS["read"]))
        await there.sees("Le numéro du message :")
        await there.type("x")
        await there.press(*"1007", "\r")
        await there.sees("La rampe du quai 3")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("neuf", "MESSAGES  1/3"),
        ("l1007", "MESSAGE 1007"),
        ("P quai3 Camion en retard", "MESSAGE ENVOYÉ"),
        ("groupes", "[X]  Quai 3"),
        ("english", "0   Back"),
        ("R1008 x", "1008"),
    ],
)
async def test_a_typed_line_is_answered_on_its_screen(gateway: Any, typed: str, shown: str) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("9")
        await there.sees("1   Taper une commande")
        await there.press("1")
        await there.sees("comme par SMS")
        await there.type(typed)
        await there.press("\r")
        await there.sees(shown)


async def test_other_commands_go_round(gateway: Any) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.app.show(AllCommands())
        await there.sees("1   Ce que je peux faire")
        for first in ("Dire merci", "Pause", "Moi et mes", "Activer", "Ce que je peux"):
            await there.press("8")
            await there.sees(f"1   {first}")
