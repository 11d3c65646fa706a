"""The parts of `make bench` in the order of its report: their names, and what measures them."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from bench import (
    beside,
    digests,
    fanout,
    inbound,
    joins,
    kiosk,
    limits,
    namespaces,
    outsized,
    pruning,
    recovery,
    servers,
)

Case = Callable[[], dict[str, float]]

MAILS, TEXTS, COMMANDS = "E-mail to", "SMS to", "Commands by mail: joins with their answers"
PLAIN = "E-mail without PIPELINING"
MAILS_BESIDE, COMMANDS_BESIDE = "E-mail beside Mailman 3", "Joins by mail beside Mailman 3"
KIOSK_START = "Terminal: from nothing to the first paint, in a real 80x24 terminal"
KIOSK_POSTS = "Terminal: 10,000 posts in the list, and keys from press to last byte"
KIOSK_IDLE = "Terminal: nobody there"
SERVERS = "WSGI servers: the bare handler and our door behind each"
NAMESPACES = "Two workers on two network namespaces beside one"
SMS_IN = "SMS in, signed, committed and answered"
LIMITS = "Limits: what the databases can do here"
DIGESTS = "Digests of"
BESIDE = "Answers beside a digest"
RECOVERY = "Recovery after a kill"
DRAIN = "Mails that wait, sent by one worker"
PRUNING = "Letting go of what is old"
FANOUT, CLAIMS = "Fan-out to any number", "Claims of 500 among any number"
ENGINES = ("SQLite", "PostgreSQL")


@dataclass(frozen=True)
class Sizes:
    """How many of what. `peers` are Mailman's members; 0 for no Mailman."""

    texts: int = 2000
    readers: int = 5000
    company: int = 100_000
    crowds: tuple[int, ...] = outsized.SIZES
    drained: tuple[int, ...] = outsized.DRAINED
    old: int = 200_000
    peers: int = 0


QUICK = Sizes(200, 500, 2000, outsized.SIZES[:2], outsized.SIZES[:1], 5000)


def cases(sizes: Sizes, *, quick: bool) -> dict[str, Case]:
    """All that can be measured here and was asked for.

    `quick` leaves out what fetches packages, or kills for minutes.
    """
    found = every(sizes)
    if quick:
        found = {name: case for name, case in found.items() if not name.startswith(LONG)}
    if not sizes.peers:
        found = {name: case for name, case in found.items() if name not in _OF_PEERS}
    if os.geteuid() != 0:
        del found[NAMESPACES]
    return found


LONG = (SERVERS, RECOVERY, BESIDE)
"""Beginnings of what takes minutes: one round of it is enough."""

_OF_PEERS = (MAILS_BESIDE, COMMANDS_BESIDE)


def every(sizes: Sizes) -> dict[str, Case]:
    """Each part there is; a report keeps what it has of those that are not measured again."""
    texts, readers, company, peers = sizes.texts, sizes.readers, sizes.company, sizes.peers
    return {
        **{
            f"{SMS_IN}: {texts} texts, {engine}": _of(inbound.measure, engine, texts)
            for engine in ENGINES
        },
        SERVERS: lambda: servers.measure(texts),
        f"{MAILS} {readers:,} members": lambda: fanout.mails(readers),
        f"{PLAIN} to {readers:,} members": lambda: fanout.plain_mails(readers),
        MAILS_BESIDE: lambda: fanout.mails_beside_mailman(peers),
        COMMANDS: lambda: joins.measure(readers // 2),
        COMMANDS_BESIDE: lambda: joins.beside_mailman(peers // 10),
        f"{TEXTS} {readers:,} members": lambda: fanout.texts(readers),
        f"{DIGESTS} {company:,} members, SQLite": lambda: digests.on_sqlite(company),
        f"{DIGESTS} {company:,} members, PostgreSQL": lambda: digests.on_postgresql(company),
        **{
            f"{BESIDE} of {company:,} members, {engine}": _of(beside.measure, engine, company)
            for engine in ENGINES
        },
        **{f"{FANOUT}, {on}": _of(outsized.fan_out, on, sizes.crowds) for on in ENGINES},
        **{f"{DRAIN}, {on}": _of(outsized.drain, on, sizes.drained) for on in ENGINES},
        **{f"{CLAIMS}, {on}": _of(outsized.claims, on, sizes.crowds) for on in ENGINES},
        **{f"{PRUNING}, {on}": _of(pruning.measure, on, sizes.old) for on in ENGINES},
        NAMESPACES: lambda: namespaces.measure(4 * readers),
        f"{RECOVERY}, one process": lambda: recovery.measure("embedded"),
        f"{RECOVERY}, processes of each kind": lambda: recovery.measure("spread"),
        LIMITS: limits.databases,
        KIOSK_START: lambda: kiosk.cold_start(1 if sizes == QUICK else 5),
        KIOSK_POSTS: kiosk.posts,
        KIOSK_IDLE: lambda: kiosk.idle(5.0 if sizes == QUICK else 20.0),
    }


def _of(measure: Callable[..., dict[str, float]], engine: str, size: int | tuple[int, ...]) -> Case:
    return lambda: measure(engine, size)
