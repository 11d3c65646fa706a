"""Kannel itself, set up as docs/kannel.md says: what it does with our texts, and what it brings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from gateway.channels.sms.kannel.sendsms import KannelSms
from gateway.channels.sms.kannel.webhook import BINARY, KannelWebhook
from gateway.core.envelope import Failure, Inbound, Outbound, Receipt
from gateway.core.errors import DeliveryError, PermanentFailure, TemporaryFailure, UnknownOutcome
from gateway.web import kannel as web
from gateway.web.app import create_app
from gateway.web.server import WebServer
from tests.support import kannel
from tests.support.kannel import NUMBER, PATIENCE, SECRET, USER, Kannel, Programs, Text
from tests.support.processes import free_port, wait_until
from tests.support.sms import LEO, FakeIntake, owed

pytestmark = pytest.mark.timeout(90)

_NOT_KEPT = re.compile(r"kannel [0-9a-f-]{36} was not kept")
NO_WAY = "+3369"
"""Numbers that begin so are denied to the only network."""


@dataclass
class Stage:
    """A Kannel between its network and our door."""

    kannel: Kannel
    intake: FakeIntake
    url: str

    def channel(self, password: str = "", timeout: float = 5.0) -> KannelSms:
        sendsms, word = self.kannel.sendsms, password or self.kannel.password
        return KannelSms(sendsms, USER, word, NUMBER, self.url, SECRET, timeout=timeout)

    def reported(self, number: int, status: str) -> None:
        """Wait for the report on a message of ours."""
        wait_until(
            lambda: (number, status) in [(r.outbound_id, r.status) for r in self.intake.reports],
            PATIENCE,
            f"{status} on {number}",
        )

    def brought(self, sender: str) -> Inbound:
        """Wait for the one text of `sender`."""
        wait_until(
            lambda: any(text.sender == sender for text in self.intake.inbound),
            PATIENCE,
            f"a text of {sender}",
        )
        (found,) = [text for text in self.intake.inbound if text.sender == sender]
        return found

    def parts(self, number: str, count: int) -> list[Text]:
        """Wait for as many SMS to a number, in their order."""
        network = self.kannel.network

        def there() -> list[Text]:
            return [text for text in network.texts if text.to == number]

        wait_until(lambda: len(there()) >= count, PATIENCE, f"{count} SMS to {number}")
        return sorted(there(), key=lambda text: text.part or (0, 0, 0))


@pytest.fixture(scope="module")
def stage(kannel_programs: Programs) -> Iterator[Stage]:
    intake = FakeIntake()
    app = create_app([web.blueprint(intake, KannelWebhook((SECRET,)))])
    server = WebServer(app, "127.0.0.1", port := free_port(), threads=4)
    server.start()
    url = f"http://127.0.0.1:{port}"
    try:
        with kannel.running(kannel_programs, url, f"denied-prefix = {NO_WAY}\n") as running:
            running.network.listen()
            yield Stage(running, intake, url)
    finally:
        server.stop()


def sent(channel: KannelSms, message: Outbound) -> Receipt:
    (outcome,) = channel.send([message])
    assert isinstance(outcome, Receipt), outcome
    return outcome


def error_of(channel: KannelSms, message: Outbound) -> DeliveryError:
    (outcome,) = channel.send([message])
    assert isinstance(outcome, Failure)
    assert isinstance(outcome.error, DeliveryError)
    return outcome.error


def test_letters_of_gsm_7_arrive_as_they_are(stage: Stage) -> None:
    words = "Été à l'œuvre : 5 € [ok] {~} @ £ ñ Ç % + & ?"
    sent(stage.channel(), owed(words, number=101, to="+33611000101"))
    (arrived,) = stage.parts("+33611000101", 1)
    assert (arrived.sender, arrived.encoding) == (NUMBER, "text")
    assert arrived.words == words.replace("œ", "oe")


@pytest.mark.parametrize(
    ("number", "words"),
    [(102, "Palette cassée, " * 25), (103, "Їде навантажувач, " * 9), (104, "€" * 300)],
)
def test_a_long_text_costs_what_we_counted_and_comes_whole(
    stage: Stage, number: int, words: str
) -> None:
    to = f"+33611000{number}"
    receipt = sent(stage.channel(), owed(words, number=number, to=to))
    parts = stage.parts(to, receipt.segments)
    stage.reported(number, "delivered")
    assert len(stage.parts(to, receipt.segments)) == receipt.segments == len(parts)
    assert "".join(part.words for part in parts) == words
    assert {part.part[2] for part in parts if part.part} == {receipt.segments}


def test_reports_come_under_our_own_id(stage: Stage) -> None:
    sent(stage.channel(), owed(number=105, to="+33611000105"))
    stage.reported(105, "sent")
    stage.reported(105, "delivered")


def test_a_wrong_password_waits_for_the_operator(stage: Stage) -> None:
    error = error_of(stage.channel(password="wrong"), owed(number=106, to="+33611000106"))
    assert isinstance(error, TemporaryFailure)
    assert error.code == "http 403"
    assert "wrong" in error.detail


def test_a_number_that_no_network_takes_is_given_up(stage: Stage) -> None:
    error = error_of(stage.channel(), owed(number=107, to=f"{NO_WAY}1000107"))
    assert isinstance(error, PermanentFailure)
    assert error.code == "no route"
    assert not error.bad_address


def test_what_kannel_took_in_silence_is_unknown_until_its_report(stage: Stage) -> None:
    message = owed("une seule fois", number=108, to="+33611000108")
    with stage.kannel.frozen():
        error = error_of(stage.channel(timeout=0.3), message)
        assert type(error) is UnknownOutcome
    stage.reported(108, "sent")
    assert [text.words for text in stage.parts("+33611000108", 1)] == ["une seule fois"]


def test_a_kannel_without_a_network_keeps_it(stage: Stage) -> None:
    stage.kannel.network.close()
    try:
        sent(stage.channel(), owed("plus tard", number=109, to="+33611000109"))
    finally:
        stage.kannel.network.listen()
    assert stage.kannel.network.hears("plus tard").to == "+33611000109"
    stage.reported(109, "delivered")


@pytest.mark.parametrize(
    ("sender", "words"), [(LEO, "P quai3  Été, 5 € +&%41 fin"), ("0033612000201", "0033 ok")]
)
def test_a_phones_words_come_as_they_are(stage: Stage, sender: str, words: str) -> None:
    stage.kannel.network.phone_sends(sender, words)
    found = stage.brought(sender.replace("0033", "+33", 1))
    assert (found.text, found.automatic) == (words, "")
    assert len(found.external_id) == 36


def test_other_letters_come_as_they_are(stage: Stage) -> None:
    words = "Привіт 👍"
    written = "".join(f"%{byte:02x}" for byte in words.encode("utf-16-be"))
    stage.kannel.network.phone_sends("+33612000202", written, kind="ucs2")
    assert stage.brought("+33612000202").text == words


def test_what_is_no_text_is_kept_as_such(stage: Stage) -> None:
    stage.kannel.network.phone_sends("+33612000203", "%01%02abc", kind="data")
    found = stage.brought("+33612000203")
    assert (found.text, found.automatic) == ("", BINARY)


def test_what_we_did_not_keep_is_brought_again_under_the_same_name(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.intake.broken = True
    try:
        stage.kannel.network.phone_sends("+33612000204", "NEUF")
        wait_until(lambda: bool(_NOT_KEPT.search(caplog.text)), PATIENCE, "a refusal")
    finally:
        stage.intake.broken = False
    found = stage.brought("+33612000204")
    assert found.text == "NEUF"
    assert f"kannel {found.external_id} was not kept" in caplog.text
