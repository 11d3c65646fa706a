"""How long it takes until texts are answered at the full rate again once a process was killed.

`python -m bench.recovery` brings texts evenly and kills each kind of process in turn, which is
started again at once, as by a system; it prints a table for docs/performance.md.
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
        if message.direction == OUTBOUND and "palette" in message.body:
            self.at.append(time.monotonic())

    def full_again(self, killed: float) -> float | None:
        """Seconds from the kill until the rate is as before; None where it is not yet."""
        over, wanted = time.monotonic() - WINDOW, SHARE * RATE * WINDOW
        tried = killed
        while tried < over:
            if sum(tried <= at < tried + WINDOW for at in self.at) >= wanted:
                return tried - killed
            tried += 0.1
        return None


def main() -> None:
    print("| engine | killed | seconds to the full rate |\n| --- | --- | --- |")
    for engine, victims in VICTIMS.items():
        seed = random.randrange(1000)
        with (
            tempfile.TemporaryDirectory() as folder,
            crash_house(Path(folder), engine, seed) as house,
        ):
            _measure(house, engine, victims)


def _measure(
    house: CrashHouse, engine: str, victims: tuple[tuple[str, signal.Signals], ...]
) -> None:
    traffic = Traffic(house, phones=200, texts=0, mails=0)
    traffic.set_up()
    house.begin()
    answers = Answers()
    house.carrier.subscribe(answers.hear)
    with _texts(traffic):
        time.sleep(BEFORE)
        for name, how in victims:
            time.sleep(BEFORE)
            killed = time.monotonic()
            house.parts[name].strike(how)
            time.sleep(WATCHED)
            seconds = answers.full_again(killed)
            told = "more than 23" if seconds is None else f"{seconds:.1f}"
            print(f"| {engine} | {name} {how.name} | {told} |", flush=True)
    house.end()


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


if __name__ == "__main__":
    main()
