"""Forty ways to post as somebody else, over the real wire: none of them posts.

Paul's company signs its mail and says so (DKIM, DMARC). Eve has a digest that Paul forwarded to
her, and with it his token; a mail that he once sent her; a mail server, and a signed domain.
"""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from itertools import count

import dkim
import pytest
from sqlalchemy import select

from gateway.channels.email.names import Names, from_server
from gateway.channels.email.proof import Prover
from gateway.channels.email.smtpd import MailServer
from gateway.channels.email.tokens import Tokens
from gateway.core.models import Inbox, Post
from tests.support.dns import NameServer, name_server
from tests.support.keys import key
from tests.support.town import SECRET, Town

DOMAIN = "gateway.example"
PAUL, EVE = "paul@depot.example", "eve@evil.example"
GROUP = f"quai3@{DOMAIN}"
TEXT = "Le quai ferme, rentrez tous"
TOKENS = Tokens(SECRET)
_numbers = count(1)


@dataclass
class Stage:
    """A town, its mail server, and the name server that it asks."""

    town: Town
    lmtp: tuple[str, int]

    @property
    def paul(self) -> int:
        return self.town.id_of("Paul")

    def token(self, about: str = "", whose: str = "Paul") -> str:
        about = about or f"post:{self.serial}"
        return f"reply+{TOKENS.reply(self.town.id_of(whose), about)}@{DOMAIN}"

    @property
    def serial(self) -> int:
        with self.town.database.read() as session:
            return session.scalars(select(Post.id).order_by(Post.id)).first() or 0

    def date(self, **ago: float) -> str:
        return f"Date: {format_datetime(self.town.clock() - timedelta(**ago))}\r\n"

    def send(self, raw: bytes, to: str, envelope: str = EVE) -> None:
        # Refused at the door is no post either.
        with smtplib.LMTP(*self.lmtp) as server, suppress(smtplib.SMTPException):
            server.sendmail(envelope, [to], raw)

    def said(self) -> list[str]:
        """What stands in the threads, besides what Ana wrote first."""
        with self.town.database.read() as session:
            return list(session.scalars(select(Post.body).order_by(Post.id)))[1:]


@pytest.fixture(scope="module")
def names() -> Iterator[NameServer]:
    with name_server() as server:
        server.texts = {
            "s1._domainkey.depot.example": key().record,
            "s1._domainkey.evil.example": key(2).record,
            "_dmarc.depot.example": "v=DMARC1; p=reject",
        }
        yield server


@pytest.fixture
def stage(town: Town, names: NameServer) -> Iterator[Stage]:
    gateway = town.gateway
    prover = Prover(Names(from_server("127.0.0.1", names.port)), town.clock)
    server = MailServer(
        gateway.intake, gateway.directory, TOKENS, DOMAIN, prover, lmtp=("127.0.0.1", 0)
    )
    server.start()
    assert server.lmtp_address is not None
    town.sms("Ana", "P quai3 palette cassée")
    yield Stage(town, server.lmtp_address)
    server.stop()


def mail(stage: Stage, to: str, sender: str = PAUL, text: str = TEXT, more: str = "") -> bytes:
    name = f"<{next(_numbers)}@{sender.rpartition('@')[2].strip('>')}>"
    head = f"From: {sender}\r\nTo: {to}\r\nSubject: Quai\r\nMessage-ID: {name}\r\n"
    return (head + stage.date() + more + f"\r\n{text}\r\n").encode()


def signed(raw: bytes, domain: str = "depot.example", seed: int = 1, **more: object) -> bytes:
    options = {"include_headers": [b"from", b"to", b"subject", b"date", b"message-id"], **more}
    return bytes(dkim.sign(raw, b"s1", domain.encode(), key(seed).private, **options)) + raw


def test_paul_himself_posts(stage: Stage) -> None:
    """Else the rest would prove nothing."""
    stage.send(signed(mail(stage, GROUP)), GROUP, PAUL)
    token = stage.token()
    stage.send(signed(mail(stage, token, text="J'arrive")), token, PAUL)
    assert stage.said() == [f"Quai\n{TEXT}", "J'arrive"]


def _group(sender: str = PAUL, **more: str) -> Callable[[Stage], tuple[bytes, str]]:
    return lambda stage: (mail(stage, GROUP, sender, **more), GROUP)


def _token(sender: str = PAUL, **more: str) -> Callable[[Stage], tuple[bytes, str]]:
    def forge(stage: Stage) -> tuple[bytes, str]:
        to = stage.token()
        return mail(stage, to, sender, **more), to

    return forge


def _by_eve(forge: Callable[[Stage], tuple[bytes, str]]) -> Callable[[Stage], tuple[bytes, str]]:
    """Signed, rightly, by Eve's own domain."""

    def forged(stage: Stage) -> tuple[bytes, str]:
        raw, to = forge(stage)
        return signed(raw, "evil.example", 2), to

    return forged


def _replayed(change: Callable[[bytes], bytes]) -> Callable[[Stage], tuple[bytes, str]]:
    """A mail that Paul once sent to Eve, brought here with something changed."""

    def forged(stage: Stage) -> tuple[bytes, str]:
        return change(signed(mail(stage, EVE))), GROUP

    return forged


def _old(stage: Stage) -> tuple[bytes, str]:
    raw = mail(stage, GROUP).replace(stage.date().encode(), stage.date(days=30).encode())
    return signed(raw), GROUP


def _revoked(stage: Stage) -> tuple[bytes, str]:
    to = stage.token()
    stage.town.gateway.office.revoke_tokens(stage.paul)
    return signed(mail(stage, to)), to


