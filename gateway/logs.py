"""What the log says: where something failed and what kind of failure it was, never with what words.

The message of an exception may quote a row or a body (PostgreSQL shows the values of a key that is
taken), and with them a phone number or what somebody wrote. Lines of our own code hold neither.

`plain` is for people at a terminal or journalctl. `json` is one object a line for programs, with
the facts of `core.trail` as keys of their own: each step of each message, by the inbox's number.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

from gateway.core import trail

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
        kinds: list[str] = []
        while error is not None and len(kinds) < _FRAMES:
            kinds.append(type(error).__name__)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return f"{frames}{' from '.join(kinds)}"


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
