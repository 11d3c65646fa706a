"""The session and its wire, without a screen: keys, drafts, and every kind of no."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from gateway.core.commands import (
    Groups,
    Joined,
    Language,
    Leave,
    Left,
    Me,
    News,
    Page,
    Post,
    Posted,
    Profile,
)
from gateway.core.errors import Refused
from gateway.kiosk.api import Api
from gateway.kiosk.session import Kept, Session, Shelf, Trouble, attempt
from gateway.kiosk.stock import Stock
from tests.kiosk.wire import Wire
from tests.support.desk import DEVICE_TOKEN, FakeDesk

POST = Post("quai3", "Bonjour")


@pytest.fixture
def api(gateway: tuple[str, FakeDesk]) -> Api:
    return Api(gateway[0], DEVICE_TOKEN)


@pytest.fixture
def stock(api: Api) -> Iterator[Stock]:
    made = Stock(api, poll=0.01)
    made.start()
    yield made
    made.close()


@pytest.fixture
def amina(api: Api, stock: Stock) -> Session:
    person = api.sign_in(badge="1001", pin="123456")
    owner = stock.owner(person, "1001")
    stock.arrive(owner, person)
    return Session(api, person, stock=stock, owner=owner)


def test_the_gateway_tells_where_the_kiosk_stands(api: Api) -> None:
    site = api.site()
    assert (site.site, site.organisation) == ("Gennevilliers", "Transports Martin")
    assert set(site.languages) >= {"fr", "en"}


def test_an_answer_is_a_value_and_words(amina: Session) -> None:
    answer = amina.run(POST)
    assert isinstance(answer.result, Posted)
    assert answer.result.post.body == "Bonjour"
    assert "Quai 3" in answer.words


def test_a_line_is_run_as_a_phone_would_send_it(amina: Session) -> None:
    assert isinstance(amina.run("MOI").result, Profile)


def test_a_no_is_a_value_too(amina: Session) -> None:
    answer = amina.run(Post("foot", "Bonjour"), "foot")
    assert isinstance(answer.result, Refused)
    assert answer.result.reason == "not_in_group"
    assert amina.waiting() == []
    assert amina.kept.drafts == {"foot": "Bonjour"}, "its author is there: it is theirs again"


def test_each_request_that_was_answered_gets_a_new_key(
    amina: Session, gateway: tuple[str, FakeDesk]
) -> None:
    amina.run(POST)
    amina.run(POST)
    bodies = [post.body for post in gateway[1].depot.posts.values()]
    assert bodies.count("Bonjour") == 2


def test_a_request_without_answer_keeps_its_key(
    amina: Session, stock: Stock, gateway: tuple[str, FakeDesk]
) -> None:
    host, port = gateway[0].removeprefix("http://").split(":")
    wire = Wire(host, int(port))
    api = Api(wire.url, DEVICE_TOKEN)
    cut = Session(api, api.sign_in(badge="1001", pin="123456"), amina.kept, stock=stock)
    wire.mute = True
    before = gateway[1].runs
    for _ in range(3):
        assert attempt(lambda: cut.run(Leave("secu"))) == Trouble("network", uncertain=True)
    assert cut.doubtful(Leave("secu"))
    assert not cut.doubtful(Leave("quai3"))
    cut.language = "en"
    wire.up()
    assert isinstance(cut.run(Leave("secu")).result, Left)
    assert not cut.doubtful(Leave("secu"))
    wire.down()
    assert gateway[1].runs == before + 1


def test_a_look_is_never_answered_from_before(
    amina: Session, gateway: tuple[str, FakeDesk]
) -> None:
    gateway[1].running.clear()
    before = amina.run(Groups())
    amina.run(Leave("secu"))
    assert amina.run(Groups()) != before
    assert not amina.kept.keys


def test_a_session_learns_from_answers(amina: Session, gateway: tuple[str, FakeDesk]) -> None:
    assert (amina.unread, amina.urgent) == (3, 1)
    for command in (News(), Language("en"), Leave("secu")):
        amina.learn(amina.run(command).result)
    assert (amina.unread, amina.urgent, amina.language) == (0, 0, "en")
    assert [slug for slug, _ in amina.groups] == ["quai3"]
    assert len(amina.news) == 3
    amina.learn(amina.run("JOIN foot").result)
    assert ("foot", "Football") in amina.groups
    amina.used("foot")
    assert amina.groups[0] == ("foot", "Football")
    amina.learn(amina.run(Groups()).result)
    assert len(amina.groups) == 2


def test_a_posted_draft_is_let_go_and_a_refused_one_is_not(amina: Session) -> None:
    amina.keep("quai3", "Bonjour")
    amina.keep("foot", "Salut")
    amina.run(POST, "quai3")
    amina.run(Post("foot", "Salut"), "foot")
    assert amina.kept.drafts == {"foot": "Salut"}
    amina.keep("foot", "  ")
    assert amina.kept.drafts == {}


def test_a_session_that_is_over_says_so(amina: Session, gateway: tuple[str, FakeDesk]) -> None:
    gateway[1].end_sessions()
    assert attempt(lambda: amina.run(Me())) == Trouble("over")
    assert attempt(lambda: amina.choose_pin("824613")) == Trouble("over")


def test_signing_out_twice_is_no_error(amina: Session) -> None:
    amina.leave()
    assert attempt(amina.leave) in (None, Trouble("over"))


def test_the_shelf_keeps_each_person_apart_and_not_for_ever() -> None:
    shelf = Shelf(room=2)
    for badge in ("1", "2", "3"):
        shelf.put(badge, Kept(drafts={"quai3": badge}))
    shelf.put("", Kept(drafts={"quai3": "nobody"}))
    assert [shelf.take(badge).drafts for badge in ("1", "2", "3", "")] == [
        {},
        {"quai3": "2"},
        {"quai3": "3"},
        {},
    ]
    assert not shelf.take("3"), "taken once"


def test_joining_twice_lists_a_group_once(amina: Session) -> None:
    for _ in range(2):
        result = amina.run("JOIN foot").result
        assert isinstance(result, Joined)
        amina.learn(result)
    assert [slug for slug, _ in amina.groups].count("foot") == 1


def test_news_of_one_group_leave_the_count_of_all(amina: Session) -> None:
    result = amina.run(News(group="secu")).result
    assert isinstance(result, Page)
    amina.learn(result)
    assert amina.unread == 3


LOADED = "import sys, {module}; print(*sorted(set(m.split('.')[0] for m in sys.modules)))"


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("gateway.kiosk.start", {"sqlalchemy", "flask", "httpx", "twilio", "aiosmtpd"}),
        ("gateway.kiosk.session", {"textual", "rich", "sqlalchemy"}),
    ],
)
def test_what_is_not_needed_is_not_loaded(module: str, never: set[str]) -> None:
    code = LOADED.format(module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not never & set(done.stdout.split())
