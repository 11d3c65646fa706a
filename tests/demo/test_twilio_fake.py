"""The made-up carrier is itself tested: tests that trust it are only as good as it is."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask, Response, request
from twilio.base.exceptions import (  # type: ignore[import-untyped]  # it has no types
    TwilioRestException,
)
from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

from gateway.channels.sms.webhook import Webhook
from gateway.channels.sms.wire import Wire
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.demo.twilio_caller import Overrides
from gateway.demo.twilio_faults import Fault, Kind
from gateway.demo.twilio_ledger import Message
from gateway.web.server import WebServer
from tests.support.clock import Clock
from tests.support.sms import LEO

ANA = "+33687654321"
SERVICE = "MG" + "0" * 32


class Hook:
    """A webhook that checks what it is sent and answers as it is told."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.answers: list[int] = []
        self.signed: list[bool] = []
        self._changed = threading.Condition()
        app = Flask("hook")
        app.config["MAX_CONTENT_LENGTH"] = 65_536
        app.add_url_rule("/<path:rest>", view_func=self._take, methods=["POST"])
        self._server = WebServer(app, "127.0.0.1", 0, threads=4)

    def _take(self, rest: str) -> Response:
        raw, kind = request.get_data(), request.content_type or ""
        carrier = Webhook(self.url, (AUTH_TOKEN,))
        target = request.environ["REQUEST_URI"]
        fields = carrier.fields(raw, kind)
        header = request.headers.get("X-Twilio-Signature")
        with self._changed:
            self.signed.append(carrier.signed(target, raw, kind, fields, header))
            self.forms.append({name: values[0] for name, values in fields.items()})
            self.headers.append(dict(request.headers))
            self.paths.append(target)
            self._changed.notify_all()
            return Response(status=self.answers.pop(0) if self.answers else 200)

    @property
    def url(self) -> str:
        host, port = self._server.address
        return f"http://{host}:{port}"

    def wait(self, enough: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(enough, 5), self.forms

    def __enter__(self) -> "Hook":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as hook:
        yield hook


@pytest.fixture
def carrier(hook: Hook, clock: Clock) -> Iterator[FakeTwilio]:
    webhook = f"{hook.url}/sms/inbound"
    with FakeTwilio(services={SERVICE: "+33700000002"}, webhook=webhook, now=clock) as carrier:
        yield carrier


@pytest.fixture
def api(carrier: FakeTwilio) -> Any:
    return Client(ACCOUNT_SID, AUTH_TOKEN, http_client=Wire(5, carrier.url))


def create(api: Any, body: str = "OK", to: str = LEO, **more: Any) -> Any:
    return api.messages.create(to=to, body=body, **({"from_": NUMBER} | more))


def test_twilios_own_library_creates_fetches_and_lists(api: Any) -> None:
    sent = create(api, "x" * 200)
    assert (sent.status, sent.direction, sent.num_segments) == ("queued", "outbound-api", "2")
    fetched = api.messages(sent.sid).fetch()
    assert (fetched.sid, fetched.body, fetched.to) == (sent.sid, "x" * 200, LEO)
    assert fetched.date_created.tzinfo is not None
    assert [one.sid for one in api.messages.list()] == [sent.sid]


def test_a_messaging_service_accepts_and_says_no_sender_yet(api: Any, carrier: FakeTwilio) -> None:
    sent = create(api, from_=None, messaging_service_sid=SERVICE)
    assert (sent.status, sent.num_segments, sent.from_) == ("accepted", "0", None)
    assert carrier.messages[0].sender == "+33700000002"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": ""}, 21604),
        ({"from_": ""}, 21603),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"to": "0612345678"}, 21211),
        ({"to": NUMBER}, 21266),
        ({"from_": "+33799999999"}, 21606),
        ({"from_": "not a sender!"}, 21212),
        ({"from_": None, "messaging_service_sid": "MG" + "f" * 32}, 21701),
        ({"status_callback": "sms/status"}, 21609),
        ({"from_": "+15005550001"}, 21212),
        ({"from_": "+15005550007"}, 21606),
        ({"from_": "+15005550008"}, 21611),
        ({"to": "+15005550001"}, 21211),
        ({"to": "+15005550002"}, 21612),
        ({"to": "+15005550003"}, 21408),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550009"}, 21614),
    ],
)
def test_what_twilio_refuses(
    api: Any, carrier: FakeTwilio, changes: dict[str, Any], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        create(api, **changes)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert carrier.messages == []


def test_the_magic_sender_is_always_one(api: Any) -> None:
    assert create(api, from_="+15005550006").status == "queued"


def test_only_the_account_itself_is_let_in(carrier: FakeTwilio) -> None:
    for sid, token in ((ACCOUNT_SID, "wrong"), ("AC" + "f" * 32, AUTH_TOKEN)):
        stranger = Client(sid, token, http_client=Wire(5, carrier.url))
        with pytest.raises(TwilioRestException) as refused:
            create(stranger)
        assert (refused.value.status, refused.value.code) == (401, 20003)
    assert httpx.get(f"{carrier.url}/2010-04-01/Accounts/x/Messages.json").status_code == 401


def test_what_is_not_there_is_404(api: Any) -> None:
    with pytest.raises(TwilioRestException) as missing:
        api.messages("SM" + "f" * 32).fetch()
    assert (missing.value.status, missing.value.code) == (404, 20404)


def test_the_list_is_paged_newest_first_and_steady_while_more_come(api: Any) -> None:
    for place in range(5):
        create(api, f"{place}")
    pages = api.messages.page(page_size=2)
    assert [one.body for one in pages] == ["4", "3"]
    create(api, "new")
    second = pages.next_page()
    assert [one.body for one in second] == ["2", "1"]
    third = second.next_page()
    assert [one.body for one in third] == ["0"]
    assert third.next_page() is None
    assert len(api.messages.list(page_size=2)) == 6
    assert len(api.messages.list(limit=3)) == 3


def test_the_list_is_filtered(api: Any, carrier: FakeTwilio, clock: Clock) -> None:
    first = clock()
    create(api, "to Leo")
    clock.advance(hours=2)
    create(api, "to Ana", to=ANA)
    carrier.phone_sends(LEO, "from Leo")

    def bodies(**query: Any) -> list[str]:
        return [one.body for one in api.messages.list(**query)]

    assert bodies(to=LEO) == ["to Leo"]
    assert bodies(from_=LEO) == ["from Leo"]
    assert bodies(to=NUMBER) == ["from Leo"]
    assert bodies(date_sent_after=first + timedelta(hours=1)) == ["from Leo", "to Ana"]
    assert bodies(date_sent_before=first + timedelta(hours=1)) == ["to Leo"]
    assert bodies(date_sent=first.date()) == ["from Leo", "to Ana", "to Leo"]
    assert bodies(date_sent=first.date() + timedelta(days=1)) == []


@pytest.mark.parametrize("query", ["PageSize=x", "DateSent%3E=never"])
def test_a_list_that_cannot_be_had_is_refused(carrier: FakeTwilio, query: str) -> None:
    url = f"{carrier.url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json?{query}"
    answer = httpx.get(url, auth=(ACCOUNT_SID, AUTH_TOKEN))
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def statuses(hook: Hook) -> list[str]:
    return [form["MessageStatus"] for form in hook.forms]


def test_statuses_are_called_back_signed(api: Any, carrier: FakeTwilio, hook: Hook) -> None:
    sent = create(api, status_callback=f"{hook.url}/sms/status?m=7")
    hook.wait(lambda: len(hook.forms) == 2)
    assert statuses(hook) == ["sent", "delivered"]
    assert hook.signed == [True, True]
    assert hook.paths == ["/sms/status?m=7"] * 2
    assert {form["MessageSid"] for form in hook.forms} == {sent.sid}
    assert carrier.message(sent.sid).status == "delivered"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Kind.CALLBACKS_TWICE, ["sent", "sent", "delivered", "delivered"]),
        (Kind.CALLBACKS_REVERSED, ["delivered", "sent"]),
        (Kind.UNDELIVERED, ["sent", "undelivered"]),
    ],
)
def test_statuses_go_wrong_on_demand(
    api: Any, carrier: FakeTwilio, hook: Hook, kind: Kind, told: list[str]
) -> None:
    carrier.faults.add(Fault(kind, number=LEO, code=30005))
    create(api, status_callback=f"{hook.url}/sms/status")
    hook.wait(lambda: len(hook.forms) == len(told))
    assert statuses(hook) == told
    code = hook.forms[-1].get("ErrorCode")
    assert code == ("30005" if kind is Kind.UNDELIVERED else None)


