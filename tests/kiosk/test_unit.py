"""The units of `gateway kiosk install`: systemd takes them, and they leave nothing behind."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kiosk.install.units import WATCHDOG_SECONDS, console_unit, kiosk_unit, quoted
from gateway.kiosk.install.wishes import KEYMAPS, Wishes

SERVER = "https://gateway.example/a%20b"
CONSOLE = Wishes(SERVER)
TOUCH = Wishes(SERVER, touch=True, language="en", keys=True, keymap="fr-bepo", tty="tty7")
BOTH = pytest.mark.parametrize("wishes", [CONSOLE, TOUCH], ids=["console", "touch"])


def lines(wishes: Wishes) -> list[str]:
    return kiosk_unit(wishes).splitlines()


def verified(folder: Path, text: str) -> tuple[int, str]:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        if os.environ.get("GATEWAY_TEST_ALL") == "1":
            pytest.fail("systemd-analyze is not installed: install the package systemd")
        pytest.skip("systemd-analyze is not installed: install the package systemd")
    file = folder / "gateway-kiosk.service"
    # The programs need not be installed where the tests run.
    file.write_text(re.sub(r"/usr/(local/)?bin/\w+", "/bin/true", text))
    done = subprocess.run(
        [analyze, "verify", "--man=no", "--recursive-errors=no", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


@BOTH
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path, wishes: Wishes) -> None:
    assert verified(tmp_path, kiosk_unit(wishes)) == (0, "")


def test_the_consoles_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    assert verified(tmp_path, console_unit(CONSOLE)) == (0, "")


def test_a_unit_with_a_slip_is_one_that_systemd_does_not_take(tmp_path: Path) -> None:
    code, words = verified(tmp_path, kiosk_unit(CONSOLE).replace("WatchdogSec=", "WatchDogSec="))
    assert (code != 0) or words


@BOTH
@pytest.mark.parametrize(
    "line",
    ["Type=notify", f"WatchdogSec={WATCHDOG_SECONDS}", "Restart=always", "LimitCORE=0",
     "StateDirectoryMode=0700", "RuntimeDirectoryMode=0700", "MemorySwapMax=0", "TTYReset=yes",
     "LoadCredential=token:/etc/gateway-kiosk/token", "User=gateway-kiosk", "NoNewPrivileges=yes",
     "StartLimitIntervalSec=0"],
)  # fmt: skip
def test_the_unit_leaves_nothing_behind_and_comes_again(wishes: Wishes, line: str) -> None:
    assert line in lines(wishes)
    assert "--device " not in kiosk_unit(wishes)
    assert "--device-file %d/token" in kiosk_unit(wishes)
    assert " --screens " in kiosk_unit(wishes)


def test_a_consoles_screens_go_to_the_console_and_not_to_a_journal() -> None:
    found = lines(CONSOLE)
    assert {"StandardOutput=tty", "StandardError=tty", "NotifyAccess=main"} <= set(found)
    assert "journal" not in kiosk_unit(CONSOLE)
    assert "ExecStartPre=/bin/stty -echo" in found
    assert "ExecStopPost=/usr/local/bin/gateway kiosk wipe" in found
    assert "Conflicts=getty@tty1.service" in found


def test_the_kiosk_in_cage_gives_its_signs_for_cage() -> None:
    found = lines(TOUCH)
    assert "NotifyAccess=all" in found
    assert any(line.startswith("UnsetEnvironment=WATCHDOG_PID") for line in found)
    assert any("XKB_DEFAULT_LAYOUT=fr XKB_DEFAULT_VARIANT=bepo" in line for line in found)
    assert any("cage -d -- /usr/bin/foot" in line and " --keys" in line for line in found)
    assert not any("cage -s" in line for line in found)
    assert "TTYPath=/dev/tty7" in found


def test_the_servers_address_is_no_specifier_of_systemd() -> None:
    assert "--server https://gateway.example/a%%20b " in re.sub('"', "", kiosk_unit(CONSOLE))


def test_the_console_is_made_ready_by_root_once() -> None:
    text = console_unit(CONSOLE)
    for part in ("setfont -C /dev/tty1", "loadkeys -q -C /dev/tty1", "setleds -D +num", "oneshot"):
        assert part in text


def test_each_keymap_has_a_layout() -> None:
    assert all(layout for layout, _ in KEYMAPS.values())


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40))
def test_a_word_of_a_command_line_is_read_back_as_it_was(word: str) -> None:
    """systemd.syntax(7): quotes, backslashes, then %% and $$."""
    written = quoted(word)
    if written.startswith('"'):
        assert written.endswith('"')
        inner = written[1:-1]
        assert not re.search(r'(?<!\\)(?:\\\\)*"', inner)
        written = re.sub(r"\\(.)", r"\1", inner)
    else:
        assert " " not in written
    assert not re.search(r"(?<!%)(?:%%)*%(?!%)", written)
    assert written.replace("%%", "%").replace("$$", "$") == word
