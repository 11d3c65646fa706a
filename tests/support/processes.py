"""Child processes of a test session: on free ports, without rights, gone when the session is."""

import contextlib
import ctypes
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Any

_PREFIX = "gateway-tests-"
_STALE = 6 * 3600  # seconds: no session runs that long; what is older was left by a killed one
_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
# Not `random`: pytest-randomly seeds it, and each worker would draw the same ports.
_chance = SystemRandom()


def free_port() -> int:
    """A port nobody listens on, below those that the system hands to outgoing connections."""
    while True:
        port = _chance.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port


def wait_until(ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Ask `ready` again and again; fail with `what` was waited for when the time is over."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.02)


def accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@dataclass(frozen=True)
class Account:
    """Whom a server runs as: us, or somebody with fewer rights where we are root."""

    name: str
    group: str
    uid: int
    gid: int

    @property
    def popen(self) -> dict[str, Any]:
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def ourselves() -> Account:
    return _of(pwd.getpwuid(os.geteuid()))


def account() -> Account:
    """Ourselves, but somebody else where we are root: PostgreSQL and Dovecot refuse to be that."""
    if os.geteuid() != 0:
        return ourselves()
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return _of(known.get("postgres") or known["nobody"])


def _of(entry: pwd.struct_passwd) -> Account:
    group = grp.getgrgid(entry.pw_gid).gr_name
    return Account(entry.pw_name, group, entry.pw_uid, entry.pw_gid)


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that the servers' account may use; also takes away what killed sessions left."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < time.time() - _STALE:
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    owner = account()
    os.chown(folder, owner.uid, owner.gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Ended(Exception):
    """A server ended before it was ready; the text is the end of what it said."""


@contextlib.contextmanager
def serving(
    command: Sequence[str | Path],
    folder: Path,
    ready: Callable[[], bool],
    stop: signal.Signals = signal.SIGTERM,
    *,
    environ: Mapping[str, str] | None = None,
    owner: Account | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in `folder` until the block ends, or until we are gone, however that happens.

    What it says goes to `folder/server.log`. It runs as `account()` unless told otherwise (for
    ourselves: `ourselves()`), with nothing in its environment but `plain_environment()` and
    `environ`.
    """
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**plain_environment(), **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: end_with_parent(stop),
            **(owner or account()).popen,
        )
    try:
        wait_until(lambda: process.poll() is not None or ready(), 60, str(command[0]))
        if process.poll() is not None:
            raise Ended(f"{command[0]}: {log.read_text(errors='replace')[-2000:]}")
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def plain_environment() -> dict[str, str]:
    """Nothing of the developer's own settings (PGUSER, LANG ...) reaches a server.

    What coverage says to child processes does, or they would not count.
    """
    coverage = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", **coverage}


def end_with_parent(stop: signal.Signals) -> None:
    """In a new process: it gets this signal when the one that began it is gone."""
    if _libc is not None:
        _libc.prctl(_PDEATHSIG, int(stop))
