"""The other parts of a screen: the line on top, words, the truth below, the digits.

All of them draw plain text: markup is never read, whoever wrote it.
"""

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from gateway.kiosk.keys import digit
from gateway.kiosk.rows import script
from gateway.kiosk.safe import seen


class Words(Widget):
    """Text that is exactly what it says, in lines of the terminal's width."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002  # Textual's
        super().__init__(id=id, markup=False)
        self.words = seen(text)
        self.display = bool(self.words)

    def say(self, text: str) -> None:
        """Drawn again only when it changed."""
        text = seen(text)
        if text != self.words:
            self.words = text
            self.display = bool(text)
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # Textual's own
        return len(script(self).page(self.words, width))

    def render(self) -> Content:
        return Content("\n".join(script(self).page(self.words, self.size.width)))


class Bar(Widget):
    """One line: who and where on the left, the time on the right."""

    left = ""
    right = ""

    def say(self, left: str, right: str = "") -> None:
        left, right = (seen(text[:200]).replace("\n", " ") for text in (left, right))
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.refresh()

    def render(self) -> Content:
        room = max(0, self.size.width - cell_len(self.right) - 1)
        left = script(self).line(self.left, room)
        return Content(set_cell_size(left, room) + " " + self.right)


class Digits(Widget, can_focus=True):
    """A number that is typed, picked with the arrows, or touched; never shown where `secret`."""

    CELLS = (*"1234567890", "<-", "OK")
    COMPONENT_CLASSES = {"digits--plain", "digits--marked"}  # noqa: RUF012  # Textual's own

    class Entered(Message):
        def __init__(self, number: str) -> None:
            super().__init__()
            self.number = number

    def __init__(self, *, length: int | None, secret: bool, letters: bool = False) -> None:
        super().__init__(id="digits")
        self.length = length
        self.secret = secret
        self.letters = letters
        self.number = ""
        self.mark = 0

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def clear(self) -> None:
        self.number = ""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        plain = self.get_component_rich_style("digits--plain")
        marked = self.get_component_rich_style("digits--marked")
        width = self.size.width
        small = self.size.height < 7
        if y == (0 if small else 1):
            return Strip([Segment(set_cell_size("  " + self._shown(), width), plain)])
        if not self._touches(y):
            return Strip.blank(width, plain)
        segments = []
        for at, cell in enumerate(self._cells()):
            here = at == self.mark and self.has_focus
            # Seen without colours too, where there is room for the brackets.
            sign = f"[{cell}]" if here and len(cell) + 2 <= self._wide() else cell
            text = f"{sign if small or y == 5 else '':^{self._wide()}}"
            segments.append(Segment(text, marked if here else plain))
        return Strip(segments).adjust_cell_length(width, plain)

    def on_key(self, event: events.Key) -> None:
        typed = digit(event.character) or (self._letter(event.character))
        if typed:
            self._take(typed)
        elif event.key in ("backspace", "delete"):
            self._take("<-")
        elif event.key in ("left", "right"):
            self._move(-1 if event.key == "left" else 1)
        elif event.key in ("enter", "ctrl+j"):
            # Once something is typed, Enter is done with it; before, it takes the marked digit.
            self._take(self._cells()[self.mark] if self._by_arrows() else "OK")
        else:
            return
        event.stop()

    def on_click(self, event: events.Click) -> None:
        at = event.x // self._wide()
        if self._touches(event.y) and at < len(self._cells()):
            self.mark = at
            self._moved = True
            self._take(self._cells()[at])

    _moved = False

    def _wide(self) -> int:
        """Columns of a digit: more where there is room, for fingers in gloves."""
        return max(3, min(6, self.size.width // len(self.CELLS)))

    def _touches(self, y: int) -> bool:
        return y == 2 if self.size.height < 7 else 4 <= y <= 6

    def _by_arrows(self) -> bool:
        return self._moved or not self.number

    def _move(self, step: int) -> None:
        self._moved = True
        self.mark = (self.mark + step) % len(self._cells())
        self.refresh()

    def _letter(self, character: str | None) -> str:
        if self.letters and character and character.isascii() and character.isalnum():
            return character
        return ""

    def _take(self, cell: str) -> None:
        if cell == "OK":
            if self.number:
                self.post_message(self.Entered(self.number))
        elif cell == "<-":
            self.number = self.number[:-1]
        elif len(self.number) < (self.length or 40):
            self.number += cell
            if len(self.number) == self.length:
                self.post_message(self.Entered(self.number))
        self.refresh()

    def _cells(self) -> tuple[str, ...]:
        return self.CELLS if self.length is None else self.CELLS[:-1]

    def _shown(self) -> str:
        signs = "*" * len(self.number) if self.secret else self.number
        return "  ".join(signs.ljust(self.length or len(signs) + 1, "_"))
