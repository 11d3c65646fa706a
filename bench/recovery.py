"""How long it takes until texts are answered at the full rate again once a process was killed.

Texts come evenly, and each kind of process is killed in turn, and started again at once, as by a
system.
"""

import random
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from gateway.demo.twilio_ledger import OUTBOUND, Message
from tests.stories.crash_house import POSTGRES, REDIS, CrashHouse, crash_house
from tests.stories.crash_traffic import Traffic

RATE = 4.0
"""Texts a second: what counts is the time, and not the load."""

BEFORE, WATCHED, WINDOW, SHARE = 5.0, 25.0, 2.0, 0.9
VICTIMS = {
    "embedded": (("run", signal.SIGKILL),),
    "spread": (
        ("web", signal.SIGKILL),
        ("mail", signal.SIGKILL),
        ("worker", signal.SIGKILL),
        ("timer", signal.SIGKILL),
        (REDIS, signal.SIGKILL),
        (POSTGRES, signal.SIGKILL),
        (POSTGRES, signal.SIGQUIT),
    ),
}


class Answers:
    """When each answer came to the carrier."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def hear(self, message: Message) -> None:
        # And not the posts themselves, which leave for their readers as well.
        if message.direction == OUTBOUND and message.body.startswith("OK"):
            self.at.append(time.monotonic())

    def full_again(self, killed: float) -> float | None:
        """Seconds from the kill to the end of the first window in which the rate is as before.

        So it is never less than a window. None where it is not yet.
        """
        over, wanted = time.monotonic() - WINDOW, SHARE * RATE * WINDOW
        tried = killed
        while tried < over:
            if sum(tried <= at < tried + WINDOW for at in self.at) >= wanted:
                return tried + WINDOW - killed
            tried += 0.1
        return None


def measure(engine: str) -> dict[str, float]:
    """For each kind of process, the seconds; as many as were watched where it was not in them."""
    seed = random.randrange(1000)
    with (
        tempfile.TemporaryDirectory() as folder,
        crash_house(Path(folder), engine, seed) as house,
    ):
        return _measure(house, VICTIMS[engine])


def _measure(
    house: CrashHouse, victims: tuple[tuple[str, signal.Signals], ...]
) -> dict[str, float]:
    traffic = Traffic(house, phones=200, texts=0, mails=0)
    traffic.set_up()
    house.begin()
    answers, figures = Answers(), dict[str, float]()
    house.carrier.subscribe(answers.hear)
    with _texts(traffic):
        time.sleep(BEFORE)  # the full rate is what they come to by themselves
        for name, how in victims:
            time.sleep(BEFORE)
            killed = time.monotonic()
            house.parts[name].strike(how)
            time.sleep(WATCHED)  # texts go on in a thread meanwhile
            seconds = answers.full_again(killed)
            figures[f"{name}_{how.name}:_seconds"] = WATCHED if seconds is None else seconds
    house.end()
    return figures


@contextmanager
def _texts(traffic: Traffic) -> Iterator[None]:
    over = threading.Event()

    def bring() -> None:
        number = 0
        with ThreadPoolExecutor(32) as senders:
            while not over.wait(1 / RATE):
                traffic.pace.release()
                senders.submit(traffic.text, number)
                number += 1

    thread = threading.Thread(target=bring)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
