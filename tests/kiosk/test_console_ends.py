"""However the program ends, nothing of anybody stays on the terminal, and it ends at once."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.kiosk.console import WIPED, Console, console, surroundings
from tests.kiosk.wire import Wire
from tests.support.desk import DEVICE_TOKEN
from tests.support.sizes import sized

Gateway = Any
AT_ONCE = sized(1.0, 5.0)
"""Seconds; a machine that runs hundreds of other processes beside it gives them late."""
CRASH = """
import sys
from gateway.kiosk import terminal
terminal.prepare()
from gateway.kiosk import start
from gateway.kiosk.screens.welcome import Welcome
from threading import Thread
def broken(self, number):
    secret = "PIN 123456"
    raise RuntimeError(secret + number)
def scanned(self, number):
    thread = Thread(target=broken, args=(self, number))
    thread.start()
    thread.join()
    broken(self, number)
Welcome.scanned = scanned
sys.exit(start.run(sys.argv[1], sys.argv[2]))
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_wipes_what_was_on_the_screen(gateway: Gateway, tmp_path: Path, name: str) -> None:
    with console(gateway[0], tmp_path) as there:
        there.sign_in()
        there.output = b""
        there.process.send_signal(getattr(signal, name))
        assert there.ended() == 0
        assert WIPED in there.output
        assert b"Amina" not in there.output.rpartition(b"\x1bc")[2]


def test_the_end_waits_for_no_request_without_an_answer(gateway: Gateway, tmp_path: Path) -> None:
    split = urlsplit(gateway[0])
    wire = Wire(split.hostname or "", split.port or 0)
    with console(wire.url, tmp_path) as there:
        there.sign_in()
        wire.down()
        with socket.create_server(wire.address, reuse_port=False) as deaf:
            deaf.listen()
            there.write(b"1")
            asker, _ = deaf.accept()  # It asks, and nobody will answer.
            with asker:
                there.rest(0.2)
                asked = time.monotonic()
                there.process.send_signal(signal.SIGTERM)
                while there.process.poll() is None:
                    there.read(0.02)
                assert time.monotonic() - asked < AT_ONCE


def test_a_fault_tells_where_and_nothing_of_whom(gateway: Gateway, tmp_path: Path) -> None:
    start = [sys.executable, "-c", CRASH, gateway[0], DEVICE_TOKEN]
    there = Console(start, surroundings(tmp_path), tmp_path)
    try:
        there.sees("PASSEZ VOTRE BADGE")
        there.write(b"\x021001\r")
        assert there.ended() == 1
        assert b"RuntimeError at <string>" in there.output
        for secret in (b"123456", b"1001", b"Traceback"):
            assert secret not in there.output
    finally:
        os.close(there.master)


def test_the_log_hears_of_a_fault_and_of_nobody(gateway: Gateway, tmp_path: Path) -> None:
    """Under systemd, what went wrong goes to the system's log: its kind and its line."""
    there_is = 'from pathlib import Path\nterminal.SYSLOG = Path("log")\n'
    program = CRASH.replace("terminal.prepare()\n", f"{there_is}terminal.prepare()\n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        here = Path.cwd()
        os.chdir(tmp_path)  # A socket's path is short.
        try:
            log.bind("log")
        finally:
            os.chdir(here)
        start = [sys.executable, "-c", program, gateway[0], DEVICE_TOKEN]
        there = Console(start, surroundings(tmp_path, INVOCATION_ID="1"), tmp_path)
        try:
            there.sees("PASSEZ VOTRE BADGE")
            there.write(b"\x021001\r")
            assert there.ended() == 1
        finally:
            os.close(there.master)
        log.setblocking(False)
        heard = b""
        with suppress(BlockingIOError):
            while True:
                heard += log.recv(1 << 16)
    assert b"RuntimeError at <string>" in heard
    for secret in (b"123456", b"1001", b"Traceback", DEVICE_TOKEN.encode()):
        assert secret not in heard


def test_nobody_is_given_its_memory() -> None:
    """A collector of core files ignores the limit, and a neighbour may attach: not to this one."""
    asked = "from gateway.kiosk import terminal; terminal.prepare(); import ctypes, resource;"
    told = "print(ctypes.CDLL(None).prctl(3), resource.getrlimit(resource.RLIMIT_CORE))"
    done = subprocess.run(
        [sys.executable, "-c", asked + told], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "0 (0, 0)"


def test_no_fault_leaves_a_core_file(gateway: Gateway, tmp_path: Path) -> None:
    with console(gateway[0], tmp_path) as there:
        there.sees("PASSEZ VOTRE BADGE")
        assert resource.prlimit(there.process.pid, resource.RLIMIT_CORE) == (0, 0)
        there.process.send_signal(signal.SIGSEGV)
        assert there.ended() == -signal.SIGSEGV
        assert not list(tmp_path.glob("core*"))
