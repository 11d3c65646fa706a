"""Nothing leaves for a number that may not be written to, on either carrier's wire."""

import pytest

from gateway.channels.sms.kannel.sendsms import KannelSms
from gateway.channels.sms.twilio import TwilioSms
from gateway.core.envelope import SMS, Answer, Failure, Outbound
from gateway.core.errors import PermanentFailure, TemporaryFailure
from gateway.core.ports import Channel

NOWHERE = "http://127.0.0.1:1"


def channels() -> list[Channel]:
    """Both carriers, at an address where nothing listens: whoever is tried, fails there."""
    return [
        TwilioSms("AC" + "0" * 32, "token", "+33756796123", NOWHERE, NOWHERE, countries=("FR",)),
        KannelSms(NOWHERE, "u", "p", "+33756796123", NOWHERE, "secret", countries=("FR",)),
    ]


@pytest.mark.parametrize("channel", channels(), ids=lambda channel: type(channel).__name__)
def test_each_is_refused_before_the_wire_and_the_next_one_is_tried(channel: Channel) -> None:
    numbers = ("+32470123456", "+33899000000", "+19005550100", "+33123456789", "+33639980001")
    messages = [
        Outbound(place, SMS, number, "fr", Answer("bonjour"))
        for place, number in enumerate(numbers)
    ]
    outcomes = list(channel.send(messages))
    failures = [one.error for one in outcomes if isinstance(one, Failure)]
    assert len(failures) == len(numbers)
    for failure, code in zip(
        failures, ("country", "premium", "premium", "not mobile"), strict=False
    ):
        assert isinstance(failure, PermanentFailure)
        assert (failure.code, failure.bad_address) == (code, False)
    assert isinstance(failures[-1], TemporaryFailure)
