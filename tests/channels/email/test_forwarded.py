"""A mail that a forwarder changed: believed only by the seals of who the operator named (ARC)."""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime

import dkim
import pytest

from gateway.channels.email import mime
from gateway.channels.email.names import Names, from_server
from gateway.channels.email.proof import FAIL, NONE, PASS, Prover
from tests.channels.email.support import NOON, clock, mail
from tests.support.dns import NameServer, name_server
from tests.support.keys import key

HOME, LIST, RELAY, EVIL = "home.example", "list.example", "relay.example", "evil.example"
KEYS = {HOME: 1, LIST: 2, RELAY: 3, EVIL: 4}
KNOWN = (LIST, RELAY)
OURS = "mx.gateway.example"
SEEN = f"dkim=pass header.d={HOME}; dmarc=pass header.from={HOME}"


@pytest.fixture(scope="module")
def dns() -> Iterator[NameServer]:
    with name_server() as server:
        server.texts = {f"s1._domainkey.{name}": key(seed).record for name, seed in KEYS.items()}
        server.texts[f"s1._domainkey.mail.{LIST}"] = key(KEYS[LIST]).record
        server.texts[f"_dmarc.{HOME}"] = "v=DMARC1; p=reject"
        yield server


def proof(
    raw: bytes, dns: NameServer, known: tuple[str, ...] = KNOWN, authserv_id: str = ""
) -> str:
    names = Names(from_server("127.0.0.1", dns.port))
    return Prover(names, clock, authserv_id, known).proof(mime.read(raw))


def sent(**ago: float) -> bytes:
    """A mail of Paul's, signed by his domain."""
    raw = f"Date: {format_datetime(NOON - timedelta(**ago))}\r\n".encode() + mail("ok merci")
    names = [b"from", b"subject", b"date", b"message-id"]
    return bytes(dkim.sign(raw, b"s1", HOME.encode(), key().private, include_headers=names)) + raw


def changed(raw: bytes) -> bytes:
    """As a list passes it on: with its mark in the subject and its foot below."""
    return raw.replace(b"Subject: ", b"Subject: [quai] ") + b"-- \r\nla liste du quai\r\n"


def sealed(
    raw: bytes,
    domain: str = LIST,
    seen: str = SEEN,
    names: tuple[bytes, ...] = (b"from", b"to", b"subject", b"date", b"message-id"),
    seed: int = 0,
) -> bytes:
    """With the seal of a forwarder, who saw `seen` when the mail came."""
    told = f"Authentication-Results: {domain}; {seen}\r\n".encode()
    secret = key(seed or KEYS[domain.removeprefix("mail.")]).private
    lines = dkim.arc_sign(
        told + raw, b"s1", domain.encode(), secret, domain.encode(), include_headers=list(names)
    )
    return b"".join(lines) + raw


def test_the_change_alone_makes_it_look_forged(dns: NameServer) -> None:
    assert proof(sent(), dns) == PASS
    assert proof(changed(sent()), dns) == FAIL


def test_a_known_forwarder_that_saw_it_pass_is_believed(dns: NameServer) -> None:
    assert proof(sealed(changed(sent())), dns) == PASS
    assert proof(sealed(changed(sent()), f"mail.{LIST}"), dns) == PASS


@pytest.mark.parametrize(
    "seen",
    [
        f"dkim=pass header.d={HOME}",
        f"spf=pass smtp.mailfrom=paul@{HOME}",
        f"dmarc=pass (p=REJECT sp=NONE dis=NONE) header.from={HOME}",
    ],
)
def test_it_may_have_seen_it_in_several_ways(seen: str, dns: NameServer) -> None:
    assert proof(sealed(changed(sent()), seen=seen), dns) == PASS


@pytest.mark.parametrize(
    "seen",
    [
        f"dmarc=fail header.from={HOME}; dkim=pass header.d={HOME}",
        f"dmarc=pass header.from={EVIL}",
        f"dkim=pass header.d={EVIL}",
        f"spf=pass smtp.mailfrom=eve@{EVIL}",
        f"auth=pass smtp.auth=paul@{HOME}",
        "none",
    ],
)
def test_a_known_forwarder_that_saw_something_else_proves_nothing(
    seen: str, dns: NameServer
) -> None:
    assert proof(sealed(changed(sent()), seen=seen), dns) == FAIL


