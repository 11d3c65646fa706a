"""Mail out over real sockets: what became of each message, and one connection for many."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.channels.email.render import Letters
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.smtp import MAX_TEXT, SmtpMail
from gateway.core.envelope import Failure, Outbound, Receipt
from gateway.core.errors import DeliveryError, PermanentFailure, TemporaryFailure, UnknownOutcome
from gateway.core.ports import Channel
from gateway.demo.mailbox import Mailbox
from tests.channels.email.support import DOMAIN, PAUL, TOKENS, answer, clock, notice, outbound

EVA = "eva@elsewhere.example"
LETTERS = Letters(DOMAIN, "https://gateway.example", TOKENS, clock)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.start()
    yield mailbox
    mailbox.stop()


@pytest.fixture
def channel(mailbox: Mailbox) -> Iterator[SmtpMail]:
    channel = SmtpMail(Smarthost(*mailbox.address), LETTERS, TOKENS, timeout=5)
    yield channel
    channel.close()


def send(channel: Channel, *messages: Outbound) -> list[Receipt | Failure]:
    return list(channel.send(messages))


def error(outcome: Receipt | Failure) -> DeliveryError:
    assert isinstance(outcome, Failure)
    assert isinstance(outcome.error, DeliveryError)
    return outcome.error


def test_a_mail_arrives_and_its_bounces_would_come_back_to_us(
    channel: SmtpMail, mailbox: Mailbox
) -> None:
    [receipt] = send(channel, outbound(notice()))
    [mail] = mailbox.mails(PAUL)
    assert isinstance(receipt, Receipt)
    assert (receipt.outbound_id, "queued as" in receipt.said) == (31, True)
    assert receipt.external_id == "", "a server's words are no id: it may say them of every mail"
    local, _, domain = mail.sender.partition("@")
    assert (TOKENS.read_bounce(local.removeprefix("bounces+")), domain) == (31, DOMAIN)
    assert "Shift moved to 6:00" in mail.text


def test_lines_that_begin_with_a_dot_arrive_whole(channel: SmtpMail, mailbox: Mailbox) -> None:
    text = ".\n..\n.profile\nend."
    send(channel, outbound(answer(text)))
    assert mailbox.mails(PAUL)[0].text.strip() == text


def test_many_go_over_one_connection_in_order(channel: SmtpMail, mailbox: Mailbox) -> None:
    outcomes = send(channel, *(outbound(answer(str(n)), id=n) for n in range(1, 8)))
    assert [outcome.outbound_id for outcome in outcomes] == list(range(1, 8))
    assert [mail.text.strip() for mail in mailbox.mails(PAUL)] == [str(n) for n in range(1, 8)]


@pytest.mark.parametrize(
    # None closes a mailbox at once: a server that was set up wrongly has said 550 of everybody.
    ("reply", "kind", "harm"),
    [
        ("550 5.1.1 no such user", PermanentFailure, "gone"),
        ("550 mailbox unavailable", PermanentFailure, "hard"),
        ("551 moved", PermanentFailure, "hard"),
        ("553 5.1.3 bad syntax", PermanentFailure, "gone"),
        ("550 5.7.1 we do not like you", PermanentFailure, ""),
        ("554 no", PermanentFailure, ""),
        ("552 5.2.2 mailbox full", TemporaryFailure, "soft"),
        ("450 4.2.1 busy", TemporaryFailure, "soft"),
        ("450 4.7.1 greylisted", TemporaryFailure, ""),
        ("451 greylisted", TemporaryFailure, ""),
        ("421 closing", TemporaryFailure, ""),
        ("530 5.7.0 authenticate first", TemporaryFailure, ""),
    ],
)
def test_a_recipient_that_is_refused(
    reply: str,
    kind: type[DeliveryError],
    harm: str,
    channel: SmtpMail,
    mailbox: Mailbox,
) -> None:
    mailbox.fail(PAUL, reply)
    # To another domain: one that puts a mail off has put off the next one too.
    failed, fine = send(channel, outbound(answer()), outbound(answer(), id=32, recipient=EVA))
    assert type(error(failed)) is kind
    assert error(failed).code == reply[:3]
    assert error(failed).harm == harm
    assert getattr(error(failed), "bad_address", False) is False
    assert isinstance(fine, Receipt)
    assert len(mailbox.mails()) == 1


@pytest.mark.parametrize(
    ("reply", "kind"),
    [("451 4.3.0 later", TemporaryFailure), ("554 5.6.0 no", PermanentFailure)],
)
def test_a_text_that_is_refused(
    reply: str, kind: type[DeliveryError], channel: SmtpMail, mailbox: Mailbox
) -> None:
    mailbox.fail(PAUL, reply, at="data")
    failed, fine = send(channel, outbound(answer()), outbound(answer(), id=32))
    assert type(error(failed)) is kind
    assert (getattr(error(failed), "bad_address", False), error(failed).harm) == (False, "")
    assert isinstance(fine, Receipt)


def test_a_cut_after_the_text_is_unknown(channel: SmtpMail, mailbox: Mailbox) -> None:
    mailbox.fail(PAUL, "", at="data")
    failed, fine = send(channel, outbound(answer()), outbound(answer(), id=32))
    assert type(error(failed)) is UnknownOutcome
    assert isinstance(fine, Receipt)


def test_a_cut_before_the_text_is_certain(channel: SmtpMail, mailbox: Mailbox) -> None:
    mailbox.fail(PAUL, "", at="rcpt")
    failed, fine = send(channel, outbound(answer()), outbound(answer(), id=32))
    assert type(error(failed)) is TemporaryFailure
    assert isinstance(fine, Receipt)
    assert len(mailbox.mails()) == 1


def test_a_connection_that_the_server_closed_is_opened_again() -> None:
    mailbox = Mailbox()
    mailbox.start()
    host, port = mailbox.address
    channel = SmtpMail(Smarthost(host, port), LETTERS, TOKENS, timeout=5)
    assert isinstance(send(channel, outbound(answer()))[0], Receipt)
    mailbox.stop()
    assert type(error(send(channel, outbound(answer()))[0])) is TemporaryFailure
    again = Mailbox(port=port)
    again.start()
    try:
        assert isinstance(send(channel, outbound(answer()))[0], Receipt)
    finally:
        channel.close()
        again.stop()


def test_a_connection_is_not_kept_for_ever(mailbox: Mailbox) -> None:
    channel = SmtpMail(
        Smarthost(*mailbox.address), LETTERS, TOKENS, timeout=5, messages_per_connection=2
    )
    outcomes = send(channel, *(outbound(answer(), id=n) for n in range(1, 6)))
    channel.close()
    assert all(isinstance(outcome, Receipt) for outcome in outcomes)


def test_nobody_there_is_temporary() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = Smarthost("127.0.0.1", free.getsockname()[1])
        [failed] = send(SmtpMail(nobody, LETTERS, TOKENS, timeout=1), outbound(answer()))
    assert type(error(failed)) is TemporaryFailure


def answering(lines: list[bytes]) -> tuple[int, Callable[[], None]]:
    """A server that says these lines, one for each that it hears, and then nothing more."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as heard:
            for line in lines:
                connection.sendall(line)
                heard.readline()
            heard.read()

    thread = threading.Thread(target=serve)
    thread.start()

    def end() -> None:
        thread.join(5)
        listening.close()

    return listening.getsockname()[1], end


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ([b"220 hi\r\n", b"250 x\r\n", b"550 5.7.1 not you\r\n", b"250 x\r\n"], PermanentFailure),
        ([b"220 hi\r\n", b"250 x\r\n", b"530 authenticate\r\n", b""], TemporaryFailure),
        ([b"220 hi\r\n", b"250 x\r\n", b"nonsense\r\n", b""], TemporaryFailure),
        ([b"554 go away\r\n", b""], TemporaryFailure),
        (
            [b"220 hi\r\n"] + [b"250 x\r\n"] * 3 + [b"354 go\r\n"] + [b""] * 40,
            UnknownOutcome,
        ),
    ],
)
def test_servers_that_are_odd(said: list[bytes], kind: type[DeliveryError]) -> None:
    port, end = answering(said)
    channel = SmtpMail(Smarthost("127.0.0.1", port), LETTERS, TOKENS, timeout=1.0)
    outcomes = send(channel, outbound(answer()))
    channel.close()
    end()
    assert type(error(outcomes[0])) is kind


