"""Nobody reads a word of a closed group that they are not in: by no command, route or detour.

Zoe is in quai3 and knows the number of a post in `secu`. Whatever she asks, in whatever way, the
words of that post, of its answer, and the name of who is in that group alone stay unsaid.
"""

import json
from dataclasses import astuple
from datetime import timedelta
from typing import Final

import pytest

from gateway.core import commands as c
from gateway.core.commands import COMMANDS, Command
from gateway.core.desk import Asking, Device, Session
from gateway.core.envelope import Received
from gateway.core.inbox import result_record
from gateway.core.models import Media, Shown
from gateway.core.models import Post as PostRow
from gateway.core.numbers import serial_of
from gateway.web.openapi import INTERNAL
from tests.support.api import app_of
from tests.support.terminal import Terminal
from tests.support.town import Town

SECRET_WORD: Final = "coffre-fort"
ANSWER: Final = "combinaison"
ALONE: Final = "Nora"

PIN = "492817"
OUTSIDE = sorted(name for name, kind in COMMANDS.items() if kind not in INTERNAL)


@pytest.fixture
def town(town: Town) -> Town:
    """With a post and an answer in `secu`, and pages of posts in quai3."""
    town.person(ALONE, badge="1005", groups=("secu",), site="Depot")
    town.person("Ana", badge="1001", phone="+33600000001", site="Depot")
    town.kiosk("Ana", f"P secu Le {SECRET_WORD} est ouvert")
    town.kiosk(ALONE, f"R{number(town)} la {ANSWER} a changé")
    town.kiosk("Ana", "P quai3 rien de neuf")
    town.gateway.office.set_pin(town.id_of("Zoe"), PIN)
    return town


@pytest.fixture
def device(town: Town) -> Device:
    found = town.gateway.desk.device(town.gateway.office.add_kiosk("Depot"))
    assert found is not None
    return found


def number(town: Town) -> int:
    (line, *_) = town.gateway.ledger.posts("secu")
    return line.number


def asked(name: str, post: int) -> list[Command]:
    """All the ways to ask for what is in `secu` by one command."""
    short = post % 100
    ways: dict[str, list[Command]] = {
        "news": [c.News(), c.News("secu"), c.News("Sécurité")],
        "read": [c.Read(post), c.Read(short), c.Read(post + 1)],
        "pick": [c.Pick(post), c.Pick(short), c.Pick(1)],
        "post": [c.Post("secu", "a"), c.Post("Sécurité", "a"), c.Post("sec", "a")],
        "reply": [c.Reply(post, "a"), c.Reply(short, "a"), c.Reply(short, "a", explicit=False)],
        "thanks": [c.Thanks(post), c.Thanks(short)],
        "groups": [c.Groups(), c.Groups("secu")],
        "join": [c.Join("secu")],
        "leave": [c.Leave("secu")],
        "who": [c.Who("secu"), c.Who(SECRET_WORD), c.Who(ANSWER), c.Who(ALONE)],
        "find": [c.Find(SECRET_WORD), c.Find(ANSWER), c.Find("est"), c.Find("%"), c.Find("__")],
        "urgent": [c.Urgent("secu", "a")],
        "text": [c.FreeText(str(post)), c.FreeText(f"{post} a")],
        "rhythm": [c.Rhythm("each")],
        "time": [c.Time(18)],
        "page": [c.PageLength(2)],
        "language": [c.Language("en")],
        "activate": [c.Activate("ABCDEFGH")],
        "usage": [c.Usage("read")],
        "reserved": [c.Reserved("YES")],
    }
    return ways.get(name) or [COMMANDS[name]()]


def said(received: Received) -> str:
    """All that the asker is told, as words and as a value."""
    record = result_record(received.result) if received.result else {}
    return f"{received.words} {json.dumps(record, ensure_ascii=False)}"


def keeps_quiet(told: str) -> bool:
    return not any(word in told for word in ("ouvert", "a changé", ALONE))


