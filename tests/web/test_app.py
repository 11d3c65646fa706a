"""What every answer has in common: safe headers, short errors, quiet logs."""

import logging

import pytest
from flask import Blueprint, Response, abort, request
from flask.testing import FlaskClient
from werkzeug.exceptions import ServiceUnavailable

from gateway.web.app import create_app

SECRET = "token-that-nobody-may-read"


@pytest.fixture
def client() -> FlaskClient:
    pages = Blueprint("pages", __name__)

    @pages.route("/page/<token>", methods=["GET", "POST"])
    def page(token: str) -> Response:
        return Response(f"{len(request.get_data())}", headers={"Cache-Control": "max-age=60"})

    @pages.route("/bug/<token>", methods=["POST"])
    def bug(token: str) -> Response:
        raise RuntimeError("the reason")

    @pages.route("/api/bug/<token>", methods=["POST"])
    def api_bug(token: str) -> Response:
        raise RuntimeError("the reason")

    @pages.route("/api/down")
    def down() -> Response:
        raise ServiceUnavailable

    @pages.route("/api/teapot")
    def teapot() -> Response:
        abort(418)

    @pages.route("/folder/")
    def folder() -> Response:
        return Response("in")

    return create_app([pages], max_body=1_000).test_client()


def test_every_answer_is_guarded(client: FlaskClient) -> None:
    for answer in (client.get("/page/x"), client.get("/nowhere"), client.get("/api/nowhere")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_answers_are_not_kept_unless_a_page_says_so(client: FlaskClient) -> None:
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"
    assert client.get("/page/x").headers["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/nowhere", 404, "Not Found\n"),
        ("DELETE", "/page/x", 405, "Method Not Allowed\n"),
        ("POST", "/bug/x", 500, "Internal Server Error\n"),
    ],
)
def test_an_error_is_one_short_line(
    client: FlaskClient, method: str, path: str, status: int, words: str
) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.text) == (status, words)
    assert answer.mimetype == "text/plain"


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    allowed = client.delete("/page/x").headers["Allow"]
    assert {"GET", "POST"} <= set(allowed.replace(" ", "").split(","))


def test_a_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    assert client.post("/page/x", data=b"x" * 1_000).text == "1000"
    assert client.post("/page/x", data=b"x" * 1_001).status_code == 413


def test_a_bug_in_the_api_is_a_problem(client: FlaskClient) -> None:
    answer = client.post("/api/bug/x")
    assert answer.status_code == 500
    assert answer.get_json()["type"].endswith("/our-fault")
    assert "the reason" not in answer.text


def test_other_errors_of_the_framework_keep_their_side(client: FlaskClient) -> None:
    assert client.get("/api/down").get_json()["type"].endswith("/our-fault")
    assert client.get("/api/teapot").get_json()["type"].endswith("/malformed")


def test_a_folder_without_its_slash_is_shown_the_way(client: FlaskClient) -> None:
    answer = client.get("/folder")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/folder/")


@pytest.mark.parametrize("path", ["/page/", "/bug/", "/api/bug/"])
def test_no_log_line_has_a_body_a_token_or_a_query(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post(f"{path}{SECRET}?q={SECRET}", data=SECRET)

    assert f"POST {path}<token>" in caplog.text
    assert SECRET not in caplog.text


def test_a_bug_is_logged_with_its_traceback(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.post("/bug/x")
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], RuntimeError)


def test_two_apps_share_nothing() -> None:
    first = create_app([Blueprint("one", __name__)], max_body=10)
    second = create_app([Blueprint("one", __name__)])
    assert first.config["MAX_CONTENT_LENGTH"] == 10
    assert second.config["MAX_CONTENT_LENGTH"] == 65_536
