"""Numbers that are typed, picked with arrows or touched: badge, secret code, one-time code."""

from collections.abc import Callable, Iterable

from textual import events
from textual.containers import VerticalScroll
from textual.widget import Widget

from gateway.kiosk.api import SignedIn
from gateway.kiosk.keys import badge, digit
from gateway.kiosk.rows import Choice, Choices
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.kept import UncheckedScreen
from gateway.kiosk.session import Trouble
from gateway.kiosk.stock import UNCHECKED
from gateway.kiosk.widgets import Digits, Words

PIN = 6


class EntryScreen(KioskScreen):
    """One number. `0` is a digit here; Esc, or the arrow down and Enter, goes back."""

    digits_choose = False
    AUTO_FOCUS = "Digits"
    length: int | None = None
    secret = True
    letters = False

    def question(self) -> str:
        raise NotImplementedError

    def entered(self, number: str) -> None:
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(Words(self.question(), id="said"), id="page", can_focus=False)
        yield Digits(length=self.length, secret=self.secret, letters=self.letters)
        yield Choices([Choice("", self.t("Esc = back"), self.back)], dense=True)

    def hint(self) -> str:
        return self.t("Digits, or arrows and Enter")

    def digits(self) -> Digits:
        return self.query_one(Digits)

    def ask_again(self, why: str) -> None:
        """Start over, and say why."""
        self.digits().clear()
        self.digits().focus()
        self.query_one("#said", Words).say(self.question())
        self.notice(why)

    def on_digits_entered(self, message: Digits.Entered) -> None:
        if not self.asking:
            self.entered(message.number)

    def attend(self, event: events.Key) -> None:
        if digit(event.character):
            for digits in self.query(Digits):
                self.set_focus(digits)

    def pressed(self, event: events.Key) -> None:
        if event.key in ("up", "down"):
            event.stop()
            self._other_part()
        elif digit(event.character):
            # It came before there was anything to type it into; what is there takes its own.
            event.stop()
            self.digits().on_key(event)
        else:
            super().pressed(event)

    def _other_part(self) -> None:
        choices = self.query_one(Choices)
        (choices if self.digits().has_focus else self.digits()).focus()


class BadgeScreen(EntryScreen):
    """The badge number by hand, where there is no reader."""

    letters = True

    def question(self) -> str:
        return self.t("Type your badge number, then Enter:")

    def entered(self, number: str) -> None:
        if badge(number):
            self.swap(PinScreen(number))
        else:
            self.ask_again(self.t("! This is not a badge number."))


class SignIn(EntryScreen):
    """What opens a session."""

    def opened(self, outcome: SignedIn | Trouble, owner: str) -> None:
        if isinstance(outcome, SignedIn):
            self.kiosk.enter(outcome, owner)
        elif outcome.kind == "wrong-sign-in":
            self.ask_again(self.wrong())
        elif outcome.kind == UNCHECKED:
            self.swap(UncheckedScreen(owner))
        else:
            self.ask_again(self.kiosk.facts.excuse(outcome))

    def wrong(self) -> str:
        return self.t("! Badge or secret code not known. Try again.")


class PinScreen(SignIn):
    """The secret code behind a badge; it is sent with its last digit."""

    length = PIN

    def __init__(self, number: str) -> None:
        super().__init__()
        self._badge = number

    def question(self) -> str:
        return f"{self.t('Hello.')}\n{self.t('Type your secret code (6 digits):')}"

    def entered(self, number: str) -> None:
        stock, owner = self.kiosk.stock, self._badge
        self.work(
            lambda: stock.sign_in(owner, number),
            lambda outcome: self.opened(outcome, owner),
        )


class CodeScreen(SignIn):
    """A one-time code, got by SMS or e-mail with the word CODE."""

    letters = True
    secret = False

    def question(self) -> str:
        return self.t("Type your one-time code, then Enter.\nTo get one, text CODE to the gateway.")

    def wrong(self) -> str:
        return self.t("! This code is not good, or no longer. Try again.")

    def entered(self, number: str) -> None:
        api = self.kiosk.api
        self.work(lambda: api.sign_in(code=number), lambda outcome: self.opened(outcome, ""))


class ChoosePin(EntryScreen):
    """A secret code of one's own, typed twice."""

    length = PIN

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__()
        self._then = then
        self._first = ""

    def question(self) -> str:
        if self._first:
            return self.t("Once more, the same 6 digits:")
        return self.t("Choose a secret code of 6 digits.\nOnly you should know it:")

    def entered(self, number: str) -> None:
        if not self._first:
            self._first = number
            self.ask_again("")
        elif number != self._first:
            self._first = ""
            self.ask_again(self.t("! Not the same digits. Choose again."))
        else:
            self.work(lambda: self._set(number), self._was_set)

    def _set(self, number: str) -> bool:
        self.session.choose_pin(number)
        return True

    def _was_set(self, outcome: bool | Trouble) -> None:
        if not isinstance(outcome, Trouble):
            self._then()
            return
        self._first = ""
        weak = self.t("! Too easy to guess. Choose another.")
        self.ask_again(weak if outcome.kind == "weak-pin" else self.kiosk.facts.excuse(outcome))

    def back(self) -> None:
        if self.session.must_choose_pin:
            self.kiosk.leave()
        else:
            self.dismiss()
