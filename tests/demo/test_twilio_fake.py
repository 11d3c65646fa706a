"""The made-up carrier is itself tested: tests that trust it are only as good as it is."""

import http.client
import json
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import (  # type: ignore[import-untyped]  # it has no types
    TwilioRestException,
)
from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

from gateway.channels.sms.wire import Wire
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.demo.twilio_faults import Fault, Kind
from gateway.demo.twilio_ledger import Message
from tests.support.clock import Clock
from tests.support.hook import SERVICE, Hook, create
from tests.support.sms import LEO

ANA = "+33687654321"


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


def test_what_phones_sent_is_listed_page_by_page(api: Any, carrier: FakeTwilio, hook: Hook) -> None:
    sent = [carrier.phone_sends(LEO, f"{place}", to=NUMBER) for place in range(5)]
    carrier.phone_sends(LEO, "to another", to="+33700000002")
    create(api, "from us")
    found = list(api.messages.stream(to=NUMBER, page_size=2))
    assert [one.sid for one in found] == sent[::-1]
    assert {(one.direction, one.status, one.num_media) for one in found} == {
        ("inbound", "received", "0")
    }
    assert all(one.date_sent is not None for one in found)
    (other,) = api.messages.list(to="+33700000002")
    assert other.messaging_service_sid == SERVICE


def test_the_files_of_a_message_are_listed(api: Any, carrier: FakeTwilio) -> None:
    sid = carrier.phone_sends(LEO, "look", media=["image/png", "audio/amr"])
    message = api.messages(sid).fetch()
    files = message.media.list()
    assert message.num_media == "2"
    assert [one.content_type for one in files] == ["image/png", "audio/amr"]
    told = [carrier._forms[sid][f"MediaUrl{place}"] for place in range(2)]
    assert [f"https://api.twilio.com{one.uri.removesuffix('.json')}" for one in files] == told


def test_a_webhook_is_lost_on_demand(api: Any, carrier: FakeTwilio, hook: Hook) -> None:
    carrier.faults.add(Fault(Kind.WEBHOOK_LOST, number=LEO))
    lost = carrier.phone_sends(LEO, "lost")
    told = carrier.phone_sends(LEO, "told")
    assert [form["Body"] for form in hook.forms] == ["told"]
    assert not carrier.message(lost).acknowledged
    assert carrier.message(told).acknowledged
    assert len(api.messages.list(from_=LEO)) == 2
    assert carrier.redeliver(lost).acknowledged


def test_waiting_for_a_message(api: Any, carrier: FakeTwilio) -> None:
    later = threading.Timer(0.02, create, [api, "deux"])
    create(api, "un")
    later.start()
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
        assert process.wait(30) == 0
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


def test_a_file_is_behind_a_password_and_then_elsewhere() -> None:
    with FakeTwilio() as carrier:
        sid = carrier.phone_sends(LEO, "regardez", media=["image/jpeg"], files=[b"a picture"])
        place = f"{carrier.url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}/Media/ME{0:032x}"
        mine = (ACCOUNT_SID, AUTH_TOKEN)
        with httpx.Client() as phone:
            assert phone.get(place).status_code == 401
            answer = phone.get(place, auth=mine)
            assert answer.status_code == 307
            elsewhere = carrier.url + answer.headers["Location"]
            found = phone.get(elsewhere)
            assert (found.content, found.headers["Content-Type"]) == (b"a picture", "image/jpeg")
            assert carrier.shelf.told_too_much == []
            phone.get(elsewhere, auth=mine)
            assert len(carrier.shelf.told_too_much) == 1
