"""What forwarders saw before they changed a mail: Authenticated Received Chain (RFC 8617).

A list or a mailbox that forwards breaks what proved the mail: its signature by a new subject, its
server's address by its own. It may seal what it saw when the mail came. Anybody can seal anything,
so a seal counts only of a forwarder that the operator named, and only where every seal after it is
of such a one too: from us down to the first stranger, whoever says that the From's domain stood
behind the mail is believed.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence

import dkim
from authres import AuthenticationResultsHeader
from authres.core import SyntaxError as Malformed
from dkim.util import parse_tag_value

from gateway.channels.email.mime import Mail
from gateway.channels.email.names import Unreachable

MUST_SEAL = (b"from", b"subject", b"date")
MOST_SEALS = 8
"""Of one mail; each costs two signatures to be checked."""

Key = Callable[..., bytes | None]
"""Looks a key up; as dkimpy asks for it."""

_INSTANCE = re.compile(rb"^\s*i\s*=\s*\d{1,2}\s*;", re.ASCII)

# It repeats at length what strangers wrote.
_quiet = logging.getLogger(f"{__name__}.seals")
_quiet.setLevel(logging.CRITICAL)


def seen_by_forwarders(
    mail: Mail, forwarders: Sequence[str], key: Key
) -> Iterator[AuthenticationResultsHeader]:
    """What the forwarders that are believed saw, the last one first. Raises `Unreachable`."""
    chain = dkim.ARC(mail.raw, logger=_quiet, minkey=1024)
    try:
        last, headers = chain.sorted_arc_headers()
        if not 0 < last <= MOST_SEALS or not _covers(headers, last):
            return
        verdict, seals, _ = chain.verify(dnsfunc=key)
    except Unreachable:
        raise
    except Exception as error:  # noqa: BLE001  # whatever a forger wrote there: it proves nothing
        _quiet.info("a seal cannot be read: %s", type(error).__name__)
        return
    if verdict != dkim.CV_Pass:
        return
    for seal in seals:
        if not all(_is_one_of(seal[part], forwarders) for part in ("as-domain", "ams-domain")):
            return
        yield from _results(seal["aar-value"])


def _covers(headers: Sequence[tuple[int, tuple[bytes, bytes]]], last: int) -> bool:
    """Is all that counts, of the mail as it came here, under the last one's signature?"""
    signatures = [
        parse_tag_value(value)
        for instance, (name, value) in headers
        if instance == last and name.lower() in (b"arc-message-signature", b"arc-seal")
    ]
    signed = [tags[b"h"].lower() for tags in signatures if b"h" in tags]
    names = [name.strip() for one in signed for name in one.split(b":")]
    modern = all(tags.get(b"a", b"").lower() != b"rsa-sha1" for tags in signatures)  # RFC 8301
    whole = all(b"l" not in tags for tags in signatures)
    return whole and modern and len(signed) == 1 and all(name in names for name in MUST_SEAL)


def _is_one_of(domain: bytes, forwarders: Sequence[str]) -> bool:
    name = domain.decode("ascii", "replace").lower().rstrip(".")
    return any(name == known or name.endswith(f".{known}") for known in forwarders)


def _results(sealed: bytes) -> Iterator[AuthenticationResultsHeader]:
    told = _INSTANCE.sub(b"", sealed).decode("utf-8", "replace").strip()
    try:
        yield AuthenticationResultsHeader.parse(f"Authentication-Results: {told}")
    except (Malformed, ValueError, IndexError, AttributeError):
        return
