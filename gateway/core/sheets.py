"""The pages of digests: made once for everybody who has the same posts unread.

How much of them fits a channel is found by writing them, which costs more than all else about a
digest; colleagues of one site mostly have the same groups, and read them as far.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from gateway.core import views
from gateway.core.backlog import Backlog
from gateway.core.commands import Page, PostView

REMEMBERED = 10_000
"""Posts, and pages, that are kept from one batch to the next: some 20 MB."""

Fits = Callable[[str, str, Page], bool]
"""(channel, language, page): may the page leave as one message there?"""

Kind = tuple[str, str, int, Backlog]
"""Channel, language, how many SMS a page may take, and what is unread: who shares it shares all."""

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is owed."""

    shown: tuple[int, ...]
    remaining: int
    payload: str


class Sheets:
    """Of one run. A post that is changed meanwhile is written as it is then when it leaves."""

    def __init__(self, fits: Fits) -> None:
        self._fits = fits
        self._posts: OrderedDict[int, PostView] = OrderedDict()
        self._made: OrderedDict[Kind, Sheet] = OrderedDict()

    def of(self, session: Session, kinds: Sequence[Kind]) -> list[Sheet]:
        """The sheet of each kind; each has something unread."""
        fresh = {kind for kind in kinds if kind not in self._made}
        self._load(session, {serial for kind in fresh for serial in kind[-1].serials})
        self._made.update((kind, self._sheet(kind)) for kind in fresh)
        found = [self._made[kind] for kind in kinds]
        _forget(self._made)
        _forget(self._posts)
        return found

    def _load(self, session: Session, serials: Iterable[int]) -> None:
        missing = sorted(serial for serial in serials if serial not in self._posts)
        if missing:
            self._posts.update(zip(missing, views.views(session, missing), strict=True))

    def _sheet(self, kind: Kind) -> Sheet:
        channel, language, segments, backlog = kind
        page = views.fill_page(
            [self._posts[serial] for serial in backlog.serials],
            lambda page: self._fits(channel, language, page),
            about="digest",
            total=backlog.total,
            segments=segments,
        )
        shown = backlog.serials[: len(page.items)]
        told = {"digest": shown, "remaining": page.remaining, "segments": page.segments}
        return Sheet(shown, page.remaining, json.dumps(told))


def _forget(remembered: OrderedDict[Any, _Value]) -> None:
    while len(remembered) > REMEMBERED:
        remembered.popitem(last=False)
