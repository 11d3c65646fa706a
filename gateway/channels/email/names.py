"""What the name system (DNS) says of a domain: its keys and its policy; asked in bounded time.

Answers are kept for a few minutes, so that a thousand mails of one company ask once.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import dns.exception
import dns.resolver

Ask = Callable[[str, float], list[str]]
"""The texts (TXT records) at a name, asked for so many seconds at most; none where there are none.

Raises `Unreachable` where nobody knows now.
"""

KEPT_SECONDS = 300.0
MOST_KEPT = 2_000
SECONDS = 4.0


class Unreachable(Exception):
    """The name system does not answer now."""


class Names:
    """A resolver that remembers. Threads may share it."""

    def __init__(self, ask: Ask | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask or asked
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, list[str]]] = OrderedDict()
        self._lock = threading.Lock()

    def texts(self, name: str) -> list[str]:
        """The texts at a name. Raises `Unreachable`."""
        key = name.rstrip(".").lower()
        with self._lock:
            until, known = self._kept.get(key, (0.0, []))
        if until > self._clock():
            return known
        found = self._ask(key, SECONDS)
        with self._lock:
            self._kept[key] = self._clock() + KEPT_SECONDS, found
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found


def from_server(host: str, port: int) -> Ask:
    """Asks one name server, whatever the system's are."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [host], port
    return lambda name, seconds: asked(name, seconds, resolver)


def asked(name: str, seconds: float, resolver: dns.resolver.Resolver | None = None) -> list[str]:
    """The texts at a name, from the system's name servers or those of `resolver`."""
    try:
        resolver = resolver or dns.resolver.get_default_resolver()
        answer = resolver.resolve(name, "TXT", lifetime=seconds, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.exception.SyntaxError):
        return []
    except (dns.exception.DNSException, OSError, UnicodeError) as error:
        raise Unreachable(type(error).__name__) from None
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
