"""How the made-up carrier calls us: statuses, texts of phones, repeats, and its own STOP."""

import socket
from typing import Any

import pytest
from twilio.base.exceptions import (  # type: ignore[import-untyped]  # it has no types
    TwilioRestException,
)

from gateway.demo.twilio import NUMBER, FakeTwilio
from gateway.demo.twilio_caller import Overrides
from gateway.demo.twilio_faults import Fault, Kind
from tests.support.hook import Hook, create
from tests.support.sms import LEO


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
