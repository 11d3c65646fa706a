"""The link to a photo: one member's own, checked each time, and a plain page where nothing is."""

from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient

from gateway.channels.email.tokens import ALPHABET, Tokens
from gateway.core.commands import MediaView, Posted, PostView
from gateway.core.envelope import Received
from gateway.core.ports import Picture
from gateway.web.app import create_app
from gateway.web.photos import blueprint
from tests.support.desk import START, FakeDesk
from tests.support.terminal import Terminal

TOKENS = Tokens(b"a secret of the tests")
TOKEN = TOKENS.photo(5, 7)
JPEG = b"\xff\xd8 a picture" * 200


@dataclass
class Album:
    pictures: dict[tuple[int, int], Picture] = field(default_factory=dict)

    def linked(self, media_id: int, member_id: int) -> Picture | None:
        return self.pictures.get((media_id, member_id))


@pytest.fixture
def album() -> Album:
    return Album({(5, 7): Picture("kept", JPEG)})


@pytest.fixture
def browser(album: Album) -> FlaskClient:
    return create_app([blueprint(album, TOKENS.read_photo)]).test_client()


def test_a_photo_and_nothing_that_a_browser_could_run(browser: FlaskClient) -> None:
    answer = browser.get(f"/photo/{TOKEN}")
    assert (answer.status_code, answer.data) == (200, JPEG)
    told = {
        "Content-Type": "image/jpeg",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-cache",
    }
    assert {name: answer.headers[name] for name in told} == told
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert browser.post(f"/photo/{TOKEN}").status_code == 405


def test_a_link_with_one_letter_changed_shows_nothing(browser: FlaskClient) -> None:
    for place, letter in enumerate(TOKEN):
        other = ALPHABET[(ALPHABET.index(letter) + 1) % len(ALPHABET)]
        answer = browser.get(f"/photo/{TOKEN[:place]}{other}{TOKEN[place + 1 :]}")
        assert answer.status_code == 404
        assert JPEG not in answer.data


@pytest.mark.parametrize(
    "token",
    [TOKENS.unsubscribe(7), TOKENS.reply(7, "post:5"), TOKENS.bounce(5), TOKENS.photo(7, 5),
     Tokens(b"another secret").photo(5, 7), "x", "%00", "a" * 500],
)  # fmt: skip
def test_another_token_is_no_link_to_a_photo(browser: FlaskClient, token: str) -> None:
    assert browser.get(f"/photo/{token}").status_code == 404


def test_a_link_is_not_good_for_anything_else() -> None:
    assert TOKENS.read_reply(TOKEN) is None
    assert TOKENS.read_unsubscribe(TOKEN) is None
    assert TOKENS.read_bounce(TOKEN) is None


def test_one_who_may_not_see_it_any_more_is_told_as_a_forger(
    browser: FlaskClient, album: Album
) -> None:
    forged = browser.get("/photo/x")
    album.pictures.clear()
    assert browser.get(f"/photo/{TOKEN}").data == forged.data


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [("wanted", 202, "La photo arrive"), ("refused", 410, "n&#39;a pas pu")],
)
def test_a_photo_that_is_not_there(
    browser: FlaskClient, album: Album, state: str, status: int, words: str
) -> None:
    album.pictures[5, 7] = Picture(state)
    answer = browser.get(f"/photo/{TOKEN}", headers={"Accept-Language": "fr"})
    assert answer.status_code == status
    assert words in answer.text
    assert ("Refresh" in answer.headers) == (state == "wanted")
    english = browser.get(f"/photo/{TOKEN}", headers={"Accept-Language": "en"})
    assert 'lang="en"' in english.text


def test_the_kiosk_gets_the_bytes(amina: Terminal, desk: FakeDesk) -> None:
    desk.photos[5] = JPEG
    answer = amina.get("/photos/5", **{"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.data) == (200, JPEG)
    assert answer.content_type == "image/jpeg"
    for nothing in ("6", "-5", "5.0", "x", "9" * 40, "%00"):
        assert amina.get(f"/photos/{nothing}").status_code == 404


def test_nobody_gets_it_without_a_session(terminal: Terminal, desk: FakeDesk) -> None:
    desk.photos[5] = JPEG
    assert terminal.get("/photos/5").status_code == 401


def test_the_api_says_where_a_photo_is(
    amina: Terminal, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = (MediaView(5), MediaView(6, state="wanted"))
    post = PostView(1413, "quai3", "Quai 3", "Ana", "[photo]", START, "sms", media=shown)
    received = Received(1, "done", result=Posted(post, 3), words="ok")
    monkeypatch.setattr(desk, "run", lambda *_: received)
    told = amina.ask("NEUF").get_json()["result"]["post"]["media"]
    assert [(one["url"], one["kind"], one["state"]) for one in told] == [
        ("/api/v1/photos/5", "photo", "kept"),
        ("/api/v1/photos/6", "photo", "wanted"),
    ]
