"""Whatever the carrier does, and whenever the sending process is killed: every text goes once.

A process of its own sends from the rows over a real wire to the made-up Twilio, and is killed with
SIGKILL before, while or after something goes wrong there: in turn each fault of the wire, and each
code of Twilio's, as an answer and in a report. Clocks run ahead between two lives, so that hours of
patience pass in seconds. What counts is the carrier's own record.
"""

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from gateway.channels.sms.outcomes import OUTCOMES
from gateway.config import Settings
from gateway.core.envelope import SMS, Inbound
from gateway.core.errors import TemporaryFailure
from gateway.core.people import Person
from gateway.core.resends import SUFFIX
from gateway.core.traffic import OutboxLine
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.demo.twilio_faults import Fault, Kind
from gateway.processes import prepare
from gateway.wiring import Installation, install
from tests.support.processes import free_port
from tests.support.sizes import sized

SECONDS = float(os.environ.get("GATEWAY_TEST_FAULT_SECONDS", sized("60", "12")))
"""For how long, and a thousand runs at the most: on an idle machine they take some 600."""

LEAST_RUNS = 12
LONGEST_WAIT = 2.0
MOST_RUNS = 1_000
BROKEN = (500, 502, 503, 429)
REPORTED = [code for code in OUTCOMES if code >= 30_000 or code == 21610]
"""What Twilio says later of a text that it took."""

FOR_GOOD = {
    code
    for code, outcome in OUTCOMES.items()
    if not isinstance(outcome.build("", ""), TemporaryFailure)
}
"""After these a text need not arrive; after all others it must."""

CALM_ENOUGH = [timedelta(minutes=1)] * 90 + [timedelta(hours=1)] * 26
"""Steps in which all that is unknown has come to light, or has gone again.

What a phone that was off did not get is sent once more after an hour, and what was above a limit of
the day after a day.
"""


class AheadClock:
    """The time of this machine, and as much more as was passed since."""

    def __init__(self, ahead: float = 0.0) -> None:
        self.ahead = ahead

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)


def live(environment: dict[str, str], ahead: float, awake: Event) -> None:
    """One life of the sending process, as `gateway run` begins it and its timer goes on."""
    installation = install(Settings.load(environment, None), AheadClock(ahead))
    delivery = installation.gateway.delivery
    awake.set()
    delivery.release()
    while True:
        delivery.sweep()
        delivery.trace()
        while delivery.deliver(SMS):
            pass
        time.sleep(0.01)


