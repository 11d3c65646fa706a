"""The first screen, that nobody owns: a badge, a code, a language, help."""

from collections.abc import Sequence

from textual import events
from textual.timer import Timer

from gateway.kiosk.keys import badge, digit
from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.entry import BadgeScreen, CodeScreen, PinScreen
from gateway.kiosk.screens.help import HelpScreen
from gateway.kiosk.screens.look import LookScreen
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.texts import LANGUAGES

PAUSE = 0.15
"""A lone digit is a choice; digits that follow each other faster than this are a badge."""


class Welcome(PageScreen):
    """Scan, or choose."""

    farewell = ""

    def __init__(self) -> None:
        super().__init__()
        self._burst = ""
        self._timer: Timer | None = None

    def text(self) -> str:
        scan = self.t("SCAN YOUR BADGE ON THE READER")
        never = self.t("( the number is never shown )")
        last = f"\n\n{self.farewell}" if self.farewell else ""
        return f"{scan}\n{never}{last}"

    def options(self) -> Sequence[Choice]:
        languages = [code for code in LANGUAGES if code in self.kiosk.facts.languages()]
        chosen = [
            Choice(str(at), LANGUAGES[code], lambda code=code: self._speak(code))  # type: ignore[misc]
            for at, code in enumerate(languages, start=3)
        ]
        return [
            Choice("1", self.t("Type my badge number"), self._type_badge),
            Choice("2", self.t("I have a one-time code"), self._type_code),
            *chosen,
            Choice("8", self.t("Colours, keyboard"), self._look, sight=True),
            Choice("9", self.t("Help, no badge, SMS number"), self._help),
        ]

    def resumed(self) -> None:
        super().resumed()
        self._burst = ""
        self.show()

    def say_farewell(self, text: str) -> None:
        """What became of the last session; gone with the next choice."""
        self.farewell = text
        self.show()

    def scanned(self, number: str) -> None:
        self.farewell = ""
        self.open(PinScreen(number))

    def pressed(self, event: events.Key) -> None:
        if typed := digit(event.character):
            event.stop()
            self._burst += typed
            self._wait()
        elif self._burst and event.character and event.character.isalnum():
            event.stop()
            self._burst += event.character
            self._wait()

    def choose(self, choice: Choice) -> None:
        # Enter at the end of a badge is the scanner's, not a choice.
        if len(self._burst) > 1:
            self._settle()
            return
        self.farewell = ""
        super().choose(choice)

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._settle)

    def _settle(self) -> None:
        burst, self._burst = self._burst, ""
        if self._timer is not None:
            self._timer.stop()
        if not self.is_current:
            return
        if len(burst) == 1:
            self._digit(burst)
        elif badge(burst):
            self.scanned(burst)

    def back(self) -> None:
        """There is nothing behind this screen."""
        self.stay()

    def _speak(self, code: str) -> None:
        self.kiosk.speak(code)
        self.show()
        self.stay()

    def _look(self) -> None:
        self.open(LookScreen())

    def _type_badge(self) -> None:
        self.open(BadgeScreen())

    def _type_code(self) -> None:
        self.open(CodeScreen())

    def _help(self) -> None:
        self.open(HelpScreen())
