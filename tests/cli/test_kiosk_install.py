"""A machine is made a kiosk below a folder, changed, and made an ordinary one again."""

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from gateway.kiosk.install import commands
from gateway.kiosk.install.files import locked_keys
from gateway.kiosk.install.place import RECORD
from tests.cli.conftest import Operator, Said

UNIT = "etc/systemd/system/gateway-kiosk.service"
TOKEN = "etc/gateway-kiosk/token"
SECRET = "kiosk-token-of-the-dock"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The files of a machine of Debian, with a keyboard of its own."""
    (tmp_path / "machine" / "etc" / "default").mkdir(parents=True)
    (tmp_path / "machine" / "etc" / "default" / "keyboard").write_text('XKBLAYOUT="us"\n')
    return tmp_path / "machine"


@pytest.fixture
def token(tmp_path: Path) -> str:
    (tmp_path / "token").write_text(f"{SECRET}\n")
    return str(tmp_path / "token")


def installs(operator: Operator, machine: Path, *more: str) -> Said:
    said = operator(
        "kiosk", "install", "--server", "https://gateway.example", "--root", str(machine),
        "--program", "/usr/local/bin/gateway", *more,
    )  # fmt: skip
    assert said.code == 0, said.err
    return said


def everything(machine: Path) -> dict[str, str]:
    """All files and links, and what is in them."""
    return {
        str(path.relative_to(machine)): str(path.readlink())
        if path.is_symlink()
        else path.read_text("utf-8")
        for path in sorted(machine.rglob("*"))
        # What systemd-sysusers makes of it is systemd's own.
        if not path.is_dir() and not re.search(r"etc/(\.pwd|passwd|group|g?shadow)", str(path))
    }


def test_it_writes_what_a_kiosk_needs_and_says_so(
    operator: Operator, machine: Path, token: str
) -> None:
    said = installs(operator, machine, "--device-file", token)
    there = everything(machine)
    for path in there.keys() - {RECORD.lstrip("/"), "etc/default/keyboard"}:
        assert f"/{path}" in said.out
    assert there[TOKEN] == f"{SECRET}\n"
    assert stat.S_IMODE((machine / TOKEN).stat().st_mode) == 0o600
    assert "KEYMAP=fr\n" in there["etc/vconsole.conf"]
    assert there["etc/systemd/system/getty@tty1.service"] == "/dev/null"
    assert there["etc/systemd/system/ctrl-alt-del.target"] == "/dev/null"
    assert "NAutoVTs=0" in there["etc/systemd/logind.conf.d/90-gateway-kiosk.conf"]
    assert "kernel.sysrq = 0" in there["etc/sysctl.d/90-gateway-kiosk.conf"]
    assert f"{UNIT.replace('system/', 'system/multi-user.target.wants/')}" in there
    assert "gateway kiosk uninstall" in said.out
    assert SECRET not in said.out + said.err


def test_done_twice_it_changes_nothing(operator: Operator, machine: Path, token: str) -> None:
    installs(operator, machine, "--device-file", token)
    before = everything(machine)
    said = installs(operator, machine)
    assert everything(machine) == before
    assert "new" not in re.findall(r"^\w+", said.out, re.MULTILINE)
    assert "renewed" not in said.out


def test_a_change_of_mind_renews_what_differs_and_takes_away_what_is_left_over(
    operator: Operator, machine: Path, token: str
) -> None:
    installs(operator, machine, "--device-file", token)
    installs(operator, machine, "--touch", "--tty", "tty2", "--keymap", "be-latin1")
    there = everything(machine)
    assert "cage -d -- /usr/bin/foot" in there[UNIT]
    assert "XKB_DEFAULT_LAYOUT=be" in there[UNIT]
    assert "etc/gateway-kiosk/foot.ini" in there
    assert "etc/gateway-kiosk/lock.map" not in there
    assert "etc/systemd/system/getty@tty1.service" not in there
    assert there["etc/systemd/system/getty@tty2.service"] == "/dev/null"
    assert there[TOKEN] == f"{SECRET}\n"


def test_undone_the_machine_is_as_it_was(operator: Operator, machine: Path, token: str) -> None:
    before = everything(machine)
    said = installs(operator, machine, "--device-file", token)
    assert "replaced   /etc/default/keyboard" in said.out
    assert "/etc/default/keyboard.before-gateway-kiosk" in said.out
    undone = operator("kiosk", "uninstall", "--root", str(machine))
    assert undone.code == 0
    assert everything(machine) == before
    assert "userdel" in undone.out
    assert operator("kiosk", "uninstall", "--root", str(machine)).code == 1


def test_what_somebody_changed_is_kept_and_said(
    operator: Operator, machine: Path, token: str
) -> None:
    installs(operator, machine, "--device-file", token)
    (machine / UNIT).write_text("[Unit]\nDescription=mine\n")
    said = installs(operator, machine)
    assert f"not ours: what was there is now /{UNIT}.before-gateway-kiosk" in said.out
    assert "mine" in (machine / f"{UNIT}.before-gateway-kiosk").read_text()
    (machine / "etc/vconsole.conf").write_text("KEYMAP=dvorak\n")
    undone = operator("kiosk", "uninstall", "--root", str(machine))
    assert "/etc/vconsole.conf: left, for somebody changed it" in undone.out
    assert (machine / "etc/vconsole.conf").read_text() == "KEYMAP=dvorak\n"


def test_what_was_there_just_so_is_left_there(
    operator: Operator, machine: Path, token: str
) -> None:
    link = machine / "etc/systemd/system/ctrl-alt-del.target"
    link.parent.mkdir(parents=True)
    link.symlink_to("/dev/null")
    assert "unchanged  /etc/systemd/system/ctrl-alt-del" in installs(
        operator, machine, "--device-file", token
    ).out.replace("/etc/systemd/system/ctrl-alt-del.target", "/etc/systemd/system/ctrl-alt-del")
    operator("kiosk", "uninstall", "--root", str(machine))
    assert link.is_symlink()


def test_a_dry_run_shows_every_file_and_command_and_writes_nothing(
    operator: Operator, machine: Path, token: str
) -> None:
    before = everything(machine)
    said = installs(operator, machine, "--device-file", token, "--dry-run")
    assert everything(machine) == before
    assert "WatchdogSec=30" in said.out
    assert "would REPLACE, and keep what is there aside: /etc/default/keyboard" in said.out
    assert "would run: systemd-sysusers" in said.out
    assert SECRET not in said.out
    installs(operator, machine, "--device-file", token)
    there = everything(machine)
    undo = operator("kiosk", "uninstall", "--root", str(machine), "--dry-run")
    assert f"would remove    /{UNIT}" in undo.out
    assert everything(machine) == there


def test_half_done_it_says_where_it_stopped_and_is_undone(
    operator: Operator, machine: Path, token: str
) -> None:
    before = everything(machine)
    (machine / "etc/sysctl.d/90-gateway-kiosk.conf").mkdir(parents=True)
    said = operator(
        "kiosk", "install", "--server", "https://gateway.example", "--root", str(machine),
        "--program", "/usr/local/bin/gateway", "--device-file", token,
    )  # fmt: skip
    assert said.code == 1
    assert "/etc/sysctl.d/90-gateway-kiosk.conf" in said.err
    assert (machine / TOKEN).exists()
    assert operator("kiosk", "uninstall", "--root", str(machine)).code == 0
    assert everything(machine) == before


def test_a_link_out_of_the_folder_is_not_followed(
    operator: Operator, machine: Path, token: str, tmp_path: Path
) -> None:
    """The folders of an image may be links that mean the image's own root, and not ours."""
    (tmp_path / "ours").mkdir()
    (machine / "etc/systemd").symlink_to(tmp_path / "ours")
    said = operator(
        "kiosk", "install", "--server", "https://gateway.example", "--root", str(machine),
        "--program", "/usr/local/bin/gateway", "--device-file", token,
    )  # fmt: skip
    assert said.code == 1
    assert "a link out of" in said.err
    assert not list((tmp_path / "ours").iterdir())


