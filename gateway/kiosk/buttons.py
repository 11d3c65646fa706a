"""A row of things to touch, for screens whose list takes the arrows and the digits."""

from collections.abc import Sequence

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from gateway.kiosk.rows import script


class Buttons(Widget):
    """Each stands for a digit, that does the same."""

    COMPONENT_CLASSES = {"buttons--plain"}  # noqa: RUF012  # Textual's own

    class Touched(Message):
        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, buttons: Sequence[tuple[str, str]]) -> None:
        super().__init__(id="buttons")
        self._buttons = list(buttons)

    def render_line(self, y: int) -> Strip:
        style = self.get_component_rich_style("buttons--plain")
        if y != self.size.height // 2:
            return Strip.blank(self.size.width, style)
        wide = self._wide()
        gap = "  " if wide > 16 else " "
        cells = (
            set_cell_size(script(self).line(f" {key}{gap}{label}", wide - 1), wide)
            for key, label in self._buttons
        )
        return Strip([Segment("".join(cells), style)]).adjust_cell_length(self.size.width, style)

    def on_click(self, event: events.Click) -> None:
        at = min(event.x // self._wide(), len(self._buttons) - 1)
        self.post_message(self.Touched(self._buttons[at][0]))

    def _wide(self) -> int:
        return max(1, self.size.width // len(self._buttons))
