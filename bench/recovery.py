"""How long it takes until answers come at the full rate again once a process was killed.

Texts and mails come evenly, and digests are due evenly. Each kind of process is killed in turn, and
started again at once, as by a system. At the end all that was brought is waited for: the slowest
answer of each turn is told as well, and it is the one that somebody waited for.
"""

import random
import re
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from bench.meanwhile import meanwhile
from gateway.core.models import Address, Member, Subscription
from gateway.core.outbox.patience import LEASE
from gateway.core.people import Person
from gateway.demo.mailbox import KeptMail
from gateway.demo.twilio_ledger import OUTBOUND, Message
from tests.stories.crash_house import POSTGRES, REDIS, CrashHouse, crash_house
from tests.stories.crash_traffic import Traffic

TEXTS, MAILS, DIGESTS = 30.0, 10.0, 5.0
"""A second."""

PHONES, SENDERS = 1000, 200
LEAD, WATCHED, LONG = 8.0, 20.0, 50.0
"""Seconds before each kill and after it. An office of a dead timer is free again after 30."""

HALF, SHARE, STEP = 0.5, 0.8, 0.1
LATE = 15.0
LONGEST = LEASE.total_seconds() + 60
"""So long is waited at the end for what a dead process had claimed."""

Victims = tuple[tuple[str, signal.Signals, float], ...]
VICTIMS: dict[str, Victims] = {
    "embedded": (("run", signal.SIGKILL, LONG),),
    "spread": (
        ("web", signal.SIGKILL, WATCHED),
        ("mail", signal.SIGKILL, WATCHED),
        ("worker", signal.SIGKILL, WATCHED),
        ("worker+worker-2", signal.SIGKILL, WATCHED),
        ("timer", signal.SIGKILL, LONG),
        (REDIS, signal.SIGKILL, WATCHED),
        (POSTGRES, signal.SIGKILL, WATCHED),
        (POSTGRES, signal.SIGQUIT, WATCHED),
    ),
}


class Stream:
    """What comes at a rate: when each was brought, or due, and when it was answered."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.brought: dict[int, float] = {}
        self.answered: dict[int, float] = {}

    def hear(self, number: int) -> None:
        self.answered.setdefault(number, time.monotonic())

    @property
    def missing(self) -> int:
        return len(self.brought.keys() - self.answered.keys())

    def full_again(self, killed: float, until: float) -> float:
        """Seconds from the kill until answers come at the full rate; all there are where never.

        They do from the first answer of the first second of which both halves have their share: one
        burst of all that waited is no rate.
        """
        begin, wanted = killed, SHARE * self.rate * HALF
        while begin + 2 * HALF < until:
            halves = (begin, begin + HALF), (begin + HALF, begin + 2 * HALF)
            found = [self._between(*half) for half in halves]
            if all(len(half) >= wanted for half in found):
                return min(found[0]) - killed
            begin += STEP
        return until - killed

    def waits(self, begin: float, end: float) -> list[float]:
        """How long was waited for what was brought then; until now where it is not answered."""
        now = time.monotonic()
        brought = [(number, at) for number, at in self.brought.items() if begin <= at < end]
        return [self.answered.get(number, now) - at for number, at in brought]

    def _between(self, begin: float, end: float) -> list[float]:
        return [at for at in list(self.answered.values()) if begin <= at < end]


class Crowd(Traffic):
    """Who writes, and is answered alone; and who reads all of it in digests."""

    def __init__(self, house: CrashHouse, digests: int) -> None:
        super().__init__(house, PHONES, 0, 0)
        self.readers = [f"r{number}@bureau.example" for number in range(digests)]

    def set_up(self) -> None:
        people = [
            *(Person(phone, phone=phone, groups=("quai3",)) for phone in self.phones),
            *(Person(mail, email=mail, groups=("ordres",)) for mail in self.writers),
            *(Person(mail, email=mail, groups=("quai3",)) for mail in self.readers),
        ]
        reads = select(Address.member_id).where(Address.value.startswith("r"))
        with self.house.here() as installation:
            for slug in ("quai3", "ordres"):
                installation.gateway.office.add_group(slug, slug)
            installation.gateway.office.import_members(people, consented=True)
            with installation.gateway.parts.database.write() as session:
                is_reader = Subscription.member_id.in_(reads)
                session.execute(update(Subscription).values(delivery="none"))
                session.execute(update(Subscription).where(is_reader).values(delivery="digest"))

    def set_due(self, digests: Stream) -> None:
        """Let one digest after the other be due from now on."""
        began, now = time.monotonic(), datetime.now(UTC)
        with (
            self.house.here() as installation,
            installation.gateway.parts.database.write() as session,
        ):
            for number, reader in enumerate(self.readers):
                after = number / digests.rate
                whose = select(Address.member_id).where(Address.value == reader)
                session.execute(
                    update(Member)
                    .where(Member.id == whose.scalar_subquery())
                    .values(next_digest_at=now + timedelta(seconds=after))
                )
                digests.brought[number] = began + after

    def bring(self, stream: Stream, send: Callable[[int], object], over: threading.Event) -> None:
        """Let one after the other be sent, at the stream's rate."""
        began, number = time.monotonic(), 0
        while not over.wait(max(0.0, began + number / stream.rate - time.monotonic())):
            stream.brought[number] = began + number / stream.rate
            self.pace.release()
            send(number)
            number += 1


