"""The terminal is torn away: the program does not stay behind, turning and holding its files."""

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = """
import sys
from gateway.kiosk.start import run
sys.exit(run("http://127.0.0.1:9", "x"))
"""
PATIENCE = 30.0


def _deaf() -> None:
    """With a terminal to belong to, and no ear for its hang-up."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _owned() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _elsewhere() -> None:
    """On a terminal that sends it no signal at all."""


@pytest.mark.parametrize("begun", [_owned, _deaf, _elsewhere])
def test_it_ends_with_its_terminal(tmp_path: Path, begun: Callable[[], None]) -> None:
    master, slave = pty.openpty()
    termios.tcsetwinsize(master, (24, 80))
    environment = {**os.environ, "TERM": "linux", "XDG_STATE_HOME": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=begun,
        env=environment,
    ) as kiosk:
        os.close(slave)
        try:
            _wait_for_a_picture(master)
        finally:
            os.close(master)
        try:
            kiosk.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            kiosk.kill()
            pytest.fail("it stayed behind")


def _wait_for_a_picture(master: int) -> None:
    deadline, seen = time.monotonic() + PATIENCE, b""
    while b"\x1b[" not in seen or len(seen) < 500:
        assert time.monotonic() < deadline, seen
        seen += os.read(master, 1 << 16)


def test_it_ends_with_who_shows_it_elsewhere(tmp_path: Path) -> None:
    """The demo shows it in a browser, and talks to it over pipes."""
    driver = "textual.drivers.web_driver:WebDriver"
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TEXTUAL_DRIVER": driver, "XDG_STATE_HOME": str(tmp_path)},
    ) as kiosk:
        assert kiosk.stdin is not None
        assert kiosk.stdout is not None
        kiosk.stdout.read(100)
        kiosk.stdin.close()
        try:
            kiosk.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            kiosk.kill()
            pytest.fail("it stayed behind")
