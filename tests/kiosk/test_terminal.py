"""The real program in a real terminal: it paints, survives bad bytes, and leaves nothing behind."""

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.desk import DEVICE_TOKEN

Gateway = Any
PROGRAM = "import sys; from gateway.kiosk.app import run; sys.exit(run(sys.argv[1], sys.argv[2]))"
CRASH = """
import sys
from gateway.kiosk import app
from gateway.kiosk.screens.welcome import Welcome
def broken(self, number):
    secret = "PIN 123456"
    raise RuntimeError(secret + number)
Welcome.scanned = broken
sys.exit(app.run(sys.argv[1], sys.argv[2]))
"""
PATIENCE = 15.0


class Terminal:
    """A pseudo-terminal with the kiosk in it."""

    def __init__(self, program: str, url: str) -> None:
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(self.master, (24, 80))
        env = {k: v for k, v in os.environ.items() if not k.startswith("TEXTUAL")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, url, DEVICE_TOKEN],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env={**env, "TERM": "linux", "COLORTERM": ""},
        )  # fmt: skip
        os.close(slave)
        self.output = b""

    def sees(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while text.encode() not in self.output:
            assert time.monotonic() < deadline, self.output[-2000:]
            self.read(0.1)

    def read(self, seconds: float) -> None:
        if select.select([self.master], [], [], seconds)[0]:
            with suppress(OSError):
                self.output += os.read(self.master, 1 << 16)

    def write(self, keys: bytes) -> None:
        self.output = b""
        os.write(self.master, keys)

    def ended(self) -> int:
        """Wait for the end of the program, reading on: what it says last counts."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it does not end"
            self.read(0.05)
        for _ in range(20):
            self.read(0.01)
        return self.process.returncode


@contextmanager
def terminal(program: str, url: str) -> Iterator[Terminal]:
    there = Terminal(program, url)
    try:
        yield there
    finally:
        if there.process.poll() is None:
            there.process.kill()
        there.process.wait()
        os.close(there.master)


def test_bad_bytes_do_nothing_and_sigterm_wipes_the_screen(gateway: Gateway) -> None:
    with terminal(PROGRAM, gateway[0]) as there:
        there.sees("PASSEZ VOTRE BADGE")
        there.write(b"\xff\xfe\x80")
        there.write(b"\x021001\r")
        there.sees("code secret")
        there.write(b"123456")
        there.sees("Amina")
        there.output = b""
        there.process.send_signal(signal.SIGTERM)
        assert there.ended() == 0
        assert b"\x1bc\x1b[3J" in there.output
        assert b"Amina" not in there.output.rpartition(b"\x1bc")[2]


def test_a_fault_shows_nobody_what_was_in_memory(gateway: Gateway) -> None:
    with terminal(CRASH, gateway[0]) as there:
        there.sees("PASSEZ VOTRE BADGE")
        there.write(b"\x021001\r")
        assert there.ended() == 1
        assert b"123456" not in there.output
        assert b"Traceback" not in there.output
        assert b"RuntimeError at <string>" in there.output


def test_a_person_sees_the_welcome_in_tmux(gateway: Gateway, tmp_path: Path) -> None:
    tmux = shutil.which("tmux")
    if tmux is None:
        if os.environ.get("GATEWAY_TEST_ALL") == "1":
            pytest.fail("tmux is not installed: install the package tmux")
        pytest.skip("tmux is not installed: install the package tmux")
    base = [tmux, "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    program = [sys.executable, "-c", PROGRAM, gateway[0], DEVICE_TOKEN]
    subprocess.run([*base, "new-session", "-d", "-x", "80", "-y", "24", *program], check=True)
    try:
        assert "> 1   Taper mon numéro de badge" in seen(base, "EN LIGNE")
        subprocess.run([*base, "send-keys", "4"], check=True)
        assert "> 4   English" in seen(base, "SCAN YOUR BADGE")
    finally:
        subprocess.run([*base, "kill-server"], check=True)


def seen(base: list[str], text: str) -> str:
    """The pane's text once `text` is in it."""
    deadline = time.monotonic() + PATIENCE
    shown = ""
    while text not in shown:
        assert time.monotonic() < deadline, shown
        done = subprocess.run(
            [*base, "capture-pane", "-p"], capture_output=True, text=True, check=True
        )
        shown = done.stdout
        select.select([], [], [], 0.05)
    return shown
