"""To which of our addresses a mail came that was found in a mailbox, where no envelope tells.

The server that put it there may have written down the envelope's recipient; where it did, that is
who it is for. Else everybody of ours whom the sender named is, as the sender saw it.
"""

import re
from collections.abc import Iterator

from gateway.channels.email.addresses import GATEWAY, Addresses
from gateway.channels.email.mime import Mail

WRITTEN_BY_THE_SERVER = (
    "x-original-to",
    "delivered-to",
    "x-delivered-to",
    "envelope-to",
    "x-envelope-to",
    "x-gm-original-to",
)
WRITTEN_BY_THE_SENDER = ("to", "cc", "resent-to", "resent-cc")
MOST = 50
_ADDRESS = re.compile(r"[^\s<>,;:()\"@\[\]\\]{1,64}@[\w.-]{1,253}")
_LONGEST = 20_000


def recipients(mail: Mail, addresses: Addresses) -> tuple[str, ...]:
    """Our addresses that a mail came to, each once; `gateway@` where it names none of them."""
    for names in (WRITTEN_BY_THE_SERVER, WRITTEN_BY_THE_SENDER):
        ours = dict.fromkeys(one for one in _named(mail, names) if addresses.place(one) is not None)
        if ours:
            return tuple(ours)[:MOST]
    return (f"{GATEWAY}@{addresses.domain}",)


def envelope_sender(mail: Mail) -> str:
    """Who the server that delivered it says it came from: `<>` for a machine's report."""
    return mail.first("return-path").strip()


def _named(mail: Mail, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        for value in mail.all(name):
            yield from (found.lower() for found in _ADDRESS.findall(value[:_LONGEST]))
