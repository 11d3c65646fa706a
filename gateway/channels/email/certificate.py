"""The certificate that our mail server shows (STARTTLS, RFC 3207), read anew when it is renewed.

Whoever renews it writes the file and tells nobody: so each connection looks whether the file is
another one. A new one that cannot be read changes nothing, and is told in the log.
"""

import logging
import ssl
from pathlib import Path

log = logging.getLogger(__name__)


class NoCertificate(ValueError):
    """The files hold no certificate and key that belong together; the text says what is wrong."""


class Certificate:
    """A certificate with its chain, and its key, in PEM. Raises `NoCertificate` at once."""

    def __init__(self, chain: Path, key: Path | None = None) -> None:
        self._chain, self._key = chain, key or chain
        self._seen = self._stamps()
        self._context = server_side(self._chain, self._key)

    @property
    def context(self) -> ssl.SSLContext:
        """What a connection of now is secured with."""
        try:
            stamps = self._stamps()
            if stamps != self._seen:
                self._seen = stamps
                self._context = server_side(self._chain, self._key)
        except NoCertificate as error:
            log.error("the renewed certificate is not used: %s", error)
        return self._context

    def _stamps(self) -> tuple[int, ...]:
        try:
            return tuple(path.stat().st_mtime_ns for path in (self._chain, self._key))
        except OSError as error:
            raise NoCertificate(f"a file cannot be read ({type(error).__name__})") from None


def server_side(chain: Path, key: Path) -> ssl.SSLContext:
    """How a server speaks TLS with this certificate. Raises `NoCertificate`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # Without a password at hand OpenSSL would ask for one at the terminal.
        context.load_cert_chain(chain, key, password="")
    except ssl.SSLError as error:
        why = "not a certificate and its key in PEM without a password, or only one of the two"
        if error.reason == "KEY_VALUES_MISMATCH":
            why = "the key is not that of the certificate"
        raise NoCertificate(why) from None
    except (OSError, ValueError) as error:
        raise NoCertificate(f"a file cannot be read ({type(error).__name__})") from None
    return context