def test_lost_statuses_stay_lost(api: Any, carrier: FakeTwilio, hook: Hook) -> None:
    carrier.faults.add(Fault(Kind.CALLBACKS_LOST))
    create(api, status_callback=f"{hook.url}/sms/status?m=1")
    create(api, status_callback=f"{hook.url}/sms/status?m=2")
    hook.wait(lambda: len(hook.forms) == 2)
    assert hook.paths == ["/sms/status?m=2"] * 2


def test_statuses_may_be_late(api: Any, carrier: FakeTwilio, hook: Hook) -> None:
    carrier.faults.add(Fault(Kind.CALLBACKS_LATE, seconds=0.03))
    create(api, status_callback=f"{hook.url}/sms/status?m=late")
    create(api, status_callback=f"{hook.url}/sms/status?m=soon")
    hook.wait(lambda: len(hook.forms) == 4)
    assert hook.paths == ["/sms/status?m=soon"] * 2 + ["/sms/status?m=late"] * 2


def test_a_status_may_come_before_the_answer(api: Any, carrier: FakeTwilio, hook: Hook) -> None:
    carrier.faults.add(Fault(Kind.CALLBACK_FIRST))
    create(api, status_callback=f"{hook.url}/sms/status")
    assert statuses(hook) == ["sent", "delivered"]


