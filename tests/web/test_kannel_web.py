"""Kannel's webhooks over Flask: kept before thanked, for nobody else, and no secret in a log."""

import logging

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.channels.sms.kannel.webhook import KannelWebhook
from gateway.formats import networks
from gateway.web import kannel
from gateway.web.app import create_app
from gateway.web.carriers import MAX_BODY
from tests.support.sms import LEO, FakeIntake

SECRET = "s" * 40
INBOUND = f"/sms/kannel/{SECRET}/inbound?from=%2B33612345678&id=a-1"
STATUS = f"/sms/kannel/{SECRET}/status?d=1&a=&m=42"


@pytest.fixture
def intake() -> FakeIntake:
    return FakeIntake()


@pytest.fixture
def web(intake: FakeIntake) -> FlaskClient:
    calls = KannelWebhook((SECRET,), networks("127.0.0.1"))
    return create_app([kannel.blueprint(intake, calls)]).test_client()


def text(web: FlaskClient, words: str | bytes, url: str = INBOUND) -> TestResponse:
    headers = {"X-Kannel-Time": "2026-03-02 08:00:00"}
    kind = 'text/plain; charset="UTF-8"'
    return web.post(url, data=words, content_type=kind, headers=headers)


def test_a_text_is_kept_and_thanked_for_without_words(web: FlaskClient, intake: FakeIntake) -> None:
    answer = text(web, "P quai3 Palette cassée")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "text/plain", b"")
    (message,) = intake.inbound
    assert (message.external_id, message.sender, message.text) == (
        "a-1",
        LEO,
        "P quai3 Palette cassée",
    )


def test_by_get_url_too(web: FlaskClient, intake: FakeIntake) -> None:
    assert web.get(f"{INBOUND}&text=cass%C3%A9e&charset=UTF-8").status_code == 200
    assert intake.inbound[0].text == "cassée"


def test_without_a_name_the_time_of_kannels_header_counts(
    web: FlaskClient, intake: FakeIntake
) -> None:
    url = INBOUND.replace("&id=a-1", "")
    assert text(web, "ok", url).status_code == 200
    assert web.post(url, data="ok").status_code == 400
    assert len(intake.inbound) == 1


def test_a_report_finds_our_own_id(web: FlaskClient, intake: FakeIntake) -> None:
    assert web.get(STATUS).status_code == 200
    (told,) = intake.reports
    assert (told.status, told.outbound_id) == ("delivered", 42)


@pytest.mark.parametrize("url", [INBOUND, STATUS])
def test_who_does_not_show_the_secret_is_not_kannel(
    web: FlaskClient, intake: FakeIntake, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = url.replace(SECRET, "guess" * 8)
    with caplog.at_level(logging.DEBUG):
        assert web.get(wrong).status_code == 403
        assert text(web, "mot caché", wrong).status_code == 403
        assert web.head(url).status_code == 403
    assert (intake.inbound, intake.reports) == ([], [])
    for hidden in ("guess", "caché", LEO[1:]):
        assert hidden not in caplog.text


def test_who_calls_from_elsewhere_is_not_kannel(web: FlaskClient, intake: FakeIntake) -> None:
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    assert web.get(STATUS, environ_overrides=elsewhere).status_code == 403
    assert web.post(INBOUND, data="ok", environ_overrides=elsewhere).status_code == 403
    assert (intake.inbound, intake.reports) == ([], [])


def test_what_is_not_kept_is_not_thanked_for(
    web: FlaskClient, intake: FakeIntake, caplog: pytest.LogCaptureFixture
) -> None:
    intake.broken = True
    assert text(web, "mot caché").status_code == 503
    assert web.get(STATUS).status_code == 503
    assert "a-1" in caplog.text
    assert "the text of a person" not in caplog.text


@pytest.mark.parametrize(
    "url", [INBOUND.replace("33612345678", ""), STATUS.replace("&m=42", ""), STATUS + "&m=x" * 50]
)
def test_what_says_nothing_is_malformed(web: FlaskClient, intake: FakeIntake, url: str) -> None:
    url = url.replace("%2B&", "&")
    assert web.post(url, data="ok").status_code == 400
    assert (intake.inbound, intake.reports) == ([], [])


def test_a_body_of_64_kb_is_read_and_more_is_not(web: FlaskClient, intake: FakeIntake) -> None:
    assert text(web, "x" * MAX_BODY).status_code == 200
    assert text(web, "x" * (MAX_BODY + 1)).status_code == 413
    assert len(intake.inbound) == 1


def test_no_secret_is_in_a_log(web: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        text(web, "mot caché")
        web.get(STATUS)
    assert "/sms/kannel/<secret>/inbound" in caplog.text
    assert SECRET not in caplog.text
