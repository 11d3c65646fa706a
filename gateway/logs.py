"""What the log says: where something failed and what kind of failure it was, never with what words.

The message of an exception may quote a row or a body (PostgreSQL shows the values of a key that is
taken), and with them a phone number or what somebody wrote. Lines of our own code hold neither.
"""

import logging
import traceback
from types import TracebackType

_FRAMES = 12


class _Formatter(logging.Formatter):
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


def set_up(level: int) -> None:
    """Log to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
