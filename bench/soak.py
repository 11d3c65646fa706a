"""An hour at 70 % of what the machine can do: does memory stay, does a table grow that should not?

`python -m bench.soak --minutes 60` brings texts for half a minute as fast as they are taken, each a
post that five mailboxes get at once and a text answers, and waits until all of that has left: so
many a second are the best. Then it brings 70 % of that, samples memory, tables, errors and latency,
compares what the carriers have counted, and writes docs/soak.md.
"""

import argparse
import http.client
import sqlite3
import statistics
import tempfile
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench import limits
from bench.inbound import signed
from bench.installation import Installation, installation
from bench.meanwhile import meanwhile

REPORT = Path(__file__).parents[1] / "docs" / "soak.md"
PHONES = [f"+3363{number:07}" for number in range(20_000)]
"""So many that none of them writes more than a person may in an hour (`flood`), at any rate."""

READERS, CONNECTIONS, SHARE = 5, 8, 0.7
TRIED_SECONDS, SAMPLE_SECONDS = 30.0, 30.0
TABLES = (
    "inbox", "post", "outbox", "delivery_event", "bucket", "question", "shown", "action", "media",
    "lease", "channel_pause", "consent", "subscription",
)  # fmt: skip
GROWS = {
    "inbox": "each text; kept as history",
    "post": "each text is one",
    "outbox": "each answer and each notice; kept as history",
    "action": "what each member can take back",
    "shown": "one row a member and channel, then no more",
    "bucket": f"two a phone for a day, here {2 * len(PHONES):,}; and up to two an answer for an "
    "hour, after which as many go as come",
}
"""What may grow under this traffic, and why."""


