"""What people wrote and what is owed of it: drafts, and texts on their way to the gateway.

A text goes one way: draft, then `kept` (it is on the disk and will leave by itself), `sending`
(the wire was touched: it may have arrived), and then it is deleted because the gateway has it, or
`refused`. A text that is kept is never edited: only a new one can be written.

Whoever asks names the owner, and sees nothing of anybody else.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import uuid4

from gateway.kiosk.store.files import File, Lead, NotKept
from gateway.kiosk.store.items import COLUMNS, KEPT, REFUSED, SENDING, Item, Wish, item

DRAFT_HOURS: Final = 72
REFUSED_DAYS: Final = 30

MARK: Final = 0x4757_4B31  # "GWK1"
STEPS: Final = (
    """
    CREATE TABLE drafts (
        owner TEXT NOT NULL, target TEXT NOT NULL, text TEXT NOT NULL, saved REAL NOT NULL,
        PRIMARY KEY (owner, target)
    );
    CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL, lane TEXT NOT NULL, draft TEXT NOT NULL,
        text TEXT NOT NULL, body TEXT NOT NULL,
        ticket TEXT NOT NULL, badge TEXT NOT NULL,
        state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', words TEXT NOT NULL DEFAULT '',
        changed REAL NOT NULL
    );
    CREATE INDEX outbox_owner ON outbox (owner);
    CREATE TABLE locks (
        name TEXT PRIMARY KEY, wrong INTEGER NOT NULL, boot TEXT NOT NULL, until REAL NOT NULL
    );
    CREATE TABLE salts (name TEXT PRIMARY KEY, value BLOB NOT NULL);
    CREATE TABLE open_groups (place INTEGER PRIMARY KEY, slug TEXT NOT NULL, title TEXT NOT NULL)
    """,
)


class Outbox:
    """Drafts and texts on their way, in one file, so that a text is never in both or in none."""

    def __init__(self, path: Path | None = None) -> None:
        self.file = File(path, MARK, STEPS)
        self.lead = Lead(path.with_suffix(".lead") if path is not None else None)

    def close(self) -> None:
        self.lead.leave()
        self.file.close()

    def keep(self, owner: str, target: str, text: str, now: float) -> None:
        """Keep a draft as it stands; an empty one is forgotten. Raises `NotKept`."""
        with self.file.change() as wire:
            if text.strip():
                wire.execute(
                    "INSERT INTO drafts VALUES (?, ?, ?, ?) ON CONFLICT (owner, target)"
                    " DO UPDATE SET text = excluded.text, saved = excluded.saved",
                    (owner, target, text, now),
                )
            else:
                wire.execute("DELETE FROM drafts WHERE owner = ? AND target = ?", (owner, target))

    def drafts(self, owner: str) -> dict[str, str]:
        rows = self.file.read("SELECT target, text FROM drafts WHERE owner = ?", owner)
        return {str(target): str(text) for target, text in rows}

    def put(self, owner: str, wish: Wish, now: float, key: str = "") -> str:
        """Keep a text for good and let go of its draft, in one transaction: its key.

        Only when this has returned may anybody be told that it is kept. Raises `NotKept`.
        """
        key = key or str(uuid4())
        with self.file.change() as wire:
            wire.execute(
                "INSERT INTO outbox (key, owner, lane, draft, text, body, ticket, badge, state,"
                " changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(key, owner, wish.lane, wish.draft, wish.text, json.dumps(wish.body)),
                    *(wish.ticket, wish.badge, KEPT, now),
                ),
            )
            wire.execute("DELETE FROM drafts WHERE owner = ? AND target = ?", (owner, wish.draft))
        return key

    def waiting(self) -> list[Item]:
        """What must leave, in the order in which it was kept.

        What its author must decide first, in that author's lane, is not among it, nor what was
        written behind it: nothing overtakes.
        """
        rows = self.file.read(
            f"SELECT {COLUMNS} FROM outbox AS mine WHERE state != ? AND NOT EXISTS ("  # noqa: S608  # names of ours
            "SELECT 1 FROM outbox AS his WHERE his.state = ? AND his.owner = mine.owner"
            " AND his.lane = mine.lane AND his.seq < mine.seq) ORDER BY seq",
            REFUSED,
            REFUSED,
        )
        return [item(row) for row in rows]

    def of(self, owner: str) -> list[Item]:
        """Everything of one person that has not arrived, in order."""
        if not owner:
            return []
        question = f"SELECT {COLUMNS} FROM outbox WHERE owner = ? ORDER BY seq"  # noqa: S608  # names of ours
        return [item(row) for row in self.file.read(question, owner)]

    def count(self) -> int:
        """How many texts of anybody have not arrived."""
        return _first(self.file.read("SELECT COUNT(*) FROM outbox WHERE state != ?", REFUSED))

    def sending(self, key: str, now: float) -> bool:
        """Say that the wire is touched now; False where the text is gone meanwhile."""
        return self._turn(key, SENDING, now, (KEPT, SENDING))

    def not_sent(self, key: str, now: float) -> None:
        """Nobody took what was to be sent: it has not left after all."""
        self._turn(key, KEPT, now, (SENDING, SENDING))

    def arrived(self, key: str) -> None:
        """The gateway has it: nothing of it stays here."""
        with self.file.change() as wire:
            wire.execute("DELETE FROM outbox WHERE key = ?", (key,))
        self.file.shrink()

    def refuse(self, key: str, reason: str, words: str, now: float) -> None:
        """A no for good: it waits for its author."""
        with self.file.change() as wire:
            wire.execute(
                "UPDATE outbox SET state = ?, reason = ?, words = ?, ticket = '', changed = ?"
                " WHERE key = ?",
                (REFUSED, reason, words, now, key),
            )

    def disallow(self, key: str) -> None:
        """Its right to be handed in is over: it waits for its author's next sign-in."""
        with self.file.change() as wire:
            wire.execute("UPDATE outbox SET ticket = '' WHERE key = ?", (key,))

    def authorise(self, owner: str, ticket: str) -> None:
        """The author is here again: what waits may be handed in by this right."""
        if not owner:
            return
        with self.file.change() as wire:
            wire.execute(
                "UPDATE outbox SET ticket = ? WHERE owner = ? AND badge = '' AND state != ?",
                (ticket, owner, REFUSED),
            )

    def take_back(self, owner: str, key: str, now: float) -> bool:
        """Make a draft again of what has not left or was refused; False where it may have left."""
        with self.file.change() as wire:
            rows = wire.execute(
                "DELETE FROM outbox WHERE key = ? AND owner = ? AND state IN (?, ?)"
                " RETURNING draft, text",
                (key, owner, KEPT, REFUSED),
            ).fetchall()
            for target, text in rows:
                wire.execute(
                    "INSERT INTO drafts VALUES (?, ?, ?, ?) ON CONFLICT (owner, target)"
                    " DO UPDATE SET text = excluded.text || char(10) || text",
                    (owner, target, text, now),
                )
        return bool(rows)

    def discard(self, owner: str, key: str) -> bool:
        """Delete what has not left or was refused; False where it may have left."""
        with self.file.change() as wire:
            done = wire.execute(
                "DELETE FROM outbox WHERE key = ? AND owner = ? AND state IN (?, ?)",
                (key, owner, KEPT, REFUSED),
            ).rowcount
        self.file.shrink()
        return done == 1

    def learn_groups(self, groups: Sequence[tuple[str, str]]) -> None:
        """Which groups are open to whoever stands here; they must be known after a power cut."""
        if list(groups) != self.open_groups():
            with self.file.change() as wire:
                wire.execute("DELETE FROM open_groups")
                wire.executemany("INSERT INTO open_groups (slug, title) VALUES (?, ?)", groups)

    def open_groups(self) -> list[tuple[str, str]]:
        rows = self.file.read("SELECT slug, title FROM open_groups ORDER BY place")
        return [(str(slug), str(title)) for slug, title in rows]

    def forget(self, owner: str) -> None:
        """Delete the drafts of one person, and what was refused; what is kept still leaves."""
        with self.file.change() as wire:
            wire.execute("DELETE FROM drafts WHERE owner = ?", (owner,))
            wire.execute("DELETE FROM outbox WHERE owner = ? AND state = ?", (owner, REFUSED))
        self.file.shrink()

    def wipe_old(self, now: float) -> None:
        """Delete drafts that nobody came back to. A draft of the future was kept by a bad clock:
        it is as old as this look at it.
        """
        old, refused = now - DRAFT_HOURS * 3600, now - REFUSED_DAYS * 86_400
        with self.file.change() as wire:
            gone = wire.execute("DELETE FROM drafts WHERE saved < ?", (old,)).rowcount
            gone += wire.execute(
                "DELETE FROM outbox WHERE state = ? AND changed < ?", (REFUSED, refused)
            ).rowcount
            wire.execute("UPDATE drafts SET saved = ? WHERE saved > ?", (now, now))
            wire.execute("UPDATE outbox SET changed = ? WHERE changed > ?", (now, now))
        if gone:
            self.file.shrink()

    def _turn(self, key: str, state: str, now: float, before: tuple[str, str]) -> bool:
        with self.file.change() as wire:
            done = wire.execute(
                "UPDATE outbox SET state = ?, changed = ? WHERE key = ? AND state IN (?, ?)",
                (state, now, key, *before),
            ).rowcount
        return done == 1


def _first(rows: list[tuple[object, ...]]) -> int:
    return int(str(rows[0][0])) if rows else 0


__all__ = ["DRAFT_HOURS", "KEPT", "REFUSED", "SENDING", "Item", "NotKept", "Outbox", "Wish"]
