"""Makes the pictures of docs/ from the running demo: `python -m docs.screenshots`.

Nothing in them is arranged: a text is sent, a mail is answered, the kiosk is used by its keys.
"""

from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

import click
from playwright.sync_api import Browser, Page

from gateway.core.commands import Rhythm
from gateway.core.envelope import EMAIL, SMS, Inbound
from gateway.demo import company, stage
from gateway.demo.mailbox import Mailbox
from tests.support import servers
from tests.support.browser import PATIENCE_MS, Terminal, browsing

FOLDER = Path(__file__).parent
SIZE = (1400, 870)
LETTERS = 18
KIOSKS = ((80, 24, 18, "1008"), (120, 40, 14, "1012"))
"""Columns, rows, the height of the letters, and who has news there that nobody has read yet."""

DOWN_TO_THE_THREAD = 4
LIGHTS_OUT_MS = 2600
"""For so long a phone is bright that something came to."""

SETTLED_MS = 800
MAILS = (("digest", "<digest."), ("notice", "<post."))
"""What is drawn of the mailbox, and how the Message-ID of such a mail begins."""

READER = "1005"
TEXTS = (
    ("1003", "P quai3 La rampe de la porte 4 est bloquée : passez par la 6 jusqu'à midi."),
    ("1004", "P quai3 Qui a la clé du chariot 7 ? Il me le faut pour 14 h."),
    ("1003", "P secu Nouveaux gants au magasin, tailles 8 à 11. Les vieux sont à jeter."),
    ("1001", "P quai3 Bouchon sur l'A7, j'arrive avec 40 min de retard."),
)
"""What is said before the shift begins, and by whom."""

SEEN_IN_ENGLISH = {
    "faire": "to do",
    "quel groupe": "which group",
    "Quel message": "Which message",
    "ESPACE": "SPACE",
}
LIGHTS = ((320, False), (800, False), (320, True))


@click.command()
@click.option("--language", type=click.Choice(("fr", "en")), default="fr", show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER)
def main(language: str, folder: Path) -> None:
    """Draw docs/demo.png, docs/kiosk-*.png and docs/mail-*.png anew."""
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
        _draw_kiosk_screens(browser, demo, language, folder)
        _talk(demo)
        for name, begins in MAILS:
            _draw_mail(browser, _fullest(demo.mailbox, begins), folder / f"mail-{name}")


def _talk(demo: stage.Stage) -> None:
    """Somebody wants her mail once a shift; others text; the shift begins."""
    people = {badge: one.person for badge, one in company.employees().items()}
    reader, gateway = people[READER].email, demo.installation.gateway
    chosen = Inbound(EMAIL, "rhythm", reader, "", command=Rhythm("shift"))
    gateway.intake.receive(chosen)
    for place, (badge, text) in enumerate(TEXTS):
        gateway.intake.receive(Inbound(SMS, f"shift-{place}", people[badge].phone, text))
    gateway.delivery.send_digests(datetime.now(UTC) + timedelta(days=1))
    for _ in range(PATIENCE_MS // SETTLED_MS):
        if any(
            "<digest." in str(mail.message["Message-ID"]) for mail in demo.mailbox.mails(reader)
        ):
            return
        demo.mailbox.wait(reader, len(demo.mailbox.mails(reader)) + 1, PATIENCE_MS / 1000)


def _fullest(mailbox: Mailbox, begins: str) -> str:
    """The HTML of the mail of one kind that has most to say."""
    bodies = [
        str(body.get_content())
        for mail in mailbox.mails()
        if str(mail.message["Message-ID"]).startswith(begins)
        and (body := mail.message.get_body(("html",))) is not None
    ]
    return max(bodies, key=len)


def _draw_mail(browser: Browser, html: str, path: Path) -> None:
    """By day as wide as a phone and as a desk, and by night on a phone."""
    for width, dark in LIGHTS:
        page = browser.new_page(
            viewport={"width": width, "height": 100}, color_scheme="dark" if dark else "light"
        )
        page.set_content(html)
        name = f"{path.name}-{width}{'-dark' if dark else ''}.png"
        page.screenshot(path=path.with_name(name), full_page=True)
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


def _draw_kiosk_screens(browser: Browser, demo: stage.Stage, language: str, folder: Path) -> None:
    """The keyboard on the screen, with two letters that two digits each have named."""
    page = _page(browser, int(LETTERS * 0.6) * 80, ceil(LETTERS * 1.32) * 24)
    terminal = _use_kiosk(page, f"{demo.url}/kiosk?size={LETTERS}&lang={language}", "1008")
    for key, seen in (("0", "faire"), ("2", "quel groupe"), ("1", "Quel message"), ("6", "ESPACE")):
        page.keyboard.press(key)
        terminal.until(seen, SEEN_IN_ENGLISH[seen])
    page.keyboard.type("2122")
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=folder / "kiosk-keyboard.png")
    page.close()


def _use_kiosk(page: Page, url: str, badge: str) -> Terminal:
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
    return terminal


def _open_thread(page: Page) -> None:
    for _ in range(DOWN_TO_THE_THREAD):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_timeout(SETTLED_MS)


def _page(browser: Browser, width: int, height: int) -> Page:
    return browser.new_page(viewport={"width": width, "height": height})


if __name__ == "__main__":
    main()
