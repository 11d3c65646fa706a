"""Putting files onto a machine, or below a folder that will be one, and taking them away again.

A list of what was written is kept beside it, and written first: whatever happens half way, it can
be undone. What was there before and is not ours is put aside, and comes back.
"""

import hashlib
import json
import os
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from gateway.kiosk.install.files import File, Item, Link
from gateway.kiosk.install.wishes import HOME

RECORD: Final = f"{HOME}/installed.json"
ASIDE: Final = ".before-gateway-kiosk"


class CannotPlace(Exception):
    """Something cannot be written or read; the words say what and what to do."""


class There(Enum):
    """What is at a place before something is written there."""

    NOTHING = "new"
    SAME = "unchanged"
    OURS = "renewed"
    FOREIGN = "replaced"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one place; `aside` is where what was there is kept now."""

    path: str
    what: str
    aside: str = ""


class Place:
    """A machine's files, as seen from `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._written = self._recorded()

    def look(self, item: Item) -> There:
        """What is there now, where `item` is wanted."""
        now = self._print_of(item.path)
        if now is None:
            return There.NOTHING
        if now == _print(item):
            return There.SAME
        return There.OURS if now == self._written.get(item.path, {}).get("print") else There.FOREIGN

    def holds(self, path: str) -> bool:
        """Is there anything at `path`?"""
        return self._print_of(path) is not None

    def put(self, item: Item) -> Done:
        """Write `item`; what is there and is not ours is put aside. Raises `CannotPlace`."""
        there = self.look(item)
        before = self._written.get(item.path, {})
        aside = new = before.get("aside", "")
        try:
            if there is There.FOREIGN:
                new = self._put_aside(item.path)
                # What was there first is what comes back, and not what somebody made of ours.
                aside = aside or new
            if there is not There.SAME or item.path not in self._written:
                # Of what stood there already just so, it is not known that it is ours to remove.
                kept = there is There.SAME and not before
                self._write_down(item.path, "" if kept else _print(item), aside)
            self._write(item, there)
        except OSError as error:
            raise CannotPlace(_words(error, item.path)) from None
        return Done(item.path, there.value, new if there is There.FOREIGN else "")

    def written(self) -> list[str]:
        """Everything that was written here, the last first."""
        return list(reversed(self._written))

    def take_away(self, but: Container[str] = ()) -> Iterator[Done]:
        """Remove what was written, all `but` some, and is still as it was.

        What was put aside comes back. Raises `CannotPlace`.
        """
        for path in [path for path in self.written() if path not in but]:
            try:
                yield self._take(path)
                del self._written[path]
                self._save()
            except OSError as error:
                raise CannotPlace(_words(error, path)) from None
        if not self._written:
            with suppress(OSError):
                self._at(RECORD).unlink(missing_ok=True)
                self._at(HOME).rmdir()

    def _take(self, path: str) -> Done:
        entry, now = self._written[path], self._print_of(path)
        if now is None:
            return Done(path, "gone already")
        if not entry["print"]:
            return Done(path, "left, for it was there before")
        if now != entry["print"]:
            return Done(path, "left, for somebody changed it", entry["aside"])
        file, aside = self._at(path), entry["aside"]
        if aside and os.path.lexists(self._at(aside)):
            self._at(aside).replace(file)
            return Done(path, "as it was before", aside)
        file.unlink()
        return Done(path, "removed")

    def _put_aside(self, path: str) -> str:
        mine = self._print_of(path)
        number = 1
        while True:
            name = f"{path}{ASIDE}{'' if number == 1 else f'-{number}'}"
            if self._print_of(name) in (None, mine):
                self._at(path).rename(self._at(name))
                return name
            number += 1

    def _write(self, item: Item, there: There) -> None:
        file = self._at(item.path)
        if there is There.SAME:
            if isinstance(item, File):
                file.chmod(item.mode)
            return
        file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.new-{os.getpid()}")
        fresh.unlink(missing_ok=True)
        if isinstance(item, Link):
            fresh.symlink_to(item.target)
        else:
            # Nobody may read a secret in the moment before its mode is set.
            fresh.touch(0o600, exist_ok=False)
            with fresh.open("wb") as out:
                out.write(item.text.encode())
                out.flush()
                os.fsync(out.fileno())
            fresh.chmod(item.mode)
        fresh.replace(file)

    def _at(self, path: str) -> Path:
        """Where `path` is below the root. Raises `CannotPlace` where a link leads out of it."""
        wanted = self.root / path.lstrip("/")
        if not wanted.parent.resolve().is_relative_to(self.root):
            raise CannotPlace(
                f"{path}: a folder above it is a link out of {self.root}; make it a relative one."
            )
        return wanted

    def _print_of(self, path: str) -> str | None:
        """The fingerprint of what is at `path`; None where nothing is."""
        file = self._at(path)
        try:
            if file.is_symlink():
                return f"link {file.readlink()}"
            return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None
        except OSError as error:
            raise CannotPlace(_words(error, path)) from None

    def _recorded(self) -> dict[str, dict[str, str]]:
        try:
            found = json.loads(self._at(RECORD).read_text("utf-8"))
            return {str(one["path"]): {k: str(one[k]) for k in ("print", "aside")} for one in found}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError):
            raise CannotPlace(
                f"{RECORD} cannot be read: as root, mend it, or move it away and install again."
            ) from None

    def _write_down(self, path: str, mark: str, aside: str) -> None:
        self._written[path] = {"print": mark, "aside": aside}
        self._save()

    def _save(self) -> None:
        found = [{"path": path, **entry} for path, entry in self._written.items()]
        text = json.dumps(found, indent=1) + "\n"
        self._write(File(RECORD, text, "", 0o644), There.OURS)


def _print(item: Item) -> str:
    if isinstance(item, Link):
        return f"link {item.target}"
    return hashlib.sha256(item.text.encode()).hexdigest()


def _words(error: OSError, path: str) -> str:
    advice = "run this as root" if isinstance(error, PermissionError) else "mend that, and repeat"
    return f"Cannot write {path} ({error.strerror}): {advice}."
