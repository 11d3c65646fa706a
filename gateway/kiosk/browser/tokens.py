"""Which device tokens the gateway knows, as a browser shows them.

The gateway is asked, and its word holds for a minute. Where it cannot be asked, whoever it knew
since this program was started comes in: a kiosk goes on without a network.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from hashlib import sha256
from typing import Final

from gateway.kiosk.api import Api, NoAnswer, Problem

MINUTE: Final = 60.0
TRIES: Final = 10
"""Tokens that may be tried in a minute, by everybody together: a token is too long to be guessed,
and the gateway need not hear of it all."""
LONGEST: Final = 200


class Said(Enum):
    """What is known of a token."""

    GOOD = "good"
    REFUSED = "refused"
    UNASKED = "unasked"


class Tokens:
    """Asks the gateway at `server`. Tokens are kept in memory alone, and by their hash."""

    def __init__(self, server: str, ticks: Callable[[], float] = time.monotonic) -> None:
        self._server = server
        self._ticks = ticks
        self._known: dict[str, float] = {}
        self._tries: deque[float] = deque(maxlen=TRIES)

    def may_try(self) -> bool:
        """Is there room for one more stranger's try in this minute? Takes it, where there is."""
        now = self._ticks()
        if len(self._tries) == TRIES and now - self._tries[0] < MINUTE:
            return False
        self._tries.append(now)
        return True

    async def ask(self, token: str) -> Said:
        if not (0 < len(token) <= LONGEST and token.isascii() and token.isprintable()):
            return Said.REFUSED
        mark, now = name(token), self._ticks()
        if now - self._known.get(mark, -MINUTE) < MINUTE:
            return Said.GOOD
        try:
            await asyncio.to_thread(Api(self._server, token).site)
        except NoAnswer:
            return Said.GOOD if mark in self._known else Said.UNASKED
        except Problem as problem:
            if problem.status != 401:
                return Said.GOOD if mark in self._known else Said.UNASKED
            self._known.pop(mark, None)
            return Said.REFUSED
        self._known[mark] = now
        return Said.GOOD


def name(token: str) -> str:
    """What a token is called where it must not be: in a folder's name, in memory."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()[:24]
