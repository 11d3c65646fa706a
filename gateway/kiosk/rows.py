"""Lists that are drawn line by line: as quick with ten thousand rows as with five.

Each row is a block of lines of one height. The marked row carries a `>` as well as a colour, so
that it is seen without colours, and is chosen by Enter or a touch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from gateway.kiosk.script import width as columns

if TYPE_CHECKING:
    from rich.style import Style
    from textual.widget import Widget

    from gateway.kiosk.script import Script

EACH_PAGE = 6
"""Of a long list, one page: digits 1 to 6, then 8 turns the page."""


def script(widget: "Widget") -> "Script":
    """How the terminal of this app is told its lines."""
    told: Script = widget.app.script  # type: ignore[attr-defined]  # KioskApp's
    return told


class Rows(ScrollView, can_focus=True):
    """A list with one marked row."""

    COMPONENT_CLASSES = {"rows--plain", "rows--marked", "rows--urgent"}  # noqa: RUF012  # Textual's own

    class Chosen(Message):
        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        super().__init__(id=id)
        self.mark = 0
        self.tall = 1
        self.page: Callable[[int], bool] = lambda _step: False
        """Turns the text above, where there is one; True while it moved."""
        self.moved: Callable[[], None] = lambda: None
        """Told at once, so that what says where the mark is comes with the same paint."""

    def count(self) -> int:
        return 0

    def draw(self, index: int, width: int, tall: int) -> Sequence[str]:
        """The lines of one row as the terminal is told them, without the mark."""
        raise NotImplementedError

    def urgent(self, index: int) -> bool:  # noqa: ARG002  # for lists that have such rows
        return False

    def refit(self) -> None:
        """Measure again after a change of size or rows."""
        self.mark = max(0, min(self.mark, self.count() - 1))
        self.virtual_size = Size(max(1, self.size.width), self.count() * self.tall)
        self._show_mark()
        self.refresh()

    def move_to(self, index: int) -> None:
        before, top = self.mark, self.scroll_offset.y
        self.mark = max(0, min(index, self.count() - 1))
        self._show_mark()
        if self.scroll_offset.y == top:
            self.refresh(self._place(before), self._place(self.mark))
        self.moved()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        index, part = divmod(y + int(self.scroll_offset.y), self.tall)
        if index >= self.count():
            return Strip.blank(width, self.rich_style)
        marked = index == self.mark and self.has_focus
        lines = self.draw(index, max(1, width - 2), self.tall)
        text = lines[part] if part < len(lines) else ""
        sign = "> " if marked and part == self._sign_line(lines) else "  "
        return Strip([Segment(set_cell_size(sign + text, width), self._look(index, marked, text))])

    def on_resize(self) -> None:
        self.refit()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        index = (event.y + int(self.scroll_offset.y)) // self.tall
        if index < self.count():
            self.move_to(index)
            self.post_message(self.Chosen(index))

    def on_key(self, event: events.Key) -> None:
        shown = max(1, self.size.height // self.tall)
        steps = {"up": -1, "down": 1, "pageup": -shown, "pagedown": shown}
        ends = {"home": 0, "end": self.count() - 1}
        if event.key in steps:
            if not self.page(steps[event.key]):
                self.move_to(self.mark + steps[event.key])
        elif event.key in ends:
            self.move_to(ends[event.key])
        elif event.key in ("enter", "ctrl+j") and self.count():
            self.post_message(self.Chosen(self.mark))
        else:
            return
        event.stop()

    def _place(self, index: int) -> Region:
        """Where a row is seen now."""
        y = index * self.tall - int(self.scroll_offset.y)
        return Region(0, y, max(1, self.size.width), self.tall)

    def _show_mark(self) -> None:
        region = Region(0, self.mark * self.tall, max(1, self.size.width), self.tall)
        self.scroll_to_region(region, animate=False, immediate=True, x_axis=False)

    def _sign_line(self, lines: Sequence[str]) -> int:
        return next((at for at, text in enumerate(lines) if text.strip()), 0)

    def _look(self, index: int, marked: bool, text: str) -> "Style":
        kind = "marked" if marked and text.strip() else "plain"
        if kind == "plain" and self.urgent(index):
            kind = "urgent"
        return self.get_component_rich_style(f"rows--{kind}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to do: `key` is the digit that does it, `note` what to know before."""

    key: str
    label: str
    does: Callable[[], None]
    note: str = ""
    sight: bool = False
    """It changes only what is seen: to who has it read out, it is not offered."""


class Choices(Rows):
    """What can be done on a screen: digits, arrows and Enter, or a touch."""

    def __init__(self, choices: Sequence[Choice] = (), *, dense: bool = False) -> None:
        super().__init__(id="choices")
        self.choices = list(choices)
        self.dense = dense
        self.set_class(dense, "dense")

    def show(self, choices: Sequence[Choice]) -> None:
        """Other choices: a mark that was moved stays on the one that it was moved to."""
        moved = self.choices[self.mark].key if 0 < self.mark < len(self.choices) else ""
        self.choices = list(choices)
        self.mark = (self.keyed(moved) if moved else None) or self.mark
        self.refit()

    def on_mount(self) -> None:
        self.show(self.choices)

    def keyed(self, digit: str) -> int | None:
        """Which choice a digit stands for."""
        return next((at for at, c in enumerate(self.choices) if c.key == digit), None)

    def count(self) -> int:
        return len(self.choices)

    def refit(self) -> None:
        room = self.size.height // max(1, len(self.choices))
        self.tall = max(1, min(3, room))
        if self.dense:
            # Beside a text the choices take what a finger needs and the screen can spare.
            self.tall = max(1, min(3, self.app.size.height // 12))
            self.styles.height = len(self.choices) * self.tall
        super().refit()

    def draw(self, index: int, width: int, tall: int) -> Sequence[str]:
        choice, told = self.choices[index], script(self)
        head = f"{choice.key or ' '}   {choice.label}"
        if not choice.note:
            lines = [told.line(head, width)]
        elif max(28, columns(head)) + 2 + columns(choice.note) <= width:
            apart = " " * max(0, 28 - columns(head))
            lines = [told.line(f"{head}{apart}  {choice.note}", width)]
        elif tall == 1:
            lines = [told.line(f"{head}  {choice.note}", width)]
        else:
            lines = [told.line(head, width), told.line(f"    {choice.note}", width)]
        return ["", *lines] if tall == 3 and len(lines) == 1 else lines
