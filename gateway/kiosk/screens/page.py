"""The commonest screen: a text above, things to do below."""

from collections.abc import Iterable, Sequence

from textual.containers import VerticalScroll
from textual.widget import Widget

from gateway.kiosk.rows import Choice, Choices
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.widgets import Words


class PageScreen(KioskScreen):
    """Text above, things to do below. `reading` gives the room to the text, else to the choices."""

    reading = False

    def text(self) -> str:
        return ""

    def options(self) -> Sequence[Choice]:
        return ()

    def body(self) -> Iterable[Widget]:
        page = VerticalScroll(Words(self.text(), id="said"), id="page", can_focus=False)
        page.set_class(self.reading, "tall")
        yield page
        choices = Choices(self.options(), dense=self.reading)
        choices.page = self._turn
        yield choices

    def show(self) -> None:
        """Draw the text and the choices again."""
        for words in self.query("#said").results(Words):
            words.say(self.text())
        choices = self.choices()
        if choices is not None:
            choices.show(self.options())
        self.tick()

    def to_back(self, label: str = "") -> Choice:
        return Choice("0", label or self.t("Back"), self.back)

    def _turn(self, step: int) -> bool:
        """The arrows first read to the end of the text, then move among the choices."""
        page = self.query_one("#page", VerticalScroll)
        choices = self.choices()
        if choices is None or (step < 0 and choices.mark > 0):
            return False
        before = page.scroll_offset.y
        page.scroll_to(y=before + step, animate=False, immediate=True)
        return bool(page.scroll_offset.y != before)