def test_a_list_that_cannot_be_read_stops_everything(
    operator: Operator, machine: Path, token: str
) -> None:
    installs(operator, machine, "--device-file", token)
    record = machine / RECORD.lstrip("/")
    for damaged in ("{", '["x"]', json.dumps([{"path": "/etc/passwd"}])):
        record.write_text(damaged)
        undone = operator("kiosk", "uninstall", "--root", str(machine))
        assert undone.code == 1
        assert "cannot be read" in undone.err
    assert (machine / UNIT).exists()


@pytest.mark.parametrize(
    ("option", "value", "advice"),
    [
        ("--server", "gateway.example", "write http://"),
        ("--server", "https://a b", "write http://"),
        ("--server", "https://a\nExecStart=/bin/sh", "write http://"),
        ("--tty", "ttyS0", "write tty1"),
        ("--user", "root", "not root"),
        ("--user", "Kiosk%i", "small letters"),
        ("--font", "../../etc/shadow", "console font"),
        ("--program", "gateway", "from / on"),
        ("--keymap", "klingon", "is not one of"),
    ],
)
def test_what_makes_no_sense_is_refused_with_advice(
    operator: Operator, machine: Path, token: str, option: str, value: str, advice: str
) -> None:
    before = everything(machine)
    said = operator(
        "kiosk", "install", "--server", "https://gateway.example", "--root", str(machine),
        "--device-file", token, option, value,
    )  # fmt: skip
    assert said.code == 2
    assert advice in said.err
    assert everything(machine) == before


