"""What can be read in the kiosk's own copy while there is no network."""

from gateway.core.commands import Command, News, Page, Read, Result, Thread
from gateway.kiosk.store import FeedStore
from gateway.kiosk.store.feed import EVERYBODY

NEWEST = 50


class Copy:
    """The view of one member, or what is open to everybody where theirs was never fetched."""

    def __init__(self, feed: FeedStore, owner: str) -> None:
        self._feed, self._owner = feed, owner

    def answer(self, request: Command | str) -> Result | None:
        """What `request` asks for, as the gateway would tell it; None where that is not here."""
        match request:
            case News(group=group):
                posts = self._feed.posts(self._view(), group, NEWEST)
                return Page(items=tuple(posts), group=group) if self._is_there() else None
            case Read(number=number):
                return self._thread(number)
            case _:
                return None

    def synced(self) -> float | None:
        """When it was last known to be so."""
        return self._feed.synced(self._view())

    def group(self, number: int) -> str:
        """The group of a post: its answers leave in one line with the posts of that group."""
        post = self._feed.post(self._view(), number)
        return post.group if post is not None else f"r{number}"

    def _thread(self, number: int) -> Thread | None:
        found = self._feed.post(self._view(), number)
        above = self._feed.post(self._view(), found.parent) if found and found.parent else found
        if above is None:
            return None
        return Thread(above, tuple(self._feed.replies(self._view(), above.number)))

    def _is_there(self) -> bool:
        return self.synced() is not None

    def _view(self) -> str:
        own = self._owner and self._feed.synced(self._owner) is not None
        return self._owner if own else EVERYBODY
