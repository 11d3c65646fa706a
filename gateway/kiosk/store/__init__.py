"""What a kiosk keeps, and where: words on their way on the disk, copies to read in memory."""

import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from gateway.kiosk.store.feed import FeedStore
from gateway.kiosk.store.files import NotKept
from gateway.kiosk.store.locks import Locks
from gateway.kiosk.store.outbox import Item, Outbox, Wish

STATE_FILE = "outbox.db"
RUNTIME_FILE = "feed.db"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """`outbox` and `locks` outlive a power cut, `feed` does not.

    `lasting` is False where the disk could not be used at all: nothing may be called kept then.
    """

    outbox: Outbox
    feed: FeedStore
    locks: Locks
    lasting: bool = True

    def close(self) -> None:
        self.outbox.close()
        self.feed.close()


def open_store(state: Path | None = None, runtime: Path | None = None) -> Store:
    """The store in two folders, made for nobody else to look into; in memory where there is none.

    `state` must outlive a power cut, `runtime` must not: it belongs in memory (tmpfs).
    """
    lasting = True
    try:
        outbox = Outbox(state / STATE_FILE if state is not None else None)
    except (OSError, sqlite3.Error) as error:
        log.error("texts cannot be kept in %s: %s", state, type(error).__name__)
        outbox, lasting = Outbox(), False
    try:
        feed = FeedStore(runtime / RUNTIME_FILE if runtime is not None else None)
    except (OSError, sqlite3.Error) as error:
        log.error("no copy of the news in %s: %s", runtime, type(error).__name__)
        feed = FeedStore()
    return Store(outbox, feed, Locks(outbox.file), lasting)


__all__ = ["FeedStore", "Item", "Locks", "NotKept", "Outbox", "Store", "Wish", "open_store"]
