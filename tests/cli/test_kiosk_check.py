"""A technician asks what is wrong with a kiosk, and is told what to do, a line for each thing."""

import os
import pty
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.cli import kiosk_check, kiosk_machine
from gateway.cli.kiosk_machine import kind_of_disk
from tests.cli.conftest import Operator, Said
from tests.support.api import served
from tests.support.desk import DEVICE_TOKEN, FakeDesk

SITE = "Gennevilliers"


@pytest.fixture(scope="module")
def gateway() -> Iterator[tuple[str, FakeDesk]]:
    with served() as there:
        yield there


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the kernel says of where the kiosk's folders are: one on a disk, one in memory."""
    mounts = tmp_path / "mounts"
    (tmp_path / "my state").mkdir()
    (tmp_path / "run").mkdir()
    mounts.write_text(
        f"overlay / overlay rw 0 0\n/dev/sda1 {tmp_path} ext4 rw 0 0\n"
        f"/dev/sda2 {tmp_path}/my\\040state ext4 rw 0 0\ntmpfs {tmp_path}/run tmpfs rw 0 0\n"
    )
    monkeypatch.setattr(kiosk_machine, "MOUNTS", mounts)
    swaps = tmp_path / "swaps"
    swaps.write_text("Filename Type Size Used Priority\n")
    monkeypatch.setattr(kiosk_machine, "SWAPS", swaps)
    monkeypatch.setattr(kiosk_machine, "_asked_systemd", dict)
    return tmp_path


def checks(operator: Operator, disk: Path, url: str, *more: str) -> Said:
    return operator(
        "kiosk", "--check", "--server", url, "--state", str(disk / "my state"),
        "--runtime", str(disk / "run"), *more,
    )  # fmt: skip


def line(said: Said, check: str) -> str:
    found = [one for one in said.out.splitlines() if one.split()[0] == check]
    assert len(found) == 1, said.out
    return found[0]


def systemd_says(monkeypatch: pytest.MonkeyPatch, **told: str) -> None:
    fine = {"LoadState": "loaded", "ActiveState": "active", "UnitFileState": "enabled"}
    monkeypatch.setattr(kiosk_machine, "_asked_systemd", lambda: {**fine, **told})


