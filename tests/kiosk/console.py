"""The terminal's real program, `gateway kiosk`, in a real pseudo-terminal, with keys as bytes."""

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.desk import DEVICE_TOKEN

PATIENCE = 45.0
SCAN = b"\x021001\r"
PIN = b"123456"
WIPED = b"\x1bc\x1b[3J"


def command(url: str, folder: Path, *more: str) -> list[str]:
    """How a unit starts it: the token in a file, the folders named."""
    token = folder / "token"
    if not token.exists():
        token.touch(mode=0o600)
        token.write_text(DEVICE_TOKEN)
    places = ["--state", str(folder / "state"), "--runtime", str(folder / "run")]
    start = [sys.executable, "-m", "gateway", "kiosk", "--server", url]
    return [*start, "--device-file", str(token), *places, *more]


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    """The environment: its home and its temporary files are in `folder`, to be searched."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEXTUAL")}
    kept.pop("COLORTERM", None)
    home = str(folder)
    return {**kept, "TERM": "linux", "HOME": home, "TMPDIR": home, "XDG_STATE_HOME": home, **more}


class Console:
    """A pseudo-terminal with the kiosk in it."""

    def __init__(
        self, start: Sequence[str], env: Mapping[str, str], cwd: Path, first: bytes = b""
    ) -> None:
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(self.master, (24, 80))
        if first:
            os.write(self.master, first)
        self.process = subprocess.Popen(
            start, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env={**env, "PYTHONPATH": str(Path(__file__).parents[2])}, cwd=cwd,
        )  # fmt: skip
        os.close(slave)
        self.output = b""

    def hush(self) -> None:
        """Show nothing of what is typed before the program is there."""
        mode = termios.tcgetattr(self.master)
        mode[3] &= ~termios.ECHO
        termios.tcsetattr(self.master, termios.TCSANOW, mode)

    def sees(self, text: str) -> None:
        assert self.saw(text, PATIENCE), self.output[-2000:]

    def saw(self, text: str, seconds: float) -> bool:
        """Whether it comes within that time."""
        deadline = time.monotonic() + seconds
        while text.encode() not in self.output:
            if time.monotonic() >= deadline:
                return False
            self.read(0.1)
        return True

    def read(self, seconds: float) -> None:
        if select.select([self.master], [], [], seconds)[0]:
            with suppress(OSError):
                self.output += os.read(self.master, 1 << 16)

    def rest(self, seconds: float = 0.4) -> None:
        """Read for a while: before a look for what must not be."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read(0.05)

    def write(self, keys: bytes) -> None:
        self.output = b""
        os.write(self.master, keys)

    def sign_in(self) -> None:
        self.sees("PASSEZ VOTRE BADGE")
        self.sees("EN LIGNE")
        self.write(SCAN)
        self.sees("code secret")
        self.write(PIN)
        self.sees("Que voulez-vous faire")

    def to_the_sheet(self) -> None:
        """From the menu to the sheet of the first group."""
        for key, seen in ((b"2", "quel groupe"), (b"1", "Quel message"), (b"1", "Votre message")):
            self.write(key)
            self.sees(seen)

    def ended(self) -> int:
        """Wait for the end of the program, reading on: what it says last counts."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it does not end"
            self.read(0.02)
        self.rest(0.2)
        return self.process.returncode


@contextmanager
def console(
    url: str, folder: Path, *more: str, first: bytes = b"", env: Mapping[str, str] | None = None
) -> Iterator[Console]:
    """The kiosk in a terminal until the block ends; `first` is typed before it is started."""
    there = Console(
        command(url, folder, *more), {**surroundings(folder), **(env or {})}, folder, first
    )
    try:
        yield there
    finally:
        if there.process.poll() is None:
            there.process.kill()
        there.process.wait()
        os.close(there.master)