def test_a_phone_sends_a_signed_form(carrier: FakeTwilio, hook: Hook) -> None:
    sid = carrier.phone_sends(LEO, "P quai3 l'été & « ça »", media=["image/jpeg"])
    assert carrier.message(sid).acknowledged
    assert hook.signed == [True]
    (form,) = hook.forms
    assert (form["MessageSid"], form["From"], form["To"]) == (sid, LEO, NUMBER)
    assert form["Body"] == "P quai3 l'été & « ça »"
    assert form["FromCity"] == ""
    assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/jpeg")
    assert "OptOutType" not in form


def test_a_phone_repeats_as_the_fragment_says(carrier: FakeTwilio, hook: Hook) -> None:
    carrier.webhook += "#rc=3&rp=all"
    hook.answers = [503, 500, 200]
    sid = carrier.phone_sends(LEO, "NEUF")
    assert carrier.message(sid).acknowledged
    assert [form["MessageSid"] for form in hook.forms] == [sid] * 3
    assert len({header["I-Twilio-Idempotency-Token"] for header in hook.headers}) == 1
    assert hook.paths == ["/sms/inbound"] * 3


def test_by_default_an_error_is_not_repeated_but_can_be_redelivered(
    carrier: FakeTwilio, hook: Hook
) -> None:
    hook.answers = [503]
    sid = carrier.phone_sends(LEO, "NEUF")
    assert not carrier.message(sid).acknowledged
    assert len(hook.forms) == 1
    assert carrier.redeliver(sid).acknowledged
    assert carrier.message(sid).acknowledged
    assert [form["MessageSid"] for form in hook.forms] == [sid] * 2


def test_a_webhook_that_is_not_there_is_tried_twice(carrier: FakeTwilio) -> None:
    with Hook() as gone:
        carrier.webhook = f"{gone.url}/sms/inbound"
    sid = carrier.phone_sends(LEO, "NEUF")
    called = carrier.redeliver(sid)
    assert (called.outcome, called.tries) == ("ct", 2)
    assert not carrier.message(sid).acknowledged


def test_a_webhook_that_never_answers_is_let_go_and_tried_again(carrier: FakeTwilio) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        carrier.webhook = f"http://127.0.0.1:{silent.getsockname()[1]}/in#rc=1&rp=rt&rt=20"
        sid = carrier.phone_sends(LEO, "NEUF")
        called = carrier.redeliver(sid)
    assert (called.outcome, called.tries) == ("rt", 2)
    assert not carrier.message(sid).acknowledged


def test_the_signature_may_cover_the_fragment(hook: Hook) -> None:
    webhook = f"{hook.url}/sms/inbound#rc=5&rp=all"
    with FakeTwilio(webhook=webhook, sign_fragment=True) as carrier:
        carrier.phone_sends(LEO, "NEUF")
    assert hook.signed == [True]


@pytest.mark.parametrize(
    ("url", "repeats", "again"),
    [
        ("http://h/p", 1, ["ct"]),
        ("http://h/p#rc=5", 5, ["ct"]),
        ("http://h/p#rc=9&rp=all", 5, ["4xx", "5xx", "ct", "rt"]),
        ("http://h/p#rc=0&rp=5xx,rt", 0, ["5xx", "rt"]),
        ("http://h/p#rc=x", 1, ["ct"]),
    ],
)
def test_what_a_fragment_asks_for(url: str, repeats: int, again: list[str]) -> None:
    asked = Overrides.of(url)
    assert asked.repeats == repeats
    kinds = ("2xx", "4xx", "5xx", "ct", "rt")
    assert [kind for kind in kinds if asked.repeat(kind)] == again


def test_stop_is_answered_by_the_carrier_and_blocks(api: Any, carrier: FakeTwilio) -> None:
    carrier.phone_sends(LEO, "Stop")
    assert "unsubscribed" in carrier.heard(LEO)[-1].body
    assert carrier.to(LEO) == []
    with pytest.raises(TwilioRestException) as refused:
        create(api)
    assert refused.value.code == 21610
    carrier.phone_sends(LEO, "START")
    assert create(api).status == "queued"


def test_two_words_are_no_stop(api: Any, carrier: FakeTwilio) -> None:
    carrier.phone_sends(LEO, "STOP quai3")
    assert carrier.heard(LEO) == []
    assert create(api).status == "queued"


