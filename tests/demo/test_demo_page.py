"""The demo as its page drives it: over HTTP, with the made-up carriers on real wires behind it."""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest

from gateway.demo import company, stage, window
from gateway.demo.stage import Stage
from gateway.kiosk.browser import terminals
from tests.support.processes import wait_until

PEOPLE = {employee.key: employee.person for employee in company.employees().values()}
_PATIENCE = 30
PAGE_FILES = [
    path
    for folder in (window.PAGE, terminals.PAGE)
    for path in folder.iterdir()
    if path.suffix in {".html", ".js", ".css"}
]


@pytest.fixture(scope="module")
def demo() -> Iterator[Stage]:
    with stage.running() as running:
        yield running


@pytest.fixture
def page(demo: Stage) -> Iterator[httpx.Client]:
    """What our own page asks with."""
    with httpx.Client(base_url=demo.url, headers={"Origin": demo.url}, timeout=20) as client:
        yield client


def bodies(page: httpx.Client, who: str, *, outgoing: bool = False) -> list[str]:
    texts = page.get(f"/phones/{PEOPLE[who].badge}/texts").json()
    return [text["body"] for text in texts if text["outgoing"] is outgoing]


def mails(page: httpx.Client, who: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.get(f"/mailboxes/{PEOPLE[who].badge}/mails").json()
    return found


def soon(found: Callable[[], Any], what: str) -> Any:
    """What `found` finds, as soon as it does."""
    kept: list[Any] = []

    def looked() -> bool:
        kept.append(found())
        return bool(kept[-1])

    wait_until(looked, 45, what)
    return kept[-1]


def texts(page: httpx.Client, who: str, body: str) -> None:
    sent = page.post(f"/phones/{PEOPLE[who].badge}/texts", json={"body": body})
    assert sent.json() == {"acknowledged": True}


def test_a_text_goes_out_signed_and_its_answer_comes_back(page: httpx.Client) -> None:
    texts(page, "awa", "MOI")
    assert "MOI" in bodies(page, "awa", outgoing=True)
    soon(lambda: [body for body in bodies(page, "awa") if "Awa Sow" in body], "her own settings")


def test_a_text_becomes_a_mail_and_the_answer_to_it_a_text(page: httpx.Client) -> None:
    texts(page, "ludovic", "P macon Une roue crevée sur le 309, je suis au dépôt")
    mail = soon(lambda: [m for m in mails(page, "hugo") if "309" in m["subject"]], "the mail")[0]
    opened = page.get(f"/mails/{mail['id']}").json()
    assert "Une roue crevée" in opened["text"]
    assert "Une roue crevée" in opened["html"]
    answer = {"text": "Prends la roue du 311.", "program": "thunderbird"}
    assert page.post(f"/mails/{mail['id']}/answer", json=answer).json() == {"taken": True}
    heard = soon(lambda: [b for b in bodies(page, "ludovic") if "roue du 311" in b], "the answer")
    assert len(heard) == 1
    assert "Une roue crevée" not in heard[0]


def test_a_new_mail_to_a_group_is_a_post(page: httpx.Client, demo: Stage) -> None:
    letter = {"to": f"dover@{company.DOMAIN}", "subject": "Ferry", "text": "Lane 9 is closed."}
    sent = page.post(f"/mailboxes/{PEOPLE['grace'].badge}/mails", json=letter)
    assert sent.json() == {"taken": True}
    soon(lambda: [b for b in bodies(page, "ola") if "Lane 9 is closed" in b], "the post as a text")


def test_a_mail_to_a_group_that_is_none_is_not_taken(page: httpx.Client) -> None:
    letter = {"to": f"nowhere@{company.DOMAIN}", "subject": "", "text": "Hello?"}
    refused = page.post(f"/mailboxes/{PEOPLE['priya'].badge}/mails", json=letter).json()
    assert refused["taken"] is False
    assert "550" in refused["said"]


def test_what_happens_is_told_to_the_page_at_once(page: httpx.Client, demo: Stage) -> None:
    listening = threading.Event()
    told: list[dict[str, Any]] = []

    def listen() -> None:
        with httpx.stream("GET", f"{demo.url}/events", timeout=30) as events:
            for line in events.iter_lines():
                listening.set()
                if line.startswith("data: "):
                    told.append(json.loads(line[len("data: ") :]))
                if any(
                    one["kind"] == "mail" and "Sangle" in one["mail"]["subject"] for one in told
                ):
                    return

    listener = threading.Thread(target=listen)
    listener.start()
    assert listening.wait(20)
    texts(page, "samuel", "P givors Sangle cassée sur la 12")
    listener.join(20)
    assert not listener.is_alive()
    number = PEOPLE["samuel"].phone
    own = [one["text"] for one in told if one["kind"] == "text" and one["number"] == number]
    assert own[0]["body"] == "P givors Sangle cassée sur la 12"
    assert own[0]["outgoing"] is True
    assert (own[0]["encoding"], own[0]["segments"]) == ("GSM-7", 1)


def test_phones_and_mailboxes_are_not_empty_at_the_start(page: httpx.Client) -> None:
    assert bodies(page, "nadia")
    assert bodies(page, "nadia", outgoing=True)
    assert len(mails(page, "ines")) > 3


def test_the_page_knows_who_there_is(page: httpx.Client) -> None:
    state = page.get("/state").json()
    assert len(state["people"]) == 40
    assert [group["slug"] for group in state["groups"]] == [slug for slug, _, _ in company.GROUPS]
    assert "é" in state["gsm"]["basic"]
    assert state["kiosk"]["pin"] == company.PINS[company.KIOSK[1]]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/phones/1001/texts", {"body": "  "}, 400),
        ("/phones/1001/texts", {"body": "x" * 1601}, 400),
        ("/phones/1001/texts", {"words": "x"}, 400),
        ("/phones/1001/texts", ["NEUF"], 400),
        ("/phones/1007/texts", {"body": "NEUF"}, 404),
        ("/phones/9999/texts", {"body": "NEUF"}, 404),
        ("/mails/999999/answer", {"text": "x", "program": "gmail"}, 404),
        ("/mails/1/answer", {"text": "x", "program": "pine"}, 404),
        ("/mails/1/answer", {"text": " ", "program": "gmail"}, 400),
        ("/mailboxes/1001/mails", {"to": "x", "subject": "", "text": "x"}, 404),
        ("/mailboxes/1002/mails", {"to": "me@bank.example", "subject": "", "text": "x"}, 400),
        (
            "/mailboxes/1002/mails",
            {"to": f"a@{company.DOMAIN}", "subject": "a\nBcc: b@c.example", "text": "x"},
            400,
        ),
        ("/kiosk/scan", {"badge": "9999"}, 404),
    ],
)
def test_nonsense_is_refused_in_kind(
    page: httpx.Client, path: str, body: object, status: int
) -> None:
    assert page.post(path, json=body).status_code == status


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"{", b'{"body": "\\ud800"}'])
def test_what_is_no_text_is_refused(page: httpx.Client, raw: bytes) -> None:
    assert page.post("/phones/1001/texts", content=raw).status_code == 400