def test_anybody_else_can_seal_and_is_not_believed(dns: NameServer) -> None:
    assert proof(sealed(changed(sent()), EVIL), dns) == FAIL
    assert proof(sealed(changed(sent())), dns, known=()) == FAIL
    assert proof(sealed(changed(sent())), dns, known=("t.example", f"not{LIST}")) == FAIL


def test_a_seal_in_the_name_of_a_known_one_by_another_key_proves_nothing(dns: NameServer) -> None:
    assert proof(sealed(changed(sent()), LIST, seed=KEYS[EVIL]), dns) == FAIL


def test_two_known_ones_one_after_the_other_are_believed(dns: NameServer) -> None:
    first = sealed(changed(sent()))
    again = changed(first)
    seen = f"arc=pass; dmarc=fail header.from={HOME}"
    assert proof(sealed(again, RELAY, seen), dns) == PASS


def test_a_stranger_at_the_end_of_the_chain_ends_it(dns: NameServer) -> None:
    by_a_stranger = sealed(changed(sealed(changed(sent()))), EVIL, "arc=pass")
    assert proof(by_a_stranger, dns) == FAIL


def test_what_a_stranger_saw_before_a_known_one_is_nothing(dns: NameServer) -> None:
    forged = sealed(mail("Virez 1000 euros", date=format_datetime(NOON)), EVIL)
    passed_on = sealed(forged, LIST, f"arc=pass; dmarc=fail header.from={HOME}")
    assert proof(passed_on, dns) == FAIL


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"ok merci", b"ok vire"),
        (b"[quai]", b"[URGENT]"),
        (b"From: Paul", b"From: Eve"),
        (b"dmarc=pass", b"dmarc=none"),
        (b"cv=none", b"cv=pass"),
        (b"i=1;", b"i=2;"),
    ],
)
def test_a_change_after_the_seal_breaks_it(before: bytes, after: bytes, dns: NameServer) -> None:
    raw = sealed(changed(sent()))
    assert before in raw
    assert proof(raw.replace(before, after), dns) == FAIL


def test_a_seal_that_leaves_the_subject_out_proves_nothing(dns: NameServer) -> None:
    assert proof(sealed(changed(sent()), names=(b"from", b"date")), dns) == FAIL


def test_one_of_long_ago_proves_nothing(dns: NameServer) -> None:
    assert proof(sealed(changed(sent(days=6))), dns) == PASS
    assert proof(sealed(changed(sent(days=8))), dns) == FAIL


def test_what_stands_there_twice_proves_nothing(dns: NameServer) -> None:
    assert proof(b"Subject: Autre\r\n" + sealed(changed(sent())), dns) == FAIL


def test_a_seal_moved_to_another_mail_proves_nothing(dns: NameServer) -> None:
    raw = sealed(changed(sent()))
    seals = raw[: raw.index(b"DKIM-Signature")]
    forged = f"Date: {format_datetime(NOON)}\r\n".encode() + mail("Virez 1000 euros")
    assert proof(seals + forged, dns) == FAIL


def test_our_own_servers_no_is_overruled_too(dns: NameServer) -> None:
    told = f"Authentication-Results: {OURS}; dmarc=fail header.from={HOME}\r\n".encode()
    assert proof(told + sealed(changed(sent())), dns, authserv_id=OURS) == PASS
    assert proof(told + sealed(changed(sent()), EVIL), dns, authserv_id=OURS) == FAIL


@pytest.mark.parametrize(
    "header",
    [
        b"ARC-Seal: i=1\r\n",
        b"ARC-Seal: i=99999999999999; a=x\r\nARC-Message-Signature: i=1\r\n",
        b"ARC-Seal: \xff\xfe i = 1;;;=\r\n",
        b"".join(
            b"ARC-Seal: i=%d; cv=pass; a=rsa-sha256; d=x; s=s; b=AA\r\n" % i for i in range(60)
        ),
    ],
)
def test_a_broken_one_is_as_none(header: bytes, dns: NameServer) -> None:
    dns.asked.clear()
    assert proof(header + changed(sent()), dns) == FAIL
    assert len(dns.asked) < 10


def test_a_name_server_in_trouble_disowns_nothing(dns: NameServer) -> None:
    raw = sealed(changed(sent()))
    dns.broken = True
    try:
        assert proof(raw, dns) == NONE
    finally:
        dns.broken = False
