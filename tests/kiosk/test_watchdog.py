"""systemd is told that the kiosk stands and still turns, and of one that hangs it hears nothing."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.kiosk import watchdog
from tests.kiosk.console import WIPED, console, surroundings
from tests.support.desk import FakeDesk

PATIENCE = 45.0
HANGING = """
import sys, time
from gateway.kiosk.app import KioskApp
from gateway.kiosk.start import run

ready = KioskApp.on_ready

def hang_soon(app):
    ready(app)
    app.set_timer(1.0, lambda: time.sleep(600))

KioskApp.on_ready = hang_soon
sys.exit(run("http://127.0.0.1:9", "x"))
"""


class Systemd:
    """The socket that systemd would read, and what was said to it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)

    def hears(self, seconds: float = PATIENCE) -> str:
        """The next word; empty where none comes in `seconds`."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(200).decode()
        except TimeoutError:
            return ""


@pytest.fixture(params=["file", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    abstract = request.param == "abstract"
    there = Systemd(f"@gateway-test-{uuid4()}" if abstract else str(tmp_path / "notify"))
    yield there
    there.socket.close()


def test_it_says_ready_after_its_first_picture_and_then_that_it_lives(
    gateway: tuple[str, FakeDesk], systemd: Systemd, tmp_path: Path
) -> None:
    told = {"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": "300000"}
    with console(gateway[0], tmp_path, env=told) as terminal:
        terminal.sees("PASSEZ VOTRE BADGE")
        assert systemd.hears() == "READY=1"
        began = time.monotonic()
        assert [systemd.hears() for _ in range(5)] == ["WATCHDOG=1"] * 5
        assert time.monotonic() - began > 0.3
        terminal.process.terminate()
        terminal.ended()
        assert WIPED in terminal.output


def test_before_the_first_picture_nothing_is_said(systemd: Systemd, tmp_path: Path) -> None:
    told = surroundings(tmp_path, NOTIFY_SOCKET=systemd.address, WATCHDOG_USEC="300000")
    start = [sys.executable, "-m", "gateway", "kiosk", "--server", "http://127.0.0.1:9"]
    ended = subprocess.run(start, env=told, capture_output=True, check=False)
    assert ended.returncode == 2
    assert systemd.hears(0.2) == ""


def test_of_a_loop_that_hangs_nothing_is_heard(
    gateway: tuple[str, FakeDesk], systemd: Systemd, tmp_path: Path
) -> None:
    told = surroundings(tmp_path, NOTIFY_SOCKET=systemd.address, WATCHDOG_USEC="300000")
    with subprocess.Popen(
        [sys.executable, "-c", HANGING],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**told, "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"},
    ) as kiosk:  # fmt: skip
        try:
            assert systemd.hears() == "READY=1"
            assert systemd.hears() == "WATCHDOG=1"
            deadline = time.monotonic() + PATIENCE
            while systemd.hears(2.0):
                assert time.monotonic() < deadline, "it says that it lives, and hangs"
            assert kiosk.poll() is None
        finally:
            kiosk.kill()


def test_without_systemd_there_is_nothing_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    repeated: list[float] = []
    assert not watchdog.begin(lambda seconds, _say: repeated.append(seconds))
    assert repeated == []


@pytest.mark.parametrize(
    ("microseconds", "process", "seconds"),
    [
        ("30000000", "", 30.0),
        ("30000000", "ours", 30.0),
        ("30000000", "1", 0.0),
        ("", "", 0.0),
        ("soon", "", 0.0),
        ("-5", "", 0.0),
        ("٣", "", 0.0),
    ],
)
def test_it_gives_signs_only_where_systemd_waits_for_this_process(
    microseconds: str, process: str, seconds: float
) -> None:
    process = str(os.getpid()) if process == "ours" else process
    assert watchdog.patience(microseconds, process) == seconds


def test_a_systemd_that_is_gone_or_does_not_read_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    says: list[Callable[[], None]] = []
    assert watchdog.begin(lambda _seconds, say: says.append(say))
    deaf = Systemd(str(tmp_path / "deaf"))
    monkeypatch.setenv("NOTIFY_SOCKET", deaf.address)
    assert watchdog.begin(lambda _seconds, say: says.append(say))
    began = time.monotonic()
    for _ in range(2000):
        says[-1]()
    assert time.monotonic() - began < 5
    deaf.socket.close()
    says[-1]()
