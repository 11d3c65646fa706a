"""The kiosk's page: who may open it, with which token, how many, and what is left of it."""

import asyncio
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.kiosk.browser import door
from gateway.kiosk.browser.tokens import MINUTE, TRIES, Said, Tokens, name
from tests.support.api import served
from tests.support.desk import DEVICE_TOKEN, FakeDesk
from tests.support.processes import free_port

PATIENCE = 30


@dataclass
class Shown:
    """A door that is open, and a browser before it that keeps cookies."""

    url: str
    browser: aiohttp.ClientSession
    state: Path
    desk: FakeDesk

    async def pairs(self, token: str = DEVICE_TOKEN) -> aiohttp.ClientResponse:
        return await self.browser.post(
            f"{self.url}/kiosk/pair", data={"token": token}, headers={"Origin": self.url},
            allow_redirects=False,
        )  # fmt: skip

    def opens(self, origin: str | None = None) -> "aiohttp.client._WSRequestContextManager":
        return self.browser.ws_connect(f"{self.url}/kiosk/terminal/fr", origin=origin or self.url)

    def processes(self) -> list[str]:
        """The kiosks of this door, by the folder of their state."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if str(self.state) in line:
                found.append(line)
        return found

    async def until_no_process(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.processes():
                await asyncio.sleep(0.05)


@asynccontextmanager
async def opened(
    folder: Path, gateway: tuple[str, FakeDesk], most: int = 8
) -> AsyncIterator[Shown]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gateway", "kiosk", "--server", gateway[0]]
    wanted = door.Wanted(gateway[0], url, command, folder / "state", most=most)
    over, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(door.serve(wanted, "127.0.0.1", port, ready.set, over))
    await ready.wait()
    # Its cookies are those of an address, and not of a name.
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:
        try:
            yield Shown(url, browser, folder / "state", gateway[1])
        finally:
            over.set()
            await serving


@pytest.fixture
async def page(tmp_path: Path, gateway: tuple[str, FakeDesk]) -> AsyncIterator[Shown]:
    async with opened(tmp_path, gateway) as shown:
        yield shown


async def drawn(kiosk: "aiohttp.ClientWebSocketResponse[Any]", *words: str) -> str:
    seen = ""
    async with asyncio.timeout(PATIENCE):
        while not any(word in seen for word in words):
            message = await kiosk.receive()
            assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), seen
            if isinstance(message.data, bytes):
                seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", message.data.decode())
    return seen


async def test_a_browser_shows_its_token_once_and_is_a_kiosk_from_then_on(page: Shown) -> None:
    first = await page.browser.get(page.url)
    assert 'name="token"' in await first.text()
    paired = await page.pairs()
    assert (paired.status, paired.headers["Location"]) == (303, "/")
    cookie = SimpleCookie(paired.headers["Set-Cookie"])["kiosk"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    shown = await page.browser.get(page.url)
    assert 'id="terminal"' in await shown.text()
    assert DEVICE_TOKEN not in str(shown.url) + await shown.text()


async def test_the_kiosk_is_the_real_program_and_ends_with_its_page(page: Shown) -> None:
    await page.pairs()
    async with page.opens() as kiosk:
        await drawn(kiosk, "PASSEZ VOTRE BADGE")
        started = page.processes()
        assert len(started) == 1
        assert DEVICE_TOKEN not in started[0]
        await kiosk.send_json(["stdin", "\x021001\r"])
        await drawn(kiosk, "code secret")
        await kiosk.send_json(["stdin", "123456"])
        await drawn(kiosk, "Que voulez-vous faire")
    await page.until_no_process()


async def test_who_comes_next_is_before_a_kiosk_that_knows_nobody(page: Shown) -> None:
    await page.pairs()
    async with page.opens() as kiosk:
        await drawn(kiosk, "PASSEZ VOTRE BADGE")
        await kiosk.send_json(["stdin", "\x021001\r"])
        await drawn(kiosk, "code secret")
        await kiosk.send_json(["stdin", "123456"])
        await drawn(kiosk, "Amina")
    async with page.opens() as kiosk:
        assert "Amina" not in await drawn(kiosk, "PASSEZ VOTRE BADGE")


async def test_nonsense_from_a_page_ends_nothing(page: Shown) -> None:
    await page.pairs()
    async with page.opens() as kiosk:
        await drawn(kiosk, "PASSEZ VOTRE BADGE")
        for said in ("{", "[" * 60_000, '["stdin", 3]', '["resize", {"width": "x"}]', "null"):
            await kiosk.send_str(said)
        await kiosk.send_bytes(b"\xff")
        await kiosk.send_json(["resize", {"width": 10**9, "height": -5}])
        await kiosk.send_json(["ping", "1"])
        async with asyncio.timeout(PATIENCE):
            while (await kiosk.receive()).data != '["pong", "1"]':
                pass


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1"])
async def test_another_site_opens_no_kiosk_and_pairs_none(page: Shown, origin: str) -> None:
    await page.pairs()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await page.opens(origin)
    assert refused.value.status == 403
    pairing = await page.browser.post(
        f"{page.url}/kiosk/pair", data={"token": DEVICE_TOKEN}, headers={"Origin": origin}
    )
    assert pairing.status == 403
    assert "Content-Security-Policy" in pairing.headers


async def test_without_an_origin_or_under_another_name_nothing_is_done(page: Shown) -> None:
    bare = await page.browser.post(f"{page.url}/kiosk/pair", data={"token": DEVICE_TOKEN})
    assert bare.status == 403
    rebound = await page.browser.get(page.url, headers={"Host": "evil.example"})
    assert rebound.status == 403


async def test_without_a_token_there_is_no_kiosk(page: Shown) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await page.opens()
    assert refused.value.status == 403
    for wrong in ("wrong", "", "x" * 300, "a\r\nSet-Cookie: b=c", "é"):
        answer = await page.pairs(wrong)
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers
        assert "Ce jeton est inconnu" in await answer.text()


async def test_a_token_that_is_taken_away_opens_nothing_any_more(
    page: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    await page.pairs()
    page.desk.revoke(DEVICE_TOKEN)
    monkeypatch.setattr("gateway.kiosk.browser.tokens.MINUTE", 0)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await page.opens()
    assert refused.value.status == 403
    again = await page.browser.get(page.url)
    assert "Ce jeton est inconnu" in await again.text()
    assert "Max-Age=0" in again.headers["Set-Cookie"]


async def test_a_token_in_an_address_is_none(page: Shown) -> None:
    shown = await page.browser.get(page.url, params={"token": DEVICE_TOKEN})
    assert 'id="terminal"' not in await shown.text()


async def test_there_is_an_end_to_the_number_of_kiosks(
    tmp_path: Path, gateway: tuple[str, FakeDesk]
) -> None:
    async with opened(tmp_path, gateway, most=1) as page:
        await page.pairs()
        async with page.opens() as kiosk:
            await drawn(kiosk, "PASSEZ VOTRE BADGE")
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await page.opens()
            assert refused.value.status == 503
        await page.until_no_process()


async def test_one_device_does_not_take_the_place_of_the_others(
    page: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST_OF_ONE", 0)
    await page.pairs()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await page.opens()
    assert refused.value.status == 503


async def test_too_many_tries_are_told_to_wait(page: Shown) -> None:
    for _ in range(TRIES):
        assert (await page.pairs("wrong")).status == 403
    late = await page.pairs()
    assert (late.status, late.headers["Retry-After"]) == (429, "60")


async def test_a_program_that_ends_takes_its_kiosks_with_it(
    tmp_path: Path, gateway: tuple[str, FakeDesk]
) -> None:
    async with opened(tmp_path, gateway) as page:
        await page.pairs()
        kiosk = await page.opens()
        await drawn(kiosk, "PASSEZ VOTRE BADGE")
        assert page.processes()
    await page.until_no_process()


async def test_only_the_files_of_the_page_are_there_and_nothing_from_outside(page: Shown) -> None:
    for path in ("/", *door._FILES):
        answer = await page.browser.get(f"{page.url}{path}")
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; ")
        assert "unsafe-eval" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        if path.endswith((".css", "kiosk.js")) or path == "/":
            assert not re.search(r"(?:https?:)?//[\w.-]+\.\w+", _bare(await answer.text()))
    for path in ("/static/", "/static/js/", "/kiosk/page/", "/static/../door.py", "/kiosk/page/x"):
        answer = await page.browser.get(f"{page.url}{path}")
        assert answer.status == 404
        assert "Content-Security-Policy" in answer.headers


def _bare(text: str) -> str:
    """Without its comments, which name xterm's authors."""
    return re.sub(r"/\*.*?\*/|^\s*//.*?$", "", text, flags=re.DOTALL | re.MULTILINE)


