"""Whether a From's domain stands behind a mail: our server's word, or signatures and policies."""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime

import dkim
import pytest

from gateway.channels.email import mime
from gateway.channels.email.names import Names, Unreachable, from_server
from gateway.channels.email.proof import FAIL, NONE, PASS, Prover
from tests.channels.email.support import NOON, PAUL, clock, mail
from tests.support.dns import NameServer, name_server
from tests.support.keys import key

HOME = "home.example"
OURS = "mx.gateway.example"
KEPT = "v=DMARC1; p=reject"


@pytest.fixture(scope="module")
def server() -> Iterator[NameServer]:
    with name_server() as server:
        yield server


@pytest.fixture
def dns(server: NameServer) -> NameServer:
    server.texts = {
        f"s1._domainkey.{HOME}": key().record,
        "s1._domainkey.evil.example": key(2).record,
    }
    server.broken = False
    server.asked.clear()
    return server


def proof(raw: bytes, dns: NameServer, authserv_id: str = "") -> str:
    names = Names(from_server("127.0.0.1", dns.port))
    return Prover(names, clock, authserv_id).proof(mime.read(raw))


def dated(raw: bytes, **ago: float) -> bytes:
    return f"Date: {format_datetime(NOON - timedelta(**ago))}\r\n".encode() + raw


def signed(raw: bytes, domain: str = HOME, seed: int = 1, **more: object) -> bytes:
    options = {"include_headers": [b"from", b"to", b"subject", b"date", b"message-id"], **more}
    head = dkim.sign(raw, b"s1", domain.encode(), key(seed).private, **options)
    return bytes(head) + raw


class TestOurServersWord:
    @pytest.mark.parametrize(
        ("results", "said"),
        [
            (f"{OURS}; dmarc=pass header.from={HOME}", PASS),
            (f"{OURS} 1; dmarc=pass (p=reject) header.from={HOME}", PASS),
            (f"{OURS.upper()}; dmarc=fail header.from={HOME}", FAIL),
            (f"{OURS}; spf=pass smtp.mailfrom={PAUL}", PASS),
            (f"{OURS}; dkim=pass header.d={HOME}", PASS),
            (f"{OURS}; dkim=pass header.d=mail.{HOME}", PASS),
            (f"{OURS}; dkim=pass header.d=evil.example", NONE),
            (f"{OURS}; spf=pass smtp.mailfrom=eve@evil.example", NONE),
            (f"{OURS}; dmarc=pass header.from=evil.example", NONE),
            (f"{OURS}; dkim=pass header.d={HOME}; dmarc=fail header.from={HOME}", FAIL),
            (f"{OURS}; dmarc=none header.from={HOME}; dkim=pass header.d={HOME}", NONE),
            (f"{OURS}; dkim=fail (dmarc=pass) header.d={HOME}", NONE),
            (f"mx.evil.example; dmarc=pass header.from={HOME}", NONE),
            (f"{OURS}.evil.example; dmarc=pass header.from={HOME}", NONE),
            (f"{OURS}; auth=pass smtp.auth={PAUL}", PASS),
            (f"{OURS}; auth=pass smtp.auth={PAUL.upper()}; dmarc=fail header.from={HOME}", PASS),
            (f"{OURS}; auth=pass smtp.auth=eve@{HOME}", NONE),
            (f"{OURS}; auth=pass smtp.auth=eve@{HOME}; dmarc=fail header.from={HOME}", FAIL),
            (f"{OURS}; auth=fail smtp.auth={PAUL}", NONE),
            (f"{OURS}; auth=pass", NONE),
            (f"mx.evil.example; auth=pass smtp.auth={PAUL}", NONE),
            (f"{OURS}; none", NONE),
            ("spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=home.example; x", NONE),
            (";;;", NONE),
            ("", NONE),
        ],
    )
    def test_is_what_it_wrote_under_its_own_name(
        self, results: str, said: str, dns: NameServer
    ) -> None:
        assert proof(mail(authentication_results=results), dns, OURS) == said

    def test_of_two_headers_the_uppermost_was_written_last(self, dns: NameServer) -> None:
        forged = f"Authentication-Results: {OURS}; dmarc=pass header.from={HOME}\r\n".encode()
        ours = f"Authentication-Results: {OURS}; dmarc=fail header.from={HOME}\r\n".encode()
        assert proof(ours + forged + mail(), dns, OURS) == FAIL

    def test_of_two_that_signed_in_the_uppermost_did(self, dns: NameServer) -> None:
        forged = f"Authentication-Results: {OURS}; auth=pass smtp.auth={PAUL}\r\n".encode()
        ours = f"Authentication-Results: {OURS}; auth=pass smtp.auth=eve@{HOME}\r\n".encode()
        assert proof(ours + forged + mail(), dns, OURS) == NONE

    def test_is_not_believed_where_nobody_named_it(self, dns: NameServer) -> None:
        told = mail(authentication_results=f"{OURS}; dmarc=pass header.from={HOME}")
        assert proof(told, dns) == NONE
        assert proof(told, dns, "mx.other.example") == NONE


