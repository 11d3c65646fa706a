"""Requests with the same key: the second waits a little for the first, and is then sent away.

What makes a repeat a repeat is a unique row, written with the effect in one transaction. This is
about the moments before that is committed: within a process a table says what runs, so that no
thread waits for long; between processes PostgreSQL says so by a lock that was not had in time.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as SqlTimeoutError

from gateway.core.database import was_locked
from gateway.core.errors import Busy

PATIENCE: Final = 2.0
"""Seconds: most requests have ended by then, and a kiosk's link is not held open for longer."""


class Once:
    """Which keys run now, in this process."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._running: set[str] = set()
        self._changed = threading.Condition()

    @contextmanager
    def holding(self, key: str) -> Iterator[None]:
        """Run what is asked under `key` while nobody else does. Raises `Busy`."""
        with self._changed:
            free = self._changed.wait_for(lambda: key not in self._running, self.patience)
            if not free:
                raise Busy(key)
            self._running.add(key)
        try:
            yield
        except SqlTimeoutError:
            raise Busy(key) from None
        except OperationalError as error:
            if was_locked(error):
                raise Busy(key) from None
            raise
        finally:
            with self._changed:
                self._running.discard(key)
                self._changed.notify_all()
