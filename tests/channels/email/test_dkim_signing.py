"""Mails that we sign, verified as a receiver does it, with a key out of the name system."""

import base64
import shutil
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import dkim
import pytest

from gateway.channels.email import mime
from gateway.channels.email.dkim_signing import NoKey, Signer, public_record, publishes
from gateway.channels.email.names import Names, from_server
from gateway.channels.email.proof import NONE, PASS, Prover
from gateway.channels.email.render import Letters
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.smtp import SmtpMail
from gateway.core.envelope import Receipt
from gateway.demo.mailbox import Mailbox
from tests.channels.email.support import (
    DOMAIN,
    PAUL,
    TOKENS,
    answer,
    answer_notice,
    clock,
    digest,
    notice,
    outbound,
    post,
)
from tests.support.dns import NameServer, name_server
from tests.support.keys import key, short_key

PEM = key(3).private.decode()
LETTERS = Letters(DOMAIN, "https://gateway.example", TOKENS, clock)
SIGN = Signer(PEM, "s1", DOMAIN)


@pytest.fixture(scope="module")
def dns() -> Iterator[NameServer]:
    with name_server() as server:
        server.texts = {f"s1._domainkey.{DOMAIN}": public_record(PEM)}
        yield server


def proof(raw: bytes, dns: NameServer) -> str:
    return Prover(Names(from_server("127.0.0.1", dns.port)), clock).proof(mime.read(raw))


def covered(raw: bytes) -> list[str]:
    tags = message_from_bytes(raw)["DKIM-Signature"].split(";")
    listed = next(tag.strip()[2:] for tag in tags if tag.strip().startswith("h="))
    return [name.strip() for name in listed.split(":")]


def test_the_public_key_is_that_of_the_private_one() -> None:
    assert publishes([public_record(PEM)], key(3).record)
    assert publishes(["other", f"v=DKIM1;p={key(3).record.partition('p=')[2]}"], public_record(PEM))
    assert not publishes([key(4).record, "v=DKIM1; p="], public_record(PEM))
    assert not publishes([], public_record(PEM))


@pytest.mark.parametrize(
    "content",
    [
        answer("Bien reçu", message_id="<m@x>", references="<a@x> <b@x>"),
        notice(body="Relève à 6 h\n.\n  deux  blancs  \n\n\n"),
        answer_notice(),
        digest(post(), post(142), remaining=2),
    ],
)
def test_every_mail_is_proved_by_its_signature(content: object, dns: NameServer) -> None:
    raw = SIGN(LETTERS.render(outbound(content)))  # type: ignore[arg-type]  # of several kinds
    assert proof(raw, dns) == PASS
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 300


def test_one_click_is_covered_and_so_is_what_may_stand_once() -> None:
    names = covered(SIGN(LETTERS.render(outbound(notice()))))
    assert {"list-unsubscribe", "list-unsubscribe-post", "reply-to", "mime-version"} <= set(names)
    assert all(names.count(once) == 2 for once in ("from", "to", "subject", "date"))


@pytest.mark.parametrize(
    "change",
    [
        (b"One-Click", b"One-Clock"),
        (b"List-Unsubscribe: <https://gateway", b"List-Unsubscribe: <https://elsewhere"),
        (b"Shift moved", b"Shift stays"),
        (b"From: ", b"From: eve@evil.example\r\nFrom: "),
    ],
)
def test_a_change_on_the_way_breaks_it(change: tuple[bytes, bytes], dns: NameServer) -> None:
    raw = SIGN(LETTERS.render(outbound(notice())))
    assert change[0] in raw
    assert proof(raw.replace(*change), dns) == NONE


def test_what_arrives_over_the_wire_is_still_signed(dns: NameServer) -> None:
    mailbox = Mailbox()
    mailbox.start()
    channel = SmtpMail(Smarthost(*mailbox.address), LETTERS, TOKENS, timeout=5, sign=SIGN)
    try:
        [receipt] = channel.send([outbound(notice(body=".\n.. et .\nfin."))])
        assert isinstance(receipt, Receipt)
        [mail] = mailbox.mails(PAUL)
        assert proof(mail.raw, dns) == PASS
        assert dkim.verify(mail.raw, dnsfunc=lambda *_, **__: public_record(PEM).encode())
    finally:
        channel.close()
        mailbox.stop()


@pytest.mark.parametrize("pem", ["", "key", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END"])
def test_what_is_no_key_is_told_at_the_start(pem: str) -> None:
    with pytest.raises(NoKey, match="PEM"):
        Signer(pem, "s1", DOMAIN)


def test_a_key_that_anybody_can_break_is_none() -> None:
    with pytest.raises(NoKey, match="1024"):
        public_record(key(6, 512).private.decode())


class TestEd25519:
    PEM = short_key(5).private.decode()

    def test_what_to_publish_is_the_public_key(self) -> None:
        assert public_record(self.PEM) == short_key(5).record

    def test_it_is_read_as_openssl_writes_it(self, tmp_path: Path) -> None:
        openssl = shutil.which("openssl")
        if openssl is None:
            pytest.skip("install the package openssl")
        made = tmp_path / "key.pem"
        asked = ["genpkey", "-algorithm", "ed25519", "-out", str(made)]
        subprocess.run([openssl, *asked], check=True, capture_output=True)
        shown = [openssl, "pkey", "-in", str(made), "-pubout", "-outform", "DER"]
        public = subprocess.run(shown, check=True, capture_output=True).stdout[-32:]
        record = public_record(made.read_text())
        assert record == f"v=DKIM1; k=ed25519; p={base64.b64encode(public).decode()}"
        assert Signer(made.read_text(), "s2", DOMAIN)(LETTERS.render(outbound(notice())))

    def test_our_mails_are_proved_by_it_and_no_longer_when_changed(self, dns: NameServer) -> None:
        dns.texts[f"s2._domainkey.{DOMAIN}"] = short_key(5).record
        raw = Signer(self.PEM, "s2", DOMAIN)(LETTERS.render(outbound(notice())))
        assert b"a=ed25519-sha256" in raw
        assert proof(raw, dns) == PASS
        assert proof(raw.replace(b"Shift moved", b"Shift stays"), dns) == NONE

    def test_a_key_of_another_kind_does_not_prove_it(self, dns: NameServer) -> None:
        dns.texts[f"s3._domainkey.{DOMAIN}"] = key(3).record
        dns.texts[f"s4._domainkey.{DOMAIN}"] = short_key(6).record
        for selector in ("s3", "s4"):
            raw = Signer(self.PEM, selector, DOMAIN)(LETTERS.render(outbound(notice())))
            assert proof(raw, dns) == NONE

    def test_the_vectors_of_rfc_8463_are_verified(self) -> None:
        # Appendix A: both signatures of one mail, with its keys.
        texts = {
            "brisbane._domainkey.football.example.com": "v=DKIM1; k=ed25519; "
            "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
        }
        raw = RFC_8463.replace(b"\n", b"\r\n")
        found = dkim.DKIM(raw).verify(dnsfunc=lambda name, **_: texts[name.decode().rstrip(".")])
        assert found


RFC_8463 = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
"""