def session_of(town: Town, device: Device, name: str = "Zoe") -> Session:
    return Session(town.id_of(name), device.id, "fr")


def test_the_questions_of_this_test_would_be_answered_to_a_member(
    town: Town, device: Device
) -> None:
    """Else it would prove nothing that they are not answered to Zoe."""
    ana, post = session_of(town, device, "Ana"), number(town)
    for key, command in enumerate((c.Read(post), c.Find(SECRET_WORD), c.Who("secu"))):
        received = town.gateway.desk.run(device, ana, Asking(f"key-{key:04}", command, "fr"))
        assert not keeps_quiet(said(received)), command


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_command_tells_of_it(town: Town, device: Device, name: str) -> None:
    zoe, post = session_of(town, device), number(town)
    keys = iter(range(100))
    for command in asked(name, post):
        for then in (command, c.More(), c.Confirm(), c.Read(post % 100), c.Undo(), c.Me()):
            asking = Asking(f"key-{next(keys):04}", then, "fr")
            told = said(town.gateway.desk.run(device, zoe, asking))
            # What she typed herself comes back to her: that is no news.
            own = [text for text in astuple(command) if isinstance(text, str) and text]
            for text in own:
                told = told.replace(text, "")
            assert keeps_quiet(told), (command, then, told)


@pytest.mark.parametrize(
    "text",
    [
        *("NEUF", "NEUF secu", "L{n}", "LIRE {n}", "{n}", "R{n} a", "{n} +", "QUI secu"),
        *("QUI coffre", "CHERCHE coffre", "CHERCHE est", "SUITE", "REJOINDRE secu", "OUI"),
        *("URGENT secu a", "P secu a", "GROUPES secu", "MOI", "{s}", "L{s}", "ANNULE"),
    ],
)
def test_no_text_from_a_phone_tells_of_it(town: Town, text: str) -> None:
    """Leo texts; he is in other groups than `secu`."""
    post = number(town)
    assert keeps_quiet(town.sms("Leo", text.format(n=post, s=post % 100)))
    assert keeps_quiet("".join(town.heard("Leo")))


def test_who_was_let_in_and_left_reads_no_more(town: Town, device: Device) -> None:
    """Neither by the next page, nor by a short number, nor by a cursor from before."""
    town.kiosk("Zoe", "REJOINDRE secu")
    town.sms("Ana", "OUI")
    for place in range(30):
        town.kiosk("Ana", f"P secu le {SECRET_WORD} est ouvert {place}")
    zoe, desk = session_of(town, device), town.gateway.desk
    news = desk.run(device, zoe, Asking("key-0001", c.News(), "fr"))
    assert not keeps_quiet(said(news))
    cursor = desk.feed(device, zoe, "").cursor
    desk.run(device, zoe, Asking("key-0002", c.Leave("secu"), "fr"))
    with town.database.read() as session:
        shown = session.get(Shown, (zoe.member_id, "kiosk"))
        assert shown is not None
        assert json.loads(shown.serials)
    post = number(town)
    for place, command in enumerate(
        (c.More(), c.News(), c.Read(post), c.Read(post % 100), c.Find("est"), c.Pick(post % 100))
    ):
        told = said(desk.run(device, zoe, Asking(f"key-1{place:03}", command, "fr")))
        assert keeps_quiet(told), command
    feed = desk.feed(device, zoe, cursor)
    assert feed.full
    assert keeps_quiet(repr(feed))


def test_the_first_answer_under_a_key_is_told_to_nobody_else(town: Town, device: Device) -> None:
    desk, ana = town.gateway.desk, session_of(town, device, "Ana")
    first = desk.run(device, ana, Asking("key-0001", c.Read(number(town)), "fr"))
    assert not keeps_quiet(said(first))
    other = desk.device(town.gateway.office.add_kiosk("Yard"))
    assert other is not None
    asking = Asking("key-0001", c.Read(number(town)), "fr")
    assert keeps_quiet(said(desk.run(device, session_of(town, device), asking)))
    assert keeps_quiet(said(desk.run(other, session_of(town, other), asking)))


