"""What a text is said to cost before it is sent is what its carrier counts, to the segment."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from gateway.channels.sms.kannel.sendsms import KannelSms
from gateway.channels.sms.twilio import TwilioSms
from gateway.core.commands import Page
from gateway.core.envelope import Content, Digest, Outbound, Receipt
from gateway.core.ports import Priced
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from tests.support.kannel_wire import FakeKannel
from tests.support.sms import notice, owed, post

Carrier = TwilioSms | KannelSms

CONTENTS: tuple[Content | str, ...] = (
    "OK",
    "x" * 160,
    "x" * 161,
    "€" * 80,
    "€" * 81,
    "ê" * 160,
    "\u0627" * 70,
    "\u0627" * 71,
    "\N{GRINNING FACE}" * 35,
    "\N{GRINNING FACE}" * 36,
    "ligne\r\n" * 23,
    "x" * 5000,
    notice(post("palette " * 50)),
    notice(post("\u062e\u0637\u0631 " * 30, urgent=True)),
    Digest(Page((post(), post("balai", number=1428)), 3, "digest"), (141, 142)),
)


@pytest.fixture(params=["twilio", "twilio, answered elsewhere", "kannel"])
def carrier(request: pytest.FixtureRequest) -> Iterator[Carrier]:
    with ExitStack() as stack:
        if request.param == "kannel":
            kannel = stack.enter_context(FakeKannel())
            yield KannelSms(kannel.url, "ann", "pw", "+33700000001", "https://gw.example", "s" * 32)
            return
        twilio = stack.enter_context(FakeTwilio(steps=()))
        elsewhere = NUMBER if "elsewhere" in request.param else ""
        yield TwilioSms(
            ACCOUNT_SID,
            AUTH_TOKEN,
            NUMBER,
            "https://gw.example",
            api_url=twilio.url,
            reply_to=elsewhere,
        )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_price_is_what_is_billed(carrier: Carrier, language: str) -> None:
    assert isinstance(carrier, Priced)
    messages = [owed(content, language=language) for content in CONTENTS]
    for message in messages:
        (receipt,) = carrier.send([message])
        assert isinstance(receipt, Receipt)
        assert carrier.cost(message) == receipt.segments, message.content


def test_silence_costs_nothing(carrier: Carrier) -> None:
    message: Outbound = owed("  \n ")
    assert carrier.cost(message) == 0
