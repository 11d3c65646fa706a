"""A token speaks for its owner only with the owner's From, and never past a failed DMARC."""

import pytest

from gateway.channels.email import mime
from gateway.channels.email.authenticity import DMARC, SENDER, Verdict, judge
from tests.channels.email.support import DOMAIN, Directory, mail


def verdict(raw: bytes, owner: int | None = 7) -> Verdict:
    return judge(mime.read(raw), owner, Directory(), DOMAIN)


def test_the_owner_with_their_own_address_is_believed() -> None:
    assert verdict(mail()) == Verdict(7, "")
    assert verdict(mail(sender="PAUL@Home.Example")) == Verdict(7, "")


@pytest.mark.parametrize(
    "sender",
    [
        "eve@evil.example",
        "Paul <eve@evil.example>",
        '"paul@home.example" <eve@evil.example>',
        "paul@home.example, eve@evil.example",
        "paul@home.example.evil.example",
        "раul@home.example",
        "paul+x@home.example",
        "",
    ],
)
def test_anybody_else_with_the_token_is_held_for_its_owner(sender: str) -> None:
    assert verdict(mail(sender=sender)) == Verdict(7, SENDER)


def test_two_from_headers_are_held() -> None:
    assert verdict(b"From: eve@evil.example\r\n" + mail()) == Verdict(7, SENDER)


def test_reply_to_and_sender_prove_nothing() -> None:
    forged = mail(sender="eve@evil.example", reply_to="paul@home.example")
    assert verdict(forged).held == SENDER
    assert verdict(b"Sender: paul@home.example\r\n" + forged).held == SENDER


@pytest.mark.parametrize(
    ("results", "held"),
    [
        (f"{DOMAIN}; spf=pass; dmarc=fail header.from=home.example", DMARC),
        (f"{DOMAIN.upper()} 1; dkim=none (x; y); DMARC = FAIL", DMARC),
        (f"{DOMAIN}; dmarc=pass", ""),
        (f"{DOMAIN}; spf=fail; dkim=fail", ""),
        (f"{DOMAIN}; dkim=pass (dmarc=fail)", ""),
        ("elsewhere.example; dmarc=fail", ""),
        ("", ""),
        (";;;", ""),
    ],
)
def test_only_our_own_server_s_results_count(results: str, held: str) -> None:
    assert verdict(mail(authentication_results=results)) == Verdict(7, held)
    assert verdict(mail(authentication_results=results), None) == Verdict(None, held)
