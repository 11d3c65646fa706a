"""A browser for the demo's page, and what the kiosk in it shows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 20_000
_SLICE_MS = 25
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?>]*[a-zA-Z]|\([A-Z]|[=>])")


@contextmanager
def browsing(program: Path) -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Terminal:
    """What the kiosk of a page draws, read from its wire: a canvas has no text to be found in."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._drawn = ""
        page.on("websocket", self._opened)

    def until(self, *words: str) -> None:
        """Wait until one of `words` has been drawn since this was last asked."""
        waited = 0
        while not any(word in self._drawn for word in words):
            if waited > PATIENCE_MS:
                raise TimeoutError(f"the kiosk never drew {words}, but: {self._drawn[-2000:]}")
            self._page.wait_for_timeout(_SLICE_MS)
            waited += _SLICE_MS
        self._drawn = ""

    def _opened(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._received)

    def _received(self, frame: bytes | str) -> None:
        if isinstance(frame, bytes):
            self._drawn += _ESCAPES.sub("", frame.decode("utf-8", "replace"))
