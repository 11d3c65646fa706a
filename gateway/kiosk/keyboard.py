"""A keyboard drawn on the screen, for a terminal with no letters to press.

A letter is touched, or gone to with the arrows and taken with Enter, or named by two digits: its
row, then its column. Whoever has only the ten digits writes as well as anybody.
"""

from collections.abc import Callable, Mapping, Sequence

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from gateway.kiosk.rows import script
from gateway.kiosk.texts import mark

LETTERS = ("abcdefghi", "jklmnopqr", "stuvwxyz'", "éèàçêâîôû")
SIGNS = ("123456789", "0.,?!-:;/", '()@#&+%€"', "ùëïüœñáíó")
COLUMNS = 9

SPACE, ERASE, SHIFT, TURN, SEND, BACK = "space", "erase", "shift", "turn", "send", "back"
ACTIONS: Mapping[str, str] = {
    SPACE: mark("SPACE"),
    ERASE: mark("ERASE"),
    SHIFT: mark("CAPITALS"),
    TURN: mark("1 2 3 ?"),
    SEND: mark("DONE"),
    BACK: mark("BACK"),
}
"""The last row; two rows of three where the screen is narrow."""

_STEPS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}


class Keyboard(Widget, can_focus=True):
    """The letters in rows of nine, and what to do with the text below them."""

    COMPONENT_CLASSES = {"keyboard--plain", "keyboard--marked"}  # noqa: RUF012  # Textual's own

    class Above(Message):
        """The arrow went up from the first row."""

    def __init__(
        self,
        labels: Mapping[str, str],
        signed: Callable[[str], None],
        acted: Callable[[str], None],
    ) -> None:
        super().__init__(id="keyboard")
        self._labels = labels
        self._signed, self._acted = signed, acted
        """Told at once and not by a message, that the next key could overtake."""
        self._signs = LETTERS
        self._capitals = False
        self._row, self._column = 0, 0
        self._named: int | None = None
        """The row that a first digit named."""

    def on_resize(self) -> None:
        self._row = min(self._row, len(self._rows()) - 1)
        self.refresh()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def tall(self) -> int:
        """Rows of the terminal that each row of keys takes."""
        return max(1, (self.size.height - 1) // len(self._rows()))

    def render_line(self, y: int) -> Strip:
        plain = self.get_component_rich_style("keyboard--plain")
        row, part = divmod(y - 1, self.tall())
        if y == 0:
            numbers = "".join(f"{at:^{self._wide()}}" for at in range(1, COLUMNS + 1))
            return Strip([Segment(f"   {numbers}", plain)]).adjust_cell_length(
                self.size.width, plain
            )
        if row >= len(self._rows()) or part != self.tall() // 2:
            return Strip.blank(self.size.width, plain)
        return self._drawn(row).adjust_cell_length(self.size.width, plain)

    def on_key(self, event: events.Key) -> None:
        # A French digit row without Shift has letters on it, and whoever has those writes them.
        typed = event.character if event.character and event.character in "0123456789" else ""
        if event.key in _STEPS:
            self._step(*_STEPS[event.key])
        elif event.key in ("enter", "ctrl+j"):
            self._take(self._row, self._column)
        elif event.key == "backspace":
            self._take_act(ERASE)
        elif typed == "0" and self._named is not None:
            self._name_row(None)
        elif typed == "0":
            self._take_act(BACK)
        elif typed:
            self._digit(int(typed) - 1)
        else:
            return
        event.stop()

    def on_click(self, event: events.Click) -> None:
        row = (event.y - 1) // self.tall()
        if event.y < 1 or row >= len(self._rows()):
            return
        cells = self._rows()[row]
        column = max(0, event.x - 3) // self._wide(row)
        if column < len(cells):
            self._row, self._column = row, column
            self._take(row, column)

    def _rows(self) -> Sequence[Sequence[str]]:
        acts = list(ACTIONS)
        below = [acts[:3], acts[3:]] if self.size.width < 60 else [acts]
        return [*self._signs, *below]

    def _drawn(self, row: int) -> Strip:
        plain = self.get_component_rich_style("keyboard--plain")
        marked = self.get_component_rich_style("keyboard--marked")
        sign = ">" if self._named == row else " "
        segments = [Segment(f"{sign}{row + 1} ", plain)]
        for column, cell in enumerate(self._rows()[row]):
            here = self.has_focus and (row, column) == (self._row, self._column)
            label, wide = self._label(cell), self._wide(row)
            # Seen without colours too.
            label = f"[{label}]" if here else label
            segments.append(
                Segment(f"{script(self).line(label, wide):^{wide}}", marked if here else plain)
            )
        return Strip(segments)

    def _label(self, cell: str) -> str:
        if cell == TURN and self._signs is SIGNS:
            return "a b c"
        return self._labels.get(cell) or (cell.upper() if self._capitals else cell)

    def _wide(self, row: int = 0) -> int:
        """Columns of the terminal that each key of a row takes."""
        letter = max(3, min(9, (self.size.width - 3) // COLUMNS))
        cells = self._rows()[row] if self._rows() else "?" * COLUMNS
        return letter if len(cells) == COLUMNS else letter * COLUMNS // len(cells)

    def _step(self, down: int, right: int) -> None:
        rows = self._rows()
        if self._row + down < 0:
            self.post_message(self.Above())
            return
        before = len(rows[self._row])
        self._row = min(self._row + down, len(rows) - 1)
        cells = len(rows[self._row])
        if cells != before:  # Stay below or above where the mark was.
            self._column = self._column * cells // before
        self._column = (self._column + right) % cells
        self._name_row(None)

    def _digit(self, at: int) -> None:
        if self._named is None:
            if at < len(self._rows()):
                self._row, self._column = at, 0
                self._name_row(at)
        elif at < len(self._rows()[self._named]):
            self._column = at
            row = self._named
            self._name_row(None)
            self._take(row, at)

    def _name_row(self, row: int | None) -> None:
        self._named = row
        self.refresh()

    def _take(self, row: int, column: int) -> None:
        cell = self._rows()[row][column]
        if cell in ACTIONS:
            self._take_act(cell)
        else:
            self._signed(self._label(cell))
            self._capitals = False
        self.refresh()

    def _take_act(self, act: str) -> None:
        if act == SHIFT:
            self._capitals = not self._capitals
        elif act == TURN:
            self._signs = LETTERS if self._signs is SIGNS else SIGNS
        elif act == SPACE:
            self._signed(" ")
        else:
            self._acted(act)
        self.refresh()
