"""A name server of our own, over UDP: what it says is a dictionary that a test may change."""

from collections.abc import Iterator
from contextlib import contextmanager

from dnslib import (  # type: ignore[import-untyped]  # it has no types
    QTYPE,
    RCODE,
    RR,
    TXT,
    DNSRecord,
)
from dnslib.server import (  # type: ignore[import-untyped]  # it has no types
    BaseResolver,
    DNSHandler,
    DNSServer,
)


class NameServer(BaseResolver):  # type: ignore[misc]  # dnslib has no types
    """Texts by name; a name that is absent does not exist. `broken` is a server in trouble."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.asked: list[str] = []
        self.broken = False
        self.port = 0

    def resolve(self, request: DNSRecord, _handler: DNSHandler) -> DNSRecord:
        reply = request.reply()
        name = str(request.q.qname).rstrip(".").lower()
        self.asked.append(name)
        if self.broken:
            reply.header.rcode = RCODE.SERVFAIL
        elif name in self.texts:
            text = self.texts[name].encode()
            parts = [text[at : at + 250] for at in range(0, len(text), 250)]
            reply.add_answer(RR(request.q.qname, QTYPE.TXT, rdata=TXT(parts), ttl=1))
        else:
            reply.header.rcode = RCODE.NXDOMAIN
        return reply


class _Silent:
    """dnslib prints what it does."""

    def __getattr__(self, _name: str) -> object:
        return lambda *_: None


@contextmanager
def name_server() -> Iterator[NameServer]:
    """A name server on a free port."""
    names = NameServer()
    server = DNSServer(names, address="127.0.0.1", port=0, logger=_Silent())
    names.port = server.server.server_address[1]
    server.start_thread()
    yield names
    server.stop()
    server.server.server_close()