class TestSignatures:
    def test_of_the_from_s_domain_prove_it(self, dns: NameServer) -> None:
        assert proof(signed(dated(mail())), dns) == PASS
        dns.texts[f"_dmarc.{HOME}"] = KEPT
        assert proof(signed(dated(mail())), dns) == PASS

    def test_of_a_part_of_the_same_organisation_do_too(self, dns: NameServer) -> None:
        dns.texts[f"s1._domainkey.mail.{HOME}"] = key().record
        assert proof(signed(dated(mail()), f"mail.{HOME}"), dns) == PASS

    def test_of_another_domain_prove_nothing(self, dns: NameServer) -> None:
        assert proof(signed(dated(mail()), "evil.example", 2), dns) == NONE

    def test_with_another_s_key_prove_nothing(self, dns: NameServer) -> None:
        assert proof(signed(dated(mail()), HOME, 2), dns) == NONE

    def test_one_that_is_good_is_enough(self, dns: NameServer) -> None:
        both = signed(signed(dated(mail())), "evil.example", 2)
        assert proof(both, dns) == PASS

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (b"Subject: ", b"Subject: urgent "),
            (b"\r\n\r\n", b"\r\n\r\nVirez mille euros. "),
            (b"From: ", b"From: Eve "),
        ],
    )
    def test_break_where_anything_that_counts_is_changed(
        self, before: bytes, after: bytes, dns: NameServer
    ) -> None:
        genuine = signed(dated(mail()))
        assert before in genuine
        head, found, rest = genuine.rpartition(before)
        assert proof(head + found.replace(before, after) + rest, dns) == NONE

    def test_of_a_part_of_the_text_only_prove_nothing(self, dns: NameServer) -> None:
        assert proof(signed(dated(mail()), length=True), dns) == NONE

    def test_that_leave_the_subject_out_prove_nothing(self, dns: NameServer) -> None:
        assert proof(signed(dated(mail()), include_headers=[b"from", b"date"]), dns) == NONE

    def test_of_long_ago_prove_nothing(self, dns: NameServer) -> None:
        assert proof(signed(dated(mail(), days=6)), dns) == PASS
        assert proof(signed(dated(mail(), days=8)), dns) == NONE
        assert proof(signed(mail()), dns) == NONE  # no date at all

    def test_prove_nothing_where_what_they_cover_stands_there_twice(self, dns: NameServer) -> None:
        assert proof(b"Subject: Palette\r\n" + signed(dated(mail())), dns) == NONE

    def test_and_no_end_of_them_cost_no_end_of_time(self, dns: NameServer) -> None:
        many = b"".join(
            b"DKIM-Signature: v=1; a=rsa-sha256; d=d%d.example; s=s; h=from; bh=x; b=y\r\n" % i
            for i in range(200)
        )
        assert proof(many + dated(mail()), dns) == NONE
        assert len(dns.asked) < 20


class TestPolicies:
    @pytest.mark.parametrize(
        ("policy", "said"),
        [
            ("v=DMARC1; p=reject", FAIL),
            ("v=DMARC1; p=quarantine; pct=100", FAIL),
            ("v=DMARC1; p=none", NONE),
            ("v=spf1 -all", NONE),
            ("v=DMARC1; p", NONE),
            ("", NONE),
        ],
    )
    def test_disown_what_nobody_signed(self, policy: str, said: str, dns: NameServer) -> None:
        if policy:
            dns.texts[f"_dmarc.{HOME}"] = policy
        assert proof(dated(mail()), dns) == said

    def test_of_the_organisation_hold_for_its_parts(self, dns: NameServer) -> None:
        dns.texts[f"_dmarc.{HOME}"] = "v=DMARC1; p=none; sp=reject"
        assert proof(dated(mail(sender=f"paul@dock.{HOME}")), dns) == FAIL
        assert proof(dated(mail()), dns) == NONE


class TestANameServerInTrouble:
    def test_proves_nothing_and_disowns_nothing(self, dns: NameServer) -> None:
        dns.broken = True
        assert proof(signed(dated(mail())), dns) == NONE

    def test_is_asked_again_and_others_are_remembered(self, dns: NameServer) -> None:
        names = Names(from_server("127.0.0.1", dns.port))
        dns.broken = True
        with pytest.raises(Unreachable):
            names.texts("x.example")
        dns.broken, dns.texts["x.example"] = False, "here"
        assert names.texts("x.example") == ["here"]
        dns.texts["x.example"] = "gone"
        assert names.texts("X.example.") == ["here"]
        assert dns.asked.count("x.example") >= 2