def test_its_photos_are_shown_to_its_members_alone(town: Town, device: Device) -> None:
    serial = serial_of(number(town))
    with town.database.write() as session:
        row = session.get_one(PostRow, serial)
        session.add(
            Media(
                id=7,
                inbox_id=row.inbox_id,
                post_id=serial,
                kind="image/jpeg",
                state="kept",
                content=b"jpeg",
                not_before=town.clock(),
                created_at=town.clock(),
            )
        )
    desk = town.gateway.desk
    assert desk.photo(session_of(town, device, "Ana"), 7) == b"jpeg"
    assert desk.photo(session_of(town, device), 7) is None


@pytest.mark.parametrize("site", ["Depot", "Yard", ""])
def test_no_route_tells_a_kiosk_of_it(town: Town, site: str) -> None:
    """Over HTTP: alone, with Zoe's session, with Ana's session of another kiosk, by her ticket."""
    office, desk = town.gateway.office, town.gateway.desk
    client = app_of(desk, town.clock).test_client()
    kiosk = Terminal(client, office.add_kiosk(site))
    ana_at = desk.device(office.add_kiosk("Depot"))
    assert ana_at is not None
    office.set_pin(town.id_of("Ana"), PIN)
    ana = desk.sign_in(ana_at, badge="1001", pin=PIN, code="")
    paths = ("/feed", "/kiosk", "/photos/7", "/photos/1", "/openapi.json")
    for headers in (
        {},
        {"Gateway_Session": kiosk.post("/session", {"badge": "1004", "pin": PIN}).json["session"]},  # type: ignore[index]  # it is one
        {"Gateway_Session": ana.token},
        {"Gateway_Ticket": ana.ticket},
        {"Gateway_Session": ana.ticket},
    ):
        for path in paths:
            assert keeps_quiet(kiosk.get(path, **headers).text), (path, headers)
        read = {"command": {"is": "Read", "number": number(town)}}
        told = kiosk.post("/commands", read, Idempotency_Key="key-00001", **headers)
        assert keeps_quiet(told.text)


def test_a_kiosk_of_one_site_is_told_nothing_of_another(town: Town) -> None:
    town.group("yard", "Yard")
    town.person("Paul", badge="1003", site="Yard", groups=("yard",))
    town.kiosk("Paul", "P yard la grille est en panne")
    client = app_of(town.gateway.desk, town.clock).test_client()
    told = {}
    for site in ("Depot", "Yard"):
        kiosk = Terminal(client, town.gateway.office.add_kiosk(site))
        told[site] = "".join(kiosk.get(path).text for path in ("/feed", "/kiosk", "/photos/1"))
    assert "grille" in told["Yard"]
    assert "grille" not in told["Depot"]
    assert "yard" not in told["Depot"].lower()


def test_a_kiosk_that_was_taken_away_reads_nothing_more(town: Town) -> None:
    token = town.gateway.office.add_kiosk("Depot")
    kiosk = Terminal(app_of(town.gateway.desk, town.clock).test_client(), token)
    signed = kiosk.sign_in("1004", PIN)
    assert kiosk.get("/feed").status_code == 200
    town.clock.advance(timedelta(minutes=1))
    town.gateway.office.revoke_kiosk(town.gateway.ledger.kiosks()[-1].id)
    for path in ("/feed", "/kiosk"):
        assert kiosk.get(path).status_code == 401
    handed = kiosk.post(
        "/commands",
        {"command": {"is": "Post", "group": "quai3", "text": "a"}},
        Idempotency_Key="key-00001",
        Gateway_Ticket=signed["ticket"],
    )
    assert handed.status_code == 401
