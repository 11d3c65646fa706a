"""Nothing of a member stays behind: not on the terminal, not in its scrollback, not on the disk.

The one exception is said in docs: a text that waits for the gateway, and a draft, in `outbox.db`.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kiosk.console import PATIENCE, command, surroundings
from tests.support.desk import DEVICE_TOKEN

Gateway = Any
PRIVATE = ("Amina", "rampe", "1001", "123456", "Rendez-vous chez le m")
"""A name, words of a post, a badge, a PIN, a draft."""
STATED = ("kiosk/run/", "kiosk/state/outbox.db", "kiosk/token")
"""Files that may hold something, below the test's folder; `run` is in memory in real life."""


class Tmux:
    """A terminal with scrollback, in which a shell is left when the kiosk ends."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        tmux = shutil.which("tmux")
        if tmux is None:
            if os.environ.get("GATEWAY_TEST_ALL") == "1":
                pytest.fail("tmux is not installed: install the package tmux")
            pytest.skip("tmux is not installed: install the package tmux")
        self._base = [tmux, "-S", str(folder / "socket"), "-f", "/dev/null"]
        self._env = env
        self.run("new-session", "-d", "-x", "80", "-y", "24", "-c", str(folder), "sh")

    def run(self, *what: str) -> str:
        done = subprocess.run(
            [*self._base, *what], capture_output=True, text=True, check=True, env=self._env
        )
        return done.stdout

    def type(self, *keys: str) -> None:
        self.run("send-keys", *keys)

    def wiped(self) -> None:
        """What the unit's ExecStopPost does, on the same terminal."""
        tty = self.run("display-message", "-p", "#{pane_tty}").strip()
        with Path(tty).open("r+b", buffering=0) as screen:
            wipe = [sys.executable, "-m", "gateway", "kiosk", "wipe"]
            subprocess.run(
                wipe, stdin=screen, stdout=screen, stderr=screen, check=True, env=self._env
            )
        time.sleep(0.3)  # tmux reads what it was sent.

    def all(self) -> str:
        """Both screens of the terminal and everything that can be scrolled back to."""
        return self.run("capture-pane", "-p", "-J", "-S", "-", "-E", "-")

    def sees(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while text not in (shown := self.all()):
            assert time.monotonic() < deadline, shown
            time.sleep(0.03)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    outside = tmp_path / "outside"
    outside.mkdir()
    kiosk = tmp_path / "kiosk"
    kiosk.mkdir()
    there = Tmux(outside, {**surroundings(kiosk), "PYTHONPATH": str(Path(__file__).parents[2])})
    try:
        yield there
    finally:
        there.run("kill-server")


def visit(tmux: Tmux, gateway: Gateway, folder: Path) -> int:
    """Sign in, read, write half a text; the process's id."""
    start = shlex.join(command(gateway[0], folder))
    tmux.run("send-keys", "-l", f"{start} & echo $! > pid; fg")
    tmux.type("Enter")
    tmux.sees("EN LIGNE")
    tmux.type("C-b", "1", "0", "0", "1", "Enter")
    tmux.sees("code secret")
    tmux.type(*"123456")
    tmux.sees("Que voulez-vous faire")
    tmux.type("1")
    tmux.sees("rampe")
    tmux.type("Escape")
    tmux.sees("Que voulez-vous faire")
    for key, seen in (("2", "quel groupe"), ("1", "Quel message"), ("1", "Votre message")):
        tmux.type(key)
        tmux.sees(seen)
    tmux.run("send-keys", "-l", "Rendez-vous chez le m")
    tmux.sees("Rendez-vous chez le m")
    return int((folder.parent / "outside" / "pid").read_text())


def told_to_the_neighbours(process: int) -> list[str]:
    """What any `ps` shows of the program while somebody is signed in, or of one begun by it."""
    own = Path("/proc") / str(process)
    children = (own / "task" / str(process) / "children").read_text()
    shown = b"".join((own / name).read_bytes() for name in ("environ", "cmdline", "comm"))
    secrets = (*PRIVATE, DEVICE_TOKEN)
    return [*children.split(), *(word for word in secrets if word.encode() in shown)]


def left_on_the_disk(folder: Path) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_file() and not name.startswith(STATED):
            held = path.name.encode() + path.read_bytes()
            found += [f"{name}: {word}" for word in PRIVATE if word.encode() in held]
    return found


def assert_nothing_is_left(tmux: Tmux, folder: Path) -> None:
    shown = tmux.all()
    assert [word for word in PRIVATE if word in shown] == []
    assert left_on_the_disk(folder.parent) == []
    assert {path.name for path in folder.iterdir()} <= {"run", "state", "token"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*.db*"))


@pytest.mark.parametrize("how", ["finish", "term", "kill"])
def test_nothing_of_a_visit_is_left(tmux: Tmux, gateway: Gateway, tmp_path: Path, how: str) -> None:
    folder = tmp_path / "kiosk"
    process = visit(tmux, gateway, folder)
    assert told_to_the_neighbours(process) == []
    if how == "finish":
        for key, seen in (("Escape", "Quel message"), ("0", "quel groupe"), ("0", "Que voulez")):
            tmux.type(key)
            tmux.sees(seen)
        tmux.type("0")
        tmux.sees("PASSEZ VOTRE BADGE")
    else:
        os.kill(process, signal.SIGTERM if how == "term" else signal.SIGKILL)
        time.sleep(1.0)
        tmux.wiped()
    assert_nothing_is_left(tmux, folder)
