"""What Twilio says it has taken: ours only, each as we would know it again."""

from collections.abc import Iterator

import pytest

from gateway.channels.sms.twilio import TwilioSms
from gateway.core.envelope import Receipt
from gateway.core.errors import DeliveryError
from gateway.core.ports import Traceable
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.demo.twilio_faults import Fault, Kind
from tests.support.sms import LEO, owed

SERVICE = "MG" + "0" * 32
OTHER = "+33700000002"


@pytest.fixture
def carrier() -> Iterator[FakeTwilio]:
    made = FakeTwilio(numbers=(NUMBER, OTHER), services={SERVICE: NUMBER}, steps=())
    with made as carrier:
        yield carrier


def to(carrier: FakeTwilio, sender: str = NUMBER, token: str = AUTH_TOKEN) -> TwilioSms:
    return TwilioSms(ACCOUNT_SID, token, sender, "https://sms.example", api_url=carrier.url)


@pytest.mark.parametrize("sender", [NUMBER, SERVICE])
def test_what_we_sent_is_known_again(carrier: FakeTwilio, sender: str) -> None:
    channel = to(carrier, sender)
    assert isinstance(channel, Traceable)
    messages = [owed(f"Ça va, c’est noté {place}  ", number=place) for place in (1, 2)]
    receipts = list(channel.send(messages))
    listed = channel.listed(LEO)
    assert [one.trace for one in listed] == [channel.trace(message) for message in messages]
    assert [one.report.external_id for one in listed] == [
        receipt.external_id for receipt in receipts if isinstance(receipt, Receipt)
    ]
    assert {(one.report.status, one.segments) for one in listed} == {("sent", 1)}
    assert all(one.at.tzinfo is not None for one in listed)


def test_what_others_sent_or_were_sent_is_not_ours(carrier: FakeTwilio) -> None:
    list(to(carrier, OTHER).send([owed()]))
    carrier.phone_sends(LEO, "NEUF")
    carrier.phone_sends(LEO, "STOP")  # the carrier answers that itself
    assert [one.trace for one in to(carrier).listed(LEO)] == []
    assert to(carrier).listed("+33612345000") == []


@pytest.mark.parametrize(
    ("code", "status", "bad_after", "again_after"),
    [
        (0, "delivered", 0, 0),
        (30006, "failed", 1, 0),
        (30008, "failed", 0, 900),
        (21610, "opted_out", 0, 0),
    ],
)
def test_what_became_of_it_is_told_too(
    code: int, status: str, bad_after: int, again_after: int
) -> None:
    with FakeTwilio() as carrier:
        if code:
            carrier.faults.add(Fault(Kind.UNDELIVERED, code=code))
        list(to(carrier).send([owed()]))
        carrier.wait_for(LEO, lambda message: message.status in ("delivered", "undelivered"))
        (one,) = to(carrier).listed(LEO)
    assert (one.report.status, one.report.code) == (status, str(code or ""))
    assert (one.report.bad_after, one.report.again_after) == (bad_after, again_after)


def test_what_cannot_be_asked_raises(carrier: FakeTwilio) -> None:
    with pytest.raises(DeliveryError):
        to(carrier, token="wrong").listed(LEO)
    carrier.close()
    with pytest.raises(DeliveryError):
        to(carrier).listed(LEO)


def test_what_is_no_message_has_no_trace(carrier: FakeTwilio) -> None:
    assert to(carrier).trace(owed(" ")) == ""
