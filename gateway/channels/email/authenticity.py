"""Decides whether the sender of a mail is who the token or the From says.

A token is a credential that travels in mail: a digest that is forwarded carries it along. So it
speaks for its owner only together with the owner's own From, and where that From's domain does not
disown the mail. A mail without a token has nothing but its From, which anybody can write: that
domain must prove it (see `proof`). What is in doubt is kept, and its supposed owner is asked at an
address of theirs that we know.
"""

from dataclasses import dataclass

from gateway.channels.email.mime import Mail
from gateway.channels.email.proof import FAIL, PASS, Proves
from gateway.core.ports import MailDirectory

SENDER = "sender"
"""A token that came with somebody else's From, or with none, or with two."""
DMARC = "dmarc"
"""The From's domain says that it did not send this."""
UNPROVED = "unproved"
"""Nothing but its From says who wrote it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who it is, where a token says so, and why that is in doubt."""

    member_id: int | None = None
    held: str = ""


def judge(mail: Mail, owner: int | None, directory: MailDirectory, prover: Proves) -> Verdict:
    """The verdict on a mail that came to a token of `owner`, or (None) to an open address."""
    if not mail.sender:
        return Verdict(owner, SENDER)
    if owner is not None and mail.sender not in directory.member_addresses(owner):
        return Verdict(owner, SENDER)
    proof = prover.proof(mail)
    if proof == FAIL:
        return Verdict(owner, DMARC)
    if owner is None and proof != PASS:
        return Verdict(None, UNPROVED)
    return Verdict(owner)
