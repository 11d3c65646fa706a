"""The page of the demo over HTTP: phones, a mailbox and the kiosk, and what happens at them.

For one browser on this machine: another site's page can neither ask it for anything nor open the
kiosk, and what is shown loads nothing from outside.
"""

import asyncio
import contextlib
import json
import threading
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from gateway.demo.inboxes import Json
from gateway.demo.table import Table
from gateway.kiosk.browser.terminals import PAGE as KIOSK_PAGE
from gateway.kiosk.browser.terminals import STATIC, Terminals

PAGE = Path(__file__).with_name("page")
LOCAL = ("127.0.0.1", "localhost")
TERMINAL = "/kiosk/terminal"
LARGEST = 64 * 1024
_HEARTBEAT_SECONDS = 15.0
_START_SECONDS = 10.0
_STOP_SECONDS = 10.0

_HEADERS = {
    # Mails bring their own styles, and the terminal writes its own; scripts are ours alone.
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; "
    "object-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Window:
    """Serves the page on 127.0.0.1, on a thread of its own."""

    def __init__(self, table: Table, kiosk_command: Sequence[str], port: int) -> None:
        self._table = table
        self._port = port
        self._terminals = Terminals(kiosk_command)
        self._watchers: set[asyncio.Queue[Json | None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="window", daemon=True)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://{LOCAL[0]}:{self._port}"

    def start(self) -> None:
        """Listen. Raises `OSError` where the port is taken."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(_START_SECONDS)
        except BaseException:
            self._end_loop()
            raise

    def stop(self) -> None:
        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(_STOP_SECONDS)
        self._end_loop()

    def tell(self, happened: Json) -> None:
        """Tell every page that is open; from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop has ended, and with it all pages
            self._loop.call_soon_threadsafe(self._spread, happened)

    def _spread(self, happened: Json | None) -> None:
        for queue in self._watchers:
            queue.put_nowait(happened)

    async def _listen(self) -> None:
        runner = web.AppRunner(self._app(), handle_signals=False, shutdown_timeout=2.0)
        await runner.setup()
        site = web.TCPSite(runner, LOCAL[0], self._port, reuse_address=True)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner

    async def _close(self) -> None:
        self._spread(None)
        await self._terminals.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_SECONDS)
        self._loop.close()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=LARGEST)
        app.add_routes(
            [
                web.get("/", _file(PAGE / "index.html")),
                web.get("/kiosk", _file(KIOSK_PAGE / "kiosk.html")),
                web.get(f"{TERMINAL}/{{language:fr|en}}", self._terminals.serve),
                web.post("/kiosk/scan", self._scan),
                web.get("/events", self._events),
                web.get("/state", self._state),
                web.get("/phones/{badge}/texts", self._texts),
                web.post("/phones/{badge}/texts", self._text),
                web.get("/mailboxes/{badge}/mails", self._mails),
                web.post("/mailboxes/{badge}/mails", self._write),
                web.get("/mails/{id:[0-9]{1,9}}", self._mail),
                web.post("/mails/{id:[0-9]{1,9}}/answer", self._answer),
                web.static("/page", PAGE),
                web.static("/kiosk/page", KIOSK_PAGE),
                web.static("/static", STATIC),
            ]
        )
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Only to this machine's own name, and only for our own page."""
        host = urlsplit(f"//{request.host}")
        if host.hostname not in LOCAL:
            raise web.HTTPForbidden
        origin = request.headers.get("Origin")
        asks_to_act = request.method != "GET" or request.path.startswith(TERMINAL)
        if asks_to_act and origin != f"http://{request.host}":
            raise web.HTTPForbidden
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """All that happens from now on, as server-sent events."""
        stream = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            await stream.prepare(request)
            await stream.write(b": hello\n\n")
            while (line := await _next_line(queue)) is not None:
                await stream.write(line)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._watchers.discard(queue)
        return stream

    async def _state(self, _request: web.Request) -> web.Response:
        return web.json_response(self._table.state())

    async def _texts(self, request: web.Request) -> web.Response:
        return web.json_response(self._table.texts(request.match_info["badge"]))

    async def _text(self, request: web.Request) -> web.Response:
        body = await _said(request, "body")
        badge = request.match_info["badge"]
        return web.json_response(await asyncio.to_thread(self._table.text, badge, body["body"]))

    async def _mails(self, request: web.Request) -> web.Response:
        badge = request.match_info["badge"]
        return web.json_response(await asyncio.to_thread(self._table.mails, badge))

    async def _mail(self, request: web.Request) -> web.Response:
        number = int(request.match_info["id"])
        return web.json_response(await asyncio.to_thread(self._table.mail, number))

    async def _answer(self, request: web.Request) -> web.Response:
        body = await _said(request, "text", "program")
        number = int(request.match_info["id"])
        done = await asyncio.to_thread(self._table.answer, number, body["text"], body["program"])
        return web.json_response(done)

    async def _write(self, request: web.Request) -> web.Response:
        body = await _said(request, "to", "subject", "text")
        badge = request.match_info["badge"]
        done = await asyncio.to_thread(
            self._table.write, badge, body["to"], body["subject"], body["text"]
        )
        return web.json_response(done)

    async def _scan(self, request: web.Request) -> web.Response:
        body = await _said(request, "badge")
        badge = self._table.badge(body["badge"])
        return web.json_response({"kiosks": await self._terminals.scan(badge)})


def _file(path: Path) -> Handler:
    async def send(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path)

    return send


async def _said(request: web.Request, *names: str) -> dict[str, str]:
    """The texts of a JSON object, all of `names` and no more."""
    try:
        said = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise web.HTTPBadRequest(text="not JSON") from None
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in names):
        raise web.HTTPBadRequest(text=f"needed: {', '.join(names)}")
    texts: dict[str, str] = {name: said[name] for name in names}
    try:
        "".join(texts.values()).encode()
    except UnicodeEncodeError:
        raise web.HTTPBadRequest(text="half a letter") from None
    return texts


async def _next_line(queue: asyncio.Queue[Json | None]) -> bytes | None:
    try:
        happened = await asyncio.wait_for(queue.get(), _HEARTBEAT_SECONDS)
    except TimeoutError:
        return b": still here\n\n"
    return None if happened is None else f"data: {json.dumps(happened)}\n\n".encode()
