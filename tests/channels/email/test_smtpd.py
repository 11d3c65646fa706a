"""The mail server over real sockets: 250 after the commit, one status a recipient, 451 for us."""

import logging
import smtplib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from aiosmtpd.smtp import SMTP

from gateway.channels.email.connections import Limits, SmtpConnection
from gateway.channels.email.smtpd import Address, MailServer
from gateway.core.commands import Post
from gateway.core.envelope import DeliveryReport, Inbound
from gateway.core.errors import NotAccepted
from tests.channels.email.support import DOMAIN, PAUL, PROVED, TOKENS, Directory, Inbox, mail

ANY = ("127.0.0.1", 0)
REPLY = f"reply+{TOKENS.reply(7, 'post:141')}@{DOMAIN}"
GROUP = f"quai3@{DOMAIN}"
OTHER = f"secu@{DOMAIN}"
FEW = Limits(size=20_000, recipients=3, commands=30, connections=4, seconds=5, threads=2)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def directory() -> Directory:
    return Directory()


@pytest.fixture
def server(inbox: Inbox, directory: Directory) -> Iterator[MailServer]:
    server = MailServer(inbox, directory, TOKENS, DOMAIN, PROVED, lmtp=ANY, smtp=ANY, limits=FEW)
    server.start()
    yield server
    server.stop()


def where(address: Address | None) -> Address:
    assert address is not None
    return address


@pytest.fixture
def lmtp(server: MailServer) -> Iterator[smtplib.LMTP]:
    with smtplib.LMTP(*where(server.lmtp_address)) as client:
        yield client


@pytest.fixture
def smtp(server: MailServer) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(*where(server.smtp_address)) as client:
        yield client


def begin(client: smtplib.SMTP, *recipients: str) -> list[int]:
    client.ehlo_or_helo_if_needed()
    client.mail(PAUL)
    return [client.rcpt(recipient)[0] for recipient in recipients]


def hand_over(client: smtplib.SMTP, raw: bytes) -> tuple[int, bytes]:
    assert client.docmd("DATA")[0] == 354
    client.send(raw.replace(b"\n.", b"\n..") + b".\r\n")
    return client.getreply()


