"""The kiosk in a browser: the real program in a process of its own, its terminal over a WebSocket.

The program's side of the wire and the terminal in the page are textual-serve's; the page around
them is ours, for theirs fetches a font from outside.
"""

import asyncio
import contextlib
import json
import logging
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import textual_serve
from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from gateway.kiosk.keys import PREFIX

log = logging.getLogger(__name__)

STATIC = Path(textual_serve.__file__).parent / "static"
"""The terminal's script, its style and its font."""
PAGE = Path(__file__).with_name("page")
"""The page around it."""

MOST = 4
"""Kiosks at a time: each is a process, and a page that is loaded again and again makes many."""

_END_SECONDS = 3.0
_LARGEST = 300
_SCANNED_BY = {"ctrl+b": "\x02"}[PREFIX]
_NOT_THEIRS = ("GATEWAY_", "TEXTUAL", "NOTIFY_SOCKET", "WATCHDOG_", "LISTEN_", "CREDENTIALS_")
"""Beginnings of what a kiosk's process does not get: our settings and secrets, systemd's words."""


class _Program(AppService):
    """A kiosk's process. `token`, where there is one, is handed over in a pipe: it lies nowhere."""

    def __init__(self, words: Sequence[str], token: str, **wires: Any) -> None:
        super().__init__("", **wires)
        self._words, self._token = words, token

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        environment = {
            name: value
            for name, value in self._build_environment(width, height).items()
            if not name.startswith(_NOT_THEIRS) or name in _DRAWN_BY
        }
        reads, writes = os.pipe()
        try:
            os.write(writes, self._token.encode())
            more = ["--device-file", f"/dev/fd/{reads}"] if self._token else []
            self._process = process = await asyncio.create_subprocess_exec(
                *self._words,
                *more,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                env=environment,
                pass_fds=[reads] if self._token else [],
            )
        finally:
            os.close(reads)
            os.close(writes)
        self._stdin = process.stdin
        return process

    async def run(self) -> None:
        """Read what it draws until it ends; however it ends, its page is told."""
        await super().run()
        await self.remote_close()

    async def end(self) -> None:
        """Ask it to end, and end it."""
        with contextlib.suppress(TimeoutError, OSError, RuntimeError):
            await asyncio.wait_for(self.stop(), _END_SECONDS)
        process = self._process
        if process is None:
            return
        try:
            await asyncio.wait_for(process.wait(), _END_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


_DRAWN_BY = ("TEXTUAL_DRIVER", "TEXTUAL_FPS", "TEXTUAL_COLOR_SYSTEM")
"""What textual-serve itself tells the program."""


class Terminals:
    """All kiosks that are shown. `command` starts one, and takes `--language`."""

    def __init__(self, command: Sequence[str], most: int | None = None) -> None:
        self._command = command
        self._most = most
        self._open: dict[web.WebSocketResponse, _Program] = {}

    def __len__(self) -> int:
        return len(self._open)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A kiosk for as long as the WebSocket is open."""
        return await self.show(request)

    async def show(
        self, request: web.Request, more: Sequence[str] = (), token: str = ""
    ) -> web.StreamResponse:
        """A kiosk with `more` in its command line, that reads `token` from a pipe."""
        if len(self._open) >= (MOST if self._most is None else self._most):
            raise web.HTTPServiceUnavailable(text="too many kiosks are open")
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=64 * 1024)

        async def close() -> None:
            await socket.close()

        program = _Program(
            [*self._command, *more, "--language", request.match_info["language"]],
            token,
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=close,
            download_manager=DownloadManager(),
        )
        # Counted before anything is waited for, or a crowd at the door would all come in.
        self._open[socket] = program
        try:
            await socket.prepare(request)
            await program.start(_size(request, "width", 80), _size(request, "height", 24))
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await _take(program, socket, _json(message.data))
        finally:
            try:
                await program.end()
            finally:
                del self._open[socket]
        return socket

    async def scan(self, badge: str) -> int:
        """Hold a badge to the reader of each kiosk; how many there are."""
        for program in list(self._open.values()):
            await program.send_bytes(f"{_SCANNED_BY}{badge}\r".encode())
        return len(self._open)

    async def close(self) -> None:
        """End all."""
        for socket in list(self._open):
            await socket.close()


def _json(raw: str) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


async def _take(program: _Program, socket: web.WebSocketResponse, said: object) -> None:
    """What textual-serve's terminal says: a list of a word and what belongs to it."""
    match said:
        case ["stdin", str(keys)]:
            await program.send_bytes(keys.encode("utf-8", "replace"))
        case ["resize", {"width": int(width), "height": int(height)}]:
            await program.set_terminal_size(_bounded(width), _bounded(height))
        case ["ping", str(word)]:
            await socket.send_json(["pong", word])
        case ["focus"]:
            await program.focus()
        case ["blur"]:
            await program.blur()
        case _:
            log.debug("the terminal in the page said something unknown")


def _size(request: web.Request, name: str, default: int) -> int:
    given = request.query.get(name, "")
    return _bounded(int(given)) if given.isdecimal() and len(given) < 6 else default


def _bounded(size: int) -> int:
    return max(20, min(size, _LARGEST))
