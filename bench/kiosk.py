"""The terminal as a person waits for it: in a real pseudo-terminal, from the outside.

Every process here is the real program in an 80x24 terminal of type `linux`. What is timed is what
arrives on the terminal's wire: the first paint, the last byte after a key, and nothing at all
while nobody is there. The posts are in the terminal's memory; the network is not measured here.
"""

import os
import pty
import select
import statistics
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POSTS = 10_000
KEYS = 120
QUIET = 0.04
"""After so many seconds without a byte a key has had all of its effect."""

PATIENCE = 30.0
NOBODY = "http://127.0.0.1:9"
"""The discard port: no gateway is needed to paint."""

WELCOME = ("-m", "gateway", "kiosk", "--server", NOBODY, "--device", "none")
DOWN, PAGE_DOWN, END = b"\x1b[B", b"\x1b[6~", b"\x1b[F"


class Screen:
    """A pseudo-terminal with the kiosk in it."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(self._master, (24, 80))
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("TEXTUAL", "COLORTERM"))}
        self._begun = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            cwd=Path(__file__).parents[1], env={**plain, "TERM": "linux"},
        )  # fmt: skip
        os.close(slave)
        self._got = b""

    def paints(self, text: str) -> float:
        """Milliseconds from the start of the process until `text` is there."""
        deadline = time.perf_counter() + PATIENCE
        while text.encode() not in self._got:
            if time.perf_counter() > deadline or not self._read(0.1):
                assert self.process.poll() is None, self._got[-500:]
                assert time.perf_counter() < deadline, f"{text!r} never came"
        return 1000 * (time.perf_counter() - self._begun)

    def key(self, sent: bytes) -> float:
        """Milliseconds from a key to the last byte that it brings."""
        begun = last = time.perf_counter()
        os.write(self._master, sent)
        while self._read(QUIET if last > begun else 1.0):
            last = time.perf_counter()
        return 1000 * (last - begun)

    def is_quiet(self, seconds: float) -> float:
        """The share of one core, in %, that the process takes for so long with nobody there."""
        before, begun = self.cpu_ms(), time.perf_counter()
        while (left := begun + seconds - time.perf_counter()) > 0:
            self._read(left)
        used = (self.cpu_ms() - before) / 1000
        return 100 * used / (time.perf_counter() - begun)

    def cpu_ms(self) -> float:
        """What the process has worked until now: the same on a busy machine and an idle one."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return 1000 * (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def mib(self) -> float:
        """What the process holds of the machine's memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        return int(kib) / 1024

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return False
        try:
            self._got = self._got[-20_000:] + os.read(self._master, 1 << 16)
        except OSError:
            return False
        return True


@contextmanager
def screen(*arguments: str) -> Iterator[Screen]:
    there = Screen(arguments)
    try:
        yield there
    finally:
        there.close()


def cold_start(rounds: int) -> dict[str, float]:
    """From nothing to a welcome that can be read; and what Textual alone takes to be imported."""
    times, work, alone = [], [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import textual.app"], check=True)
        alone.append(1000 * (time.perf_counter() - begun))
        with screen(*WELCOME) as there:
            times.append(there.paints("PASSEZ VOTRE BADGE"))
            work.append(there.cpu_ms())
    return {
        "first_paint_ms": statistics.median(times),
        "worst_ms": max(times),
        "cpu_ms": statistics.median(work),
        "import_of_textual_alone_ms": statistics.median(alone),
    }


def posts(count: int = POSTS, keys: int = KEYS) -> dict[str, float]:
    """A list of `count` posts: until it is there, what it weighs, and how fast keys act on it."""
    with screen("-m", "bench.kiosk_posts", str(count)) as there:
        ready = there.paints("Camion 0 ")
        there.key(DOWN)
        downs = sorted(there.key(DOWN) for _ in range(keys))
        pages = sorted(there.key(PAGE_DOWN) for _ in range(keys // 4))
        end = there.key(END)
        return {
            "ready_ms": ready,
            "mib": there.mib(),
            "key_median_ms": statistics.median(downs),
            "key_p95_ms": downs[int(0.95 * len(downs))],
            "page_p95_ms": pages[int(0.95 * len(pages))],
            "end_ms": end,
        }


def idle(seconds: float) -> dict[str, float]:
    """The welcome with nobody in front of it, and no gateway to ask."""
    with screen(*WELCOME) as there:
        there.paints("PASSEZ VOTRE BADGE")
        there.is_quiet(2.0)
        return {"percent_of_a_core": there.is_quiet(seconds), "mib": there.mib()}
