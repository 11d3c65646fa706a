"""A signed text goes past Flask, and nobody outside can tell: the same answer, counted the same."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask import Flask

from gateway.channels.sms.webhook import Webhook
from gateway.core.envelope import Inbound, Received
from gateway.core.tally import Buckets
from gateway.demo.twilio import AUTH_TOKEN, FakeTwilio
from gateway.web import sms
from gateway.web.app import create_app
from gateway.web.clocked import Clocked
from gateway.web.straight import Straight
from tests.support.sms import LEO, FakeIntake

PUBLIC = "https://sms.example"
FORM = {"MessageSid": "SM1", "From": LEO, "Body": "NEUF", "NumMedia": "0"}
Answer = tuple[int, dict[str, str], bytes]
Post = Callable[..., Answer]


class Counting(FakeIntake):
    """Counts how often a text is brought, kept or not."""

    def __init__(self) -> None:
        super().__init__()
        self.brought = 0

    def receive(self, inbound: Inbound) -> Received:
        self.brought += 1
        return super().receive(inbound)


@pytest.fixture
def intake() -> Counting:
    return Counting()


@pytest.fixture
def app(intake: Counting) -> Flask:
    return create_app([sms.blueprint(intake, Webhook(PUBLIC, (AUTH_TOKEN,)))])


@pytest.fixture
def met(app: Flask) -> list[str]:
    """What Flask itself was asked."""
    asked: list[str] = []
    app.before_request(lambda: asked.append("asked"))
    return asked


@pytest.fixture
def post(app: Flask) -> Post:
    def send(form: dict[str, str], *, signed: dict[str, str] | None = None) -> Answer:
        with FakeTwilio() as twilio:
            signature = twilio.sign(f"{PUBLIC}/sms/inbound", signed or form)
        answer = app.test_client().post(
            "/sms/inbound",
            data=urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": signature},
        )
        return answer.status_code, dict(answer.headers), answer.data

    return send


def test_the_answer_is_the_same_to_the_last_header(
    app: Flask, post: Post, intake: Counting, met: list[str]
) -> None:
    straight = post(FORM)
    assert met == []
    assert isinstance(app.wsgi_app, Straight)
    app.wsgi_app = app.wsgi_app._flask  # type: ignore[method-assign,assignment]  # as it was
    assert post(FORM) == straight
    assert met == ["asked"]
    first, second = intake.inbound
    assert first == second


@pytest.mark.parametrize(
    ("form", "signed", "status"),
    [(FORM, {**FORM, "Body": "other"}, 403), ({"From": LEO}, None, 400)],
)
def test_what_is_refused_is_refused_by_flask(
    post: Post,
    intake: Counting,
    met: list[str],
    form: dict[str, str],
    signed: dict[str, str] | None,
    status: int,
) -> None:
    assert post(form, signed=signed)[0] == status
    assert met == ["asked"]
    assert intake.brought == 0


def test_what_was_not_kept_is_not_tried_again(post: Post, intake: Counting) -> None:
    intake.broken = True
    assert post(FORM)[0] == 503
    assert intake.brought == 1
    intake.broken = False
    assert post(FORM)[0] == 200
    assert intake.brought == 2


def test_it_is_clocked_by_its_rule(app: Flask, post: Post) -> None:
    clocked = Clocked()
    clocked.watch(app)
    post(FORM)
    post(FORM, signed={**FORM, "Body": "other"})
    ((_, _, samples),) = clocked.measures().values()
    counted = [
        (labels, sum(buckets.counts.values()))
        for labels, buckets in samples
        if isinstance(buckets, Buckets)
    ]
    assert counted == [
        ({"route": "/sms/inbound", "status": "2xx"}, 1),
        ({"route": "/sms/inbound", "status": "4xx"}, 1),
    ]


def test_it_is_told_in_the_log_without_a_word_of_it(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "gateway.web"):
        post(FORM)
    assert caplog.messages == ["POST /sms/inbound 200"]