@dataclass
class Texts:
    """Brings texts at a rate, or as fast as they are taken."""

    running: Installation
    brought: int = 0
    refused: int = 0
    waits: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def bring(self, seconds: float, rate: float = 0.0) -> int:
        """How many were taken in that time."""
        before, began = self.brought, time.monotonic()
        threads = [
            threading.Thread(target=self._work, args=(began, seconds, rate / CONNECTIONS, number))
            for number in range(CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.brought - before

    def _work(self, began: float, seconds: float, rate: float, worker: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=60)
        turn = 0
        while time.monotonic() - began < seconds:
            if rate:  # the next one at its time, however long the last one took
                turn += 1
                at = began + (turn + worker / CONNECTIONS) / rate
                time.sleep(max(0.0, at - time.monotonic()))
            with self._lock:
                self.brought += 1
                number = self.brought
            asked = time.perf_counter()
            if not self._taken(connection, number):
                with self._lock:
                    self.refused += 1
            self.waits.append(time.perf_counter() - asked)
        connection.close()

    def _taken(self, connection: http.client.HTTPConnection, number: int) -> bool:
        body, headers = signed(self.running.port, number, PHONES)
        with suppress(OSError, http.client.HTTPException):
            connection.request("POST", "/sms/inbound", body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status == 200
        connection.close()
        return False


@dataclass(frozen=True)
class Sample:
    """How it stands at a moment."""

    minute: float
    mebibytes: float
    rows: dict[str, int]
    waiting: int
    log_mebibytes: float
    p99_ms: float


@dataclass(frozen=True)
class End:
    """What is still owed a minute after the last text, and what the carriers have counted."""

    left: int
    answers: int
    mails: int


def main() -> None:
    asked = argparse.ArgumentParser("python -m bench.soak", description=__doc__)
    asked.add_argument("--minutes", type=float, default=60.0)
    minutes: float = asked.parse_args().minutes
    people = [
        "name,phone,email,groups",
        *(f"P {phone[-7:]},{phone},,quai3" for phone in PHONES),
        *(f"M {number},,m{number}@readers.example,quai3" for number in range(READERS)),
    ]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with (
            installation(people, ["quai3"], log) as running,
            meanwhile(lambda over: _read_counts(running, over)),
        ):
            texts = Texts(running)
            texts.bring(5)
            _drained(running)
            rate = SHARE * _best(texts)
            samples = _samples(texts, rate, minutes, log)
            end = End(_drained(running), running.sms.count()[0], running.mail.count()[0])
        errors = [line for line in log.read_text(errors="replace").splitlines() if _is_error(line)]
    REPORT.write_text(_report(samples, texts, rate, errors, end), encoding="utf-8")


def _read_counts(running: Installation, over: threading.Event) -> None:
    """Read what the mail sink prints of each mail: it takes none where nobody reads that."""
    while not over.wait(0.2):
        running.mail.count()


def _best(texts: Texts) -> float:
    """Texts a second, from the first that is brought until the last mail has left."""
    began = time.monotonic()
    brought = texts.bring(TRIED_SECONDS)
    if left := _drained(texts.running):
        raise RuntimeError(f"{left} are still owed after a minute")
    return brought / (time.monotonic() - began)


def _samples(texts: Texts, rate: float, minutes: float, log: Path) -> list[Sample]:
    began, found = time.monotonic(), list[Sample]()
    while (passed := time.monotonic() - began) < 60 * minutes:
        found.append(_sample(texts, passed / 60, log))
        print(found[-1], flush=True)
        texts.bring(SAMPLE_SECONDS, rate)
    return [*found, _sample(texts, minutes, log)]


def _sample(texts: Texts, minute: float, log: Path) -> Sample:
    running = texts.running
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    waits, texts.waits = texts.waits, []
    return Sample(
        minute,
        int(resident.split()[1]) / 1024,
        _rows(running),
        _waiting(running),
        log.stat().st_size / 2**20,
        1000 * statistics.quantiles(waits, n=100)[98] if len(waits) > 1 else 0.0,
    )


def _rows(running: Installation) -> dict[str, int]:
    with closing(sqlite3.connect(running.folder / "bench.db", timeout=30)) as database:
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in TABLES
        }


def _waiting(running: Installation) -> int:
    with closing(sqlite3.connect(running.folder / "bench.db", timeout=30)) as database:
        waiting = "SELECT count(*) FROM outbox WHERE state IN ('due', 'claimed')"
        return int(database.execute(waiting).fetchone()[0])


def _drained(running: Installation) -> int:
    """How much is still owed a minute after the last text."""
    over = time.monotonic() + 60
    while _waiting(running) and time.monotonic() < over:
        time.sleep(0.5)  # what counts the rows must not slow down who takes them
    return _waiting(running)


def _is_error(line: str) -> bool:
    return any(f" {level} " in line for level in ("ERROR", "WARNING", "CRITICAL"))


def _report(samples: list[Sample], texts: Texts, rate: float, errors: list[str], end: End) -> str:
    quarter = max(1, len(samples) // 4)
    second, last = samples[quarter : 2 * quarter], samples[-quarter:]
    memory = [statistics.mean(one.mebibytes for one in part) for part in (second, last)]
    # The first sample is of before the first text.
    waits = [
        statistics.median(one.p99_ms for one in part) for part in (samples[1:][:quarter], last)
    ]
    lines = [
        "# Soak\n",
        "Written by `python -m bench.soak`; do not edit.\n",
        f"{datetime.now(UTC):%Y-%m-%d}, {limits.machine()}: {samples[-1].minute:.0f} minutes at "
        f"{rate:.1f} texts a second, 70 % of what was taken, answered and sent at best at the "
        f"start, and {READERS} mails and an answer for each: {texts.brought:,} texts, "
        f"{texts.refused} refused. The carriers' own counts: {end.answers:,} answers, "
        f"{end.mails:,} mails, which is {READERS} times {end.mails / READERS:,.1f}.",
        f"\nMemory, mean of the second quarter and of the last: {memory[0]:.1f} MiB, "
        f"{memory[1]:.1f} MiB. p99 of our thanks for a text, over {SAMPLE_SECONDS:.0f} s each, "
        f"median of the first quarter and of the last: {waits[0]:.0f} ms, {waits[1]:.0f} ms. Still "
        f"owed a minute after the end: {end.left}. Errors and warnings "
        f"in the log: {len(errors)}.\n",
        *(f"    {line}" for line in sorted({line[24:] for line in errors})[:20]),
        "| minute | MiB | waiting | p99 ms | log MiB |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in samples[:: max(1, len(samples) // 30)]:
        lines.append(
            f"| {one.minute:.1f} | {one.mebibytes:.1f} | {one.waiting} | {one.p99_ms:.0f} "
            f"| {one.log_mebibytes:.2f} |"
        )
    lines += ["", "| table | rows at first | at half | at last | grows because |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    first, half, final = (samples[place].rows for place in (0, len(samples) // 2, -1))
    lines += [
        f"| {table} | {first[table]:,} | {half[table]:,} | {final[table]:,} "
        f"| {GROWS.get(table, 'does not' if final[table] <= half[table] else 'SHOULD NOT')} |"
        for table in TABLES
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
