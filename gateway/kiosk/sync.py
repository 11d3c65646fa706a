"""Brings the kiosk's copy of the conversations up to date, a page at a time.

A page is taken over whole or not at all, with the cursor behind it: an answer that was cut off,
came twice or too late changes nothing.
"""

import threading
from collections.abc import Callable
from typing import Final

from gateway.kiosk.api import Api, NoAnswer
from gateway.kiosk.store.feed import EVERYBODY, FeedStore

PAGES: Final = 200
"""More than a gateway has: whoever says "more" for ever is not believed for ever."""


class Sync:
    """Asks for what changed, for the kiosk itself or for whoever is signed in."""

    def __init__(self, api: Api, feed: FeedStore, now: Callable[[], float]) -> None:
        self._api, self._feed, self._now = api, feed, now
        self._one = threading.Lock()

    def run(self, owner: str = EVERYBODY, session: str = "") -> int:
        """Ask until nothing more is waiting: how many pages were new.

        Raises `NoAnswer` and `Problem`; what came until then is kept.
        """
        # Two at a time would take turns with one cursor.
        with self._one:
            for page in range(PAGES):
                cursor, etag = self._feed.cursor(owner)
                answer = self._api.feed(cursor, session, etag)
                if answer is None:
                    self._feed.same(owner, self._now())
                    return page
                try:
                    more = self._feed.take(owner, answer.found, self._now(), answer.etag)
                except (ValueError, TypeError, KeyError):
                    raise NoAnswer(uncertain=False) from None
                if not more:
                    return page + 1
        return PAGES
