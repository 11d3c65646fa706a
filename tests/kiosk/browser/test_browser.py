"""`gateway kiosk serve` and a real browser: a token once, a kiosk, nothing left of anybody."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import PATIENCE_MS, Terminal, browsing
from tests.support.desk import DEVICE_TOKEN, FakeDesk
from tests.support.processes import free_port

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def site(tmp_path: Path, gateway: tuple[str, FakeDesk]) -> Iterator[tuple[str, int]]:
    """The program, and its process."""
    port = free_port()
    start = [sys.executable, "-m", "gateway", "kiosk", "serve", "--server", gateway[0]]
    start += ["--listen", f"127.0.0.1:{port}", "--state", str(tmp_path / "state")]
    with subprocess.Popen(
        start, stdout=subprocess.PIPE, text=True, env={**os.environ, "GATEWAY_SECRET": "x" * 40}
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == f"ready http://127.0.0.1:{port}\n"
        yield f"http://127.0.0.1:{port}", program.pid
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0


@pytest.fixture
def browser(chromium: Path) -> Iterator[Browser]:
    with browsing(chromium) as there:
        yield there


def page_of(browser: Browser, troubles: list[str]) -> Page:
    """A page that notes faults of scripts, breaches of the policy, and whom it asks outside."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda said: troubles.append(said.text) if "Content Security" in said.text else None,
    )
    page.on(
        "request",
        lambda asked: (
            troubles.append(asked.url)
            if urlsplit(asked.url).hostname not in ("127.0.0.1", None)
            else None
        ),
    )
    return page


def children(parent: int) -> list[int]:
    """The kiosks of the program."""
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(number) for number in text.split()]


def test_a_token_once_then_a_kiosk_and_nothing_left_of_who_was_there(
    site: tuple[str, int], browser: Browser
) -> None:
    url, program = site
    troubles: list[str] = []
    page = page_of(browser, troubles)
    page.goto(url)
    page.get_by_label("Jeton de la borne").fill("faux")
    page.get_by_role("button", name="Connecter").click()
    expect(page.get_by_role("status")).to_contain_text("Ce jeton est inconnu")
    terminal = Terminal(page)
    page.get_by_label("Jeton de la borne").fill(DEVICE_TOKEN)
    page.get_by_role("button", name="Connecter").click()
    terminal.until("PASSEZ VOTRE BADGE")
    assert DEVICE_TOKEN not in page.url
    assert DEVICE_TOKEN not in page.evaluate("document.cookie + JSON.stringify(localStorage)")
    page.keyboard.press("Control+b")
    page.keyboard.type("1001\n")
    terminal.until("code secret")
    page.keyboard.type("123456", delay=20)
    terminal.until("Que voulez-vous faire")

    (kiosk,) = children(program)
    os.kill(kiosk, signal.SIGKILL)
    expect(page.locator("#terminal")).to_have_count(0)
    terminal.until("PASSEZ VOTRE BADGE")  # it comes again by itself, and knows nobody
    page.close()

    second = page_of(browser, troubles)
    second.goto(url)
    expect(second.get_by_label("Jeton de la borne")).to_be_visible()  # another browser's profile
    assert troubles == []
