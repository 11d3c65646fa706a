"""Whatever the carrier does, and whenever the sending process is killed: every text goes once.

A process of its own sends from the rows over a real wire to the made-up Twilio, and is killed with
SIGKILL before, while or after something goes wrong there. Clocks run ahead between two lives, so
that hours of patience pass in seconds. What counts is the carrier's own record.
"""

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from gateway.config import Settings
from gateway.core.envelope import SMS, Inbound
from gateway.core.people import Person
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.demo.twilio_faults import Fault, Kind
from gateway.processes import prepare
from gateway.wiring import Installation, install
from tests.support.processes import free_port

EVERYTHING = os.environ.get("GATEWAY_TEST_ALL") == "1"
SECONDS = float(os.environ.get("GATEWAY_TEST_FAULT_SECONDS", "60" if EVERYTHING else "12"))
"""For how long; 300 are about the thousand runs that are the most."""

MOST_RUNS = 1_000
PHONES = [f"+3363998{number:04}" for number in range(3)]
NOT_NOW = (20003, 20429, 21611, 30001, 30022)
BROKEN = (500, 502, 503, 429)
CALM_ENOUGH = 60
"""Turns of a timer in which all that is unknown has come to light, or has gone again."""


class AheadClock:
    """The time of this machine, and as much more as was passed since."""

    def __init__(self, ahead: float = 0.0) -> None:
        self.ahead = ahead

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)


def live(environment: dict[str, str], ahead: float) -> None:
    """One life of the sending process, as `gateway run` begins it and its timer goes on."""
    installation = install(Settings.load(environment, None), AheadClock(ahead))
    delivery = installation.gateway.delivery
    delivery.release()
    while True:
        delivery.sweep()
        delivery.trace()
        while delivery.deliver(SMS):
            pass
        time.sleep(0.01)


class Depot:
    """An installation whose web part runs here, and whose sender lives and dies elsewhere."""

    def __init__(self, folder: Path, stack: ExitStack, chance: random.Random) -> None:
        self._chance = chance
        self.clock = AheadClock()
        self.carrier = stack.enter_context(FakeTwilio(now=self.clock))
        self._environment = {
            "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
            "GATEWAY_SECRET": "a secret of the tests, long enough",
            "GATEWAY_HTTP": f"127.0.0.1:{free_port()}",
            "GATEWAY_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "GATEWAY_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "GATEWAY_TWILIO_SENDER": NUMBER,
            "GATEWAY_TWILIO_API_URL": self.carrier.url,
        }
        self._here: Installation = install(Settings.load(self._environment, None), self.clock)
        stack.callback(self._here.close)
        prepare(self._here)
        people = [Person(f"Driver {phone[-4:]}", phone=phone) for phone in PHONES]
        self._here.gateway.office.import_members(people, consented=True)
        web = self._here.web_server()
        web.start()
        stack.callback(web.stop, 1.0)
        self._asked = 0

    def texts_come(self) -> None:
        """A few people ask the same short thing: the answers to one person are all equal."""
        for _ in range(self._chance.randint(1, 3)):
            self._asked += 1
            phone = self._chance.choice(PHONES)
            inbound = Inbound(SMS, f"SM-in-{self._asked}", phone, "STATUS")
            self._here.gateway.intake.receive(inbound)

    def something_goes_wrong(self) -> None:
        for _ in range(self._chance.randint(0, 2)):
            kind = self._chance.choice(list(Kind))
            code = 30003 if kind == Kind.UNDELIVERED else self._chance.choice(NOT_NOW)
            status = self._chance.choice(BROKEN if kind == Kind.STATUS else (500, 502, 503))
            seconds = self._chance.uniform(0.0, 0.15)
            self.carrier.faults.add(Fault(kind, code=code, status=status, seconds=seconds))

    def lives(self, processes: ForkServerContext) -> None:
        process = processes.Process(target=live, args=(self._environment, self.clock.ahead))
        process.start()
        time.sleep(self._chance.uniform(0.0, 0.35))
        process.kill()
        process.join()
        self.clock.ahead += self._chance.choice((0, 4, 20, 40, 300))

    def comes_to_rest(self) -> None:
        """No more goes wrong, and nobody is killed."""
        self.carrier.faults.clear()
        delivery = self._here.gateway.delivery
        delivery.release()
        for _ in range(CALM_ENOUGH):
            delivery.sweep()
            delivery.trace()
            while delivery.deliver(SMS):
                pass
            self.clock.ahead += 60

    def owed(self) -> Counter[str]:
        """How many texts we owe, or owed, to each phone."""
        lines = self._here.gateway.ledger.outbox(reveal=True)
        return Counter(line.recipient for line in lines)

    def states(self) -> set[str]:
        return {line.state for line in self._here.gateway.ledger.outbox()}

    def taken(self) -> Counter[str]:
        """How many texts the carrier has taken for each phone."""
        return Counter({phone: len(self.carrier.to(phone)) for phone in PHONES})


@contextmanager
def depot(folder: Path, seed: int) -> Iterator[Depot]:
    with ExitStack() as stack:
        yield Depot(folder, stack, random.Random(seed))


@pytest.mark.timeout(900)
def test_every_fault_and_every_kill_leave_each_text_once(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.stories.test_faults", "twilio.rest"])
    seed = random.randrange(10**6)
    record_property("seed", seed)
    over = time.monotonic() + SECONDS
    runs = 0
    with depot(tmp_path, seed) as made:
        while runs < MOST_RUNS and time.monotonic() < over:
            runs += 1
            made.texts_come()
            made.something_goes_wrong()
            made.lives(processes)
        made.comes_to_rest()
        record_property("runs", runs)
        assert made.taken() == made.owed(), f"seed {seed}, {runs} runs"
        assert made.states() <= {"sent", "failed"}
        assert runs > 10