def measure(engine: str) -> dict[str, float]:
    """For each kind of process: seconds to the full rate, and the slowest answer."""
    with (
        tempfile.TemporaryDirectory() as folder,
        crash_house(Path(folder), engine, random.randrange(1000)) as house,
    ):
        return _measure(house, VICTIMS[engine])


def _measure(house: CrashHouse, victims: Victims) -> dict[str, float]:
    texts, mails, digests = Stream(TEXTS), Stream(MAILS), Stream(DIGESTS)
    seconds = LEAD + sum(LEAD + watched for _, _, watched in victims)
    crowd = Crowd(house, int(seconds * DIGESTS))
    crowd.set_up()
    house.begin()
    house.carrier.subscribe(lambda message: _hear_text(texts, message))
    house.mailbox.listen(lambda mail: _hear_mail(mails, digests, mail))
    turns: list[tuple[str, float, float]] = []
    with _brought(crowd, texts, mails):
        time.sleep(LEAD)  # until all is warm
        crowd.set_due(digests)
        for name, how, watched in victims:
            time.sleep(LEAD)  # the rate before is what it is held against
            turns.append((f"{name} {how.name}", time.monotonic(), watched))
            for part in name.split("+"):
                house.parts[part].strike(how)
            time.sleep(watched)  # they come in threads meanwhile
    over = time.monotonic() + LONGEST
    while any(stream.missing for stream in (texts, mails, digests)) and time.monotonic() < over:
        time.sleep(1)  # what is late comes in threads
    found = {"nobody: slowest text s": max(texts.waits(turns[0][1] - LEAD, turns[0][1]))}
    for turn in turns:
        found |= _told(texts, mails, digests, *turn)
    house.end()
    return found | {"never answered": float(texts.missing + mails.missing)}


def _told(
    texts: Stream, mails: Stream, digests: Stream, name: str, killed: float, watched: float
) -> dict[str, float]:
    until, found = killed + watched, dict[str, float]()
    for kind, stream in (("text", texts), ("mail", mails)):
        waits = stream.waits(killed - LEAD, until)
        found[f"{name}: {kind}s at the full rate after s"] = stream.full_again(killed, until)
        found[f"{name}: slowest {kind} s"] = max(waits)
        found[f"{name}: {kind}s later than {LATE:.0f} s"] = float(sum(w > LATE for w in waits))
    # Those that are due at last are late for no other reason than that all ends.
    found[f"{name}: slowest digest s"] = max(digests.waits(killed - LEAD, until - LEAD))
    return found


def _hear_text(texts: Stream, message: Message) -> None:
    number = re.search(r"^OK.*palette no (\d+)\.", message.body)
    if message.direction == OUTBOUND and number:
        texts.hear(int(number[1]))


def _hear_mail(mails: Stream, digests: Stream, mail: KeptMail) -> None:
    reader = re.match(r"r(\d+)@", mail.recipient)
    if reader:
        digests.hear(int(reader[1]))
    elif number := re.search(rb"^In-Reply-To: <(\d+)@", mail.raw, re.MULTILINE):
        mails.hear(int(number[1]))


@contextmanager
def _brought(crowd: Crowd, texts: Stream, mails: Stream) -> Iterator[None]:
    """Texts and mails, each at its time, whatever becomes of those before."""
    with (
        ThreadPoolExecutor(SENDERS) as phones,
        ThreadPoolExecutor(SENDERS) as servers,
        meanwhile(
            lambda over: crowd.bring(texts, lambda one: phones.submit(crowd.text, one), over),
            lambda over: crowd.bring(mails, lambda one: servers.submit(crowd.mail, one), over),
        ),
    ):
        yield
