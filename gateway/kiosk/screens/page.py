"""The commonest screen: a text above, things to do below."""

from collections.abc import Callable, Iterable, Sequence

from textual.containers import VerticalScroll
from textual.widget import Widget

from gateway.kiosk.rows import Choice, Choices
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.widgets import Words


class Page(VerticalScroll, can_focus=False):
    """The text. It says when its room or its length has changed, for only then can be measured
    whether all of it is seen: a moment after it was written the layout may still be the old one.
    """

    def __init__(self, *parts: Widget, measured: Callable[[], None]) -> None:
        super().__init__(*parts, id="page")
        self._measured = measured

    def on_resize(self) -> None:
        self._measured()


class PageScreen(KioskScreen):
    """Text above, things to do below. `reading` gives the room to the text, else to the choices."""

    reading = False
    long = False
    """The text has more than is seen: `7` and a touch turn it, as the arrows do."""

    def text(self) -> str:
        return ""

    def options(self) -> Sequence[Choice]:
        return ()

    def body(self) -> Iterable[Widget]:
        page = Page(Words(self.text(), id="said"), measured=self._measure)
        page.set_class(self.reading, "tall")
        yield page
        choices = Choices(self.choices_now(), dense=self.reading)
        choices.page = self._turn
        yield choices

    def show(self) -> None:
        """Draw the text and the choices again."""
        for words in self.query("#said").results(Words):
            words.say(self.text())
        choices = self.choices()
        if choices is not None:
            choices.show(self.choices_now())
        self.tick()

    def to_back(self, label: str = "") -> Choice:
        return Choice("0", label or self.t("Back"), self.back)

    def choices_now(self) -> list[Choice]:
        """What can be done; and reading on, before the way back, where the text is long."""
        found = list(self.options())
        if self.long:
            place = next((at for at, each in enumerate(found) if each.key == "0"), len(found))
            found.insert(place, Choice("7", self.t("More of the text"), self._read_on))
        return found

    def _measure(self) -> None:
        for page in self.query("#page").results(VerticalScroll):
            # With the choice there is less room for the text: if it fits now, it fits without.
            if (page.max_scroll_y > 0) != self.long:
                self.long = not self.long
                self.show()

    def _read_on(self) -> None:
        """One page further, and from the end back to the beginning."""
        page = self.query_one("#page", VerticalScroll)
        ended = page.scroll_offset.y >= page.max_scroll_y
        further = page.scroll_offset.y + max(1, page.size.height - 1)
        page.scroll_to(y=0 if ended else further, animate=False, immediate=True)
        self.stay()

    def _turn(self, step: int) -> bool:
        """The arrows first read to the end of the text, then move among the choices."""
        page = self.query_one("#page", VerticalScroll)
        choices = self.choices()
        if choices is None or (step < 0 and choices.mark > 0):
            return False
        before = page.scroll_offset.y
        page.scroll_to(y=before + step, animate=False, immediate=True)
        return bool(page.scroll_offset.y != before)