def test_a_mail_is_taken_by_lmtp(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    raw = mail("ok merci")
    assert lmtp.sendmail(PAUL, [REPLY], raw) == {}
    [inbound] = inbox.received
    assert (inbound.member_id, inbound.about, inbound.text) == (7, "post:141", "ok merci")
    assert (inbound.channel, inbound.sender, inbound.raw) == ("email", PAUL, raw)


def test_a_mail_is_taken_by_smtp(smtp: smtplib.SMTP, inbox: Inbox) -> None:
    assert smtp.sendmail(PAUL, [GROUP], mail("panne", subject="Grue")) == {}
    assert [inbound.command for inbound in inbox.received] == [Post("quai3", "Grue\npanne")]


def test_there_is_no_250_before_the_commit(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    reached, commit = threading.Event(), threading.Event()

    def slowly(inbound: Inbound) -> None:
        reached.set()
        commit.wait(30)

    inbox.before = slowly
    with ThreadPoolExecutor(1) as pool:
        begin(lmtp, REPLY)
        answer = pool.submit(hand_over, lmtp, mail())
        assert reached.wait(30)
        assert not answer.done()
        assert inbox.received == []
        commit.set()
        assert answer.result(5)[0] == 250
    assert len(inbox.received) == 1


def test_each_recipient_has_a_status_of_its_own(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    def fails(inbound: Inbound) -> None:
        if inbound.command == Post("secu", "ok"):
            raise RuntimeError("database is locked")

    inbox.before = fails
    begin(lmtp, GROUP, OTHER, REPLY)
    codes = [hand_over(lmtp, mail())[0], lmtp.getreply()[0], lmtp.getreply()[0]]
    assert codes == [250, 451, 250]
    assert len(inbox.received) == 2


def test_one_smtp_status_stands_for_all(smtp: smtplib.SMTP, inbox: Inbox) -> None:
    def fails(inbound: Inbound) -> None:
        if inbound.command == Post("secu", "ok"):
            raise RuntimeError("database is locked")

    inbox.before = fails
    begin(smtp, GROUP, OTHER)
    assert hand_over(smtp, mail())[0] == 451


def test_our_fault_is_451_and_says_nothing_of_us(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    def fails(inbound: Inbound) -> None:
        raise RuntimeError("secret of the house")

    inbox.before = fails
    begin(lmtp, REPLY)
    assert hand_over(lmtp, mail()) == (451, b"4.3.0 Try again later")
    inbox.before = lambda inbound: None
    begin(lmtp, REPLY)
    assert hand_over(lmtp, mail())[0] == 250


def test_a_directory_that_fails_is_451_too(lmtp: smtplib.LMTP, directory: Directory) -> None:
    directory.groups = None  # type: ignore[assignment]  # so that looking into it fails
    assert begin(lmtp, GROUP) == [451]


def test_what_the_core_does_not_accept_is_554(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    def refuses(inbound: Inbound) -> None:
        raise NotAccepted

    inbox.before = refuses
    begin(lmtp, REPLY)
    assert hand_over(lmtp, mail())[0] == 554


def test_unknown_recipients_are_550(lmtp: smtplib.LMTP, smtp: smtplib.SMTP) -> None:
    for client in (lmtp, smtp):
        client.ehlo_or_helo_if_needed()
        client.mail(PAUL)
        for unknown in (f"nobody@{DOMAIN}", f"reply+x@{DOMAIN}", "quai3@elsewhere.example"):
            code, words = client.rcpt(unknown)
            assert (code, words[:5]) == (550, b"5.1.1")


def test_several_commands_in_one_piece_are_answered_in_their_order(
    server: MailServer, inbox: Inbox
) -> None:
    for address, hello in ((server.lmtp_address, b"LHLO"), (server.smtp_address, b"EHLO")):
        with socket.create_connection(where(address), 5) as wire, wire.makefile("rb") as told:
            told.readline()
            wire.sendall(hello + b" x\r\n")
            offers = list(iter(told.readline, b"250 HELP\r\n"))
            assert b"250-PIPELINING\r\n" in offers
            wire.sendall(
                b"MAIL FROM:<%s>\r\nRCPT TO:<nobody@%s>\r\nRCPT TO:<%s>\r\nDATA\r\n"
                % (PAUL.encode(), DOMAIN.encode(), GROUP.encode())
            )
            assert [told.readline()[:3] for _ in range(4)] == [b"250", b"550", b"250", b"354"]
            wire.sendall(mail() + b"\r\n.\r\nMAIL FROM:<>\r\nDATA\r\nQUIT\r\n")
            assert [told.readline()[:3] for _ in range(4)] == [b"250", b"250", b"503", b"221"]
    assert len(inbox.received) == 2


def test_recipients_that_are_no_text_are_550(server: MailServer) -> None:
    with socket.create_connection(where(server.lmtp_address), 5) as wire:
        wire.sendall(b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<\xe9\xff@%s>\r\n" % DOMAIN.encode())
        said = b""
        while b"550 5.1.1" not in said:
            said += wire.recv(1000) or pytest.fail(repr(said))


def test_a_group_that_goes_away_after_rcpt_is_550(
    lmtp: smtplib.LMTP, directory: Directory, inbox: Inbox
) -> None:
    begin(lmtp, GROUP)
    directory.groups.clear()
    assert hand_over(lmtp, mail())[0] == 550
    assert inbox.received == []


def test_an_address_is_not_looked_up_for_each_mail_of_a_rush(
    lmtp: smtplib.LMTP, directory: Directory
) -> None:
    assert begin(lmtp, GROUP) == [250]
    directory.groups = None  # type: ignore[assignment]  # who looks into it now is told 451
    lmtp.rset()
    assert begin(lmtp, GROUP, OTHER) == [250, 451]


@pytest.mark.parametrize(
    "said",
    [
        "<a@b.example>",
        "<a.b+c=d@x.example> SIZE=12 BODY=8BITMIME",
        "<a@b.example>SIZE=1",
        " <A@B.example>  x",
        "a@b.example",
        "<a..b@c.example>",
        '<"a b"@c.example>',
        "<@relay.example:a@b.example>",
        "<a@[127.0.0.1]>",
        "<a(x)@b.example>",
        "<>",
        "<a@b.example",
        "",
    ],
)
def test_an_envelope_is_read_as_aiosmtpd_reads_it(said: str) -> None:
    connection = SmtpConnection.__new__(SmtpConnection)  # it is not asked who it is
    assert connection._getaddr(said) == SMTP._getaddr(connection, said)


def test_the_null_sender_is_always_heard(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    lmtp.ehlo_or_helo_if_needed()
    assert lmtp.mail("")[0] == 250
    assert lmtp.rcpt(REPLY)[0] == 250
    assert hand_over(lmtp, mail("Je suis absent"))[0] == 250
    assert [inbound.automatic for inbound in inbox.received] == ["null-sender"]


def test_a_bounce_becomes_a_report_and_no_mail(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    report = (
        b'Content-Type: multipart/report; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        b"Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    lmtp.sendmail("", [f"bounces+{TOKENS.bounce(31)}@{DOMAIN}"], report)
    [said] = inbox.reports
    gone = DeliveryReport("email", "failed", 31, "", "5.1.1", "failed", harm="gone")
    assert said == gone
    assert inbox.received == []


def test_other_mail_to_a_bounce_address_is_only_recorded(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    lmtp.sendmail(PAUL, [f"bounces+{TOKENS.bounce(31)}@{DOMAIN}"], mail("merci !"))
    assert inbox.reports == []
    assert [inbound.astray for inbound in inbox.received] == [f"gateway@{DOMAIN}"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no header at all\r\n",
        b"\r\n\r\n",
        b"From paul Mon Jan 1\r\nFrom: paul@home.example\r\n\r\nok\r\n",
        b"From: paul@home.example\r\nContent-Type: multipart/mixed\r\n\r\nno boundary\r\n",
        b"From: paul@home.example\r\nContent-Type: text/plain; charset=none\r\n\r\n\xff\xfe\r\n",
        b"From: paul@home.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n",
        b"From: paul@home.example\r\nContent-Transfer-Encoding: nonsense\r\n\r\nok\r\n",
        b"From: paul@home.example\r\nSubject: \x00\xff\r\n\r\n\x00\r\n",
        b"From: paul@home.example\r\n\r\n" + b"x" * 15_000 + b"\r\n",
        b"X: " + b"y" * 15_000 + b"\r\n\r\nok\r\n",
        b"From: paul@home.example\nSubject: bare\n\nok\n\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 300,
        b"From: paul@home.example\r\nContent-Type: message/rfc822\r\n\r\n" * 50,
        # Continuations (RFC 2231) that contradict each other.
        b"Content-Type: text/plain; charset*=x'x'%ff; charset*0*=utf-8''%zz\r\n\r\nok\r\n",
    ],
)
def test_no_defect_is_a_reason_to_refuse(raw: bytes, lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    begin(lmtp, GROUP)
    assert hand_over(lmtp, raw)[0] == 250
    assert [inbound.raw for inbound in inbox.received] == [raw]


def test_a_mail_that_is_too_big_is_552(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    begin(lmtp, REPLY)
    assert hand_over(lmtp, mail("x\r\n" * 10_000))[0] == 552
    assert lmtp.mail(PAUL, ["SIZE=30000"])[0] == 552
    assert inbox.received == []
    begin(lmtp, REPLY)
    assert hand_over(lmtp, mail())[0] == 250


def test_recipients_and_commands_are_counted(lmtp: smtplib.LMTP) -> None:
    assert begin(lmtp, GROUP, OTHER, REPLY, GROUP) == [250, 250, 250, 452]
    codes = [lmtp.rcpt(GROUP)[0] for _ in range(27)]
    assert codes[-1] == 421


def test_who_says_nothing_for_too_long_is_hung_up_on(inbox: Inbox, directory: Directory) -> None:
    limits = Limits(seconds=0.2)
    server = MailServer(inbox, directory, TOKENS, DOMAIN, PROVED, lmtp=ANY, limits=limits)
    server.start()
    try:
        with socket.create_connection(where(server.lmtp_address), 30) as wire:
            wire.sendall(b"NOOP\r\n")
            while wire.recv(100):
                pass
    finally:
        server.stop()


def test_connections_are_counted(server: MailServer) -> None:
    address = where(server.smtp_address)
    held = [socket.create_connection(address) for _ in range(4)]
    try:
        for one in held:
            assert one.recv(100).startswith(b"220")
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            smtplib.SMTP(*address)
        assert refused.value.smtp_code == 421
    finally:
        for one in held:
            one.close()


def test_a_word_that_is_no_command_ends_nothing(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    lmtp.ehlo_or_helo_if_needed()
    assert lmtp.docmd("BDAT", "5")[0] == 500
    assert lmtp.sendmail(PAUL, [REPLY], mail()) == {}
    assert len(inbox.received) == 1


def until_nobody_listens(address: Address) -> None:
    for _ in range(500):
        try:
            socket.create_connection(address).close()
        except ConnectionRefusedError:
            return
        threading.Event().wait(0.01)
    pytest.fail("it still listens")


def test_stopping_waits_for_what_is_being_taken(inbox: Inbox, directory: Directory) -> None:
    server = MailServer(inbox, directory, TOKENS, DOMAIN, PROVED, lmtp=ANY)
    server.start()
    reached, commit = threading.Event(), threading.Event()

    def slowly(inbound: Inbound) -> None:
        reached.set()
        commit.wait(30)

    inbox.before = slowly
    with ThreadPoolExecutor(2) as pool, smtplib.LMTP(*where(server.lmtp_address)) as client:
        begin(client, REPLY)
        answer = pool.submit(hand_over, client, mail())
        assert reached.wait(30)
        address = where(server.lmtp_address)
        stopped = pool.submit(server.stop)
        until_nobody_listens(address)
        commit.set()
        assert answer.result(5)[0] == 250
        stopped.result(5)
        client.close()
    assert len(inbox.received) == 1
    assert server.lmtp_address is None


def test_an_address_that_is_taken_is_said_at_the_start(
    server: MailServer, inbox: Inbox, directory: Directory
) -> None:
    second = MailServer(inbox, directory, TOKENS, DOMAIN, PROVED, smtp=server.smtp_address)
    with pytest.raises(OSError, match="use"):
        second.start()
    second.stop()


def test_no_log_line_has_a_token_or_an_address(
    lmtp: smtplib.LMTP, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(inbound: Inbound) -> None:
        raise RuntimeError

    inbox.before = fails
    with caplog.at_level(logging.INFO):
        begin(lmtp, REPLY, f"nobody@{DOMAIN}")
        hand_over(lmtp, mail("a word in confidence"))
    assert "was not taken" in caplog.text
    for private in (REPLY.partition("@")[0], PAUL, "nobody", "confidence"):
        assert private not in caplog.text


def test_many_senders_at_once(server: MailServer, inbox: Inbox) -> None:
    def send(number: int) -> None:
        with smtplib.LMTP(*where(server.lmtp_address)) as client:
            client.sendmail(PAUL, [REPLY], mail(f"ok {number}"))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(send, range(30)))
    assert {inbound.text for inbound in inbox.received} == {f"ok {n}" for n in range(30)}
