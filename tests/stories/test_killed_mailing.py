"""A post goes to hundreds by mail, and who sends it is killed: few get it twice, and all get it.

What a server took before its sender wrote that down leaves again under the same Message-ID. How
many that may be is what is marked as leaving at a time, whatever a claim holds.
"""

import multiprocessing
import threading
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import update

from gateway.config import Settings
from gateway.core.envelope import EMAIL, Inbound
from gateway.core.models import Subscription
from gateway.core.people import Person
from gateway.processes import prepare
from gateway.wiring import Installation, install
from tests.support.processes import free_port
from tests.support.sizes import sized
from tests.support.smtp_script import Script, scripted

READERS = sized(5_000, 700)
KILLED_AT = (READERS * 2 // 3, READERS * 19 // 20)
"""How many mails have been taken when the sender is killed, each time."""

MOST_AGAIN = 200
"""Of each kill, beside the two that may be on the wire."""

PATIENCE = 60.0
AUTHOR = "ana@depot.example"


def test_of_what_a_killed_sender_sent_little_is_sent_again(tmp_path: Path) -> None:
    with scripted(Script()) as server:
        environment = _environment(tmp_path, server.port)
        here = install(Settings.load(environment, None))
        readers = _owed(here)
        processes = multiprocessing.get_context("forkserver")
        for taken in KILLED_AT:
            process = processes.Process(target=live, args=(environment,))
            process.start()
            _wait_until_taken(server, taken)
            process.kill()
            process.join()
        here.gateway.delivery.release()
        while here.gateway.delivery.deliver(EMAIL):
            pass
        here.close()
    got = Counter(server.taken)
    assert set(got) == readers
    copies = got.total() - len(got)
    assert copies <= len(KILLED_AT) * (MOST_AGAIN + 2)


def live(environment: dict[str, str]) -> None:
    """One life of the sending process, as `gateway run` begins it."""
    delivery = install(Settings.load(environment, None)).gateway.delivery
    delivery.release()
    while delivery.deliver(EMAIL):
        pass
    threading.Event().wait()  # until it is killed


def _owed(here: Installation) -> set[str]:
    """A post to so many readers is owed; who they are."""
    prepare(here)
    office, intake = here.gateway.office, here.gateway.intake
    office.add_group("depot", "Dépôt")
    mailboxes = {f"m{number}@depot.example" for number in range(READERS)}
    people = [Person(one, email=one, groups=("depot",)) for one in (AUTHOR, *sorted(mailboxes))]
    office.import_members(people, consented=True)
    with here.gateway.parts.database.write() as session:
        session.execute(update(Subscription).values(delivery="once"))
    intake.receive(Inbound(EMAIL, "<1@depot.example>", AUTHOR, "P depot palette au quai 4"))
    return {*mailboxes, AUTHOR}


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
        "GATEWAY_SECRET": "a secret of the tests, long enough",
        "GATEWAY_HTTP": f"127.0.0.1:{free_port()}",
        "GATEWAY_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "GATEWAY_MAIL_DOMAIN": "depot.example",
    }


def _wait_until_taken(server: Script, count: int) -> None:
    over = time.monotonic() + PATIENCE
    while len(server.taken) < count:
        assert time.monotonic() < over, f"{len(server.taken)} of {count}"
        time.sleep(0.0005)
