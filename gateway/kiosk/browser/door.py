"""The kiosk's own page, for sites that have a browser instead of a terminal.

A program of its own and no part of the gateway: each page is a process, and what people wrote must
lie on a disk near them. A browser shows the device token once, in a form, and has it from then on
in a cookie that no script reads and no other site sends; it never stands in an address.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from gateway.kiosk.browser.terminals import PAGE, STATIC, Terminals
from gateway.kiosk.browser.tokens import Said, Tokens, name
from gateway.kiosk.texts import Texts, mark

TERMINAL: Final = "/kiosk/terminal"
PAIR: Final = "/kiosk/pair"
LARGEST: Final = 4096
DAYS: Final = 400
"""As long as a browser keeps a cookie at most (RFC 6265bis)."""
MOST_OF_ONE: Final = 2
"""Kiosks of one device: a page that is loaded again comes before the old one has gone."""

HEADERS: Final[Mapping[str, str]] = {
    # The terminal writes styles of its own; scripts, fonts and wires are ours alone.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; font-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    # With `no-referrer`, Chromium says of our own form that it comes from nowhere (Origin: null).
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
    "Cache-Control": "no-store",
}
_FILES: Final = {
    "/kiosk/page/kiosk.js": PAGE / "kiosk.js",
    "/kiosk/page/kiosk.css": PAGE / "kiosk.css",
    "/kiosk/page/pair.css": PAGE / "pair.css",
    "/static/js/textual.js": STATIC / "js" / "textual.js",
    "/static/css/xterm.css": STATIC / "css" / "xterm.css",
    "/static/fonts/RobotoMono-VariableFont_wght.ttf": STATIC
    / "fonts"
    / "RobotoMono-VariableFont_wght.ttf",
}

_TYPE_IT: Final = mark("Type the device token of this kiosk. An operator makes it.")
_UNKNOWN: Final = mark("This device token is not known, or not any more. Ask an operator.")
_NO_ANSWER: Final = mark("The network does not answer. Try again in a moment.")
_WAIT: Final = mark("Too many tries. Wait a minute.")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How kiosks are shown. `command` starts one; `origin` is how browsers see this program."""

    server: str
    origin: str
    command: Sequence[str]
    state: Path
    language: str = "fr"
    most: int = 8

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")


class Door:
    """The page, the form, and the kiosks behind them."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._tokens = Tokens(wanted.server)
        self._terminals = Terminals(wanted.command, wanted.most)
        self._of: dict[str, int] = {}
        self._host = urlsplit(wanted.origin).netloc
        # A browser takes this name from this very host alone, over TLS alone.
        self._cookie = "__Host-kiosk" if wanted.secure else "kiosk"
        self._words = Texts(wanted.language)
        self._pages = Environment(loader=FileSystemLoader(PAGE), autoescape=True)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=LARGEST)
        app.add_routes(
            [
                web.get("/", self._page),
                web.post(PAIR, self._pair),
                web.get(f"{TERMINAL}/{{language:fr|en}}", self._kiosk),
                *(web.get(path, _file(file)) for path, file in _FILES.items()),
            ]
        )
        app.on_shutdown.append(self._close)
        return app

    async def _close(self, _app: web.Application) -> None:
        await self._terminals.close()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Only under our own name, and only for our own page."""
        try:
            if request.host != self._host:
                raise web.HTTPForbidden
            acts = request.method not in ("GET", "HEAD") or request.path.startswith(TERMINAL)
            if acts and request.headers.get("Origin") != self._wanted.origin:
                raise web.HTTPForbidden
            response = await handler(request)
        except web.HTTPException as refused:
            refused.headers.update(HEADERS)
            raise
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    async def _page(self, request: web.Request) -> web.StreamResponse:
        token = request.cookies.get(self._cookie, "")
        if not token:
            return self._form(_TYPE_IT)
        match await self._tokens.ask(token):
            case Said.GOOD:
                text = (PAGE / "kiosk.html").read_text("utf-8")
                page = text.replace('lang="fr"', f'lang="{self._words.language}"', 1)
                return web.Response(text=page, content_type="text/html")
            case Said.REFUSED:
                response = self._form(_UNKNOWN)
                response.del_cookie(self._cookie, path="/", secure=self._wanted.secure)
                return response
            case Said.UNASKED:
                return self._form(_NO_ANSWER, 503, asks=False)

    async def _pair(self, request: web.Request) -> web.StreamResponse:
        given = (await request.post()).get("token")
        token = given.strip() if isinstance(given, str) else ""
        if not self._tokens.may_try():
            response = self._form(_WAIT, 429, asks=False)
            response.headers["Retry-After"] = "60"
            return response
        match await self._tokens.ask(token):
            case Said.REFUSED:
                return self._form(_UNKNOWN, 403)
            case Said.UNASKED:
                return self._form(_NO_ANSWER, 503)
            case Said.GOOD:
                response = web.Response(status=303, headers={"Location": "/"})
                response.set_cookie(
                    self._cookie,
                    token,
                    max_age=DAYS * 86_400,
                    path="/",
                    secure=self._wanted.secure,
                    httponly=True,
                    samesite="Strict",
                )
                return response

    async def _kiosk(self, request: web.Request) -> web.StreamResponse:
        """A kiosk for as long as its page is there: a new process, which knows nobody."""
        token = request.cookies.get(self._cookie, "")
        if await self._tokens.ask(token) is not Said.GOOD:
            raise web.HTTPForbidden
        device = name(token)
        if self._of.get(device, 0) >= MOST_OF_ONE:
            raise web.HTTPServiceUnavailable(text="too many kiosks of this device are open")
        self._of[device] = self._of.get(device, 0) + 1
        try:
            where = ("--state", str(self._wanted.state / device))
            return await self._terminals.show(request, where, token)
        finally:
            self._of[device] -= 1
            if not self._of[device]:
                del self._of[device]

    def _form(self, words: str, status: int = 200, *, asks: bool = True) -> web.Response:
        t = self._words
        page = self._pages.get_template("pair.html").render(
            language=t.language,
            title=t("Kiosk"),
            words=t(words),
            asks=asks,
            label=t("Device token"),
            button=t("Connect"),
            again=t("Try again"),
        )
        return web.Response(text=page, status=status, content_type="text/html")


def _file(path: Path) -> Handler:
    async def send(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path)

    return send


async def serve(
    wanted: Wanted, host: str, port: int, ready: Callable[[], None], over: asyncio.Event
) -> None:
    """Listen until `over`; then every kiosk ends. Raises `OSError` where one cannot listen."""
    runner = web.AppRunner(Door(wanted).app(), handle_signals=False, shutdown_timeout=5.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, reuse_address=True).start()
        ready()
        await over.wait()
    finally:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(runner.cleanup(), 15)