def test_another_site_can_make_it_do_nothing(demo: Stage) -> None:
    foreign: tuple[dict[str, str], ...] = (
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    )
    for headers in foreign:
        asked = httpx.post(f"{demo.url}/kiosk/scan", json={"badge": "1007"}, headers=headers)
        assert asked.status_code == 403
    rebound = httpx.get(f"{demo.url}/state", headers={"Host": "evil.example"})
    assert rebound.status_code == 403


async def test_another_site_cannot_open_the_kiosk(demo: Stage) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{demo.url}/kiosk/terminal/fr", origin="http://evil.example")
    assert refused.value.status == 403


async def test_the_kiosk_is_the_real_program_and_ends_with_its_page(demo: Stage) -> None:
    async with aiohttp.ClientSession() as session:
        address = f"{demo.url}/kiosk/terminal/en?width=100&height=30"
        async with session.ws_connect(address, origin=demo.url) as kiosk:
            await _drawn(kiosk, "SCAN YOUR BADGE")
            assert len(_kiosks(demo)) == 1
            await kiosk.send_json(["resize", {"width": 80, "height": 24}])
            await kiosk.send_json(["focus"])
            await kiosk.send_json(["blur"])
            await kiosk.send_json(["something", "else"])
            await kiosk.send_json(["ping", "1"])
            scanned = await session.post(
                f"{demo.url}/kiosk/scan", json={"badge": "1012"}, headers={"Origin": demo.url}
            )
            assert (await scanned.json())["kiosks"] == 1
            await _drawn(kiosk, "secret code")
            await kiosk.send_json(["stdin", company.PINS["1012"]])
            await _drawn(kiosk, "Malik Ouattara")
    for _ in range(200):
        if not _kiosks(demo):
            return
        await asyncio.sleep(0.05)
    pytest.fail("the kiosk outlived its page")


