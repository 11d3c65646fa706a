"""Whether a mail is really from the domain that its From names: DMARC's question (RFC 7489).

Where our own mail server has answered it, in `Authentication-Results` (RFC 8601) under the name
that the operator gave us, that is believed: it saw the connection, and the password of whoever
signed in to hand the mail in. A server that does so removes such headers from what comes in, so
without that name none is believed. Else the signatures (DKIM, RFC 6376) are checked here; by LMTP
nobody knows the sender's address any more, so SPF is not.

A signature counts only where its domain is that of the From, where it covers the From, the subject
and the date, all of the body (no `l=`), and is not of long ago: whoever once got a mail from
somebody must not be able to bring it here as theirs.

Where neither proves it, what a forwarder sealed on the way may (ARC, see `forwarded`), if it is one
of those that the operator named.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache, partial
from typing import Any, Protocol

import dkim
from authheaders.dmarc_lookup import (  # type: ignore[import-untyped]  # it has no types
    DMARCException,
    get_org_domain,
    lookup_receiver_record,
)

from gateway.channels.email.forwarded import seen_by_forwarders
from gateway.channels.email.mime import Mail
from gateway.channels.email.names import Names, Unreachable
from gateway.channels.email.told import Told, told
from gateway.core.ports import Clock

PASS, FAIL, NONE = "pass", "fail", "none"

MOST_SIGNATURES = 5
MUST_SIGN = (b"from", b"subject", b"date")
FRESH = timedelta(days=7)
ENFORCED = ("quarantine", "reject")

log = logging.getLogger(__name__)


class Proves(Protocol):
    """Says of a mail whether it is from whom its From names: `pass`, `fail` or `none`."""

    def proof(self, mail: Mail) -> str: ...


class Prover:
    """Proves mails. `authserv_id` is the name of our own mail server, where it answers."""

    def __init__(
        self, names: Names, clock: Clock, authserv_id: str = "", forwarders: Sequence[str] = ()
    ) -> None:
        self._names = names
        self._clock = clock
        self._authserv_id = authserv_id.lower()
        self._forwarders = forwarders

    def proof(self, mail: Mail) -> str:
        """`pass`: the From's domain sent it; `fail`: it says that it did not; `none`: unknown."""
        domain = mail.sender.rpartition("@")[2]
        if not domain:
            return NONE
        try:
            proof = self._told(mail, domain) if self._authserv_id else self._checked(mail, domain)
            return PASS if proof != PASS and self._forwarded(mail, domain) else proof
        except Unreachable:
            return NONE

    def _told(self, mail: Mail, domain: str) -> str:
        """What our mail server says. Of several headers the uppermost was written last."""
        said = [result for header in self._ours(mail) for result in header.results]
        signed_in = next((one for one in said if one.method == "auth"), None)
        if signed_in is not None and _signed_in(signed_in, mail.sender):
            return PASS
        return _said(said, domain)

    def _forwarded(self, mail: Mail, domain: str) -> bool:
        """Whether a forwarder that is believed saw that the From's domain stood behind it."""
        if not self._forwarders or not mail.all("arc-seal"):
            return False
        if not self._is_fresh(mail) or _is_ambiguous(mail):
            return False
        seen = seen_by_forwarders(mail, self._forwarders, partial(_key, self._names))
        return any(_said(header.results, domain) == PASS for header in seen)

    def _ours(self, mail: Mail) -> list[Told]:
        read = map(told, mail.all("authentication-results"))
        return [one for one in read if one is not None and one.authserv_id == self._authserv_id]

    def _checked(self, mail: Mail, domain: str) -> str:
        if self._is_fresh(mail) and self._signed(mail, domain):
            return PASS
        return FAIL if self._policy(domain) in ENFORCED else NONE

    def _is_fresh(self, mail: Mail) -> bool:
        dates = mail.all("date")
        try:
            sent = parsedate_to_datetime(dates[0]) if len(dates) == 1 else None
        except (ValueError, TypeError, OverflowError):
            return False
        return sent is not None and abs(self._clock() - _aware(sent, self._clock())) < FRESH

    def _signed(self, mail: Mail, domain: str) -> bool:
        if _is_ambiguous(mail):
            return False
        count = min(len(mail.all("dkim-signature")), MOST_SIGNATURES)
        return any(self._is_good(mail, index, domain) for index in range(count))

    def _is_good(self, mail: Mail, index: int, domain: str) -> bool:
        # A signer of its own for each: it remembers what it read.
        signer = dkim.DKIM(mail.raw, logger=log, minkey=1024)
        try:
            prepared = signer.verify_headerprep(index)
            if not prepared or not _covers(prepared[0], prepared[1], domain):
                return False
            return bool(signer.verify(index, dnsfunc=partial(_key, self._names)))
        except Unreachable:
            raise
        except Exception as error:  # noqa: BLE001  # whatever a forger wrote there: it proves nothing
            log.info("a signature cannot be read: %s", type(error).__name__)
            return False

    def _policy(self, domain: str) -> str:
        def first(name: str) -> str:
            texts = [one for one in self._names.texts(name) if one.startswith("v=DMARC1")]
            return texts[0] if len(texts) == 1 else ""

        try:
            if own := lookup_receiver_record(domain, first):
                return str(own.get("p", ""))
            above = lookup_receiver_record(_organisation(domain), first)
        except DMARCException:
            return ""
        return str(above.get("sp", above.get("p", "")))


