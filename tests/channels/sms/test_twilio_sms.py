"""The channel against the made-up carrier, over real sockets: once each, whatever breaks."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.channels.sms.twilio import TwilioSms
from gateway.core.envelope import Answer, Failure, Outbound, Receipt
from gateway.core.errors import (
    DeliveryError,
    OptedOut,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.core.ports import Channel
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.demo.twilio_faults import Fault, Kind
from tests.support.sms import LEO, notice, owed, post

SERVICE = "MG" + "0" * 32
ANA = "+33687654321"


@pytest.fixture
def carrier() -> Iterator[FakeTwilio]:
    with FakeTwilio(services={SERVICE: NUMBER}, steps=()) as carrier:
        yield carrier


@pytest.fixture
def channel(carrier: FakeTwilio) -> Channel:
    return to(carrier)


def to(
    carrier: FakeTwilio, sender: str = NUMBER, token: str = AUTH_TOKEN, timeout: float = 5
) -> TwilioSms:
    return TwilioSms(
        ACCOUNT_SID, token, sender, "https://sms.example/gw/", api_url=carrier.url, timeout=timeout
    )


def error_of(channel: Channel, message: Outbound | None = None) -> Exception:
    (outcome,) = channel.send([message or owed()])
    assert isinstance(outcome, Failure)
    assert outcome.outbound_id == 7
    return outcome.error


def test_a_message_goes_out_once_with_our_id_in_its_callback(
    carrier: FakeTwilio, channel: Channel
) -> None:
    (receipt,) = channel.send([owed("Ça va, c’est noté")])
    (sent,) = carrier.messages
    assert receipt == Receipt(7, sent.sid, 1)
    assert (sent.sender, sent.to, sent.body) == (NUMBER, LEO, "Ça va, c'est noté")
    assert sent.callback == "https://sms.example/gw/sms/status?m=7"
    assert sent.validity == 900


def test_messages_leave_in_order_and_each_outcome_is_told_at_once(
    carrier: FakeTwilio, channel: Channel
) -> None:
    outcomes = channel.send([owed(f"texte {place}", number=place) for place in (1, 2, 3)])
    first = next(outcomes)
    assert isinstance(first, Receipt)
    assert [m.body for m in carrier.messages] == ["texte 1"]
    assert [r.outbound_id for r in outcomes if isinstance(r, Receipt)] == [2, 3]
    assert [m.body for m in carrier.messages] == ["texte 1", "texte 2", "texte 3"]


def test_a_long_message_counts_its_segments(channel: Channel) -> None:
    (receipt,) = channel.send([owed("x" * 400)])
    assert isinstance(receipt, Receipt)
    assert receipt.segments == 3


def test_through_a_messaging_service(carrier: FakeTwilio) -> None:
    (receipt,) = to(carrier, sender=SERVICE).send([owed("x" * 200)])
    assert isinstance(receipt, Receipt)
    assert receipt.segments == 2  # the service says 0
    (sent,) = carrier.messages
    assert (sent.service, sent.sender) == (SERVICE, NUMBER)


def test_a_post_is_sent_as_its_notice(carrier: FakeTwilio, channel: Channel) -> None:
    list(channel.send([owed(notice(post()))]))
    assert carrier.messages[0].body == "Quai 3 1415 Ana: palette cassée quai 4. R1415 texte"
    assert carrier.messages[0].validity == 14_400


def test_fits_counts_what_will_be_sent(channel: Channel) -> None:
    assert channel.fits("ê" * 160)
    assert not channel.fits("œ" * 81)
    assert not channel.fits("ж" * 71)


@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.HANG, Kind.RESET])
def test_what_broke_before_the_carrier_took_it_is_unknown(carrier: FakeTwilio, kind: Kind) -> None:
    carrier.faults.add(Fault(kind, status=503))
    assert type(error_of(to(carrier, timeout=0.5))) is UnknownOutcome
    assert carrier.messages == []


@pytest.mark.parametrize("kind", [Kind.STATUS_AFTER, Kind.HANG_AFTER, Kind.RESET_AFTER])
def test_what_broke_after_the_carrier_took_it_is_unknown_and_went_once(
    carrier: FakeTwilio, kind: Kind
) -> None:
    carrier.faults.add(Fault(kind, status=502))
    assert type(error_of(to(carrier, timeout=0.5))) is UnknownOutcome
    assert len(carrier.messages) == 1


def test_an_answer_that_is_no_message_is_unknown(carrier: FakeTwilio) -> None:
    carrier.faults.add(Fault(Kind.STATUS_AFTER, status=201))
    assert type(error_of(to(carrier))) is UnknownOutcome
    assert len(carrier.messages) == 1


def test_a_delay_within_the_timeout_is_no_failure(carrier: FakeTwilio, channel: Channel) -> None:
    carrier.faults.add(Fault(Kind.DELAY, seconds=0.03))
    (receipt,) = channel.send([owed()])
    assert isinstance(receipt, Receipt)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (21610, OptedOut),
        (21211, PermanentFailure),
        (21614, PermanentFailure),
        (21611, TemporaryFailure),
        (20429, TemporaryFailure),
        (21408, TemporaryFailure),
    ],
)
def test_the_carriers_codes(
    carrier: FakeTwilio, channel: Channel, code: int, kind: type[DeliveryError]
) -> None:
    carrier.faults.add(Fault(Kind.REFUSE, number=LEO, code=code))
    error = error_of(channel)
    assert type(error) is kind
    assert error.code == str(code)
    assert LEO not in str(error)
    assert carrier.messages == []


def test_a_bare_429_waits(carrier: FakeTwilio, channel: Channel) -> None:
    carrier.faults.add(Fault(Kind.STATUS, status=429))
    error = error_of(channel)
    assert isinstance(error, TemporaryFailure)
    assert error.retry_after


def test_after_stop_the_carrier_refuses(carrier: FakeTwilio, channel: Channel) -> None:
    carrier.phone_sends(LEO, " stop ")
    assert type(error_of(channel)) is OptedOut
    carrier.phone_sends(LEO, "START")
    (receipt,) = channel.send([owed()])
    assert isinstance(receipt, Receipt)


def test_a_wrong_token_waits_for_the_operator_and_stops_the_rest_untried(
    carrier: FakeTwilio,
) -> None:
    outcomes = list(to(carrier, token="wrong").send([owed(number=1), owed(number=2)]))
    assert [outcome.outbound_id for outcome in outcomes] == [1, 2]
    for outcome in outcomes:
        assert isinstance(outcome, Failure)
        assert isinstance(outcome.error, TemporaryFailure)
        assert outcome.error.code == "20003"


def test_a_bad_number_stops_nobody_else(carrier: FakeTwilio, channel: Channel) -> None:
    carrier.faults.add(Fault(Kind.REFUSE, number=LEO, code=21614))
    outcomes = list(
        channel.send([owed(number=1), owed(number=2, to="nobody"), owed(number=3, to=ANA)])
    )
    assert [type(outcome) for outcome in outcomes] == [Failure, Failure, Receipt]
    assert [m.to for m in carrier.messages] == [ANA]


@pytest.mark.parametrize("recipient", ["", "0612345678", "+0612345678", "+33 6 12", "ana@x.fr"])
def test_what_is_no_number_never_reaches_the_wire(
    carrier: FakeTwilio, channel: Channel, recipient: str
) -> None:
    error = error_of(channel, owed(to=recipient))
    assert isinstance(error, PermanentFailure)
    assert error.bad_address
    assert carrier.messages == []


def test_silence_is_not_sent(carrier: FakeTwilio, channel: Channel) -> None:
    assert isinstance(error_of(channel, owed("  ")), PermanentFailure)
    assert carrier.messages == []


def test_a_message_that_cannot_be_worded_stops_no_other(
    carrier: FakeTwilio, channel: Channel
) -> None:
    broken = Answer(None)  # type: ignore[arg-type]  # a bug of ours, on purpose
    bad, good = channel.send([owed(broken, number=1), owed(number=2)])
    assert isinstance(bad, Failure)
    assert not isinstance(bad.error, DeliveryError)
    assert isinstance(good, Receipt)


def test_a_carrier_that_is_not_there_has_taken_nothing() -> None:
    with FakeTwilio() as gone:
        channel = to(gone)
    first, second = channel.send([owed(number=1), owed(number=2)])
    for outcome in (first, second):
        assert isinstance(outcome, Failure)
        assert isinstance(outcome.error, TemporaryFailure)
        assert outcome.error.code == "unreachable"


def test_a_half_character_is_sent_as_a_mark(carrier: FakeTwilio, channel: Channel) -> None:
    (receipt,) = channel.send([owed("a\ud83d")])
    assert isinstance(receipt, Receipt)
    assert carrier.messages[0].body == "a\ufffd"


def test_many_threads_share_one_channel(carrier: FakeTwilio, channel: Channel) -> None:
    ready = threading.Barrier(8)

    def send(place: int) -> list[Receipt | Failure]:
        ready.wait()
        return list(channel.send([owed(f"{place}", number=place * 10 + step) for step in range(5)]))

    with ThreadPoolExecutor(8) as pool:
        receipts = [one for many in pool.map(send, range(8)) for one in many]
    assert all(isinstance(receipt, Receipt) for receipt in receipts)
    assert len({m.callback for m in carrier.messages}) == len(carrier.messages) == 40


def test_no_number_and_no_word_is_logged(
    channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        list(channel.send([owed("un secret")]))
    assert LEO[1:] not in caplog.text
    assert "secret" not in caplog.text


def test_building_the_channel_does_not_import_twilios_rest_client() -> None:
    code = (
        "import sys\n"
        "from gateway.channels.sms.twilio import TwilioSms\n"
        "import gateway.channels.sms.webhook\n"
        "TwilioSms('AC', 't', '+33700000001', 'https://sms.example')\n"
        "sys.exit('twilio.rest' in sys.modules or 'requests' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
