"""The kiosk's copy of the conversations, so that they can be read without a network.

It lies in memory (a runtime directory, or the process itself) and is gone with the power. Rows and
the cursor behind them change in one transaction; the order is that of numbers, and no clock's.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from gateway.core.commands import PostView
from gateway.kiosk.safe import line, safe
from gateway.kiosk.store.files import File

MARK: Final = 0x4757_4B46  # "GWKF"
STEPS: Final = (
    """
    CREATE TABLE views (
        owner TEXT PRIMARY KEY, cursor TEXT NOT NULL, etag TEXT NOT NULL, synced REAL NOT NULL,
        whole INTEGER NOT NULL
    );
    CREATE TABLE groups (
        owner TEXT NOT NULL, slug TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL,
        place INTEGER NOT NULL, PRIMARY KEY (owner, slug)
    );
    CREATE TABLE posts (
        owner TEXT NOT NULL, number INTEGER NOT NULL, slug TEXT NOT NULL, parent INTEGER,
        body TEXT NOT NULL, PRIMARY KEY (owner, number)
    )
    """,
)
EVERYBODY: Final = ""
"""Whose view is that of the kiosk itself: what is open to all who stand in front of it."""
VIEW_HOURS: Final = 72


@dataclass(frozen=True, slots=True)
class Group:
    slug: str
    title: str
    kind: str


class FeedStore:
    """Posts by who may read them: the kiosk's own view, and that of each member."""

    def __init__(self, path: Path | None = None) -> None:
        self.file = File(path, MARK, STEPS)

    def close(self) -> None:
        self.file.close()

    def cursor(self, owner: str) -> tuple[str, str]:
        """Where to go on from, and the tag of the last answer."""
        rows = self.file.read("SELECT cursor, etag FROM views WHERE owner = ?", owner)
        return (str(rows[0][0]), str(rows[0][1])) if rows else ("", "")

    def synced(self, owner: str) -> float | None:
        """When all of it was last known to be so; None where it never was."""
        rows = self.file.read("SELECT synced FROM views WHERE owner = ? AND whole", owner)
        return float(str(rows[0][0])) if rows else None

    def take(self, owner: str, told: Mapping[str, Any], now: float, etag: str = "") -> bool:
        """Take over one answer, whole or not at all: is another page waiting?

        The same answer twice changes nothing. Raises `ValueError` where it is none.
        """
        posts, groups = _posts(told), _groups(told)
        cursor, more = told.get("cursor"), told.get("more") is True
        if not isinstance(cursor, str) or not cursor:
            raise ValueError("an answer without a cursor")
        gone = [(owner, number) for number in told.get("gone") or () if isinstance(number, int)]
        with self.file.change() as wire:
            if told.get("full") is True:
                wire.execute("DELETE FROM posts WHERE owner = ?", (owner,))
            wire.execute("DELETE FROM groups WHERE owner = ?", (owner,))
            wire.executemany(
                "INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?, ?)",
                [(owner, g.slug, g.title, g.kind, at) for at, g in enumerate(groups)],
            )
            wire.executemany(
                "INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?, ?)",
                [(owner, n, slug, parent, body) for n, slug, parent, body in posts],
            )
            wire.executemany("DELETE FROM posts WHERE owner = ? AND number = ?", gone)
            # A group that is not told any more is not read here any more.
            wire.execute(
                "DELETE FROM posts WHERE owner = ? AND slug NOT IN"
                " (SELECT slug FROM groups WHERE owner = ?)",
                (owner, owner),
            )
            wire.execute(
                "INSERT OR REPLACE INTO views VALUES (?, ?, ?, ?, ?)",
                (owner, cursor, "" if more else etag, now, not more),
            )
        return more

    def same(self, owner: str, now: float) -> None:
        """Nothing changed: it is known to be so now."""
        with self.file.change() as wire:
            wire.execute("UPDATE views SET synced = ? WHERE owner = ?", (now, owner))

    def groups(self, owner: str) -> list[Group]:
        question = "SELECT slug, title, kind FROM groups WHERE owner = ? ORDER BY place"
        return [Group(str(s), str(t), str(k)) for s, t, k in self.file.read(question, owner)]

    def posts(self, owner: str, slug: str = "", limit: int = 200) -> list[PostView]:
        """The newest posts that open a thread, the oldest of them first."""
        rows = self.file.read(
            "SELECT body FROM posts WHERE owner = ? AND parent IS NULL AND ? IN ('', slug)"
            " ORDER BY number DESC LIMIT ?",
            owner,
            slug,
            limit,
        )
        return self._views(owner, reversed([str(body) for (body,) in rows]))

    def post(self, owner: str, number: int) -> PostView | None:
        question = "SELECT body FROM posts WHERE owner = ? AND number = ?"
        rows = self.file.read(question, owner, number)
        return next(iter(self._views(owner, [str(body) for (body,) in rows])), None)

    def replies(self, owner: str, number: int) -> list[PostView]:
        question = "SELECT body FROM posts WHERE owner = ? AND parent = ? ORDER BY number"
        return self._views(
            owner, [str(body) for (body,) in self.file.read(question, owner, number)]
        )

    def forget(self, owner: str) -> None:
        """Delete one member's view."""
        with self.file.change() as wire:
            for table in ("posts", "groups", "views"):
                words = f"DELETE FROM {table} WHERE owner = ?"  # noqa: S608  # names of ours
                wire.execute(words, (owner,))

    def wipe_old(self, now: float) -> None:
        """Delete the views of those who did not come back."""
        old = now - VIEW_HOURS * 3600
        rows = self.file.read(
            "SELECT owner FROM views WHERE owner != ? AND synced < ?", EVERYBODY, old
        )
        for (owner,) in rows:
            self.forget(str(owner))

    def _views(self, owner: str, bodies: Iterable[str]) -> list[PostView]:
        titles = {group.slug: group.title for group in self.groups(owner)}
        return [_view(json.loads(body), titles) for body in bodies]


def _posts(told: Mapping[str, Any]) -> list[tuple[int, str, int | None, str]]:
    found = []
    for post in told.get("posts") or ():
        if not isinstance(post, dict) or not isinstance(post.get("number"), int):
            raise ValueError("a post without a number")
        datetime.fromisoformat(str(post.get("created")))
        parent = post.get("parent")
        place = parent if isinstance(parent, int) else None
        found.append((post["number"], line(str(post.get("group"))), place, json.dumps(post)))
    return found


def _groups(told: Mapping[str, Any]) -> list[Group]:
    given = [group for group in told.get("groups") or () if isinstance(group, dict)]
    return [
        Group(line(str(g.get("slug"))), line(str(g.get("title"))), str(g.get("kind"))[:20])
        for g in given
    ]


def _view(post: Mapping[str, Any], titles: Mapping[str, str]) -> PostView:
    slug, parent, thanks = line(str(post.get("group"))), post.get("parent"), post.get("thanks")
    return PostView(
        number=int(post["number"]),
        group=slug,
        group_name=titles.get(slug, slug),
        author=line(str(post.get("author"))),
        body=safe(str(post.get("text"))),
        created=datetime.fromisoformat(str(post.get("created"))),
        channel="",
        urgent=post.get("urgent") is True,
        parent=parent if isinstance(parent, int) else None,
        thanks=thanks if isinstance(thanks, int) else 0,
    )
