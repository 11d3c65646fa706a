"""Decides whether the sender of a mail is who the token or the From says.

A token is a credential that travels in mail: a digest that is forwarded carries it along. So it
speaks for its owner only together with the owner's own From; otherwise the mail is held, and the
owner is asked. `Authentication-Results` (RFC 8601) is believed only under the name of our own
mail server, which removes forged ones. A mail that failed DMARC there is held as well.
"""

import re
from dataclasses import dataclass

from gateway.channels.email.mime import Mail
from gateway.core.ports import MailDirectory

SENDER = "sender"
DMARC = "dmarc"

_DMARC_FAILED = re.compile(r";\s*dmarc\s*=\s*fail\b", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who it is, where a token says so, and why that is in doubt."""

    member_id: int | None = None
    held: str = ""


def judge(mail: Mail, owner: int | None, directory: MailDirectory, authserv_id: str) -> Verdict:
    """The verdict on a mail that came to a token of `owner`, or (None) to an open address."""
    if not mail.sender:
        return Verdict(owner, SENDER)
    if _dmarc_failed(mail, authserv_id):
        return Verdict(owner, DMARC)
    if owner is not None and mail.sender not in directory.member_addresses(owner):
        return Verdict(owner, SENDER)
    return Verdict(owner)


def _dmarc_failed(mail: Mail, authserv_id: str) -> bool:
    results = (_COMMENT.sub(" ", value) for value in mail.all("authentication-results"))
    return any(
        _server(result) == authserv_id.lower() and _DMARC_FAILED.search(result)
        for result in results
    )


def _server(result: str) -> str:
    words = result.partition(";")[0].split()  # the name, and perhaps a version
    return words[0].lower() if words else ""
