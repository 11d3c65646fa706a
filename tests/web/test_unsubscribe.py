"""The link that stops our mails: a look changes nothing, one click stops them, a forgery is 404."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.channels.email.tokens import Tokens
from gateway.core.commands import PostView
from gateway.web.app import create_app
from gateway.web.unsubscribe import blueprint

TOKENS = Tokens(b"a secret of the tests")
LINK = f"/mail/unsubscribe/{TOKENS.unsubscribe(7)}"


@dataclass
class Directory:
    members: frozenset[int] = frozenset({7})
    stopped: list[int] = field(default_factory=list)

    def is_group(self, slug: str) -> bool:
        return False

    def member_addresses(self, member_id: int) -> frozenset[str]:
        return frozenset()

    def token_epoch(self, member_id: int) -> int | None:
        return None

    def sent_text(self, about: str, member_id: int) -> str | None:
        return None

    def sent_items(self, about: str, member_id: int) -> tuple[PostView, ...]:
        return ()

    def unsubscribe(self, member_id: int, cause: str = "unsubscribe") -> bool:
        if member_id not in self.members:
            return False
        self.stopped.append(member_id)
        return True


@pytest.fixture
def directory() -> Directory:
    return Directory()


@pytest.fixture
def browser(directory: Directory) -> FlaskClient:
    return create_app([blueprint(directory, TOKENS.read_unsubscribe)]).test_client()


def test_looking_changes_nothing(browser: FlaskClient, directory: Directory) -> None:
    page = browser.get(LINK)
    assert page.status_code == 200
    assert '<form method="post">' in page.text
    assert browser.head(LINK).status_code == 200
    assert directory.stopped == []


@pytest.mark.parametrize(
    "press",
    [
        lambda b: b.post(LINK, data={"List-Unsubscribe": "One-Click"}),
        lambda b: b.post(
            LINK, data={"List-Unsubscribe": "One-Click"}, content_type="multipart/form-data"
        ),
        lambda b: b.post(LINK.upper().replace("/MAIL/UNSUBSCRIBE", "/mail/unsubscribe"), data={}),
    ],
    ids=["urlencoded", "form-data", "a client that writes nothing, in capitals"],
)
def test_one_click_stops_the_mails(
    press: Callable[[FlaskClient], TestResponse], browser: FlaskClient, directory: Directory
) -> None:
    answer = press(browser)
    assert answer.status_code == 200
    assert directory.stopped == [7]
    assert "Set-Cookie" not in answer.headers
    assert "Location" not in answer.headers
    assert "<form" not in answer.text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "token", ["x", TOKENS.unsubscribe(7)[:-1], TOKENS.bounce(7), TOKENS.reply(7, "post:7")]
)
def test_a_link_that_is_not_ours_stops_nothing(
    method: str, token: str, browser: FlaskClient, directory: Directory
) -> None:
    page = browser.open(f"/mail/unsubscribe/{token}", method=method)
    assert page.status_code == 404
    assert "<h1>" in page.text
    assert directory.stopped == []


def test_the_link_of_somebody_who_was_erased_is_unknown(browser: FlaskClient) -> None:
    assert browser.post(f"/mail/unsubscribe/{TOKENS.unsubscribe(8)}").status_code == 404


def test_the_page_speaks_the_browser_s_language(browser: FlaskClient) -> None:
    english = browser.get(LINK, headers={"Accept-Language": "en-GB,en;q=0.9,fr;q=0.1"})
    assert '<html lang="en">' in english.text
    assert "Stop all mails?" in english.text
    for wanted in ("fr-CA", "ru", ""):
        page = browser.get(LINK, headers={"Accept-Language": wanted} if wanted else {})
        assert '<html lang="fr">' in page.text
        assert "Stop all mails?" not in page.text


def test_the_credential_in_the_path_goes_nowhere_else(browser: FlaskClient) -> None:
    page = browser.get(LINK)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "script" not in page.text
    assert TOKENS.unsubscribe(7) not in page.text
