"""Posts in a list: who and when above, the first words below, and a line to breathe.

A row is made when it is drawn and not before, so that ten thousand are as quick as ten. The mark
stays on its post when others come above it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gateway.kiosk.rows import Rows, script
from gateway.kiosk.safe import line

INDENT = "    "
NARROW = 60
EACH_SCREEN = 6
"""As many posts have a digit of their own; 7 and 8 turn the screen."""


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post in a list."""

    head: str
    body: str
    urgent: bool = False


class PostRows(Rows):
    """The posts, and one row more where further ones can be fetched."""

    def __init__(self) -> None:
        super().__init__(id="posts")
        self.tall = 3
        self._keys: Sequence[int] = ()
        self._row: Callable[[int], PostRow] = lambda _index: PostRow("", "")

    def show(self, keys: Sequence[int], row: Callable[[int], PostRow]) -> None:
        """`keys` names the rows, in order; `row` makes one of them when it is drawn."""
        marked = self._keys[self.mark] if self.mark < len(self._keys) else None
        self._keys, self._row = keys, lru_cache(maxsize=64)(row)
        if marked is not None and marked in keys:
            self._follow(keys.index(marked))
        self.refit()

    def count(self) -> int:
        return len(self._keys)

    def urgent(self, index: int) -> bool:
        return self._row(index).urgent

    def first(self) -> int:
        """The first row that is seen whole."""
        return -(-int(self.scroll_offset.y) // self.tall)

    def shown(self) -> int:
        """How many rows are seen whole."""
        return max(1, min(EACH_SCREEN, self.size.height // self.tall))

    def refit(self) -> None:
        # Where lines are short a post gets two of them for its first words.
        self.tall = 4 if self.size.width < NARROW else 3
        super().refit()

    def turn(self, step: int) -> None:
        """Show the next rows, or the ones before: the mark goes to the first of them."""
        first = max(0, min(self.first() + step * self.shown(), self.count() - 1))
        self.scroll_to(y=first * self.tall, animate=False, immediate=True)
        self.move_to(first)

    def keyed(self, digit: int) -> int | None:
        """The row that a digit stands for now."""
        index = self.first() + digit - 1
        return index if 1 <= digit <= self.shown() and index < self.count() else None

    def draw(self, index: int, width: int, tall: int) -> Sequence[str]:
        row, told = self._row(index), script(self)
        digit = index - self.first() + 1
        sign = str(digit) if 1 <= digit <= self.shown() else " "
        body = told.start(line(row.body, 600), width - len(INDENT), tall - 2)
        return [told.line(f"{sign}   {row.head}", width), *(INDENT + each for each in body), ""]

    def _follow(self, index: int) -> None:
        """The post under the mark has another place now: stay with it, on the same line."""
        there = self.scroll_offset.y + (index - self.mark) * self.tall
        self.mark = index
        self.refit()
        self.scroll_to(y=there, animate=False, immediate=True)