def wrongs() -> list[Fault]:
    """All that may go wrong: on the wire, as an answer, in a report."""
    plain = set(Kind) - {Kind.REFUSE, Kind.UNDELIVERED, Kind.STATUS, Kind.STATUS_AFTER}
    return [
        *(Fault(kind) for kind in sorted(plain)),
        *(Fault(Kind.STATUS, status=status) for status in BROKEN),
        *(Fault(Kind.STATUS_AFTER, status=status) for status in BROKEN if status != 429),
        *(Fault(Kind.REFUSE, code=code) for code in OUTCOMES),
        *(Fault(Kind.UNDELIVERED, code=code) for code in REPORTED),
    ]


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
        web = self._here.web_server()
        web.start()
        stack.callback(web.stop, 1.0)
        self.phones: list[str] = []
        self.faults: dict[str, list[Fault]] = {}
        self.killed: Counter[str] = Counter()
        """How many lives ended before, during and after the handing over of a text."""
        self._to_come: list[Fault] = []

    def texts_come(self) -> None:
        """Somebody new asks the same short thing up to three times: the answers are all equal."""
        phone = f"+3363998{len(self.phones):04}"
        self.phones.append(phone)
        person = Person(f"Driver {phone[-4:]}", phone=phone)
        self._here.gateway.office.import_members([person], consented=True)
        for number in range(self._chance.randint(1, 3)):
            inbound = Inbound(SMS, f"SM-in-{phone}-{number}", phone, "STATUS")
            self._here.gateway.intake.receive(inbound)

    def something_goes_wrong(self) -> None:
        phone = self.phones[-1]
        mine = self.faults.setdefault(phone, [])
        for _ in range(self._chance.choice((0, 1, 1, 1, 2))):
            if not self._to_come:
                self._to_come = wrongs()
                self._chance.shuffle(self._to_come)
            fault = self._to_come.pop()
            mine.append(replace(fault, number=phone, seconds=self._chance.uniform(0.0, 0.15)))
            self.carrier.faults.add(mine[-1])

    def lives(self, processes: ForkServerContext) -> None:
        awake = processes.Event()
        arguments = (self._environment, self.clock.ahead, awake)
        process = processes.Process(target=live, args=arguments)
        before = self._touched()
        process.start()
        assert awake.wait(60)
        if self._chance.random() < 0.7:
            self._wait_for_the_wire(before)
        time.sleep(self._chance.uniform(0.0, 0.1))
        process.kill()
        process.join()
        self.killed[self._when(before)] += 1
        self.clock.ahead += self._chance.choice((0, 4, 20, 40, 300, 3700))

    def _touched(self) -> tuple[int, int]:
        """What a text that is handed over changes at the carrier."""
        return len(self.carrier.messages), len(self.carrier.faults)

    def _wait_for_the_wire(self, before: tuple[int, int]) -> None:
        """Until the carrier has heard of a text, or cannot hear of one for a pause."""
        over = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < over and self._touched() == before:
            time.sleep(0.002)

    def _when(self, before: tuple[int, int]) -> str:
        """In which moment of handing over the process was killed, by what it left behind."""
        if self._touched() == before:
            return "before"
        return "during" if any(line.state == "claimed" for line in self.lines()) else "after"

    def comes_to_rest(self) -> None:
        """No more goes wrong, and nobody is killed."""
        self.carrier.faults.clear()
        delivery = self._here.gateway.delivery
        delivery.release()
        for step in CALM_ENOUGH:
            delivery.sweep()
            delivery.trace()
            while delivery.deliver(SMS):
                pass
            self.clock.ahead += step.total_seconds()

    def lines(self) -> list[OutboxLine]:
        """What we owe or owed, but for what was lost and is of no use a second time."""
        every = self._here.gateway.ledger.outbox(reveal=True)
        return [one for one in every if not (one.state == "dropped" and one.key.endswith(SUFFIX))]

    def owed(self) -> Counter[str]:
        """How many texts we say that each phone's carrier has."""
        return Counter(one.recipient for one in self.lines() if one.state == "sent" or _lost(one))

    def taken(self) -> Counter[str]:
        """How many texts the carrier has taken for each phone."""
        taken = {phone: len(self.carrier.to(phone)) for phone in self.phones}
        return Counter({phone: count for phone, count in taken.items() if count})

    def given_up(self) -> list[str]:
        """What never left, of those of whom nothing was said for good."""
        ended = {"dropped", "failed"}
        return [
            f"{line.key} {line.state} {line.code} {self.faults[line.recipient]}"
            for line in self.lines()
            if line.state not in ("sent", *ended) or (line.state in ended and not self._may(line))
        ]

    def _may(self, line: OutboxLine) -> bool:
        """Whether the carrier has said something for good of this phone, or of this very text."""
        codes = {fault.code for fault in self.faults[line.recipient]}
        return (
            _lost(line) if line.state == "failed" and line.external_id else bool(codes & FOR_GOOD)
        )


def _lost(line: OutboxLine) -> bool:
    """Taken by the carrier, and not delivered."""
    return line.state == "failed" and line.external_id is not None


@contextmanager
def depot(folder: Path, seed: int) -> Iterator[Depot]:
    with ExitStack() as stack:
        yield Depot(folder, stack, random.Random(seed))


@pytest.mark.timeout(SECONDS + 300)
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
        while runs < LEAST_RUNS or (runs < MOST_RUNS and time.monotonic() < over):
            runs += 1
            made.texts_come()
            made.something_goes_wrong()
            made.lives(processes)
        made.comes_to_rest()
        record_property("runs", runs)
        record_property("killed", dict(made.killed))
        assert made.taken() == made.owed(), f"seed {seed}, {runs} runs"
        assert not made.given_up(), f"seed {seed}, {runs} runs"
        assert runs < MOST_RUNS or len(made.killed) == 3, made.killed
