"""A token speaks for its owner only with the owner's From, and never past its domain's no."""

import pytest

from gateway.channels.email import mime
from gateway.channels.email.authenticity import DMARC, SENDER, UNPROVED, Verdict, judge
from tests.channels.email.support import Directory, Said, mail


def verdict(raw: bytes, owner: int | None = 7, proof: str = "none") -> Verdict:
    return judge(mime.read(raw), owner, Directory(), Said(proof))


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
    ("proof", "with_a_token", "without"),
    [("pass", "", ""), ("none", "", UNPROVED), ("fail", DMARC, DMARC)],
)
def test_what_the_from_s_domain_says_counts(proof: str, with_a_token: str, without: str) -> None:
    assert verdict(mail(), 7, proof) == Verdict(7, with_a_token)
    assert verdict(mail(), None, proof) == Verdict(None, without)