@pytest.mark.parametrize("content", [b"", b"two words", b"\xff\xfe", b"x" * 300, b"a\x1b[2Jb"])
def test_what_is_no_token_is_refused(
    operator: Operator, machine: Path, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "bad").write_bytes(content)
    said = operator(
        "kiosk", "install", "--server", "https://gateway.example", "--root", str(machine),
        "--device-file", str(tmp_path / "bad"),
    )  # fmt: skip
    assert said.code == 2
    assert "gateway kiosks add" in said.err
    assert not (machine / "etc/gateway-kiosk").exists()


def test_units_that_systemd_does_not_take_are_not_written(
    operator: Operator, machine: Path, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "doubts_of_systemd", lambda *_, **__: "x.service:3: no")
    said = operator(
        "kiosk", "install", "--server", "https://gateway.example", "--root", str(machine),
        "--program", "/usr/local/bin/gateway", "--device-file", token,
    )  # fmt: skip
    assert said.code == 1
    assert "x.service:3: no" in said.err
    assert not (machine / UNIT).exists()


def test_only_root_makes_the_machine_itself_a_kiosk(
    operator: Operator, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    start = ("kiosk", "install", "--server", "https://gateway.example", "--device-file", token)
    for words in (start, ("kiosk", "uninstall")):
        said = operator(*words)
        assert said.code == 1
        assert "sudo" in said.err


def test_the_kernels_keys_are_ones_that_loadkeys_takes(tmp_path: Path) -> None:
    keys = locked_keys()
    assert "control alt keycode 111 = VoidSymbol" in keys
    assert "alt keycode 59 = VoidSymbol" in keys
    assert "\nkeycode 59 " not in keys
    program = shutil.which("loadkeys")
    if program is None:
        pytest.skip("loadkeys is not installed: install the package kbd")
    (tmp_path / "lock.map").write_text(keys)
    done = subprocess.run(
        [program, "--parse", str(tmp_path / "lock.map")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_the_terminal_of_a_touch_screen_takes_its_settings(
    operator: Operator, machine: Path, token: str
) -> None:
    installs(operator, machine, "--device-file", token, "--touch", "--letters", "28")
    settings = machine / "etc/gateway-kiosk/foot.ini"
    assert "[scrollback]\nlines=0\n" in settings.read_text()
    assert "size=28" in settings.read_text()
    program = shutil.which("foot")
    if program is None:
        pytest.skip("foot is not installed: install the package foot")
    done = subprocess.run(
        [program, "--check-config", f"--config={settings}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert " err:" not in done.stderr
