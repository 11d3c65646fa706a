"""What phones sent while nobody took it, as Twilio lists it: all of it, the oldest first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from gateway.channels.sms import missed
from gateway.channels.sms.twilio import TwilioSms
from gateway.channels.sms.webhook import inbound as from_webhook
from gateway.core.envelope import Inbound
from gateway.core.errors import ChannelShut, DeliveryError
from gateway.core.ports import Recalls
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.demo.twilio_faults import Fault, Kind
from gateway.demo.twilio_ledger import INBOUND, Message
from tests.support.clock import Clock
from tests.support.sms import LEO, owed

SERVICE = "MG" + "0" * 32
OF_SERVICE = "+33700000002"
ELSEWHERE = "+33700000003"
SHORT = "38200"


@pytest.fixture
def carrier(clock: Clock) -> Iterator[FakeTwilio]:
    numbers = (NUMBER, OF_SERVICE, ELSEWHERE, SHORT)
    with FakeTwilio(numbers=numbers, services={SERVICE: OF_SERVICE}, now=clock) as carrier:
        carrier.faults.add(Fault(Kind.WEBHOOK_LOST, times=0))
        yield carrier


def at(
    carrier: FakeTwilio, sender: str = NUMBER, *, reply_to: str = "", token: str = AUTH_TOKEN
) -> TwilioSms:
    return TwilioSms(
        ACCOUNT_SID,
        token,
        sender,
        "https://sms.example",
        api_url=carrier.url,
        reply_to=reply_to,
    )


def came_in(channel: TwilioSms, since: datetime, until: datetime) -> list[Inbound]:
    """Each once: a list may show one twice."""
    found = list(channel.came_in(since, until))
    said = [one.said_at for one in found if one.said_at]
    assert len(said) == len(found)
    return list({one.external_id: one for one in found}.values())


def texts(channel: TwilioSms, clock: Clock, minutes: float = 60) -> list[str]:
    since = clock() - timedelta(minutes=minutes)
    return [one.text for one in came_in(channel, since, clock() + timedelta(seconds=1))]


def test_it_is_what_the_webhook_would_have_brought(carrier: FakeTwilio, clock: Clock) -> None:
    clock.advance(seconds=7)
    carrier.phone_sends(LEO, "P quai3 voici la palette", media=["image/jpeg", "video/mp4"])
    sid = carrier.phone_sends(LEO, "Ça va ?  ")
    (form, plain) = carrier._forms.values()
    said_at = clock()
    clock.advance(minutes=3)
    channel = at(carrier)
    assert isinstance(channel, Recalls)
    with_media, without = came_in(channel, clock() - timedelta(minutes=5), clock())
    for found, fields in ((with_media, form), (without, plain)):
        brought = from_webhook({name: [value] for name, value in fields.items()})
        assert (found.external_id, found.sender, found.text, found.channel) == (
            brought.external_id,
            brought.sender,
            brought.text,
            brought.channel,
        )
        assert found.said_at == said_at
        assert not found.carrier_answered
    assert "[photo] [video]" in with_media.text
    assert without.external_id == sid
    assert b"Body=" in without.raw


@pytest.mark.parametrize(
    ("sender", "reply_to", "heard"),
    [
        (NUMBER, "", ["to us"]),
        (SHORT, "", ["to the short code"]),
        (SERVICE, "", ["to the service"]),
        ("Depot", ELSEWHERE, ["elsewhere"]),
        (SERVICE, ELSEWHERE, ["to the service", "elsewhere"]),
        ("Depot", "", []),
    ],
)
def test_only_what_was_sent_to_us(
    carrier: FakeTwilio, clock: Clock, sender: str, reply_to: str, heard: list[str]
) -> None:
    for number, text in (
        (NUMBER, "to us"),
        (SHORT, "to the short code"),
        (OF_SERVICE, "to the service"),
        (ELSEWHERE, "elsewhere"),
    ):
        carrier.phone_sends(LEO, text, to=number)
        clock.advance(seconds=2)
    list(at(carrier).send([owed("from us")]))
    assert texts(at(carrier, sender, reply_to=reply_to), clock) == heard


def test_the_time_of_another_zone_is_the_same_time(carrier: FakeTwilio, clock: Clock) -> None:
    """twilio-python writes the local hour as if it were UTC's."""
    carrier.phone_sends(LEO, "old")
    clock.advance(hours=1)
    carrier.phone_sends(LEO, "new")
    here = timezone(timedelta(hours=5))
    since = (clock() - timedelta(minutes=10)).astimezone(here)
    found = came_in(at(carrier), since, clock().astimezone(here))
    assert [one.text for one in found] == ["new"]


@pytest.mark.parametrize(
    ("word", "number", "silent"),
    [
        ("STOP", NUMBER, True),
        (" stop ", NUMBER, True),
        ("START", NUMBER, True),
        ("Help", NUMBER, True),
        ("STOP", SHORT, False),
        ("STOP quai3", NUMBER, False),
        ("ARRET", NUMBER, False),
    ],
)
def test_what_twilio_answers_itself_is_not_answered_again(
    carrier: FakeTwilio, clock: Clock, word: str, number: str, silent: bool
) -> None:
    carrier.phone_sends(LEO, word, to=number)
    clock.advance(seconds=10)
    (found,) = came_in(at(carrier, number), clock() - timedelta(minutes=1), clock())
    assert found.carrier_answered is silent


def test_twenty_thousand_of_three_days_come_in_order_a_handful_at_a_time(
    carrier: FakeTwilio, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of them in ten minutes of the second day, and eight times scaled down."""
    monkeypatch.setattr(missed, "HANDFUL", 60)
    monkeypatch.setattr(missed, "PAGE", 60)
    began = clock()
    times = [began + timedelta(seconds=place * 207) for place in range(1250)]
    times += [began + timedelta(days=1, seconds=place * 0.48) for place in range(1250)]
    for place, moment in enumerate(sorted(times)):
        message = Message(INBOUND, LEO, NUMBER, f"{place}", moment, "received", 1)
        carrier._ledger.add(message)
    most = 0
    kept = missed._within

    def counting(*given: object) -> object:
        nonlocal most
        found = kept(*given)  # type: ignore[arg-type]  # as it was called
        most = max(most, len(found or ()))
        return found

    monkeypatch.setattr(missed, "_within", counting)
    found = came_in(at(carrier), began, began + timedelta(days=3))
    assert [one.text for one in found] == [f"{place}" for place in range(2500)]
    assert most <= 60


def test_more_in_a_second_than_a_handful_is_still_all(
    carrier: FakeTwilio, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "HANDFUL", 5)
    for place in range(20):
        carrier._ledger.add(Message(INBOUND, LEO, NUMBER, f"{place}", clock(), "received", 1))
    clock.advance(minutes=1)
    assert len(texts(at(carrier), clock)) == 20


def test_a_text_that_is_none_holds_up_no_other(carrier: FakeTwilio, clock: Clock) -> None:
    carrier._ledger.add(Message(INBOUND, "", NUMBER, "of nobody", clock(), "received", 1))
    carrier.phone_sends(LEO, "NEUF")
    clock.advance(seconds=9)
    assert texts(at(carrier), clock) == ["NEUF"]


def test_what_cannot_be_asked_raises(carrier: FakeTwilio) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(ChannelShut):
        list(at(carrier, token="wrong").came_in(now - timedelta(hours=1), now))
    carrier.close()
    with pytest.raises(DeliveryError):
        list(at(carrier).came_in(now - timedelta(hours=1), now))