def _made_up(stage: Stage) -> tuple[bytes, str]:
    to = f"reply+{Tokens(b'another secret').reply(stage.paul, 'post:100')}@{DOMAIN}"
    return signed(mail(stage, to)), to


def _changed(stage: Stage) -> tuple[bytes, str]:
    token = stage.token("post:100", "Zoe")
    return signed(mail(stage, token)), token


def _of_another(stage: Stage) -> tuple[bytes, str]:
    """Ana's token with Paul's own, signed mail: it must not speak as Ana."""
    stage.town.person("Ida", email="ida@depot.example", groups=("quai3",))
    to = stage.token(whose="Ida")
    return signed(mail(stage, to)), to


def _own_yes(stage: Stage) -> tuple[bytes, str]:
    """Eve forges, and then says yes to the question that Paul was asked."""
    to = stage.token()
    stage.send(mail(stage, to, EVE), to)
    yes = f"reply+{TOKENS.reply(stage.paul, 'answer:2')}@{DOMAIN}"
    return mail(stage, yes, EVE, text="oui"), yes


A_R = "Authentication-Results: gateway.example; dmarc=pass header.from=depot.example\r\n"

FORGERIES: dict[str, Callable[[Stage], tuple[bytes, str]]] = {
    "his From to a group": _group(),
    "his From, capitals": _group("PAUL@Depot.Example"),
    "his From with a name": _group(f"Paul Martin <{PAUL}>"),
    "his From signed by Eve": _by_eve(_group()),
    "his name before Eve's address": _group(f"Paul <{EVE}>"),
    "his address as the name": _group(f'"{PAUL}" <{EVE}>'),
    "his address in a comment": _group(f"{EVE} ({PAUL})"),
    "two in one From": _group(f"{PAUL}, {EVE}"),
    "a group as From": _group(f"Team: {PAUL};"),
    "two Froms, Eve's signed": _by_eve(_group(EVE, more=f"From: {PAUL}\r\n")),
    "two Froms, his first": _by_eve(_group(more=f"From: {EVE}\r\n")),
    "his Reply-To": _by_eve(_group(EVE, more=f"Reply-To: {PAUL}\r\n")),
    "his Sender": _by_eve(_group(EVE, more=f"Sender: {PAUL}\r\n")),
    "his Resent-From": _by_eve(_group(EVE, more=f"Resent-From: {PAUL}\r\n")),
    "his Return-Path": _by_eve(_group(EVE, more=f"Return-Path: <{PAUL}>\r\n")),
    "his X-Original-From": _by_eve(_group(EVE, more=f"X-Original-From: {PAUL}\r\n")),
    "results that nobody of ours wrote": _group(more=A_R),
    "results under another name": _group(more=A_R.replace("gateway", "mx.gateway")),
    "an ARC seal of Eve's": _group(more="ARC-Seal: i=1; a=rsa-sha256; cv=none; d=evil.example\r\n"),
    "letters that look alike": _by_eve(_group("раul@depot.example")),
    "a domain that looks alike": _by_eve(_group("paul@depot.example.evil.example")),
    "a domain below": _by_eve(_group("paul@mail.depot.example")),
    "his address with a tag": _by_eve(_group("paul+x@depot.example")),
    "an encoded From": _group(f"=?utf-8?q?{PAUL.replace('@', '=40')}?= <{EVE}>"),
    "a folded From": _group(f"\r\n {PAUL}"),
    "a header put into the From": _group(f"{EVE}\r\nFrom: {PAUL}"),
    "a NUL in the From": _group(f"{PAUL}\0{EVE}"),
    "the digest he forwarded, from Eve": _token(EVE),
    "the digest he forwarded, signed by Eve": _by_eve(_token(EVE)),
    "his token and his From": _token(),
    "his token and his From, signed by Eve": _by_eve(_token()),
    "his token, his name, Eve's address": _by_eve(_token(f"Paul <{EVE}>")),
    "his token and no From": _token(""),
    "his token and two Froms": _by_eve(_token(EVE, more=f"From: {PAUL}\r\n")),
    "his token and his Reply-To": _by_eve(_token(EVE, more=f"Reply-To: {PAUL}\r\n")),
    "a token that was revoked": _revoked,
    "a token made up": _made_up,
    "a token of somebody without a mailbox": _changed,
    "a token of another, with his own mail": _of_another,
    "a mail he sent to Eve, its subject changed": _replayed(
        lambda raw: raw.replace(b"Subject: Quai", b"Subject: Alerte")
    ),
    "its text changed": _replayed(lambda raw: raw.replace(b"rentrez", b"dormez")),
    "with a text put after it": _replayed(lambda raw: raw + b"Signez ici\r\n"),
    "with a second subject": _replayed(lambda raw: b"Subject: Alerte\r\n" + raw),
    "with a second text type": _replayed(lambda raw: b"From: <paul@depot.example>\r\n" + raw),
    "a mail he sent a month ago": _old,
    "Eve's own yes to the question": _own_yes,
}


@pytest.mark.parametrize("way", list(FORGERIES))
def test_nothing_of_it_is_posted(way: str, stage: Stage) -> None:
    raw, to = FORGERIES[way](stage)
    stage.send(raw, to)
    assert stage.said() == []
    with stage.town.database.read() as session:
        assert "done" not in session.scalars(select(Inbox.state).where(Inbox.channel == "email"))


def test_there_are_forty() -> None:
    assert len(FORGERIES) >= 40
