"""A text on its way to the gateway, as a value, and the states it goes through."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

KEPT: Final = "kept"
SENDING: Final = "sending"
REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True)
class Item:
    """One text on its way. `lane` is its group: what is in one lane leaves in order."""

    key: str
    owner: str
    lane: str
    draft: str
    text: str
    body: dict[str, Any]
    ticket: str
    badge: str
    state: str
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A text to keep: its request `body`, and by what right it will be handed in."""

    lane: str
    text: str
    body: dict[str, Any]
    draft: str = ""
    ticket: str = ""
    badge: str = ""


COLUMNS: Final = "key, owner, lane, draft, text, body, ticket, badge, state, reason, words"
"""Of a row of the outbox, in the order that `item` takes them in."""


def item(row: Sequence[object]) -> Item:
    key, owner, lane, draft, text, body, ticket, badge, state, reason, words = map(str, row)
    return Item(
        key, owner, lane, draft, text, json.loads(body), ticket, badge, state, reason, words
    )
