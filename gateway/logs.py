"""What the log says: where something failed and what kind of failure it was, never with what words.

The message of an exception may quote a row or a body (PostgreSQL shows the values of a key that is
taken), and with them a phone number or what somebody wrote. Lines of our own code hold neither, nor
do the words that SQLite has for a full disk or a damaged file.

`plain` is for people at a terminal or journalctl. `json` is one object a line for programs, with
the facts of `core.trail` as keys of their own: each step of each message, by the inbox's number.
"""

import json
import logging
import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from gateway.core import sqlite_errors, trail

_FRAMES = 12


class _Plain(logging.Formatter):
    def formatException(  # noqa: N802  # logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """The innermost frames, and the kinds of the error and of what it came from."""
        error = ei[1]
        frames = "".join(traceback.format_tb(ei[2], limit=-_FRAMES))
        return f"{frames}{_kinds(error)}"


class _Short(logging.Formatter):
    """For whoever typed a command: one line, with the place of an error and its kinds."""

    def format(self, record: logging.LogRecord) -> str:
        line = record.getMessage()
        if not (record.exc_info and record.exc_info[1]):
            return line
        *_, last = traceback.extract_tb(record.exc_info[2]) or [None]
        place = f" at {Path(last.filename).name}:{last.lineno}" if last else ""
        return f"{line}: {_kinds(record.exc_info[1])}{place}"


def _kinds(error: BaseException | None) -> str:
    """The kinds of an error and of what it came from, and what SQLite says was wrong."""
    kinds: list[str] = []
    while error is not None and len(kinds) < _FRAMES:
        words = sqlite_errors.said(error) if isinstance(error, sqlite3.Error) else ""
        kinds.append(f"{type(error).__name__} ({words})" if words else type(error).__name__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " from ".join(kinds)


class _Json(_Plain):
    def format(self, record: logging.LogRecord) -> str:
        """One line: `at`, `level`, `log`, `said`, and the facts of a step."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name,
            "said": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["failed"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(level: int, form: str = "plain") -> None:
    """Log to stderr, in the form of `GATEWAY_LOG`."""
    handler = logging.StreamHandler()
    plain = _Plain("%(asctime)s %(levelname)s %(name)s %(message)s")
    handler.setFormatter(_Json() if form == "json" else plain)
    logging.basicConfig(level=level, handlers=[handler])
    # Thousands of lines a second, where nobody reads them by program, would only cost.
    trail.log.setLevel(logging.INFO if form == "json" else logging.WARNING)


@contextmanager
def in_short() -> Iterator[None]:
    """Warnings of ours on stderr, a line each, while a command is at work."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(_Short())
    ours = logging.getLogger("gateway")
    ours.addHandler(handler)
    try:
        yield
    finally:
        ours.removeHandler(handler)
