"""The sheet that is written on. It is loaded when somebody writes: no welcome waits for it."""

from collections.abc import Callable

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from gateway.kiosk.safe import line, safe


class Paper(TextArea, inherit_bindings=False):
    """Where a message is written. Enter sends it; what is too much is not taken.

    Every key acts in here, in the order typed: a binding would come back by way of the app, and
    could overtake or be overtaken by the letters around it.
    """

    LONGEST = 500
    BINDINGS = []  # noqa: RUF012  # Textual's own; copying would send the text to the terminal

    class Below(Message):
        """The arrow went down from the last line."""

    class Touched(Message):
        """A finger on the sheet: it will want letters."""

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

    def on_click(self) -> None:
        self.post_message(self.Touched())

    def erase(self) -> None:
        """Take away what stands before the cursor."""
        if not self.read_only:
            self.action_delete_left()
            self._keep(self.text)

    def put(self, text: str) -> None:
        """Write `text` where the cursor is, as far as there is room."""
        room = self.LONGEST - len(self.text)
        if not self.read_only and room > 0:
            self._replace_via_keyboard(safe(text)[:room], *self.selection)
            # Here and now, not by a message: the screen may be closed before that arrives.
            self._keep(self.text)
