"""What SQLite says is wrong with its file, in its own fixed words: they hold no value of any row.

The message of an error may quote what people wrote; its code cannot (sqlite.org/rescode.html).
"""

import sqlite3

_SAID = {
    sqlite3.SQLITE_BUSY: ("database is locked", "another process writes for long; try again"),
    sqlite3.SQLITE_READONLY: (
        "attempt to write a readonly database",
        "let this user write the file and its folder, and see how the disk is mounted",
    ),
    sqlite3.SQLITE_IOERR: ("disk I/O error", "look at the disk, and make room on it"),
    sqlite3.SQLITE_CORRUPT: (
        "database disk image is malformed",
        "stop the gateway and restore a backup (docs/operating.md)",
    ),
    sqlite3.SQLITE_FULL: ("database or disk is full", "make room on its disk"),
    sqlite3.SQLITE_CANTOPEN: (
        "unable to open database file",
        "let this user write the file and its folder",
    ),
    sqlite3.SQLITE_NOTADB: (
        "file is not a database",
        "name the right file, or restore a backup (docs/operating.md)",
    ),
}


def said(error: BaseException) -> str:
    """The words for it; empty where it is nothing of these."""
    return _found(error)[0]


def trouble(error: BaseException) -> str:
    """The words for it and what to do, as `database or disk is full: make room on its disk`.

    Of anything else its kind alone, as the driver calls it where there is one.
    """
    words, advice = _found(error)
    orig = getattr(error, "orig", None) or error
    return f"{words}: {advice}" if words else f"does not answer ({type(orig).__name__})"


def _found(error: BaseException) -> tuple[str, str]:
    code = getattr(getattr(error, "orig", None) or error, "sqlite_errorcode", None)
    return _SAID.get(code & 0xFF, ("", "")) if isinstance(code, int) else ("", "")