def test_of_a_kiosk_that_is_well_nothing_is_to_be_mended(
    operator: Operator, disk: Path, gateway: tuple[str, FakeDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    systemd_says(monkeypatch)
    slip = disk / "lp0"
    slip.touch()
    said = checks(operator, disk, gateway[0], "--device", DEVICE_TOKEN, "--printer", str(slip))
    assert said.code == 0, said.out
    assert f'this kiosk stands at "{SITE}"' in line(said, "token")
    for check in ("server", "dns", "tcp", "http", "clock", "state", "runtime", "swap", "systemd"):
        assert line(said, check).split()[1] == "ok:"
    assert line(said, "scanner").split()[1] == "skip:"


def test_a_token_of_another_site_is_told_by_the_name(
    operator: Operator, disk: Path, gateway: tuple[str, FakeDesk]
) -> None:
    more = ("--device", DEVICE_TOKEN, "--site")
    assert "ok" in line(checks(operator, disk, gateway[0], *more, " gennevilliers "), "token")
    said = checks(operator, disk, gateway[0], *more, "Givors")
    assert f'of "{SITE}", and not of "Givors"' in line(said, "token")
    assert said.code == 1


def test_a_token_that_is_not_known_any_more_is_said(operator: Operator, disk: Path) -> None:
    with served() as (url, desk):
        desk.revoke(DEVICE_TOKEN)
        said = checks(operator, disk, url, "--device", DEVICE_TOKEN)
    assert "gateway kiosks add" in line(said, "token")
    assert "mend" in line(said, "token")
    assert DEVICE_TOKEN not in said.out + said.err


def test_a_file_of_the_token_that_others_may_read_is_said(
    operator: Operator, disk: Path, gateway: tuple[str, FakeDesk]
) -> None:
    file = disk / "token"
    file.write_text(DEVICE_TOKEN)
    file.chmod(0o644)
    said = checks(operator, disk, gateway[0], "--device-file", str(file))
    assert "chmod 600" in said.out
    file.write_bytes(b"\xff\xfe")
    assert "cannot read" in checks(operator, disk, gateway[0], "--device-file", str(file)).out


def test_what_is_not_given_is_what_the_unit_says(
    operator: Operator, tmp_path: Path, gateway: tuple[str, FakeDesk], disk: Path
) -> None:
    machine = tmp_path / "machine"
    machine.mkdir()
    (tmp_path / "token").write_text(DEVICE_TOKEN)
    made = operator(
        "kiosk", "install", "--server", f"{gateway[0]}/a%20b", "--root", str(machine), "--program",
        "/usr/local/bin/gateway", "--device-file", str(tmp_path / "token"),
        "--printer", "/dev/usb/lp0",
    )  # fmt: skip
    assert made.code == 0, made.err
    asked = kiosk_check._completed(kiosk_check.Asked(), kiosk_check._unit(machine))
    assert asked.server == f"{gateway[0]}/a%20b"
    assert asked.printer == Path("/dev/usb/lp0")
    assert asked.state == Path("/var/lib/gateway-kiosk")
    given = kiosk_check.Asked(server="http://other", state=tmp_path)
    asked = kiosk_check._completed(given, kiosk_check._unit(machine))
    assert (asked.server, asked.state) == ("http://other", tmp_path)


def test_without_a_server_it_is_asked_for(operator: Operator, disk: Path) -> None:
    said = operator("kiosk", "--check", "--state", str(disk / "my state"))
    assert "give --server" in line(said, "server")


def test_a_state_folder_in_memory_or_without_room_or_rights_is_said(
    operator: Operator, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = ("kiosk", "--check", "--server", "http://127.0.0.1:9", "--device", "x", "--state")
    assert "a power cut loses" in line(operator(*nowhere, str(disk / "run" / "new")), "state")
    monkeypatch.setattr(kiosk_machine, "LEAST_DISK", 1 << 60)
    assert "make room" in line(operator(*nowhere, str(disk / "my state")), "state")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(30, "read-only")))
    assert "read-only" in line(operator(*nowhere, str(disk / "my state")), "state")


def test_a_runtime_folder_on_a_disk_and_memory_on_a_disk_are_said(
    operator: Operator, disk: Path
) -> None:
    (disk / "swaps").write_text("Filename Type\n/dev/zram0 partition\n/dev/sda2 partition\n")
    said = operator(
        "kiosk", "--check", "--server", "http://127.0.0.1:9", "--device", "x",
        "--state", str(disk), "--runtime", str(disk),
    )  # fmt: skip
    assert "take one in /run" in line(said, "runtime")
    assert "swapoff" in line(said, "swap")
    assert "/dev/sda2" in line(said, "swap")


def test_the_kind_of_a_disk_is_the_innermost_ones(disk: Path) -> None:
    assert kind_of_disk(disk) == "ext4"
    assert kind_of_disk(disk / "run") == "tmpfs"
    assert kind_of_disk(disk / "my state") == "ext4"
    assert kind_of_disk(Path("/")) == "overlay"


@pytest.mark.parametrize(
    ("told", "advice"),
    [
        ({"LoadState": "not-found"}, "gateway kiosk install"),
        ({"ActiveState": "failed", "Result": "watchdog"}, "failed (watchdog)"),
        ({"UnitFileState": "disabled"}, "systemctl enable"),
        ({"NeedDaemonReload": "yes"}, "daemon-reload"),
        ({"NRestarts": "40"}, "began anew 40 times"),
    ],
)
def test_the_state_of_the_unit_is_said(
    operator: Operator,
    disk: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: dict[str, str],
    advice: str,
) -> None:
    systemd_says(monkeypatch, **told)
    assert advice in line(checks(operator, disk, "http://127.0.0.1:9", "--device", "x"), "systemd")


def test_a_printer_that_cannot_be_used_is_said(operator: Operator, disk: Path) -> None:
    os.mkfifo(disk / "pipe")
    for name, advice in (("none", "not there"), ("run", "a folder"), ("pipe", "switch it on")):
        said = checks(
            operator, disk, "http://127.0.0.1:9", "--device", "x", "--printer", str(disk / name)
        )
        assert advice in line(said, "printer")
        assert line(said, "printer").split()[1] == "mend:"


def test_at_the_terminal_it_looks_at_letters_and_asks_for_a_badge(
    gateway: tuple[str, FakeDesk], disk: Path
) -> None:
    """The program in a pseudo-terminal that tells where its cursor is, and scans a badge."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(master, (24, 80))
    start = [sys.executable, "-m", "gateway", "kiosk", "--check", "--server", gateway[0]]
    start += ["--device", DEVICE_TOKEN, "--state", str(disk / "my state")]
    with subprocess.Popen(
        start, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, "TERM": "linux"},
        start_new_session=True,
    ) as program:  # fmt: skip
        os.close(slave)
        said = _spoken_with(master, program)
    assert b"charset   ok: UTF-8" in said
    assert b"size      ok: 80 columns, 24 rows" in said
    assert b"colours   ok: linux has 8" in said
    assert b"font      skip" in said
    assert b"scanner   ok: a badge of 4 signs, read on a French" in said
    assert b"1001" not in said
    assert "&àà&".encode() not in said


def _spoken_with(master: int, program: "subprocess.Popen[bytes]") -> bytes:
    said, until = b"", time.monotonic() + 40
    asked = scanned = 0
    with suppress(OSError):
        while piece := os.read(master, 4096):
            assert time.monotonic() < until, said
            said += piece
            if said.count(b"\x1b[6n") > asked:
                asked += 1
                os.write(master, b"\x1b[7;2R")
            if b"Scan a badge" in said and not scanned:
                scanned = 1
                time.sleep(0.3)
                os.write(master, "\x02&àà&\r".encode())
    os.close(master)
    program.wait(20)
    return said
