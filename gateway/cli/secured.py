"""What `gateway doctor` says of the certificate for mail coming in: that it can be used, and until
when.

It is asked as a client would ask: by a handshake with ourselves, in memory, that trusts this one
certificate alone. Who signed it is not judged, for servers that bring mail do not ask either.
"""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.channels.email.certificate import NoCertificate, server_side
from gateway.cli.checkup import Finding
from gateway.config import PREFIX, Settings

SOON = timedelta(days=14)
_ROUNDS = 4
_ADVICE = f"renew it, or name another in {PREFIX}MAIL_CERT"


def certificates(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The certificate for mail coming in, where there is one."""
    if settings.mail_domain and settings.mail_certificate is not None:
        chain = settings.mail_certificate
        yield _certificate(chain, settings.mail_certificate_key or chain, now)


def _certificate(chain: Path, key: Path, now: datetime) -> Finding:
    try:
        shown = _shown(chain, key)
        until = datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC)
    except NoCertificate as error:
        words = f"{error}: name its file in {PREFIX}MAIL_CERT, and the key's in {PREFIX}MAIL_KEY"
        return Finding("mail_cert", "mend", words)
    except ssl.SSLCertVerificationError as error:
        return Finding("mail_cert", "mend", f"{error.verify_message}: {_ADVICE}")
    except ssl.SSLError as error:
        return Finding("mail_cert", "mend", f"no client takes it ({error.reason}): {_ADVICE}")
    words = f"mail coming in is secured until {until:%Y-%m-%d}, as {_names(shown)}"
    if until - now < SOON:
        return Finding("mail_cert", "warn", f"{words}: {_ADVICE}")
    return Finding("mail_cert", "ok", words)


def _shown(chain: Path, key: Path) -> dict[str, Any]:
    """What a client sees of it. Raises `NoCertificate`, or `ssl.SSLError` as the client would."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    server = server_side(chain, key)
    trusting.load_verify_locations(chain)
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = server.wrap_bio(to_server, to_client, server_side=True)
    theirs = trusting.wrap_bio(to_client, to_server)
    for _ in range(_ROUNDS):
        for side in (theirs, ours):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return theirs.getpeercert() or {}


def _names(shown: dict[str, Any]) -> str:
    named = [str(name) for kind, name in shown.get("subjectAltName", ()) if kind == "DNS"]
    return ", ".join(named[:5]) or "nobody in particular"
