"""The real program in plain lines: however it ends it ends at once, and loses nothing it kept."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.kiosk.console import Console, surroundings
from tests.kiosk.plain_floor import SCAN, Row, Step, piped, row
from tests.kiosk.wire import Wire
from tests.support.desk import DEVICE_TOKEN
from tests.support.sizes import sized

Gateway = Any
AT_ONCE = sized(1.0, 5.0)
"""Seconds; a machine that runs hundreds of other processes beside it gives them late."""
TO_THE_MENU: tuple[Step, ...] = ((SCAN, "code secret"), (b"123456\r", "Que voulez-vous faire"))
TO_THE_SHEET: tuple[Step, ...] = (
    *TO_THE_MENU,
    (b"2\r", "quel groupe"),
    (b"1\r", "Quel message"),
    (b"1\r", "Votre message"),
)
CRASH = """
import sys
from gateway.kiosk import terminal
terminal.prepare()
from gateway.kiosk.plain import start
from gateway.kiosk.screens.welcome import Welcome
def scanned(self, number):
    secret = "PIN 123456"
    raise RuntimeError(secret + number)
Welcome.scanned = scanned
sys.exit(start.run(sys.argv[1], sys.argv[2]))
"""
IDLE = """
import sys
from gateway.kiosk import terminal
terminal.prepare()
from gateway.kiosk.idle import Idle
from gateway.kiosk.plain import start
sys.exit(start.run(sys.argv[1], sys.argv[2], idle=Idle(quiet=1.5, warning=1.5)))
"""


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wire_to(gateway: Gateway) -> Wire:
    split = urlsplit(gateway[0])
    return Wire(split.hostname or "", split.port or 0)


def bodies(gateway: Gateway) -> list[str]:
    return [post.body for post in gateway[1].depot.posts.values()]


def leaves_nothing(there: Row) -> None:
    screen = there.all.decode(errors="replace").replace("\r", "").split("\n")[-24:]
    assert not "".join(screen).strip(), screen
    assert b"\x1b" not in there.all


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_ends_it_at_once_and_pushes_all_out_of_sight(
    gateway: Gateway, tmp_path: Path, name: str
) -> None:
    with row(gateway[0], tmp_path, "--plain") as there:
        there.hears("PASSEZ VOTRE BADGE")
        there.answers(*TO_THE_SHEET, (b"Un secret", "Un secret"))
        there.all += there.console.output
        there.console.output = b""
        asked = time.monotonic()
        there.console.process.send_signal(getattr(signal, name))
        assert there.ended() == 0
        assert time.monotonic() - asked < AT_ONCE
        leaves_nothing(there)


def test_a_terminal_that_is_torn_away_ends_it(gateway: Gateway, tmp_path: Path) -> None:
    with row(gateway[0], tmp_path, "--plain") as there:
        there.hears("PASSEZ VOTRE BADGE")
        there.answers(*TO_THE_MENU)
        os.close(there.console.master)
        there.console.process.wait(30)
        there.console.master = os.open(os.devnull, os.O_RDONLY)


def test_the_end_of_what_is_typed_ends_it_and_keeps_the_draft(
    gateway: Gateway, tmp_path: Path
) -> None:
    with piped(gateway[0], tmp_path) as there:
        there.type(b"".join(keys for keys, _ in TO_THE_SHEET))
        there.sees("Votre message")
        there.type("La moitié".encode())
        assert there.process.stdin is not None
        there.process.stdin.close()
        assert there.process.wait(30) == 0
    with piped(gateway[0], tmp_path) as there:
        there.type(b"".join(keys for keys, _ in TO_THE_SHEET))
        there.sees("Votre brouillon")
        there.sees("La moitié")


def test_it_ends_although_nobody_reads_what_it_says(gateway: Gateway, tmp_path: Path) -> None:
    with piped(gateway[0], tmp_path) as there:
        there.sees("PASSEZ VOTRE BADGE")
        there.type(b"x\n" * 5_000)  # More is said than the pipe holds, and nobody reads it.
        time.sleep(1)
        asked = time.monotonic()
        there.process.terminate()
        assert there.process.wait(30) == 0
        assert time.monotonic() - asked < AT_ONCE + 0.5


def test_it_ends_when_its_listener_is_gone(gateway: Gateway, tmp_path: Path) -> None:
    with piped(gateway[0], tmp_path) as there:
        there.sees("PASSEZ VOTRE BADGE")
        assert there.process.stdout is not None
        there.process.stdout.close()
        there.type(b"x\n")
        assert there.process.wait(30) == 0


def test_a_text_said_to_be_kept_survives_a_kill_and_arrives_once(
    gateway: Gateway, tmp_path: Path
) -> None:
    wire = wire_to(gateway)
    with row(wire.url, tmp_path, "--plain") as there:
        there.hears("PASSEZ VOTRE BADGE", "EN LIGNE")
        there.answers(*TO_THE_SHEET)
        wire.down()
        there.answers((b"Trois palettes\r", "MESSAGE GARD\u00c9"))
        there.console.process.kill()
        there.console.process.wait(30)
    assert "Trois palettes" not in bodies(gateway)
    wire.up()
    with row(wire.url, tmp_path, "--plain") as there:
        until(lambda: "Trois palettes" in bodies(gateway))
        there.hears("PASSEZ VOTRE BADGE")
        there.answers((SCAN, "code secret"))
        assert "Trois palettes" not in there.console.output.decode()
    assert bodies(gateway).count("Trois palettes") == 1
    wire.down()


def test_bytes_that_are_no_letters_and_keys_that_are_no_signs_do_nothing(
    gateway: Gateway, tmp_path: Path
) -> None:
    with row(gateway[0], tmp_path, "--plain") as there:
        there.hears("PASSEZ VOTRE BADGE")
        there.answers(*TO_THE_SHEET)
        # Ctrl+C, D, Z, \, S, Q; bad UTF-8; arrows; a pasted title; a clipboard; a lone Esc.
        noise = b"\x03\x04\x1a\x1c\x13\x11\xff\xfe\x1b[A\x1bOP\x1b[200~\x1b\x00\x9b"
        there.console.write(noise + b"Bonjour \xe2\x80\xaetous\r")
        there.hears("MESSAGE ENVOY\u00c9")
        assert bodies(gateway)[-1].strip("\ufffd ") == "Bonjour tous"
        assert b"\x1b" not in there.console.output
        assert there.console.process.poll() is None


def test_a_line_without_end_fills_nothing_and_hinders_nobody(
    gateway: Gateway, tmp_path: Path
) -> None:
    with piped(gateway[0], tmp_path) as there:
        there.type(b"".join(keys for keys, _ in TO_THE_SHEET))
        there.sees("Votre message")
        there.type(b"y" * 1_000_000 + b"\n")
        there.sees("! Trop long : les 999500 derniers signes")
        before = bodies(gateway)
        status = Path(f"/proc/{there.process.pid}/status").read_text()
        peak = int(status.split("VmHWM:")[1].split()[0])
        assert peak < 120_000, f"{peak} kB"
        there.type(b"0\n")
        there.sees("Quel message")
        assert bodies(gateway) == before


def test_a_badge_in_the_middle_of_a_text_is_never_shown(gateway: Gateway, tmp_path: Path) -> None:
    with row(gateway[0], tmp_path, "--plain") as there:
        there.hears("PASSEZ VOTRE BADGE")
        there.answers(*TO_THE_SHEET, (b"Chariot\x021002\r", "code secret"))
        there.answers((b"654321\r", "What do you want to do?"))
        there.all += there.console.output
        assert b"1002" not in there.all
        assert b"654321" not in there.all
        assert "Chariot" not in bodies(gateway)


def test_who_goes_away_is_warned_and_signed_out_by_the_clock(
    gateway: Gateway, tmp_path: Path
) -> None:
    start = [sys.executable, "-c", IDLE, gateway[0], DEVICE_TOKEN]
    there = Console(start, surroundings(tmp_path), tmp_path)
    try:
        there.sees("PASSEZ VOTRE BADGE")
        there.write(SCAN)
        there.sees("code secret")
        there.write(b"123456\r")
        there.sees("Que voulez-vous faire")
        there.output = b""
        there.sees("TOUJOURS L\u00c0")
        there.output = b""
        there.sees("PASSEZ VOTRE BADGE")
        assert b"Amina" not in there.output
    finally:
        there.process.kill()
        there.process.wait()
        os.close(there.master)


def test_a_fault_tells_where_and_nothing_of_whom(gateway: Gateway, tmp_path: Path) -> None:
    start = [sys.executable, "-c", CRASH, gateway[0], DEVICE_TOKEN]
    there = Console(start, surroundings(tmp_path), tmp_path)
    try:
        there.sees("PASSEZ VOTRE BADGE")
        there.write(SCAN)
        assert there.ended() == 1
        assert b"RuntimeError at <string>" in there.output
        for secret in (b"123456", b"1001", b"Traceback", b"\x1b"):
            assert secret not in there.output
    finally:
        os.close(there.master)
