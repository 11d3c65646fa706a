"""The kiosk in a browser: the real program in a process of its own, its terminal over a WebSocket.

The program's side of the wire and the terminal in the page are textual-serve's; the page around
them is ours, for theirs fetches a font from outside.
"""

import asyncio
import contextlib
import logging
from pathlib import Path

import textual_serve
from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from gateway.kiosk.keys import PREFIX

log = logging.getLogger(__name__)

STATIC = Path(textual_serve.__file__).parent / "static"
"""The terminal's script, its style and its font."""

MOST = 4
"""Kiosks at a time: each is a process, and a page that is loaded again and again makes many."""

_END_SECONDS = 3.0
_LARGEST = 300
_SCANNED_BY = {"ctrl+b": "\x02"}[PREFIX]


class _Program(AppService):
    """A kiosk's process."""

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


class Terminals:
    """All kiosks that are shown. `command` starts one, and takes `--language`."""

    def __init__(self, command: str) -> None:
        # The shell that starts it makes way for it, so that what is ended is the kiosk itself.
        self._command = f"exec {command}"
        self._open: dict[web.WebSocketResponse, _Program] = {}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A kiosk for as long as the WebSocket is open."""
        if len(self._open) >= MOST:
            raise web.HTTPServiceUnavailable(text="too many kiosks are open")
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=64 * 1024)
        await socket.prepare(request)

        async def close() -> None:
            await socket.close()

        program = _Program(
            f"{self._command} --language {request.match_info['language']}",
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=close,
            download_manager=DownloadManager(),
        )
        self._open[socket] = program
        try:
            await program.start(_size(request, "width", 80), _size(request, "height", 24))
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await _take(program, socket, message.json())
        finally:
            del self._open[socket]
            await program.end()
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
    return _bounded(int(given)) if given.isdecimal() else default


def _bounded(size: int) -> int:
    return max(20, min(size, _LARGEST))
