"""Twilio's webhooks over Flask and over the real server: kept before thanked, or not at all."""

import http.client
import logging
from collections.abc import Callable, Iterator
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from flask import Request
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, TestResponse

from gateway.channels.sms.twilio import TwilioSms
from gateway.channels.sms.webhook import Webhook
from gateway.core.envelope import Receipt
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.web import sms
from gateway.web.app import create_app
from gateway.web.carriers import MAX_BODY
from gateway.web.server import WebServer
from tests.support.sms import LEO, FakeIntake, owed

PUBLIC = "https://sms.example"
FORM = {"MessageSid": "SM1", "From": LEO, "Body": "NEUF", "FromCity": "", "NumMedia": "0"}
Post = Callable[..., TestResponse]


@pytest.fixture
def intake() -> FakeIntake:
    return FakeIntake()


@pytest.fixture
def client(intake: FakeIntake) -> FlaskClient:
    carrier = Webhook(PUBLIC, ("next", AUTH_TOKEN))
    return create_app([sms.blueprint(intake, carrier)]).test_client()


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio() as twilio:
        yield twilio


@pytest.fixture
def post(client: FlaskClient, twilio: FakeTwilio) -> Post:
    """A signed POST, as Twilio makes it."""

    def send(
        form: dict[str, str], path: str = "/sms/inbound", signed: dict[str, str] | None = None
    ) -> TestResponse:
        return client.post(
            path,
            data=urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": twilio.sign(PUBLIC + path, signed or form)},
        )

    return send


def test_the_name_of_a_delivery_is_kept(client: FlaskClient, intake: FakeIntake) -> None:
    with FakeTwilio() as twilio:
        headers = {"X-Twilio-Signature": twilio.sign(f"{PUBLIC}/sms/inbound", FORM)}
    for token in ("token-1", "x" * 129):
        named = {**headers, "I-Twilio-Idempotency-Token": token}
        assert client.post("/sms/inbound", data=FORM, headers=named).status_code == 200
    assert [message.delivery for message in intake.inbound] == ["token-1", ""]


def test_a_text_is_kept_and_thanked_for(post: Post, intake: FakeIntake) -> None:
    answer = post(FORM)
    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    assert answer.data.endswith(b"<Response/>")
    (message,) = intake.inbound
    assert (message.external_id, message.sender, message.text) == ("SM1", LEO, "NEUF")
    assert b"MessageSid=SM1" in message.raw


