"""Mail coming in over STARTTLS (RFC 3207), with a real client that looks at the certificate."""

import logging
import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from gateway.channels.email.certificate import Certificate, NoCertificate
from gateway.channels.email.connections import Limits
from gateway.channels.email.smtpd import Address, MailServer
from tests.channels.email.support import DOMAIN, PAUL, PROVED, TOKENS, Directory, Inbox, mail
from tests.support.certificates import Pair, made

ANY = ("127.0.0.1", 0)
GROUP = f"quai3@{DOMAIN}"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return made(tmp_path_factory.mktemp("tls"))


@contextmanager
def serving(inbox: Inbox, certificate: Certificate | None, **limits: int) -> Iterator[MailServer]:
    server = MailServer(
        inbox,
        Directory(),
        TOKENS,
        DOMAIN,
        PROVED,
        lmtp=ANY,
        smtp=ANY,
        limits=Limits(**limits),
        certificate=certificate,
    )
    server.start()
    yield server
    server.stop()


def where(address: Address | None) -> Address:
    assert address is not None
    return "localhost", address[1]


def greeted(wire: socket.socket) -> None:
    """Read the greeting, and what is offered."""
    wire.sendall(b"EHLO x\r\n")
    said = b""
    while b"250 HELP" not in said:
        said += wire.recv(1000) or pytest.fail(repr(said))


def trusting(pair: Pair) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(pair.certificate))


@pytest.mark.parametrize("way", ["lmtp", "smtp"])
def test_a_mail_is_taken_under_the_certificate(way: str, pair: Pair) -> None:
    inbox = Inbox()
    with serving(inbox, Certificate(pair.certificate, pair.key)) as server:
        address = where(server.lmtp_address if way == "lmtp" else server.smtp_address)
        with (smtplib.LMTP if way == "lmtp" else smtplib.SMTP)(*address) as client:
            client.ehlo()
            assert client.has_extn("starttls")
            client.starttls(context=trusting(pair))
            client.ehlo()
            # Not offered twice; and no login, for nobody signs in here.
            assert not client.has_extn("starttls")
            assert not client.has_extn("auth")
            assert client.sendmail(PAUL, [GROUP], mail("ok")) == {}
            assert isinstance(client.sock, ssl.SSLSocket)
            assert client.sock.version() in ("TLSv1.2", "TLSv1.3")
    assert [one.text for one in inbox.received] == ["ok"]


def test_it_is_not_offered_where_there_is_no_certificate() -> None:
    with serving(Inbox(), None) as server, smtplib.SMTP(*where(server.smtp_address)) as client:
        client.ehlo()
        assert not client.has_extn("starttls")
        assert client.docmd("STARTTLS")[0] in (454, 500)


def test_what_was_said_before_it_is_forgotten(pair: Pair) -> None:
    inbox = Inbox()
    with (
        serving(inbox, Certificate(pair.both)) as server,
        smtplib.SMTP(*where(server.smtp_address)) as client,
    ):
        client.ehlo()
        client.mail("eve@evil.example")
        client.rcpt(GROUP)
        client.starttls(context=trusting(pair))
        assert client.docmd("DATA")[0] == 503
    assert inbox.received == []


def test_a_command_pushed_in_before_the_handshake_is_never_run(pair: Pair) -> None:
    # CVE-2011-0411: what came in the clear behind STARTTLS must not count as secured.
    inbox = Inbox()
    with (
        serving(inbox, Certificate(pair.both)) as server,
        socket.create_connection(where(server.smtp_address), 5) as wire,
    ):
        greeted(wire)
        wire.sendall(b"STARTTLS\r\nMAIL FROM:<eve@evil.example>\r\n")
        assert wire.recv(200).startswith(b"220")
        try:
            with trusting(pair).wrap_socket(wire, server_hostname="localhost") as safe:
                safe.sendall(b"EHLO x\r\nRCPT TO:<%s>\r\n" % GROUP.encode())
                said = b""
                while b"\r\n503" not in said:
                    said += safe.recv(1000) or pytest.fail(repr(said))
        except (ssl.SSLError, ConnectionError):
            pass  # it was taken for a broken handshake, which is as good
    assert inbox.received == []


def test_a_client_in_the_clear_after_starttls_is_hung_up_on(pair: Pair) -> None:
    with (
        serving(Inbox(), Certificate(pair.both)) as server,
        socket.create_connection(where(server.smtp_address), 5) as wire,
    ):
        greeted(wire)
        wire.sendall(b"STARTTLS\r\n")
        wire.recv(200)
        wire.sendall(b"this is no handshake\r\n" * 20)
        while wire.recv(1000):
            pass
        with smtplib.SMTP(*where(server.smtp_address)) as other:
            assert other.noop()[0] == 250


def test_a_secured_connection_counts_once_and_until_its_end(pair: Pair) -> None:
    with serving(Inbox(), Certificate(pair.both), connections=1) as server:
        address = where(server.smtp_address)
        with smtplib.SMTP(*address) as client:
            client.starttls(context=trusting(pair))
            assert client.ehlo()[0] == 250
            with pytest.raises(smtplib.SMTPConnectError):
                smtplib.SMTP(*address)
        for _ in range(200):
            try:
                with smtplib.SMTP(*address) as again:
                    assert again.noop()[0] == 250
                    return
            except (smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected):
                threading.Event().wait(0.01)
        pytest.fail("it is still counted")


def test_the_commands_of_a_secured_connection_are_counted_on(pair: Pair) -> None:
    with serving(Inbox(), Certificate(pair.both), commands=5) as server:
        client = smtplib.SMTP(*where(server.smtp_address))
        client.starttls(context=trusting(pair))
        assert [client.noop()[0] for _ in range(6)] == [250] * 5 + [421]
        client.close()


def test_stopping_leaves_nobody_hanging(pair: Pair) -> None:
    with serving(Inbox(), Certificate(pair.both)) as server:
        client = smtplib.SMTP(*where(server.smtp_address))
        client.starttls(context=trusting(pair))
        client.ehlo()
    assert client.sock is not None
    client.sock.settimeout(5)
    with suppress(ConnectionError):  # cut without leave, which is as good
        assert client.sock.recv(10) == b""
    client.close()


def test_a_renewed_certificate_is_shown_without_a_restart(tmp_path: Path) -> None:
    old, new = made(tmp_path / "old"), made(tmp_path / "new")
    with serving(Inbox(), Certificate(old.both)) as server:
        address = where(server.smtp_address)
        with smtplib.SMTP(*address) as client:
            client.starttls(context=trusting(old))
        old.both.write_text(new.both.read_text())
        os.utime(old.both, ns=(1, 1))
        with smtplib.SMTP(*address) as client:
            client.starttls(context=trusting(new))


def test_one_that_cannot_be_read_leaves_the_old_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pair = made(tmp_path)
    with serving(Inbox(), Certificate(pair.both)) as server:
        pair.both.write_text("half of a fi")
        os.utime(pair.both, ns=(1, 1))
        with (
            caplog.at_level(logging.ERROR),
            smtplib.SMTP(*where(server.smtp_address)) as client,
        ):
            client.starttls(context=trusting(pair))
            assert client.ehlo()[0] == 250
    assert "renewed certificate is not used" in caplog.text


def test_what_is_no_certificate_is_told_at_the_start(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    with pytest.raises(NoCertificate, match="not that of"):
        Certificate(one.certificate, other.key)
    with pytest.raises(NoCertificate, match="only one of"):
        Certificate(one.certificate)
    with pytest.raises(NoCertificate, match="cannot be read"):
        Certificate(tmp_path / "nowhere")
