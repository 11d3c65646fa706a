"""The other parts of a screen: the line on top, the truth below, the sheet to write on, the digits.

All of them draw plain text: markup is never read, whoever wrote it.
"""

from collections.abc import Callable

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static, TextArea

from gateway.kiosk.keys import digit
from gateway.kiosk.rows import fit
from gateway.kiosk.safe import line, safe


class Words(Static):
    """Text that is exactly what it says. Drawn again only when it changed."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002  # Textual's
        super().__init__(Content(safe(text)), id=id, markup=False)
        self.words = safe(text)
        self.display = bool(self.words)

    def say(self, text: str) -> None:
        text = safe(text)
        if text != self.words:
            self.words = text
            self.display = bool(text)
            self.update(Content(text))


class Bar(Widget):
    """One line: who and where on the left, the time on the right."""

    left = ""
    right = ""

    def say(self, left: str, right: str = "") -> None:
        left, right = (safe(text, 200).replace("\n", " ") for text in (left, right))
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.refresh()

    def render(self) -> Content:
        room = max(0, self.size.width - cell_len(self.right) - 1)
        return Content(set_cell_size(fit(self.left, room), room) + " " + self.right)


class Paper(TextArea, inherit_bindings=False):
    """Where a message is written. Enter sends it; what is too much is not taken.

    Every key acts in here, in the order typed: a binding would come back by way of the app, and
    could overtake or be overtaken by the letters around it.
    """

    LONGEST = 500
    BINDINGS = []  # noqa: RUF012  # Textual's own; copying would send the text to the terminal

    class Below(Message):
        """The arrow went down from the last line."""

    class Sent(Message):
        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, text: str, keep: Callable[[str], None]) -> None:
        super().__init__(text, id="paper", show_line_numbers=False, soft_wrap=True)
        self._keep = keep
        self._acts: dict[str, Callable[[], None]] = {
            "backspace": self.action_delete_left,
            "delete": self.action_delete_right,
            "left": self.action_cursor_left,
            "right": self.action_cursor_right,
            "up": self.action_cursor_up,
            "down": self.action_cursor_down,
            "home": self.action_cursor_line_start,
            "end": self.action_cursor_line_end,
        }

    def on_mount(self) -> None:
        self.cursor_blink = False
        self.move_cursor(self.document.end)

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "ctrl+j"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Sent(self.text))
        elif event.key == "down" and self.cursor_at_last_line:
            event.stop()
            event.prevent_default()
            self.post_message(self.Below())
        elif event.key in self._acts:
            event.stop()
            event.prevent_default()
            if not self.read_only or event.key not in ("backspace", "delete"):
                self._acts[event.key]()
                self._keep(self.text)
        elif event.is_printable:
            event.stop()
            event.prevent_default()
            self.put(event.character or "")

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.put(line(event.text, self.LONGEST))

    def put(self, text: str) -> None:
        """Write `text` where the cursor is, as far as there is room."""
        room = self.LONGEST - len(self.text)
        if not self.read_only and room > 0:
            self._replace_via_keyboard(safe(text)[:room], *self.selection)
            # Here and now, not by a message: the screen may be closed before that arrives.
            self._keep(self.text)


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
