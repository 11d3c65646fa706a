"""What `gateway kiosk --check` finds on the machine: disk, memory, printer, and systemd's unit."""

import errno
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from gateway.cli.checkup import Finding
from gateway.cli.output import counted, plain
from gateway.kiosk.install.wishes import UNIT

LEAST_DISK: Final = 50 * 2**20
MANY: Final = 5
"""Times that a unit may begin anew before somebody should ask why."""
MOUNTS, SWAPS = Path("/proc/self/mounts"), Path("/proc/swaps")
_IN_MEMORY: Final = ("tmpfs", "ramfs")
_LOST: Final = (*_IN_MEMORY, "overlay", "squashfs", "devtmpfs")
"""Kinds of file systems that forget, or that belong to a machine that starts from an image."""
_SECONDS: Final = 10.0


def machine(
    state: Path, runtime: Path | None, printer: Path | None, *, installed: bool
) -> Iterator[Finding]:
    """All of it; `installed`: systemd's unit is there, and keeps the kiosk out of the swap."""
    yield _state(state)
    yield _runtime(runtime)
    yield _swap(installed=installed)
    if printer is None:
        yield Finding("printer", "skip", "none is set (--printer)")
    else:
        yield _printer(printer)
    yield _unit()


def _state(folder: Path) -> Finding:
    """Texts wait there: it must take them, and outlive a power cut."""
    there = _nearest(folder)
    try:
        if there == folder:
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(b"x" * 4096)
                probe.flush()
                os.fsync(probe.fileno())
        free = shutil.disk_usage(there).free
    except OSError as error:
        words = f"cannot write {folder} ({error.strerror}): give it to the kiosk's user (chown)"
        return Finding("state", "mend", words)
    if not os.access(there, os.W_OK):
        return Finding("state", "mend", f"may not write {there}: run this as the kiosk's user")
    kind = kind_of_disk(there)
    if kind in _LOST:
        words = f"{folder} is on {kind}: a power cut loses what people wrote; --state on a disk"
        return Finding("state", "mend", words)
    if free < LEAST_DISK:
        return Finding("state", "mend", f"{free // 2**20} MB left for {folder}: make room")
    return Finding("state", "ok", f"{folder} can be written, {free // 2**20} MB left")


def _runtime(folder: Path | None) -> Finding:
    if folder is None:
        words = "no folder in memory (--runtime): nothing to read after a restart without a network"
        return Finding("runtime", "warn", words)
    kind = kind_of_disk(_nearest(folder))
    if kind not in _IN_MEMORY:
        words = f"{folder} is on a disk ({kind}): people's news would stay there; take one in /run"
        return Finding("runtime", "mend", words)
    return Finding("runtime", "ok", f"{folder} is in memory")


def _swap(*, installed: bool) -> Finding:
    try:
        lines = SWAPS.read_text("utf-8").splitlines()[1:]
    except OSError:
        return Finding("swap", "skip", "this system does not tell")
    disks = [line.split()[0] for line in lines if line.split() and "/zram" not in line.split()[0]]
    if disks and not installed:
        words = f"memory is written to {plain(disks[0])}: swapoff -a, and take it out of /etc/fstab"
        return Finding("swap", "mend", words)
    if disks:
        return Finding("swap", "ok", "on, but not for the kiosk (MemorySwapMax=0)")
    return Finding("swap", "ok", "off")


def _printer(path: Path) -> Finding:
    """Whether it is there and takes bytes; none is sent."""
    try:
        wire = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        advice = {
            errno.ENOENT: "it is not there: switch it on, look at its cable, then ls /dev/usb",
            errno.EACCES: "this user may not use it: usermod -aG lp gateway-kiosk",
            errno.EBUSY: "another program has it: stop CUPS, or whoever prints there",
            errno.ENXIO: "nobody is at its end: switch it on",
            errno.ENODEV: "it is not plugged in: look at its cable",
            errno.EISDIR: "it is a folder: name the device, such as /dev/usb/lp0",
        }.get(error.errno or 0, f"{error.strerror}: switch it off and on")
        return Finding("printer", "mend", f"{path}: {advice}")
    try:
        mode = os.fstat(wire).st_mode
    finally:
        os.close(wire)
    if stat.S_ISREG(mode):
        return Finding("printer", "warn", f"{path} is a file, and no printer: slips add up there")
    return Finding("printer", "ok", f"{path} can be written")


def _unit() -> Finding:
    """The state of the unit that `gateway kiosk install` wrote."""
    told = _asked_systemd()
    if told is None:
        return Finding("systemd", "skip", "it does not run this machine")
    active, enabled = told.get("ActiveState", ""), told.get("UnitFileState", "")
    if told.get("LoadState") != "loaded":
        words = f"{UNIT} is not there: sudo gateway kiosk install"
    elif told.get("NeedDaemonReload") == "yes":
        words = "the unit was changed and not read: systemctl daemon-reload"
    elif active != "active":
        words = (
            f"the kiosk is {plain(active)} ({plain(told.get('Result', ''))}): journalctl -b -u "
            f"{UNIT} says why; systemctl restart {UNIT}"
        )
    elif enabled != "enabled":
        words = f"it does not start with the machine: systemctl enable {UNIT}"
    else:
        return _restarts(told.get("NRestarts", "0"))
    return Finding("systemd", "mend", words)


def _restarts(times: str) -> Finding:
    number = int(times) if times.isascii() and times.isdigit() else 0
    if number > MANY:
        words = f"began anew {counted(number, 'time')}: journalctl -b -u {UNIT} says why"
        return Finding("systemd", "warn", words)
    return Finding("systemd", "ok", f"{UNIT} runs")


def _asked_systemd() -> dict[str, str] | None:
    program = shutil.which("systemctl")
    if program is None or not Path("/run/systemd/system").is_dir():
        return None
    names = "LoadState,ActiveState,UnitFileState,NRestarts,Result,NeedDaemonReload"
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(  # noqa: S603  # words of ours, and no shell
            [program, "show", UNIT, f"--property={names}"],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_SECONDS,
        )
        lines = [line.partition("=") for line in done.stdout.splitlines()]
        return {name: value for name, _, value in lines}
    return None


def kind_of_disk(folder: Path) -> str:
    """The kind of file system that `folder` is on, as the kernel names it (proc(5))."""
    best, kind = Path("/"), "unknown"
    with suppress(OSError):
        wanted = folder.resolve()
        for line in MOUNTS.read_text("utf-8", "replace").splitlines():
            parts = line.split()
            if len(parts) < 3:
                continue
            point = Path(parts[1].encode().decode("unicode_escape", "replace"))
            if wanted.is_relative_to(point) and point.is_relative_to(best):
                best, kind = point, parts[2]
    return kind


def _nearest(folder: Path) -> Path:
    """The folder itself, or what is there of the way to it: systemd makes the rest."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