def _said(results: Sequence[Any], domain: str) -> str:
    """What a server's results say of a From's domain. Of two of a kind the first counts."""
    dmarc = next((one for one in results if one.method == "dmarc"), None)
    if dmarc is not None:
        verdict = str(dmarc.result).lower()
        named = _property(dmarc, "from")
        if verdict == PASS:
            return PASS if named in ("", domain) else NONE
        return FAIL if verdict == FAIL else NONE
    signers = [_property(one, "d") for one in results if (one.method, one.result) == ("dkim", PASS)]
    senders = [
        _property(one, "mailfrom").rpartition("@")[2]
        for one in results
        if (one.method, one.result) == ("spf", PASS)
    ]
    return PASS if any(_aligned(one, domain) for one in signers + senders if one) else NONE


def _is_ambiguous(mail: Mail) -> bool:
    """Whether what was signed may not be what is read, for it stands there twice."""
    return any(len(mail.all(name)) > 1 for name in ("subject", "to", "date", "message-id"))


def _covers(tags: dict[bytes, bytes], signed: list[bytes], domain: str) -> bool:
    """Is all that counts under this signature, and is it the From's own domain's?"""
    signer = tags.get(b"d", b"").decode("ascii", "replace").lower()
    whole = b"l" not in tags and all(name in signed for name in MUST_SIGN)
    modern = tags.get(b"a", b"").lower() != b"rsa-sha1"  # RFC 8301
    return whole and modern and _aligned(signer, domain)


def _key(names: Names, name: bytes | str, **_patience: float) -> bytes | None:
    spelt = name.decode("ascii", "replace") if isinstance(name, bytes) else name
    texts = names.texts(spelt)
    return texts[0].encode() if texts else None


def _signed_in(result: object, sender: str) -> bool:
    """Did the very person whom the From names hand the mail in, with their password?"""
    passed = str(getattr(result, "result", "")).lower() == PASS
    return passed and _property(result, "auth") == sender


def _property(result: object, name: str) -> str:
    found = [one for one in getattr(result, "properties", ()) if one.name.lower() == name]
    return str(found[0].value or "").strip().lower() if found else ""


def _aligned(one: str, other: str) -> bool:
    """Relaxed alignment: two names of one organisation (RFC 7489, 3.1)."""
    return one == other or (bool(one) and _organisation(one) == _organisation(other))


@lru_cache(4096)
def _organisation(domain: str) -> str:
    try:
        found = str(get_org_domain(domain) or "")
    except (ValueError, IndexError, UnicodeError):
        return domain
    # A top that is in no list (`.lan`) is not one organisation.
    return found if "." in found else ".".join(domain.rsplit(".", 2)[-2:])


def _aware(time: datetime, like: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=like.tzinfo)
