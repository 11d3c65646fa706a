"""The demo in a real browser: what is typed on one device appears on the others."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from gateway.demo import company, stage
from gateway.demo.stage import Stage
from tests.support.browser import PATIENCE_MS, Terminal, browsing

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def demo() -> Iterator[Stage]:
    """One for each test: what one leaves unread would push another's off the kiosk's page."""
    with stage.running() as running:
        yield running


@pytest.fixture
def page(chromium: Path) -> Iterator[Page]:
    """A page of the demo's size; it fails on an error in a script, and asks nobody outside."""
    troubles: list[str] = []
    with browsing(chromium) as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.extend(_outside(request.url)))
        yield page
    assert troubles == []


def _outside(url: str) -> list[str]:
    parts = urlsplit(url)
    return [] if parts.scheme in ("about", "data") or parts.hostname == stage.HOST else [url]


def test_a_text_becomes_a_mail_its_answer_a_text_and_the_kiosk_shows_both(
    demo: Stage, page: Page
) -> None:
    terminal = Terminal(page)
    page.goto(f"{demo.url}/?lang=fr")
    page.wait_for_selector("body[data-ready]")
    terminal.until("PASSEZ VOTRE BADGE")

    driver, other = page.locator('[data-phone="0"]'), page.locator('[data-phone="1"]')
    driver.locator("textarea").fill("P quai3 Le portail nord reste ouvert")
    expect(driver.locator(".counter")).to_have_text("1 SMS · 36/160")
    driver.locator("textarea").press("Enter")
    expect(driver.locator(".in").last).to_contain_text("Le portail nord")
    expect(other.locator(".in").last).to_contain_text("Le portail nord")

    page.locator("#mails li", has_text="Le portail nord").click()
    letter = page.frame_locator("#mail-html").locator("body")
    expect(letter).to_contain_text("Le portail nord reste ouvert")
    page.locator("#answer-text").fill("Je le ferme <b>tout de suite</b>.")
    page.locator("#answer .main").click()
    expect(page.locator("#mail-sent")).to_contain_text("Gmail")
    expect(driver.locator(".in").last).to_contain_text("Je le ferme <b>tout de suite</b>.")
    expect(other.locator(".in").last).to_contain_text("tout de suite")

    page.locator("#badges button").first.click()
    terminal.until("code secret")
    page.keyboard.type(company.PINS[company.KIOSK[1]], delay=20)
    terminal.until("Que voulez-vous faire")
    page.keyboard.press("1")
    terminal.until("Je le ferme")


def test_the_page_speaks_both_languages_and_its_tour_leads_through(demo: Stage, page: Page) -> None:
    terminal = Terminal(page)
    page.goto(f"{demo.url}/?lang=en")
    page.wait_for_selector("body[data-ready]")
    terminal.until("SCAN YOUR BADGE")
    steps = page.locator("#tour li")
    expect(steps.nth(0)).to_have_attribute("aria-current", "step")
    expect(steps.nth(0)).to_contain_text("Send an SMS")
    steps.nth(0).locator("button").click()
    page.locator('[data-phone="0"] .send').click()
    expect(steps.nth(1)).to_have_attribute("aria-current", "step")
    expect(page.locator("#mails li").first).to_contain_text("Broken pallet on ramp 2")
    steps.nth(1).locator("button").click()
    page.locator("#answer .main").click()
    expect(steps.nth(2)).to_have_attribute("aria-current", "step")
    steps.nth(2).locator("button").click()
    terminal.until("secret code")
    steps.nth(3).locator("button").click()
    page.locator('[data-phone="0"] .send').click()
    expect(page.locator("#tour .done")).to_have_count(4)


def test_the_page_changes_its_language_its_people_and_writes_new_mails(
    demo: Stage, page: Page
) -> None:
    page.goto(f"{demo.url}/?lang=en")
    page.wait_for_selector("body[data-ready]")
    page.get_by_role("button", name="Français").click()
    expect(page.locator("#tour li").first).to_contain_text("Envoyez un SMS")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.locator('[data-phone="0"] select').select_option("1006")
    expect(page.locator('[data-phone="0"] .texts li')).not_to_have_count(0)
    page.locator("#mail-new").click()
    page.locator("#compose-text").fill("Clés du 214 au tableau")
    page.locator("#compose-to").select_option(f"quai3@{company.DOMAIN}")
    page.locator("#compose .main").click()
    expect(page.locator('[data-phone="1"] .in').last).to_contain_text("Clés du 214")
    page.locator("#mail-kind").click()
    expect(page.locator("#mail-text")).to_be_visible()
    assert not page.locator("#mail-html").is_visible()