@pytest.mark.parametrize(
    "recipient", ["", "paul", "a@b\r\nRCPT TO:<c@d>", "a@b, c@d", "<a@b> SIZE=1", "é@home.example"]
)
def test_what_is_no_address_is_not_tried(
    recipient: str, channel: SmtpMail, mailbox: Mailbox
) -> None:
    [failed] = send(channel, outbound(answer(), recipient=recipient))
    failure = error(failed)
    assert isinstance(failure, PermanentFailure)
    assert failure.bad_address
    assert mailbox.mails() == []


def test_threads_share_the_connection(channel: SmtpMail, mailbox: Mailbox) -> None:
    def one(number: int) -> None:
        assert isinstance(send(channel, outbound(answer(str(number)), id=number))[0], Receipt)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(1, 21)))
    texts = sorted(int(mail.text) for mail in mailbox.mails(PAUL))
    assert texts == list(range(1, 21))


def test_what_fits_is_counted_in_octets(channel: SmtpMail) -> None:
    assert channel.fits("a" * MAX_TEXT)
    assert not channel.fits("é" * MAX_TEXT)
    assert len(LETTERS.render(outbound(notice(body="é" * (MAX_TEXT // 2))))) < 60_000


@pytest.mark.parametrize(
    ("url", "smarthost"),
    [
        ("smtp://mx.example", Smarthost("mx.example", 25)),
        ("smtps://mx.example", Smarthost("mx.example", 465, security="smtps")),
        (
            "smtp+starttls://us%40er:p%3Aw@mx.example:2525",
            Smarthost("mx.example", 2525, "us@er", "p:w", "smtp+starttls"),
        ),
    ],
)
def test_a_smarthost_is_a_url(url: str, smarthost: Smarthost) -> None:
    assert Smarthost.from_url(url) == smarthost


@pytest.mark.parametrize("url", ["", "mx.example", "http://mx.example", "smtp://"])
def test_another_url_is_none(url: str) -> None:
    with pytest.raises(ValueError, match="smtp"):
        Smarthost.from_url(url)