async def test_behind_a_proxy_with_https_the_cookie_is_for_that_host_alone(
    tmp_path: Path, gateway: tuple[str, FakeDesk]
) -> None:
    port, origin = free_port(), "https://kiosk.example"
    wanted = door.Wanted(gateway[0], origin, ["true"], tmp_path / "state")
    over, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(door.serve(wanted, "127.0.0.1", port, ready.set, over))
    await ready.wait()
    try:
        async with aiohttp.ClientSession() as proxy:
            paired = await proxy.post(
                f"http://127.0.0.1:{port}/kiosk/pair", data={"token": DEVICE_TOKEN},
                headers={"Host": "kiosk.example", "Origin": origin}, allow_redirects=False,
            )  # fmt: skip
    finally:
        over.set()
        await serving
    assert paired.status == 303
    assert paired.headers["Set-Cookie"].startswith("__Host-kiosk=")
    assert "Secure" in paired.headers["Set-Cookie"]


class TestTokens:
    async def test_without_a_network_whom_it_knew_comes_in_and_no_stranger(self) -> None:
        now = 0.0
        with served() as (url, _):
            tokens = Tokens(url, lambda: now)
            assert await tokens.ask(DEVICE_TOKEN) is Said.GOOD
        now = MINUTE * 2
        assert await tokens.ask(DEVICE_TOKEN) is Said.GOOD
        assert await tokens.ask("stranger") is Said.UNASKED

    async def test_who_was_refused_is_no_more_known(self) -> None:
        now = 0.0
        with served() as (url, desk):
            tokens = Tokens(url, lambda: now)
            await tokens.ask(DEVICE_TOKEN)
            desk.revoke(DEVICE_TOKEN)
            assert await tokens.ask(DEVICE_TOKEN) is Said.GOOD
            now = MINUTE * 2
            assert await tokens.ask(DEVICE_TOKEN) is Said.REFUSED
        assert await tokens.ask(DEVICE_TOKEN) is Said.UNASKED

    def test_tries_are_counted_by_the_minute(self) -> None:
        now = 0.0
        tokens = Tokens("http://127.0.0.1:9", lambda: now)
        assert [tokens.may_try() for _ in range(TRIES + 1)] == [True] * TRIES + [False]
        now = MINUTE
        assert tokens.may_try()

    def test_a_name_is_not_the_token(self) -> None:
        assert DEVICE_TOKEN not in name(DEVICE_TOKEN)
        assert name("a") != name("b")


async def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        wanted = door.Wanted("http://127.0.0.1:9", "http://x", ["true"], tmp_path)
        with pytest.raises(OSError, match="in use"):
            await door.serve(wanted, "127.0.0.1", port, lambda: None, asyncio.Event())
