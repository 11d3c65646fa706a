"""Answers while the digests of a whole company are made and leave: how long does a writer wait?

Digests and the answers to joins leave by the same mail server, answers to texts by the carrier of
texts. First nothing else goes on, then all digests are due at once, and until the last one has left
somebody writes every half a second. The time of each answer is the sink's own.
"""

import http.client
import smtplib
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, update

from bench import crowd, joins
from bench.inbound import signed
from bench.installation import SPREAD, Installation, free_port, installation, spread
from bench.meanwhile import meanwhile
from gateway.core.database import Database
from gateway.core.envelope import SMS
from gateway.core.migrations import upgrade
from gateway.core.models import Address, Member, Subscription

EVERY_SECONDS = 0.5
WRITERS = 1000
"""Phones, and as many mailboxes: each writes once, and gets no digest. Enough for eight minutes."""

GROUPS_EACH, POSTS_EACH = 3, 10
START_SECONDS, WARM_SECONDS, ALONE_SECONDS = 10.0, 5.0, 30.0
LATEST_SECONDS = 900.0
PHONES = [f"+3363{number:07}" for number in range(1, WRITERS + 1)]

Due = dict[str, float]
"""When each writer was to write (monotonic), by where the answer goes."""


def measure(engine: str, members: int) -> dict[str, float]:
    """Milliseconds from a text or a mail to its answer, without digests and beside `members`."""
    lmtp = free_port()
    settings = {"GATEWAY_LMTP": f"127.0.0.1:{lmtp}", "GATEWAY_MAIL_AUTHSERV_ID": joins.SERVER}
    parts: tuple[str, ...] = ("run",)
    with ExitStack() as stack:
        if engine == "PostgreSQL":
            settings |= stack.enter_context(spread())
            parts = SPREAD
        company = _Company(members)
        running = stack.enter_context(
            installation([], [], parts=parts, fill=company.fill, noted=True, **settings)
        )
        texts, mails = _write(running, lmtp, company)
        return _figures(running, company, texts, mails)


class _Company:
    """Members whose digests are all due at a moment soon, and who writes meanwhile."""

    def __init__(self, members: int) -> None:
        self.members = members
        self.due = 0.0
        """Monotonic."""

    def fill(self, url: str) -> None:
        """Write all of them, and when their digests are due."""
        database, now = Database(url), datetime.now(UTC)
        upgrade(database)
        crowd.fill(database, self.members + 2 * WRITERS, now, each=GROUPS_EACH, once=False)
        crowd.write(database, crowd.GROUPS * POSTS_EACH, now)
        wait = START_SECONDS + WARM_SECONDS + ALONE_SECONDS
        phones, writers = Address.member_id <= WRITERS, Member.id <= 2 * WRITERS
        with database.write() as session:
            for place, phone in enumerate(PHONES):
                address = update(Address).where(Address.member_id == place + 1)
                session.execute(address.values(channel=SMS, value=phone))
            strangers = Subscription.member_id.in_(range(WRITERS + 1, 2 * WRITERS + 1))
            session.execute(delete(Subscription).where(strangers))
            session.execute(update(Member).where(writers).values(rhythm="never"))
            assert session.scalar(select(func.count()).where(phones)) == WRITERS
        with database.write() as session:
            at = datetime.now(UTC) + timedelta(seconds=wait)
            session.execute(update(Member).where(~writers).values(next_digest_at=at))
            session.execute(update(Member).where(writers).values(next_digest_at=None))
        self.due = time.monotonic() + (at - datetime.now(UTC)).total_seconds()
        crowd.analyzed(database)
        database.close()


def _write(running: Installation, lmtp: int, company: _Company) -> tuple[Due, Due]:
    """Texts and joins until the last digest has left."""
    began, texts, mails = time.monotonic(), Due(), Due()

    def bring(due: Due, one: Callable[[int], str], over: threading.Event) -> None:
        for number in range(WRITERS):
            at = began + number * EVERY_SECONDS
            if over.wait(max(0.0, at - time.monotonic())):
                return
            due[one(number)] = at

    latest = company.due + LATEST_SECONDS
    with meanwhile(
        lambda over: bring(texts, lambda number: _text(running.port, number), over),
        lambda over: bring(mails, lambda number: _join(lmtp, number), over),
    ):
        while running.mail.count()[0] < company.members + len(mails) and time.monotonic() < latest:
            time.sleep(EVERY_SECONDS)  # to ask more often would take the sink's time
    return texts, mails


def _text(port: int, number: int) -> str:
    body, headers = signed(port, number, PHONES, crowd.CROWD)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/sms/inbound", body, headers)
    assert connection.getresponse().status == http.client.OK
    connection.close()
    return PHONES[number]


def _join(lmtp: int, number: int) -> str:
    sender = f"m{WRITERS + 1 + number}@readers.example"
    with smtplib.LMTP("127.0.0.1", lmtp) as server:
        to = f"{crowd.CROWD}+join@bench.example"
        server.sendmail(sender, [to], joins.mail(number, sender, to))
    return sender


def _figures(running: Installation, company: _Company, texts: Due, mails: Due) -> dict[str, float]:
    text_at = _noted(running.folder / running.sms.kind, texts)
    mail_at = _noted(running.folder / running.mail.kind, mails)
    digests = [at for to, at in mail_at.items() if to not in mails]
    assert len(digests) == company.members, f"{len(digests)} digests of {company.members}"
    last = max(digests)
    warm = company.due - ALONE_SECONDS
    found = {
        "digests": float(len(digests)),
        "digests_a_second": len(digests) / (last - company.due),
        "peak_mib": running.peak_mebibytes,
    }
    for name, begin, end in (("alone", warm, company.due), ("beside", company.due, last)):
        for kind, due, answered in (("texts", texts, text_at), ("joins", mails, mail_at)):
            waits = [answered[to] - at for to, at in due.items() if begin <= at < end]
            found |= _named(f"{name}: {kind}", waits)
    return found


def _noted(file: Path, wanted: Due) -> dict[str, float]:
    """When the carrier took each message, by whom it goes to; all that is wanted."""
    over = time.monotonic() + LATEST_SECONDS
    while True:
        lines = [line.split() for line in file.read_text().splitlines()]
        found = {line[1]: float(line[0]) for line in lines if len(line) == 2}
        missing = wanted.keys() - found.keys()
        if not missing:
            return found
        if time.monotonic() > over:
            raise TimeoutError(f"{len(missing)} of {len(wanted)} are not answered")
        time.sleep(EVERY_SECONDS)  # the sink writes them down a moment later


def _named(name: str, waits: Sequence[float]) -> dict[str, float]:
    ms = [1000 * wait for wait in waits]
    assert len(ms) > 1, f"{name}: too few to tell"
    return {
        f"{name} answered": float(len(ms)),
        f"{name}, median ms": statistics.median(ms),
        f"{name}, p99 ms": statistics.quantiles(ms, n=100, method="inclusive")[98],
        f"{name}, slowest ms": max(ms),
    }
