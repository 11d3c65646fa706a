"""What is kept and set about me, and how to change it."""

from collections.abc import Sequence

from gateway.core.commands import (
    Command,
    KioskCode,
    Language,
    Me,
    PageLength,
    Pause,
    Profile,
    Resume,
    Rhythm,
    Time,
    Undo,
)
from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.entry import ChoosePin
from gateway.kiosk.screens.look import LookScreen
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.screens.said import Said
from gateway.kiosk.session import Answer, Trouble
from gateway.kiosk.texts import LANGUAGES, Texts

HOURS = (6, 8, 12, 16, 18, 20)
PAUSES = (1, 8, 24, 72)
PAGES = (1, 2, 3, 4, 5)


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
        forget = Choice("9", self.t("Forget me on this kiosk"), self._forget)
        paused = self._profile is not None and self._profile.paused_until is not None
        return [
            Choice("1", self.t("Language"), self._language),
            Choice("2", self.t("My digests"), lambda: self.open(Digests())),
            Choice("3", self.t("End the pause"), self._resume)
            if paused
            else Choice("3", self.t("Pause, no messages"), self._pause),
            Choice("4", self.t("Another secret code"), self._pin),
            Choice("5", self.t("A one-time code"), lambda: self.ask(KioskCode(), self._said)),
            Choice("6", self.t("Take back my last message"), self._undo),
            Choice("8", self.t("Colours, keyboard"), lambda: self.open(LookScreen()), sight=True),
            *([forget] if self.session.kept.drafts or self.session.waiting() else []),
            self.to_back(),
        ]

    def ready(self) -> None:
        super().ready()
        self.load(Me(), self._loaded)

    def resumed(self) -> None:
        super().resumed()
        self.show()
        if self._words:
            self.load(Me(), self._loaded)

    def _loaded(self, answer: Answer) -> None:
        self._words = answer.words
        self._profile = answer.result if isinstance(answer.result, Profile) else None
        self.show()

    def _forget(self) -> None:
        session = self.session
        self.work(session.forget, lambda outcome: self._forgotten(outcome))

    def _forgotten(self, outcome: Trouble | None) -> None:
        if isinstance(outcome, Trouble):
            self.trouble(outcome)
            return
        told = self.t("Forgotten: no draft of yours is here any more. What is kept still leaves.")
        self.open(Said(told))

    def _said(self, answer: Answer) -> None:
        from gateway.kiosk.screens.show import screen_for

        self.open(screen_for(answer))

    def _language(self) -> None:
        self.open(language(self.t))

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
        self.swap(Said(self.t("Your new secret code is set.")))


class Digests(PageScreen):
    """When, how often and how long: what comes on the phone or by mail."""

    def heading(self) -> str:
        return self.t("ME")

    def text(self) -> str:
        return self.t("My digests")

    def options(self) -> Sequence[Choice]:
        return [
            Choice("1", self.t("Hour of my digest"), self._hour),
            Choice("2", self.t("How often it comes"), lambda: self.open(rhythm(self.t))),
            Choice("3", self.t("Length of my SMS pages"), lambda: self.open(page(self.t))),
            self.to_back(),
        ]

    def _hour(self) -> None:
        hours = [(f"{hour:02d}:00", Time(hour)) for hour in HOURS]
        self.open(Setting(self.t("Hour of my digest"), hours))


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

        self.swap(screen_for(answer))


def language(t: Texts) -> Setting:
    """Each language in its own name."""
    return Setting(t("Language"), [(name, Language(code)) for code, name in LANGUAGES.items()])


def rhythm(t: Texts) -> Setting:
    rhythms = [
        (t("Each message at once"), Rhythm("each")),
        (t("At the start of each shift"), Rhythm("shift")),
        (t("Once a day"), Rhythm("day")),
        (t("Once a week"), Rhythm("week")),
        (t("Never"), Rhythm("never")),
    ]
    return Setting(t("How often it comes"), rhythms)


def page(t: Texts) -> Setting:
    lengths = [(f"{each} SMS", PageLength(each)) for each in PAGES]
    return Setting(t("Length of my SMS pages"), lengths)