@pytest.mark.parametrize(
    ("opt_out", "told", "answered"),
    [("default", None, 1), ("advanced", "STOP", 1), ("off", None, 0)],
)
def test_what_a_carrier_does_with_stop(
    hook: Hook, opt_out: str, told: str | None, answered: int
) -> None:
    with FakeTwilio(webhook=f"{hook.url}/sms/inbound", opt_out=opt_out) as carrier:
        carrier.phone_sends(LEO, "STOP")
        assert hook.forms[0].get("OptOutType") == told
        assert len(carrier.heard(LEO)) == answered


def test_waiting_for_a_message(api: Any, carrier: FakeTwilio) -> None:
    later = threading.Timer(0.02, create, [api, "deux"])
    later.start()
    create(api, "un")
    assert carrier.wait_for(LEO, lambda m: m.body == "deux").body == "deux"
    assert carrier.wait_for(LEO, skip=1).body == "deux"
    later.join()
    with pytest.raises(TimeoutError, match="has heard"):
        carrier.wait_for(LEO, lambda m: m.body == "trois", timeout=0.02)


def test_a_listener_is_told_until_it_leaves(api: Any, carrier: FakeTwilio) -> None:
    told: list[Message] = []
    leave = carrier.subscribe(told.append)
    create(api, "un")
    carrier.phone_sends(LEO, "deux")
    leave()
    create(api, "trois")
    assert [message.body for message in told] == ["un", "deux"]


def test_a_fault_strikes_its_number_as_often_as_it_says(api: Any, carrier: FakeTwilio) -> None:
    carrier.faults.add(Fault(Kind.REFUSE, number=LEO, code=30022, times=2))
    assert create(api, to=ANA).status == "queued"
    for _ in range(2):
        with pytest.raises(TwilioRestException):
            create(api)
    assert create(api).status == "queued"
    carrier.faults.add(Fault(Kind.REFUSE, code=20429, times=0))
    for _ in range(3):
        with pytest.raises(TwilioRestException) as refused:
            create(api)
        assert refused.value.status == 429
    carrier.faults.clear()
    assert create(api).status == "queued"


def test_closing_lets_go_of_whoever_hangs(api: Any) -> None:
    with FakeTwilio() as carrier:
        carrier.faults.add(Fault(Kind.HANG_AFTER))
        client = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=Wire(0.03, carrier.url))
        with pytest.raises(Exception, match="timed out"):
            create(client)
    assert len(carrier.messages) == 1


def test_a_body_beyond_all_measure_is_refused(carrier: FakeTwilio) -> None:
    host, port = carrier.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=5)
    connection.putrequest("POST", "/2010-04-01/Accounts/x/Messages.json")
    connection.putheader("Content-Length", "99999999")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_process_of_its_own_is_driven_over_http(hook: Hook, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gateway.demo.twilio", "--port", "0"),
            *("--webhook", f"{hook.url}/sms/inbound", "--account", "ACx", "--token", AUTH_TOKEN),
            *("--number", "+33700000009", "--journal", str(journal)),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        url = process.stdout.readline().removeprefix("ready ").strip()
        sent = httpx.post(f"{url}/_fake/phone", json={"from": LEO, "body": "NEUF"}).json()
        assert sent["acknowledged"]
        assert hook.signed == [True]
        again = httpx.post(f"{url}/_fake/redeliver", json={"sid": sent["sid"]}).json()
        assert again["sid"] == sent["sid"]
        _drive(url)
        found = httpx.get(f"{url}/_fake/messages", params={"to": LEO}).json()["messages"]
        assert [one["body"] for one in found] == ["OK"]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        process.stdout.close()
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [(line["direction"], line["body"]) for line in lines] == [
        ("inbound", "NEUF"),
        ("outbound-api", "OK"),
    ]


def _drive(url: str) -> None:
    """Faults on and off, a webhook elsewhere, and what is no order."""
    client = Client("ACx", AUTH_TOKEN, http_client=Wire(5, url))
    httpx.post(f"{url}/_fake/faults", json={"kind": "refuse", "code": 21614, "times": 0})
    with pytest.raises(TwilioRestException):
        create(client, from_="+33700000009")
    httpx.delete(f"{url}/_fake/faults")
    create(client, from_="+33700000009")
    assert httpx.post(f"{url}/_fake/webhook", json={"url": ""}).status_code == 200
    assert httpx.post(f"{url}/_fake/faults", json={"kind": "shiny"}).status_code == 400
    assert httpx.post(f"{url}/_fake/redeliver", json={"sid": "SMx"}).status_code == 400
    assert httpx.post(f"{url}/_fake/nothing", json={}).status_code == 404


def test_dates_are_utc(carrier: FakeTwilio, api: Any) -> None:
    assert create(api).date_created == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
