"""Problems: each one described, in both languages, and never the framework's own words."""

import polib
import pytest
from flask.testing import FlaskClient

from gateway.web.problems import BASE, CONTENT_TYPE, KINDS
from tests.support.terminal import Terminal, kind


@pytest.mark.parametrize("name", KINDS)
def test_a_type_leads_to_its_description(client: FlaskClient, name: str) -> None:
    english = client.get(BASE + name, headers={"Accept-Language": "en"}).get_json()
    french = client.get(BASE + name, headers={"Accept-Language": "fr-FR"}).get_json()

    assert english["type"] == BASE + name
    assert english["status"] == KINDS[name].status
    assert english["title"] != french["title"]
    assert english["detail"] != french["detail"]
    assert french["type"] == english["type"]


def test_a_problem_that_is_none_is_not_described(client: FlaskClient) -> None:
    answer = client.get(BASE + "nonsense")
    assert (answer.status_code, kind(answer)) == (404, "not-found")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA, en;q=0.8", "fr"),
        ("en, fr;q=0.5", "en"),
        ("de", "en"),
        ("de, fr;q=0.1", "fr"),
        (";;;q=", "en"),
    ],
)
def test_a_problem_speaks_the_callers_language(
    terminal: Terminal, accepted: str, language: str
) -> None:
    answer = terminal.post("/session", {"code": "1"}, Accept_Language=accepted)
    title = {"fr": "Badge, PIN ou code faux", "en": "Wrong badge, PIN or code"}[language]

    assert answer.get_json()["title"] == title
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_problem_is_what_rfc_9457_says(terminal: Terminal) -> None:
    answer = terminal.post("/session", {"code": "1"})
    body = answer.get_json()

    assert answer.content_type == CONTENT_TYPE
    assert set(body) == {"type", "title", "status", "detail"}
    assert body["status"] == answer.status_code
    assert body["type"] == "/api/v1/problems/wrong-sign-in"


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("GET", "/api/", 404, "not-found"),
        ("GET", "/api/v1/session", 405, "wrong-method"),
        ("PUT", "/api/v1/commands", 405, "wrong-method"),
        ("OPTIONS", "/api/v1/kiosk", 405, "wrong-method"),
    ],
)
def test_the_frameworks_errors_are_problems_too(
    client: FlaskClient, method: str, path: str, status: int, name: str
) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, kind(answer)) == (status, name)


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    allowed = client.get("/api/v1/session").headers["Allow"]
    assert {"POST", "DELETE"} <= set(allowed.replace(" ", "").split(","))


def test_every_word_has_its_french() -> None:
    from importlib.resources import files

    source = files("gateway.core.wording") / "locale" / "fr.po"
    french = {entry.msgid for entry in polib.pofile(source.read_text(encoding="utf-8"))}
    for told in KINDS.values():
        assert {told.title, told.detail} <= french
