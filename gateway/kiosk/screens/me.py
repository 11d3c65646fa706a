"""What is kept and set about me, and how to change it."""

from collections.abc import Sequence

from gateway.core.commands import (
    Command,
    KioskCode,
    Language,
    Me,
    Pause,
    Profile,
    Resume,
    Rhythm,
    Time,
    Undo,
)
from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.base import PageScreen
from gateway.kiosk.screens.entry import ChoosePin
from gateway.kiosk.screens.said import Said
from gateway.kiosk.session import Answer
from gateway.kiosk.texts import LANGUAGES

HOURS = (6, 8, 12, 14, 18, 20, 22)
PAUSES = (1, 8, 24, 72)


class MeScreen(PageScreen):
    """My settings; the gateway says them in my language."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self._profile: Profile | None = None

    def heading(self) -> str:
        return self.t("ME")

    def text(self) -> str:
        return self._words

    def options(self) -> Sequence[Choice]:
        paused = self._profile is not None and self._profile.paused_until is not None
        return [
            Choice("1", self.t("Language"), self._language),
            Choice("2", self.t("Hour of my digest"), self._hour),
            Choice("3", self.t("How often it comes"), self._rhythm),
            Choice("4", self.t("End the pause"), self._resume)
            if paused
            else Choice("4", self.t("Pause, no messages"), self._pause),
            Choice("5", self.t("Another secret code"), self._pin),
            Choice("6", self.t("A one-time code"), lambda: self.ask(KioskCode(), self._said)),
            Choice("7", self.t("Take back my last message"), self._undo),
            self.to_back(),
        ]

    def on_mount(self) -> None:
        super().on_mount()
        self.ask(Me(), self._loaded)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.show()
        if self._words:
            self.ask(Me(), self._loaded)

    def _loaded(self, answer: Answer) -> None:
        self._words = answer.words
        self._profile = answer.result if isinstance(answer.result, Profile) else None
        self.show()

    def _said(self, answer: Answer) -> None:
        from gateway.kiosk.screens.show import screen_for

        self.open(screen_for(answer))

    def _language(self) -> None:
        known = [(name, Language(code)) for code, name in LANGUAGES.items()]
        self.open(Setting(self.t("Language"), known))

    def _hour(self) -> None:
        hours = [(f"{hour:02d}:00", Time(hour)) for hour in HOURS]
        self.open(Setting(self.t("Hour of my digest"), hours))

    def _rhythm(self) -> None:
        rhythms = [
            (self.t("Each message at once"), Rhythm("each")),
            (self.t("Once a day"), Rhythm("day")),
            (self.t("Once a week"), Rhythm("week")),
            (self.t("Never"), Rhythm("never")),
        ]
        self.open(Setting(self.t("How often it comes"), rhythms))

    def _pause(self) -> None:
        pauses = [
            (self.t.many("{count} hour", "{count} hours", hours), Pause(hours)) for hours in PAUSES
        ]
        self.open(Setting(self.t("Pause, no messages"), pauses))

    def _resume(self) -> None:
        self.ask(Resume(), self._said)

    def _undo(self) -> None:
        self.ask(Undo(), self._said)

    def _pin(self) -> None:
        self.open(ChoosePin(self._chosen_pin))

    def _chosen_pin(self) -> None:
        self.app.switch_screen(Said(self.t("Your new secret code is set.")))


class Setting(PageScreen):
    """One of a few values."""

    def __init__(self, question: str, values: Sequence[tuple[str, Command]]) -> None:
        super().__init__()
        self._question = question
        self._values = values

    def heading(self) -> str:
        return self.t("ME")

    def text(self) -> str:
        return self._question

    def options(self) -> Sequence[Choice]:
        return [
            *(self._choice(at, *value) for at, value in enumerate(self._values, start=1)),
            self.to_back(),
        ]

    def _choice(self, at: int, label: str, command: Command) -> Choice:
        return Choice(str(at), label, lambda: self.ask(command, self._done))

    def _done(self, answer: Answer) -> None:
        from gateway.kiosk.screens.show import screen_for

        self.app.switch_screen(screen_for(answer))
