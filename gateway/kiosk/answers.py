"""What comes of asking the gateway, as values; and what stays of one person between two visits."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.core.commands import Result
from gateway.core.errors import Refused
from gateway.kiosk.api import NoAnswer, Problem
from gateway.kiosk.store import NotKept

_T = TypeVar("_T")
KEPT, COPY = "kept", "copy"
"""States of an answer that the kiosk itself gave: it is kept here; this is what I have here."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway made of a request; `words` say it in the member's language."""

    state: str
    result: Result | Refused | None
    words: str
    key: str = ""
    """Of a text that is kept: to take it back by."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no answer: `network`, `over` (sign in again), or the kind of a problem."""

    kind: str
    uncertain: bool = False
    seconds: int = 0


@dataclass(slots=True)
class Kept:
    """What stays of one person between two visits, in memory only: drafts and open keys."""

    drafts: dict[str, str] = field(default_factory=dict)
    keys: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.drafts or self.keys)


class Shelf:
    """What is kept of several people, each behind their own sign-in; the oldest make room."""

    def __init__(self, room: int = 200) -> None:
        self._room = room
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def take(self, owner: str) -> Kept:
        return self._kept.pop(owner, None) or Kept()

    def put(self, owner: str, kept: Kept) -> None:
        """Keep it for `owner`; what belongs to nobody we could name again is dropped.

        It is kept even if it is empty: the last keys may still be on their way into it.
        """
        if not owner:
            return
        self._kept[owner] = kept
        while len(self._kept) > self._room:
            self._kept.popitem(last=False)


Outcome = Answer | Trouble
"""What becomes of a request to run something."""


def attempt(task: Callable[[], _T]) -> _T | Trouble:
    """Run something that asks the gateway; every failure comes back as a value."""
    try:
        return task()
    except NoAnswer as silence:
        return Trouble("network", uncertain=silence.uncertain)
    except NotKept:
        return Trouble("not-kept")
    except Problem as problem:
        kind = "over" if problem.kind == "session-over" else problem.kind
        return Trouble(kind, seconds=problem.seconds)
