"""Wrong codes count, whatever is done to the plug; PIN verifiers are on no disk."""

import dataclasses
import subprocess
import sys
from pathlib import Path

from gateway.kiosk.api import SignedIn
from gateway.kiosk.pins import Pins
from gateway.kiosk.store import open_store

AMINA = SignedIn("session-1", "Amina", "fr", 3, 0, (("quai3", "Quai 3"),), False, "ticket-1")


def test_the_third_wrong_code_waits_and_each_further_one_longer() -> None:
    locks = open_store().locks
    assert [locks.wrong("1001", "boot", 0.0) for _ in range(9)] == [
        *(0, 0, 30, 60, 120, 240, 480, 960, 21_600),
    ]
    assert locks.wait("1001", "boot", 21_599.5) == 1
    assert locks.wait("1001", "boot", 21_600.0) == 0
    assert locks.wait("1002", "boot", 0.0) == 0
    locks.right("1001")
    assert locks.wrong("1001", "boot", 0.0) == 0


def test_a_reboot_lets_nobody_try_sooner(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for _ in range(4):
        store.locks.wrong("1001", "first boot", 5000.0)
    store.close()
    locks = open_store(tmp_path).locks
    assert locks.wait("1001", "second boot", 10.0) == 60
    assert locks.wait("1001", "second boot", 50.0) == 20
    assert locks.wrong("1001", "second boot", 80.0) == 120


def test_no_badge_is_on_the_disk(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.locks.wrong("badge-4711", "boot", 0.0)
    store.outbox.keep(store.locks.name("badge-4711"), "quai3", "words", 0.0)
    store.close()
    for file in tmp_path.iterdir():
        assert b"4711" not in file.read_bytes()


def test_who_signed_in_here_can_without_a_network_and_nobody_else() -> None:
    pins = Pins(room=2)
    pins.learn("1001", "271828", AMINA)
    found = pins.check("1001", "271828")
    assert found == dataclasses.replace(AMINA, token="")
    assert pins.check("1001", "271829") is None
    assert pins.check("1002", "271828") is None
    pins.forget("1001")
    assert pins.check("1001", "271828") is None


def test_verifiers_make_room_and_show_no_pin() -> None:
    pins = Pins(room=1)
    pins.learn("1001", "271828", AMINA)
    pins.learn("1002", "314159", AMINA)
    assert not pins.knows("1001")
    assert "314159" not in repr(vars(pins))


def test_the_core_of_the_kiosk_needs_no_screen() -> None:
    names = ("store", "sender", "sync", "pins", "boot", "session", "api", "safe", "idle")
    imports = "; ".join(f"import gateway.kiosk.{name}" for name in names)
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; {imports}; print(sorted({{m.split('.')[0] for m in sys.modules}}))",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "sqlite3" in told
    assert not {"textual", "rich", "sqlalchemy", "flask"} & set(told.replace("'", " ").split())
