"""How each kind of screen is read out, and what an answer does on it.

What a screen is about, what it offers and what it does stay with the screen.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from gateway.kiosk.keys import badge, digit
from gateway.kiosk.paper import Paper
from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.entry import EntryScreen
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.screens.still import StillThere
from gateway.kiosk.screens.welcome import Welcome

if TYPE_CHECKING:
    from gateway.kiosk.plain.app import PlainApp

S = TypeVar("S", bound=KioskScreen)
BADGE_ROOM: Final = 64


class Face(Generic[S]):
    """A screen as it is read out."""

    room = BADGE_ROOM
    hidden = False
    """What is typed is not shown."""

    def __init__(self, kiosk: "PlainApp", screen: S) -> None:
        self.kiosk, self.screen = kiosk, screen

    def heading(self) -> str:
        member = self.screen.person.member if self.screen.person is not None else ""
        return self.kiosk.facts.heading(member, self.screen.heading())

    def text(self) -> str:
        return ""

    def choices(self) -> Sequence[Choice]:
        return ()

    def prompt(self) -> str:
        return self.screen.t("Your choice:")

    def opened(self) -> None:
        """It is read out from the beginning."""

    def typing(self, text: str) -> None:
        """So much is typed already."""

    def take(self, line: str, lost: int) -> None:  # noqa: ARG002  # a choice is never too long
        """An answer, and how many signs of it there was no room for."""
        typed = "".join(digit(sign) or sign for sign in line.strip())
        if not typed:
            self.kiosk.reader.again()
        elif not self.does(typed):
            self.screen.notice(self.screen.t("! There is no such choice."))

    def does(self, typed: str) -> bool:
        """Do what was chosen; False where that is nothing."""
        for choice in self.choices():
            if choice.key == typed:
                self.screen.choose(choice)
                return True
        return False


class Page(Face[PageScreen]):
    """Text and choices."""

    def text(self) -> str:
        return self.screen.text()

    def choices(self) -> Sequence[Choice]:
        return [choice for choice in self.screen.options() if not choice.sight]


class Welcoming(Page):
    """The first screen: a badge may be typed, or scanned by a reader that sends no prefix."""

    hidden = True

    def take(self, line: str, lost: int) -> None:
        number = badge(line)
        if len(number) > 1 and not lost:
            self.kiosk.welcome.scanned(number)
        else:
            super().take(line, lost)


class Entry(Face[EntryScreen]):
    """One number; Enter alone goes back."""

    def __init__(self, kiosk: "PlainApp", screen: EntryScreen) -> None:
        super().__init__(kiosk, screen)
        self.hidden = screen.secret

    def text(self) -> str:
        return self.screen.question()

    def prompt(self) -> str:
        return self.screen.t("Then Enter; Enter alone = back.")

    def take(self, line: str, lost: int) -> None:
        screen = self.screen
        number = "".join(digit(sign) or self._letter(sign) for sign in line)
        if not line.strip():
            screen.back()
        elif lost or not number or (screen.length and len(number) != screen.length):
            count = screen.length or 1
            screen.notice(screen.t.many("! {count} digit.", "! {count} digits.", count))
        else:
            screen.entered(number)

    def _letter(self, sign: str) -> str:
        return sign if self.screen.letters and sign.isascii() and sign.isalnum() else ""


class Still(Face[StillThere]):
    """The warning; whatever is typed goes on."""

    room = Paper.LONGEST

    def text(self) -> str:
        lines = self.screen.text().split("\n")
        return "\n".join(line for line in lines if line[:1] not in ("", "["))

    def prompt(self) -> str:
        return ""

    def typing(self, text: str) -> None:  # noqa: ARG002  # whatever it is
        self.screen.go_on()

    def take(self, line: str, lost: int) -> None:  # noqa: ARG002  # whatever it is
        self.screen.go_on()


FACES: Final = ((Welcome, Welcoming), (PageScreen, Page), (EntryScreen, Entry), (StillThere, Still))
