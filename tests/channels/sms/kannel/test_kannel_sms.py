"""The channel against a made-up Kannel, over real sockets: once each, whatever breaks."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.channels.sms.kannel.sendsms import KannelSms
from gateway.core.envelope import Failure, Outbound, Receipt
from gateway.core.errors import (
    ChannelShut,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.core.ports import Channel
from tests.support.kannel_wire import FakeKannel
from tests.support.sms import LEO, notice, owed, post

SECRET = "s" * 32
SENDER = "+33700000001"


@pytest.fixture
def kannel() -> Iterator[FakeKannel]:
    with FakeKannel() as kannel:
        yield kannel


@pytest.fixture
def channel(kannel: FakeKannel) -> Channel:
    return to(kannel)


def to(
    kannel: FakeKannel, timeout: float = 5, public: str = "https://gw.example/a%20b/"
) -> KannelSms:
    return KannelSms(kannel.url, "ann", "pé w", SENDER, public, SECRET, timeout=timeout)


def error_of(channel: Channel, message: Outbound | None = None) -> Exception:
    (outcome,) = channel.send([message or owed()])
    assert isinstance(outcome, Failure)
    assert outcome.outbound_id == 7
    return outcome.error


def test_a_message_goes_out_once_with_our_id_in_its_callback(
    kannel: FakeKannel, channel: Channel
) -> None:
    (receipt,) = channel.send([owed("Ça va, c’est noté €")])
    (sent,) = kannel.sent
    assert receipt == Receipt(7, "", 1)
    assert (sent.target, sent.body.decode()) == ("/cgi-bin/sendsms", "Ça va, c'est noté €")
    assert {name: value for name, value in sent.headers.items() if name.startswith("X-")} == {
        "X-Kannel-Username": "ann",
        "X-Kannel-Password": "pé w".encode().decode("latin-1"),
        "X-Kannel-From": SENDER,
        "X-Kannel-To": LEO,
        "X-Kannel-Coding": "0",
        "X-Kannel-Validity": "15",
        "X-Kannel-DLR-Mask": "31",
        "X-Kannel-DLR-Url": (f"https://gw.example/a%%20b/sms/kannel/{SECRET}/status?d=%d&a=%A&m=7"),
    }
    assert sent.headers["Content-Type"] == "text/plain; charset=UTF-8"


def test_other_letters_go_as_ucs_2_and_count_as_such(kannel: FakeKannel, channel: Channel) -> None:
    (receipt,) = channel.send([owed("ж" * 71)])
    (sent,) = kannel.sent
    assert isinstance(receipt, Receipt)
    assert receipt.segments == 2
    assert sent.headers["X-Kannel-Coding"] == "2"
    assert sent.body.decode() == "ж" * 71


def test_a_post_may_wait_longer_than_an_answer(kannel: FakeKannel, channel: Channel) -> None:
    list(channel.send([owed(notice(post()))]))
    (sent,) = kannel.sent
    assert sent.headers["X-Kannel-Validity"] == "240"
    assert sent.body.decode() == "Quai 3 1415 Ana: palette cassée quai 4. R1415 texte"


def test_messages_leave_in_order_and_each_outcome_is_told_at_once(
    kannel: FakeKannel, channel: Channel
) -> None:
    outcomes = channel.send([owed(f"texte {place}", number=place) for place in (1, 2, 3)])
    assert next(outcomes) == Receipt(1, "", 1)
    assert [sent.body for sent in kannel.sent] == [b"texte 1"]
    assert [outcome.outbound_id for outcome in outcomes] == [2, 3]


def test_what_broke_off_after_it_was_sent_is_unknown_and_went_once(kannel: FakeKannel) -> None:
    kannel.silent = True
    assert type(error_of(to(kannel))) is UnknownOutcome
    assert len(kannel.sent) == 1


def test_what_takes_too_long_is_unknown_and_went_once(kannel: FakeKannel) -> None:
    kannel.seconds = 1.0
    assert type(error_of(to(kannel, timeout=0.5))) is UnknownOutcome
    assert len(kannel.sent) == 1


def test_an_unknown_outcome_stops_nobody_else(kannel: FakeKannel, channel: Channel) -> None:
    kannel.answer = (502, "bad gateway")
    first, second = channel.send([owed(number=1), owed(number=2)])
    assert [type(one.error) for one in (first, second) if isinstance(one, Failure)] == [
        UnknownOutcome,
        UnknownOutcome,
    ]
    assert len(kannel.sent) == 2


def test_a_wrong_password_waits_for_the_operator_and_stops_the_rest_untried(
    kannel: FakeKannel, channel: Channel
) -> None:
    kannel.answer = (403, "Authorization failed for sendsms")
    first, second = channel.send([owed(number=1), owed(number=2)])
    for outcome in (first, second):
        assert isinstance(outcome, Failure)
        assert isinstance(outcome.error, ChannelShut)
    assert len(kannel.sent) == 1


def test_a_number_without_a_network_stops_nobody_else(kannel: FakeKannel, channel: Channel) -> None:
    kannel.answer = (403, "Not routable. Do not try again.")
    outcomes = list(channel.send([owed(number=1), owed(number=2)]))
    assert [type(one.error) for one in outcomes if isinstance(one, Failure)] == [
        PermanentFailure,
        PermanentFailure,
    ]
    assert len(kannel.sent) == 2


def test_a_kannel_that_is_not_there_has_taken_nothing_and_stops_the_rest() -> None:
    with FakeKannel() as gone:
        channel = to(gone)
    for outcome in channel.send([owed(number=1), owed(number=2)]):
        assert isinstance(outcome, Failure)
        assert isinstance(outcome.error, TemporaryFailure)
        assert outcome.error.code == "unreachable"


@pytest.mark.parametrize("message", [owed(to="0612345678"), owed(to=""), owed("  ")])
def test_nobody_and_nothing_never_reach_the_wire(
    kannel: FakeKannel, channel: Channel, message: Outbound
) -> None:
    assert isinstance(error_of(channel, message), PermanentFailure)
    assert kannel.sent == []


def test_fits_counts_what_will_be_sent(channel: Channel) -> None:
    assert channel.fits("ê" * 160)
    assert not channel.fits("ж" * 71)


def test_many_threads_share_one_channel(kannel: FakeKannel, channel: Channel) -> None:
    def send(place: int) -> list[Receipt | Failure]:
        return list(channel.send([owed(f"{place}", number=place * 10 + step) for step in range(5)]))

    with ThreadPoolExecutor(8) as pool:
        receipts = [one for many in pool.map(send, range(8)) for one in many]
    assert all(isinstance(receipt, Receipt) for receipt in receipts)
    callbacks = {sent.headers["X-Kannel-DLR-Url"] for sent in kannel.sent}
    assert len(callbacks) == len(kannel.sent) == 40


def test_no_number_no_word_and_no_secret_is_logged(
    channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        list(channel.send([owed("mot caché")]))
    assert "127.0.0.1" in caplog.text  # the library does log
    for hidden in (LEO[1:], "caché", "pé w", SECRET):
        assert hidden not in caplog.text


def test_building_the_channel_imports_no_http() -> None:
    code = (
        "import sys\n"
        "from gateway.channels.sms.kannel.sendsms import KannelSms\n"
        "KannelSms('http://h/s', 'u', 'p', 'S', 'http://g', 's')\n"
        "sys.exit('httpx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