async def test_there_is_an_end_to_the_number_of_kiosks(
    demo: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminals, "MOST", 0)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{demo.url}/kiosk/terminal/fr", origin=demo.url)
    assert refused.value.status == 503


async def _drawn(kiosk: aiohttp.ClientWebSocketResponse, words: str) -> None:
    drawn = ""
    try:
        async with asyncio.timeout(_PATIENCE):
            while words not in drawn:
                message = await kiosk.receive()
                assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), drawn
                if isinstance(message.data, bytes):
                    drawn += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", message.data.decode())
    except TimeoutError:
        pytest.fail(f"the kiosk never drew {words!r}, but: {drawn[-2000:]}")


def _kiosks(demo: Stage) -> list[str]:
    """The kiosks' processes, by the file of their token."""
    return processes_with(str(demo.folder))


def processes_with(word: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if word in line:
            found.append(line)
    return found


def test_the_page_loads_nothing_from_outside(page: httpx.Client) -> None:
    outside = re.compile(r"""(?:https?:)?//(?!www\.w3\.org)[\w.-]+\.\w+""")
    for path in PAGE_FILES:
        text = re.sub(r"^\s*//.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
        assert not outside.search(text), path.name
    for path_ in ("/", "/kiosk", "/page/page.js", "/static/js/textual.js"):
        shown = page.get(path_)
        assert shown.status_code == 200
        assert "default-src 'self'" in shown.headers["Content-Security-Policy"]


def test_each_word_of_the_page_is_there_in_both_languages() -> None:
    text = (window.PAGE / "words.js").read_text("utf-8")
    french, english = re.split(r"^  en: \{$", text, maxsplit=1, flags=re.MULTILINE)
    english = english.split("};")[0]
    key = re.compile(r"""^    "?([\w-]+)"?: ["'](.+)["'],$""", re.MULTILINE)
    words = dict(key.findall(french)), dict(key.findall(english))
    assert len(words[0]) > 50
    assert words[0].keys() == words[1].keys()
    for name, said in words[0].items():
        blanks = [sorted(re.findall(r"\{\w+\}", one)) for one in (said, words[1][name])]
        assert blanks[0] == blanks[1], name
    asked = set()
    for path in PAGE_FILES:
        asked |= set(re.findall(r'data-t="([\w-]+)"', path.read_text("utf-8")))
    assert asked <= words[0].keys()


def test_a_port_that_is_taken_is_said(demo: Stage) -> None:
    port = int(demo.url.rpartition(":")[2])
    with pytest.raises(stage.NoPort, match=f"port {port} is taken"), stage.running(port):
        pass
