"""Somebody in front of a kiosk in plain lines: in this process, and as the real program."""

import asyncio
import os
import re
import subprocess
import termios
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gateway.core.commands import PostView
from gateway.kiosk.api import Api
from gateway.kiosk.idle import Idle
from gateway.kiosk.plain.app import PlainApp
from gateway.kiosk.plain.voice import Voice
from tests.kiosk.console import Console, command, surroundings
from tests.kiosk.floor import PATIENCE, Ticks, _paris
from tests.kiosk.wire import Wire
from tests.support.desk import DEVICE_TOKEN, FakeDesk

SCAN = b"\x021001\r"
Step = tuple[bytes, str]
"""What is typed, and what is to be heard then."""


@dataclass
class Listener:
    """In this process: the app in memory, its voice in a pipe."""

    app: PlainApp
    desk: FakeDesk
    wire: Wire
    ticks: Ticks
    _pipe: int
    said: str = ""
    heard: str = ""
    """Said since the last answer."""

    @property
    def posts(self) -> list[PostView]:
        return list(self.desk.depot.posts.values())

    def type(self, keys: str) -> None:
        self.listen()
        self.heard = ""
        self.app.call_later(self.app.reader.typed, keys.encode())

    async def taken(self) -> None:
        """All that was typed had its effect."""
        done = asyncio.Event()
        self.app.call_later(done.set)
        await done.wait()

    def listen(self) -> str:
        while True:
            try:
                piece = os.read(self._pipe, 1 << 16).decode()
            except BlockingIOError:
                return self.heard
            self.said += piece
            self.heard += piece

    async def until(self, true: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, f"never {what}:\n{self.heard}"
            await asyncio.sleep(0.01)

    async def hears(self, *texts: str) -> None:
        """Wait for each of these, in this order, since the last answer."""
        parts = re.compile(".*".join(re.escape(text) for text in texts), re.DOTALL)
        await self.until(lambda: parts.search(self.listen()) is not None, f"heard {texts}")

    async def answers(self, *steps: tuple[str, str]) -> None:
        """Type each line, and wait for what is said to it and for the question behind."""
        for line, heard in steps:
            self.type(line + "\r")
            await self.hears(heard)
            await self.until(lambda: self.app.reader.asks, "asked")

    async def sign_in(self, badge: str = "1001", pin: str = "123456") -> None:
        await self.until(lambda: self.app.reader.asks, "asked")
        await self.answers((f"\x02{badge}", "code"), (pin, "0  "))


@asynccontextmanager
async def listening(gateway: tuple[str, FakeDesk], **more: Any) -> AsyncIterator[Listener]:
    """A kiosk in plain lines that has found its gateway and asks for a badge."""
    url, desk = gateway
    split = urlsplit(url)
    assert split.hostname is not None
    assert split.port is not None
    wire, ticks = Wire(split.hostname, split.port), Ticks()
    out, into = os.pipe()
    os.set_blocking(out, False)
    app = PlainApp(
        Api(wire.url, DEVICE_TOKEN, timeout=2.0),
        Voice(into),
        echoes=False,
        patient=False,
        clock=more.pop("clock", lambda: desk.clock()),
        ticks=ticks,
        idle=Idle(quiet=40, warning=20),
        every=0.05,
        local=_paris,
        **more,
    )
    there = Listener(app, desk, wire, ticks, out)
    try:
        async with app.run_test():
            await there.hears("PASSEZ VOTRE BADGE", "EN LIGNE", "Votre choix :")
            yield there
        assert "\x1b" not in there.said
    finally:
        wire.down()
        app.voice.close()
        os.close(into)
        os.close(out)


@dataclass
class Row:
    """The real program on a terminal of `columns` cells: a braille row, a dumb terminal."""

    console: Console
    heard: bytes = b""
    all: bytes = b""

    def hears(self, *texts: str) -> None:
        for text in texts:
            self.console.sees(text)

    def answers(self, *steps: Step) -> None:
        for keys, heard in steps:
            self.all += self.console.output
            self.console.write(keys)
            self.console.sees(heard)
            # The question is the last that is said.
            self.console.rest(0.15)

    def ended(self) -> int:
        code = self.console.ended()
        self.all += self.console.output
        return code


@contextmanager
def row(url: str, folder: Path, *more: str, columns: int = 80, **env: str) -> Iterator[Row]:
    """The kiosk in plain lines on a pseudo-terminal."""
    start = command(url, folder, *more)
    console = Console(start, {**surroundings(folder), **env}, folder)
    termios.tcsetwinsize(console.master, (24, columns))
    try:
        yield Row(console)
    finally:
        if console.process.poll() is None:
            console.process.kill()
        console.process.wait()
        os.close(console.master)


@dataclass
class Piped:
    """The real program between two pipes."""

    process: "subprocess.Popen[bytes]"
    said: bytes = field(default=b"")

    def type(self, keys: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(keys)
        self.process.stdin.flush()

    def sees(self, text: str) -> None:
        assert self.process.stdout is not None
        deadline = time.monotonic() + PATIENCE
        os.set_blocking(self.process.stdout.fileno(), False)
        while text.encode() not in self.said:
            assert time.monotonic() < deadline, self.said.decode(errors="replace")
            self.said += self.process.stdout.read() or b""
            time.sleep(0.01)


@contextmanager
def piped(url: str, folder: Path, *more: str, **env: str) -> Iterator[Piped]:
    with subprocess.Popen(
        command(url, folder, *more), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, cwd=folder, start_new_session=True,
        env={**surroundings(folder), "PYTHONPATH": str(Path(__file__).parents[2]), **env},
    ) as process:  # fmt: skip
        try:
            yield Piped(process)
        finally:
            if process.poll() is None:
                process.kill()
