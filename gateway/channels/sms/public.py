"""Addresses out there, told from those of our own network: who fetches for a stranger must ask.

A name that a stranger chose may stand for 127.0.0.1, for the printer, or for 169.254.169.254, where
clouds give a machine its passwords.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from gateway.core.errors import TemporaryFailure

_NAT64: Final = IPv6Network("64:ff9b::/96")


def addresses(host: str, port: int) -> list[str]:
    """What a name stands for now, the best first. Raises `TemporaryFailure` for nothing."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise TemporaryFailure("network", "no such name") from None
    return [str(address[4][0]) for address in found]


def is_public(address: str) -> bool:
    """Whether an address is out there: not ours, not a machine's own, not a group of machines."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped or found.sixtofour or found.teredo:
            return False  # nobody publishes these; they are ways around a check
        if found in _NAT64:
            found = IPv4Address(int(found) & 0xFFFFFFFF)
    return found.is_global and not found.is_multicast
