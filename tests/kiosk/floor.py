"""A kiosk on a shop floor: the real app against the real HTTP API, with somebody in front of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from textual import events
from textual.pilot import Pilot

from gateway.core.commands import PostView
from gateway.kiosk.api import Api
from gateway.kiosk.app import KioskApp
from gateway.kiosk.idle import Idle
from tests.kiosk.wire import Wire
from tests.support.desk import DEVICE_TOKEN, FakeDesk

SIGNS = {" ": "space", "\r": "enter", "\x02": "ctrl+b", "\x1b": "escape", "\x7f": "backspace"}
PATIENCE = 45.0


@dataclass
class Ticks:
    """The kiosk's monotonic clock."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Floor:
    """What a person does and sees."""

    app: KioskApp
    pilot: Pilot[Any]
    desk: FakeDesk
    wire: Wire
    ticks: Ticks
    keys: int = 0
    _typed: list[str] = field(default_factory=list)

    @property
    def screen(self) -> str:
        """Everything that is on the terminal, as plain text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(part.text for part in strip).rstrip() for strip in strips)

    @property
    def posts(self) -> list[PostView]:
        """What the gateway has, in order."""
        return list(self.desk.depot.posts.values())

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, as fast as the app takes them."""
        for key in keys:
            self.keys += 1
            character = key if len(key) == 1 else None
            named = SIGNS.get(key, key)
            self.app.post_message(events.Key(named, character))
        await asyncio.sleep(0)

    async def rest(self) -> None:
        """Let everything that was pressed have its effect: before a look for what must not be."""
        await self.pilot.pause(0.02)

    async def settled(self) -> None:
        """Wait until all that the screen fetches by itself is drawn, and nothing moves any more."""
        before, fetching = "", 1
        while fetching or not before.strip() or before != self.screen:
            before = self.screen
            await self.pilot.pause(0.03)
            fetching = getattr(self.app.screen, "fetching", 0)

    async def type(self, text: str) -> None:
        await self.press(*text)

    async def until(self, true: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, f"never {what}:\n{self.screen}"
            await asyncio.sleep(0.005)

    async def sees(self, *texts: str) -> None:
        """Wait until all of this is on the screen."""
        for text in texts:
            await self.until(lambda text=text: text in self.screen, f"saw {text!r}")  # type: ignore[misc]

    async def sign_in(self, badge: str = "1001", pin: str = "123456") -> None:
        """The short way in, for what comes after."""
        self.app.enter(self.app.api.sign_in(badge=badge, pin=pin), badge)
        await self.sees("1   ", "0   ")

    async def scan(self, badge: str) -> None:
        await self.press("\x02", *badge, "\r")


@asynccontextmanager
async def floor(
    gateway: tuple[str, FakeDesk],
    size: tuple[int, int] = (80, 24),
    *,
    patience: float = 2.0,
    **more: Any,
) -> AsyncIterator[Floor]:
    """A kiosk that is on and has found its gateway."""
    url, desk = gateway
    split = urlsplit(url)
    assert split.hostname is not None
    assert split.port is not None
    wire, ticks = Wire(split.hostname, split.port), Ticks()
    app = KioskApp(
        Api(wire.url, DEVICE_TOKEN, timeout=patience),
        clock=lambda: desk.clock(),
        ticks=ticks,
        idle=Idle(quiet=40, warning=20),
        every=0.05,
        local=_paris,
        **more,
    )
    try:
        async with app.run_test(size=size) as pilot:
            there = Floor(app, pilot, desk, wire, ticks)
            await there.until(lambda: app.facts.online, "online")
            yield there
    finally:
        wire.down()


def _paris(moment: datetime) -> datetime:
    from zoneinfo import ZoneInfo

    return moment.astimezone(UTC).astimezone(ZoneInfo("Europe/Paris"))
