"""Are you still there? It hides what is under it, and any key goes on."""

from collections.abc import Iterable

from textual import events
from textual.containers import Middle
from textual.widget import Widget

from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.widgets import Words


class StillThere(KioskScreen):
    """The warning before a session that was left alone is closed."""

    def heading(self) -> str:
        return ""

    def body(self) -> Iterable[Widget]:
        yield Middle(Words(self.text(), id="said"))

    def tick(self) -> None:
        super().tick()
        for words in self.query("#said").results(Words):
            words.say(self.text())

    def pressed(self, event: events.Key) -> None:
        event.stop()
        self.go_on()

    def on_click(self) -> None:
        self.go_on()

    def go_on(self) -> None:
        """Give way to what is under it, once: a key and a tick may both ask for it."""
        if not self.chosen:
            self.chosen = True
            self.dismiss()

    def text(self) -> str:
        left = self.kiosk.seconds_left()
        enter, key = self.t("Press Enter to go on."), self.t("Press any key to go on.")
        lines = [
            self.t("ARE YOU STILL THERE?"),
            "",
            self.t("Closing in {seconds} seconds", seconds=left),
            "",
            "[" + "#" * min(20, left) + "." * max(0, 20 - left) + "]",
            "",
            self.t("Your text is kept.") if self.kiosk.keeps_drafts() else "",
            enter if self.kiosk.plain else key,
        ]
        return "\n".join(lines)
