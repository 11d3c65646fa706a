"""What Twilio says it has taken: ours only, each as we would know it again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.channels.sms import lookup
from gateway.channels.sms.twilio import TwilioSms
from gateway.core.envelope import Receipt
from gateway.core.errors import DeliveryError
from gateway.core.ports import Listing, Traceable
from gateway.demo import twilio_rest
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.demo.twilio_faults import Fault, Kind
from tests.support.sms import LEO, owed

SERVICE = "MG" + "0" * 32
OTHER = "+33700000002"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def carrier() -> Iterator[FakeTwilio]:
    made = FakeTwilio(numbers=(NUMBER, OTHER), services={SERVICE: NUMBER}, steps=())
    with made as carrier:
        yield carrier


NOBODY = "http://127.0.0.1:9"
"""Where callbacks go, and are refused at once."""


def to(carrier: FakeTwilio, sender: str = NUMBER, token: str = AUTH_TOKEN) -> TwilioSms:
    return TwilioSms(ACCOUNT_SID, token, sender, NOBODY, api_url=carrier.url)


@pytest.mark.parametrize("sender", [NUMBER, SERVICE])
def test_what_we_sent_is_known_again(carrier: FakeTwilio, sender: str) -> None:
    channel = to(carrier, sender)
    assert isinstance(channel, Traceable)
    messages = [owed(f"Ça va, c’est noté {place}  ", number=place) for place in (1, 2)]
    receipts = list(channel.send(messages))
    listed = channel.listed(LEO, LONG_AGO).taken
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
    assert [one.trace for one in to(carrier).listed(LEO, LONG_AGO).taken] == []
    assert to(carrier).listed("+33612345000", LONG_AGO) == Listing([], LONG_AGO)


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
        (one,) = to(carrier).listed(LEO, LONG_AGO).taken
    assert (one.report.status, one.report.code) == (status, str(code or ""))
    assert (one.report.bad_after, one.report.again_after) == (bad_after, again_after)


def test_what_cannot_be_asked_raises(carrier: FakeTwilio) -> None:
    with pytest.raises(DeliveryError):
        to(carrier, token="wrong").listed(LEO, LONG_AGO)
    carrier.close()
    with pytest.raises(DeliveryError):
        to(carrier).listed(LEO, LONG_AGO)


def test_what_is_no_message_has_no_trace(carrier: FakeTwilio) -> None:
    assert to(carrier).trace(owed(" ")) == ""


class Days(FakeTwilio):
    """A carrier whose day a test sets, and which counts the pages that it was asked for."""

    def __init__(self, *, at_once: bool = True) -> None:
        self.today = LONG_AGO
        super().__init__(now=lambda: self.today, steps=("sent",) if at_once else ())

    def sends(self, channel: TwilioSms, count: int) -> list[str]:
        """The traces of so many texts; each has left where the carrier sends at once."""
        messages = [owed(f"{self.today:%d.%m.} {place}", number=place) for place in range(count)]
        receipts = list(channel.send(messages))
        assert all(isinstance(receipt, Receipt) for receipt in receipts)
        return [channel.trace(message) for message in messages]


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A line for each page that is asked for."""
    asked: list[int] = []
    real = twilio_rest.page

    def page(*args: Any) -> Any:
        asked.append(1)
        return real(*args)

    monkeypatch.setattr(twilio_rest, "page", page)
    monkeypatch.setattr(lookup, "PAGE", 10)
    return asked


def test_a_list_reaches_back_as_far_as_it_is_asked_and_no_page_farther(pages: list[int]) -> None:
    with Days() as carrier:
        channel = to(carrier)
        carrier.sends(channel, 30)
        carrier.today += timedelta(days=1)
        wanted = carrier.sends(channel, 25)
        carrier.wait_for(LEO, lambda _: all(m.status == "sent" for m in carrier.to(LEO)))
        since = carrier.today - timedelta(minutes=2)
        listing = channel.listed(LEO, since)
    assert ([one.trace for one in listing.taken], listing.since) == (wanted, since)
    assert len(pages) == 3


def test_a_list_that_is_cut_says_how_far_it_reaches(
    pages: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "MOST_LISTED", 20)
    with Days() as carrier:
        channel = to(carrier)
        carrier.sends(channel, 15)
        second_day = carrier.today = carrier.today + timedelta(days=1)
        carrier.sends(channel, 15)
        carrier.wait_for(LEO, lambda _: all(m.status == "sent" for m in carrier.to(LEO)))
        listing = channel.listed(LEO, LONG_AGO)
    assert len(listing.taken) == 20
    assert LONG_AGO < listing.since < second_day
    assert len(pages) == 2


def test_texts_that_have_not_left_hide_none_that_is_behind_them(
    pages: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Days(at_once=False) as carrier:
        channel = to(carrier)
        wanted = carrier.sends(channel, 25)
        carrier.today += timedelta(days=1)
        wanted += carrier.sends(channel, 25)
        listing = channel.listed(LEO, carrier.today)
        monkeypatch.setattr(lookup, "MOST_LISTED", 20)
        cut = channel.listed(LEO, carrier.today)
    assert [one.trace for one in listing.taken] == wanted
    assert cut.since > carrier.today  # it proves nothing at all
    assert len(pages) == 5 + 2
