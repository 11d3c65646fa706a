"""A SQLite file that a kiosk keeps: opened, checked, brought up to date, or put aside.

A kiosk starts with whatever lies on its disk, and it must start. A file that is damaged, of
another program or of a newer kiosk is moved aside for a technician, said so, and begun anew.
Everything here is written at once and for good (WAL, `synchronous=FULL`), and what is deleted is
overwritten (`secure_delete`).
"""

import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

ASIDE_DAYS: Final = 14
"""How long a file that was put aside waits for a technician."""
WAIT: Final = 2.0
"""Seconds to wait for another kiosk on this machine that is writing."""
_PARTS: Final = ("", "-wal", "-shm")
log = logging.getLogger(__name__)


class NotKept(Exception):
    """The disk did not take it: nothing was written, and nobody may be told that it was."""


class File:
    """One database. Safe to use from several threads; without a path it lives in memory only.

    `mark` says whose file it is (SQLite's `application_id`), `steps` are the scripts that lead
    from one version of its tables to the next.
    """

    def __init__(self, path: Path | None, mark: int, steps: Sequence[str]) -> None:
        self._path, self._mark, self._steps = path, mark, steps
        self._lock = threading.RLock()
        self.put_aside = ""
        """Why the file that was there was put aside, if it was."""
        self._wire = self._open()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is on the disk when the block ends. Raises `NotKept`."""
        with self._lock:
            try:
                self._wire.execute("BEGIN IMMEDIATE")
                yield self._wire
                self._wire.execute("COMMIT")
            except sqlite3.Error as error:
                self._undo()
                log.error("not written: %s", type(error).__name__)
                raise NotKept from error
            except BaseException:
                self._undo()
                raise

    def read(self, question: str, *values: object) -> list[tuple[object, ...]]:
        """Rows, or none where the disk cannot be read any more."""
        with self._lock:
            try:
                return self._wire.execute(question, values).fetchall()
            except sqlite3.Error as error:
                log.error("not read: %s", type(error).__name__)
                return []

    def shrink(self) -> None:
        """Take what was deleted out of the log that lies beside the file, too."""
        with self._lock, suppress(sqlite3.Error):
            self._wire.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self.shrink()
        with self._lock:
            self._wire.close()

    def _undo(self) -> None:
        with suppress(sqlite3.Error):
            self._wire.execute("ROLLBACK")

    def _open(self) -> sqlite3.Connection:
        if self._path is None:
            return self._ready(":memory:")
        folder(self._path.parent)
        _forget_old(self._path)
        try:
            return self._ready(str(self._path))
        except (sqlite3.DatabaseError, _Foreign) as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise
            self.put_aside = str(error)
            _aside(self._path)
        return self._ready(str(self._path))

    def _ready(self, name: str) -> sqlite3.Connection:
        if name != ":memory:":
            Path(name).touch(mode=0o600)
        wire = sqlite3.connect(name, timeout=WAIT, isolation_level=None, check_same_thread=False)
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
                wire.execute(f"PRAGMA {pragma}").fetchall()
            wire.execute("PRAGMA temp_store=MEMORY")
            self._bring_up_to_date(wire)
        except BaseException:
            wire.close()
            raise
        return wire

    def _bring_up_to_date(self, wire: sqlite3.Connection) -> None:
        if wire.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
            raise _Foreign("damaged")
        wire.execute("BEGIN IMMEDIATE")
        mark, version = _number(wire, "application_id"), _number(wire, "user_version")
        empty = not wire.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        if mark != self._mark and not (empty and mark == 0):
            raise _Foreign("of another program")
        if version > len(self._steps):
            raise _Foreign("of a newer kiosk")
        for step in self._steps[version:]:
            for statement in step.split(";"):
                wire.execute(statement)
        wire.execute(f"PRAGMA application_id={self._mark}")
        wire.execute(f"PRAGMA user_version={len(self._steps)}")
        wire.execute("COMMIT")


class _Foreign(Exception):
    """A file that is not ours to use."""


class Lead:
    """Which of several kiosks on one folder does what only one may do: a lock that dies with it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._held: int | None = None

    def has(self) -> bool:
        """Is it ours, or can it be?"""
        if self._path is None or self._held is not None:
            return True
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._held = handle
        return True

    def leave(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None


def folder(path: Path) -> None:
    """A folder that only its owner may look into."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):
        path.chmod(0o700)


def _number(wire: sqlite3.Connection, pragma: str) -> int:
    return int(wire.execute(f"PRAGMA {pragma}").fetchone()[0])


def _aside(path: Path) -> None:
    """Move the file and what belongs to it, under a name that is free."""
    stamp = time.time_ns()
    log.error("%s was put aside: it cannot be used", path.name)
    for part in _PARTS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + part).rename(
                path.with_name(f"{path.name}.aside-{stamp}{part}")
            )


def _forget_old(path: Path) -> None:
    for old in path.parent.glob(f"{path.name}.aside-*"):
        with suppress(OSError):
            if old.stat().st_mtime < time.time() - ASIDE_DAYS * 86_400:
                old.unlink()
