"""The one process is killed again and again under a stream of texts; nothing may be lost.

The sender does what Twilio does with `#rc=5`: it repeats what was not acknowledged, and goes on
repeating while there is nobody. What is acknowledged is one post and one answer.
"""

import random
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.demo.twilio import FakeTwilio
from tests.stories.world import GATEWAY, PATIENCE, World, world
from tests.support.processes import plain_environment, wait_until
from tests.support.sizes import sized

KILLS, MESSAGES = sized((100, 500), (12, 80))
PHONES = [f"+3363998{number:04}" for number in range(40)]
LONGEST_LIFE = 0.8


@pytest.mark.timeout(900)
def test_killed_under_load_it_loses_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with world(tmp_path) as made:
        _set_up(made)
        victim = Victim(made)
        victim.start()
        _stream_while_killing(made, victim)
        # An office that a dead process held is free again only after half a minute.
        wait_until(lambda: _unanswered(made) == 0, 150, "the last answers")
        victim.stop()
        posts = Counter(str(post["body"]) for post in made.listed("posts", "list"))
        answers = _answers(made)
    assert posts == Counter({_text(number): 1 for number in range(MESSAGES)})
    assert set(answers) == set(range(MESSAGES))
    record_property("kills", KILLS)
    # What was on the wire at a kill is looked up at the carrier, and not sent again blindly.
    assert {number: count for number, count in answers.items() if count > 1} == {}


class Victim:
    """`gateway run`, started again after each kill."""

    def __init__(self, made: World) -> None:
        self._made = made
        self._log = made.folder / "victim.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*GATEWAY, "run"],
                cwd=self._made.folder,
                env={**_uncounted(), **self._made.environment},
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said.startswith(b"ready"), self._log.read_text("utf-8", "replace")[-2000:]

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.communicate()

    def stop(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(PATIENCE) == 0
        self._process.communicate()


def _uncounted() -> dict[str, str]:
    """Coverage is written at a good end: a life that is killed would pay for it in vain."""
    kept = plain_environment()
    return {name: value for name, value in kept.items() if not name.startswith("COVERAGE_")}


def _stream_while_killing(made: World, victim: Victim) -> None:
    """Texts come evenly over all the lives; each life ends at a random moment of work."""
    chance = random.Random(2)
    pace = threading.Semaphore(0)
    share = MESSAGES / KILLS
    with ThreadPoolExecutor(16) as senders:
        sent = [senders.submit(_send, made.carrier, number, pace) for number in range(MESSAGES)]
        allowed = 0
        for life in range(1, KILLS + 1):
            while allowed < life * share:
                pace.release()
                allowed += 1
            time.sleep(chance.uniform(0.0, LONGEST_LIFE))
            victim.kill()
            victim.start()
        for outcome in sent:
            outcome.result()


def _send(carrier: FakeTwilio, number: int, pace: threading.Semaphore) -> None:
    pace.acquire()
    sid = carrier.phone_sends(PHONES[number % len(PHONES)], f"P quai3 {_text(number)}")
    while not carrier.message(sid).acknowledged:
        time.sleep(0.1)  # nobody picks up while the process is down
        carrier.redeliver(sid)


def _answers(made: World) -> Counter[int]:
    """How many times each text was answered, by the number that the answer repeats."""
    found: Counter[int] = Counter()
    for phone in PHONES:
        for message in made.carrier.to(phone):
            told = re.search(r"palette no (\d+)\.", message.body)
            if told and message.body.startswith("OK"):
                found[int(told[1])] += 1
    return found


def _unanswered(made: World) -> int:
    return MESSAGES - len(_answers(made))


def _text(number: int) -> str:
    return f"palette no {number}."


def _set_up(made: World) -> None:
    made.cli("groups", "add", "quai3", "--name", "Quai 3")
    roll = made.folder / "people.csv"
    rows = [f"Driver {phone[-4:]},{phone},quai3" for phone in PHONES]
    roll.write_text("\n".join(["name,phone,groups", *rows]), encoding="utf-8")
    made.cli("members", "import", str(roll), "--consented")
