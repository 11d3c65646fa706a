"""How our mails look: small, readable on the narrowest phone, in the dark, and read aloud."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from gateway.channels.email import sizes
from gateway.channels.email.render import Letters
from gateway.channels.email.sizes import MOST_OCTETS
from gateway.core import commands
from gateway.core.commands import MediaView, PostView
from gateway.core.envelope import Content
from tests.channels.email.support import (
    DOMAIN,
    TOKENS,
    answer_notice,
    clock,
    digest,
    notice,
    outbound,
    post,
)
from tests.support.browser import browsing

LETTERS = Letters(DOMAIN, "https://gateway.example", TOKENS, clock, "Transports Morel")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
BUSY = digest(
    post(141, "La rampe est bloquée.\n\nPassez par le quai 4.", author="Mamadou Diallo"),
    post(142, "w" * 200, parent=1415, media=(MediaView(5),)),
    remaining=3,
)
CONTENTS: dict[str, Content] = {"digest": BUSY, "notice": notice(), "answer": answer_notice()}

CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map(part => part / 255);
  };
  const bright = ([r, g, b]) => [r, g, b]
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = 'Canvas'; canvas.fillRect(0, 0, 1, 1);
    const probe = document.createElement('div');
    probe.style.backgroundColor = 'Canvas'; document.body.append(probe);
    const canvasColour = getComputedStyle(probe).backgroundColor; probe.remove();
    return rgba(canvasColour);
  };
  return [...document.querySelectorAll('body *')].filter(element =>
    [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())
  ).map(element => {
    const two = [bright(rgba(getComputedStyle(element).color)), bright(behind(element))].sort();
    return [element.tagName, (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05)];
  });
}"""


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with browsing(chromium) as browser:
        yield browser


def html(content: Content, language: str = "fr") -> str:
    raw = LETTERS.render(outbound(content, language=language, timezone="Europe/Paris"))
    body = message_from_bytes(raw, policy=default).get_body(("html",))
    assert body is not None
    return str(body.get_content())


def shown(browser: Browser, content: Content, width: int, scheme: Any = "light") -> Page:
    page = browser.new_page(viewport={"width": width, "height": 500}, color_scheme=scheme)
    page.set_content(html(content))
    return page


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
class TestAMail:
    @pytest.mark.parametrize("scheme", SCHEMES)
    def test_can_be_read_in_any_light(
        self, content: Content, scheme: Any, browser: Browser
    ) -> None:
        page = shown(browser, content, 320, scheme)
        contrasts = page.evaluate(CONTRASTS)
        page.close()
        assert len(contrasts) >= 4
        assert min(contrast for _, contrast in contrasts) >= 4.5

    @pytest.mark.parametrize("width", [320, 800])
    def test_is_one_column_that_never_moves_sideways(
        self, content: Content, width: int, browser: Browser
    ) -> None:
        page = shown(browser, content, width)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        sizes_of_letters = page.evaluate(
            "[...document.querySelectorAll('body *')].map("
            "one => parseFloat(getComputedStyle(one).fontSize))"
        )
        tall = page.evaluate(
            "[...document.querySelectorAll('a')].map(one => one.getBoundingClientRect().height)"
        )
        page.close()
        assert min(sizes_of_letters) >= 15
        assert min(tall) >= 40  # a thumb in a glove

    def test_says_to_a_screen_reader_what_it_is(self, content: Content, browser: Browser) -> None:
        page = shown(browser, content, 320)
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => h.tagName)")
        links = page.evaluate("[...document.links].map(a => [a.textContent.trim(), a.href])")
        assert page.evaluate("document.documentElement.lang") == "fr"
        assert page.evaluate("document.querySelectorAll('table,img').length") == 0
        assert page.title()
        page.close()
        assert levels[0] == "H1"
        assert levels.count("H1") == 1
        meant = dict(links)
        assert len(meant) == len(links)  # no two links with the same words
        assert all(" " in words for words in meant)

    def test_asks_for_nothing_when_it_is_opened(self, content: Content, browser: Browser) -> None:
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.set_content(html(content))
        page.close()
        assert asked == []


def test_a_whole_digest_of_thirty_is_small() -> None:
    words = "Rampe du quai 3 bloquée, passez par le quai 4 avant midi."
    full = digest(*(post(140 + place, words, author="Mamadou Diallo") for place in range(30)))
    assert sizes.fits(full.page, DOMAIN)
    assert len(LETTERS.render(outbound(full, language="fr"))) <= MOST_OCTETS


posts = st.builds(
    lambda serial, body, author, group, pictures: post(
        serial, body, author=author, group_name=group, media=tuple(map(MediaView, pictures))
    ),
    st.integers(100, 99_999),
    st.one_of(st.text(max_size=400), st.text("aé \n=<&", max_size=300)),
    st.text(max_size=40),
    st.text(max_size=30),
    st.lists(st.integers(1, 10**6), max_size=2),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(posts, min_size=1, max_size=25), st.sampled_from(["fr", "en"]))
def test_what_fits_is_never_larger_than_was_said(items: list[PostView], language: str) -> None:
    page = commands.Page(tuple(items), 7, "digest")
    if sizes.fits(page, DOMAIN):
        raw = LETTERS.render(outbound(digest(*items, remaining=7), language=language))
        assert len(raw) <= MOST_OCTETS


@given(st.lists(posts, min_size=1, max_size=5))
def test_what_does_not_fit_would_not_have_been_much_smaller(items: list[PostView]) -> None:
    if not sizes.fits(commands.Page(tuple(items), 0, "digest"), DOMAIN):
        assert len(LETTERS.render(outbound(digest(*items)))) > MOST_OCTETS * 0.5
