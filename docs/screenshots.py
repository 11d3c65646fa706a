"""Makes the pictures of docs/ from the running demo: `python -m docs.screenshots`.

Nothing in them is arranged: a text is sent, a mail is answered, the kiosk is used by its keys.
"""

from math import ceil
from pathlib import Path

import click
from playwright.sync_api import Browser, Page

from gateway.demo import company, stage
from tests.support import servers
from tests.support.browser import PATIENCE_MS, Terminal, browsing

FOLDER = Path(__file__).parent
SIZE = (1400, 870)
KIOSKS = ((80, 24, 18, "1008"), (120, 40, 14, "1012"))
"""Columns, rows, the height of the letters, and who has news there that nobody has read yet."""

DOWN_TO_THE_THREAD = 4
LIGHTS_OUT_MS = 2600
"""For so long a phone is bright that something came to."""

SETTLED_MS = 800


@click.command()
@click.option("--language", type=click.Choice(("fr", "en")), default="fr", show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER)
def main(language: str, folder: Path) -> None:
    """Draw docs/demo.png and docs/kiosk-*.png anew."""
    with stage.running() as demo, browsing(servers.chromium()) as browser:
        page = _page(browser, *SIZE)
        terminal = Terminal(page)
        page.goto(f"{demo.url}/?lang={language}")
        converse(page, terminal)
        page.wait_for_timeout(LIGHTS_OUT_MS)
        page.screenshot(path=folder / "demo.png")
        page.close()
        for columns, rows, letters, badge in KIOSKS:
            page = _page(browser, int(letters * 0.6) * columns, ceil(letters * 1.32) * rows)
            _use_kiosk(page, f"{demo.url}/kiosk?size={letters}&lang={language}", badge)
            if columns > KIOSKS[0][0]:
                _open_thread(page)
            page.screenshot(path=folder / f"kiosk-{columns}x{rows}.png")
            page.close()


def converse(page: Page, terminal: Terminal) -> None:
    """A text in, an answer by mail, both read at the kiosk: what the page's tour leads to."""
    step = page.locator(".tour button")
    page.wait_for_selector("body[data-ready]")
    terminal.until("PASSEZ VOTRE BADGE", "SCAN YOUR BADGE")
    step.nth(0).click()
    page.locator('[data-phone="0"] .send').click()
    page.wait_for_selector(".mails .came", timeout=PATIENCE_MS)
    step.nth(1).click()
    page.locator("#answer .main").click()
    page.wait_for_selector('[data-phone="0"] .in >> text=Mamadou', timeout=PATIENCE_MS)
    step.nth(2).click()
    read_news(page, terminal, company.KIOSK[1])


def read_news(page: Page, terminal: Terminal, badge: str) -> None:
    """Type the secret code behind a scanned badge, and list the news."""
    terminal.until("code secret", "secret code")
    page.keyboard.type(company.PINS[badge], delay=30)
    terminal.until("Que voulez-vous", "What do you want")
    page.keyboard.press("1")
    terminal.until("NOUVELLES", "NEWS")


def _use_kiosk(page: Page, url: str, badge: str) -> None:
    """The kiosk alone: scan, sign in, list the news."""
    terminal = Terminal(page)
    page.goto(url)
    terminal.until("PASSEZ VOTRE BADGE", "SCAN YOUR BADGE")
    origin = url.partition("/kiosk")[0]
    scanned = {"badge": badge}
    page.request.post(f"{origin}/kiosk/scan", data=scanned, headers={"Origin": origin})
    page.locator("textarea").first.focus()
    read_news(page, terminal, badge)
    page.wait_for_timeout(SETTLED_MS)


def _open_thread(page: Page) -> None:
    for _ in range(DOWN_TO_THE_THREAD):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_timeout(SETTLED_MS)


def _page(browser: Browser, width: int, height: int) -> Page:
    return browser.new_page(viewport={"width": width, "height": height})


if __name__ == "__main__":
    main()
