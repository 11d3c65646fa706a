"""Wrong codes, counted on the disk: pulling the plug gives nobody more tries.

A kiosk may have no clock when it starts, so a lock is told in seconds since the machine started
(`CLOCK_BOOTTIME`), with the name of that start beside it. After another start the whole wait
begins again: a reboot can make it longer, and never shorter.
"""

import hashlib
import math
import secrets
from contextlib import suppress
from typing import Final

from gateway.kiosk.store.files import File, NotKept

FREE_TRIES: Final = 3
FIRST_WAIT: Final = 30.0
LAST_TRIES: Final = 9
LONG_WAIT: Final = 6 * 3600.0
"""From the ninth wrong code on: a team leader is asked, or the shift is over."""


class Locks:
    """How long must a badge wait? `subject` names it; only a keyed hash of that is kept."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._salt = self._salted()

    def name(self, subject: str) -> str:
        """The name under which something is kept that must not be read from the disk."""
        return hashlib.blake2b(subject.encode(), key=self._salt, digest_size=16).hexdigest()

    def wait(self, subject: str, boot: str, now: float) -> int:
        """Seconds until the next try; 0 where one may try now."""
        rows = self._file.read(
            "SELECT wrong, boot, until FROM locks WHERE name = ?", self.name(subject)
        )
        if not rows:
            return 0
        wrong, then, until = int(str(rows[0][0])), str(rows[0][1]), float(str(rows[0][2]))
        if then != boot:
            until = now + _pause(wrong)
            self._write(subject, wrong, boot, until)
        return max(0, math.ceil(until - now))

    def wrong(self, subject: str, boot: str, now: float) -> int:
        """One more wrong code: the seconds to wait from now on."""
        rows = self._file.read("SELECT wrong FROM locks WHERE name = ?", self.name(subject))
        wrong = (int(str(rows[0][0])) if rows else 0) + 1
        self._write(subject, wrong, boot, now + _pause(wrong))
        return math.ceil(_pause(wrong))

    def right(self, subject: str) -> None:
        """It was they: the count is forgotten."""
        with suppress(NotKept), self._file.change() as wire:
            wire.execute("DELETE FROM locks WHERE name = ?", (self.name(subject),))

    def _write(self, subject: str, wrong: int, boot: str, until: float) -> None:
        # A full disk must not open the door: what could not be counted is no try. Raises NotKept.
        with self._file.change() as wire:
            wire.execute(
                "INSERT OR REPLACE INTO locks VALUES (?, ?, ?, ?)",
                (self.name(subject), wrong, boot, until),
            )

    def _salted(self) -> bytes:
        salt = secrets.token_bytes(32)
        with suppress(NotKept), self._file.change() as wire:
            wire.execute("INSERT OR IGNORE INTO salts VALUES ('names', ?)", (salt,))
        rows = self._file.read("SELECT value FROM salts WHERE name = 'names'")
        found = rows[0][0] if rows else salt
        return found if isinstance(found, bytes) else salt


def _pause(wrong: int) -> float:
    if wrong < FREE_TRIES:
        return 0.0
    return LONG_WAIT if wrong >= LAST_TRIES else FIRST_WAIT * 2.0 ** (wrong - FREE_TRIES)