def test_what_is_not_signed_is_not_kept(
    client: FlaskClient, intake: FakeIntake, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = client.post("/sms/inbound", data={**FORM, "Body": "secret"})
    assert answer.status_code == 403
    assert intake.inbound == []
    (line,) = caplog.messages
    assert "signature" in line
    assert "secret" not in line
    assert LEO[1:] not in line


def test_what_is_not_signed_is_not_even_read(client: FlaskClient, intake: FakeIntake) -> None:
    answer = client.post("/sms/inbound", data={f"a{number}": "" for number in range(5_000)})
    assert answer.status_code == 403
    assert intake.inbound == []


def test_what_is_signed_otherwise_is_not_kept(post: Post, intake: FakeIntake) -> None:
    assert post(FORM, signed={**FORM, "Body": "other"}).status_code == 403
    assert post({**FORM, "More": "x"}, signed=FORM).status_code == 403
    assert intake.inbound == []


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_a_form_without_its_name_or_number_is_malformed(
    post: Post, intake: FakeIntake, missing: str
) -> None:
    form = {name: value for name, value in FORM.items() if name != missing}
    answer = post(form)
    assert answer.status_code == 400
    assert missing in answer.text
    assert intake.inbound == []


def test_a_body_of_64_kb_is_read_and_more_is_not(post: Post, intake: FakeIntake) -> None:
    room = MAX_BODY - len(urlencode({**FORM, "Body": ""}))
    assert post({**FORM, "Body": "x" * room}).status_code == 200
    assert post({**FORM, "Body": "x" * (room + 1)}).status_code == 413
    assert len(intake.inbound) == 1


@pytest.mark.parametrize("body", ["\0", "a\0b", "😀" * 1600, "\x1b[2J", "", " ", "é" * 1600])
def test_strange_texts_are_texts(post: Post, intake: FakeIntake, body: str) -> None:
    assert post({**FORM, "Body": body}).status_code == 200
    assert "\0" not in intake.inbound[0].text


@pytest.mark.parametrize("raw", [b"Body=%ED%A0%BD", b"%ff=%fe&&&==", b"\xff\x00", b"a=1;b=2", b""])
def test_no_bytes_are_our_fault(client: FlaskClient, twilio: FakeTwilio, raw: bytes) -> None:
    answer = client.post(
        "/sms/inbound",
        data=raw,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": twilio.sign(PUBLIC + "/sms/inbound", {})},
    )
    assert answer.status_code in (400, 403)


def test_a_signed_half_character_is_a_text(
    client: FlaskClient, twilio: FakeTwilio, intake: FakeIntake
) -> None:
    raw = urlencode(FORM).encode() + b"&Half=%ED%A0%BD"
    signed = {**FORM, "Half": b"\xed\xa0\xbd".decode("utf-8", "replace")}
    answer = client.post(
        "/sms/inbound",
        data=raw,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": twilio.sign(PUBLIC + "/sms/inbound", signed)},
    )
    assert answer.status_code == 200
    assert len(intake.inbound) == 1


def test_json_is_bound_by_its_hash(
    client: FlaskClient, twilio: FakeTwilio, intake: FakeIntake
) -> None:
    raw = b'{"MessageSid": "SM1", "From": "+33612345678", "Body": "NEUF"}'
    path = f"/sms/inbound?bodySHA256={sha256(raw).hexdigest()}"
    headers = {"X-Twilio-Signature": twilio.sign(PUBLIC + path, {})}
    kind = "application/json"
    assert client.post(path, data=raw, content_type=kind, headers=headers).status_code == 200
    changed = raw.replace(b"NEUF", b"STOP")
    assert client.post(path, data=changed, content_type=kind, headers=headers).status_code == 403
    assert [message.text for message in intake.inbound] == ["NEUF"]


@pytest.mark.parametrize("path", ["/sms/inbound", "/sms/status?m=7"])
def test_a_database_that_is_away_asks_for_a_repeat(
    post: Post, intake: FakeIntake, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    intake.broken = True
    assert post(FORM, path).status_code == 503
    assert "OSError" in caplog.text
    assert "the text of a person" not in caplog.text
    intake.broken = False
    assert post(FORM, path).status_code == 200


def test_a_report_finds_its_message_by_our_own_id(post: Post, intake: FakeIntake) -> None:
    told = {"MessageSid": "SM9", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert post(told, "/sms/status?m=42").status_code == 200
    (report,) = intake.reports
    assert (report.outbound_id, report.external_id) == (42, "SM9")
    assert (report.status, report.code) == ("failed", "30003")


def test_the_id_in_the_url_is_signed_too(
    client: FlaskClient, twilio: FakeTwilio, intake: FakeIntake
) -> None:
    told = {"MessageSid": "SM9", "MessageStatus": "delivered"}
    signature = twilio.sign(f"{PUBLIC}/sms/status?m=42", told)
    headers = {"X-Twilio-Signature": signature}
    assert client.post("/sms/status?m=43", data=told, headers=headers).status_code == 403
    assert intake.reports == []


def test_a_status_of_no_message_is_malformed(post: Post) -> None:
    assert post({"MessageStatus": "sent"}, "/sms/status?m=42").status_code == 400


def test_looking_is_not_posting(client: FlaskClient) -> None:
    assert client.get("/sms/inbound").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/sms/inbound?",
        "/sms/inbound?a=%27&b=%C3%A9&c=%2f%7e",
        "/sms/inbound?a=b+c&a=%20",
        "/sms/%69nbound",
        "/sms/inbound?x=%ED%A0%BD",
    ],
)
def test_through_the_real_server_the_url_is_taken_as_it_was_written(
    intake: FakeIntake, twilio: FakeTwilio, path: str
) -> None:
    carrier = Webhook("http://sms.example", (AUTH_TOKEN,))
    server = WebServer(create_app([sms.blueprint(intake, carrier)]), "127.0.0.1", 0, threads=2)
    server.start()
    try:
        host, port = server.address
        # The host that was signed is not the one that a proxy calls us by.
        carrier_form = {"MessageSid": "SM1", "From": LEO, "Body": "l'été"}
        signature = twilio.sign(f"http://sms.example{path}", carrier_form)
        assert _posted(host, port, path, carrier_form, signature) == 200
        assert _posted(host, port, path + "x", carrier_form, signature) in (403, 404)
    finally:
        server.stop()
    assert [message.text for message in intake.inbound] == ["l'été"]


def test_a_whole_trip_over_real_sockets(intake: FakeIntake) -> None:
    with FakeTwilio() as twilio:
        app = create_app([])
        server = WebServer(app, "127.0.0.1", 0, threads=2)
        server.start()
        try:
            base = "http://{}:{}".format(*server.address)
            app.register_blueprint(sms.blueprint(intake, Webhook(base, (AUTH_TOKEN,))))
            twilio.webhook = f"{base}/sms/inbound#rc=5&rp=all"
            sid = twilio.phone_sends(LEO, "P quai3 l'été 😀")
            channel = TwilioSms(ACCOUNT_SID, AUTH_TOKEN, NUMBER, base, api_url=twilio.url)
            (receipt,) = channel.send([owed("OK", number=42)])
            assert isinstance(receipt, Receipt)
            intake.wait_for_reports(2)
        finally:
            server.stop()
    (message,) = intake.inbound
    assert (message.external_id, message.text) == (sid, "P quai3 l'été 😀")
    assert {report.outbound_id for report in intake.reports} == {42}
    assert {report.external_id for report in intake.reports} == {receipt.external_id}
    assert [report.status for report in intake.reports] == ["sent", "delivered"]


def _posted(host: str, port: int, path: str, form: dict[str, str], signature: str) -> int:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        headers = {
            "X-Twilio-Signature": signature,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", path, urlencode(form), headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("environ", "target"),
    [
        ({"REQUEST_URI": "/sms/in%27?a"}, "/sms/in%27?a"),
        ({"REQUEST_URI": "http://sms.example/sms/in?"}, "/sms/in?"),
        ({"REQUEST_URI": "", "RAW_URI": "/sms/%69n"}, "/sms/%69n"),
        ({"REQUEST_URI": "", "RAW_URI": ""}, "/sms/in%20bound?a=%27"),
    ],
)
def test_the_raw_target_under_any_server(environ: dict[str, str], target: str) -> None:
    built = EnvironBuilder(path="/sms/in bound", query_string="a=%27").get_environ()
    assert sms.raw_target(Request({**built, **environ})) == target
