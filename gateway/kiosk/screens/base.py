"""What every screen has: a line on top, the truth about the network below, `0` and Esc to go back.

One choice a visit: keys typed ahead were meant for a screen that nobody had seen yet, so all but
the first are dropped.
"""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, TypeVar, cast

from textual import events
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget

from gateway.kiosk.keys import digit
from gateway.kiosk.rows import Choice, Choices, Rows
from gateway.kiosk.session import Answer, Outcome, Request, Session, Trouble
from gateway.kiosk.widgets import Bar, Words

if TYPE_CHECKING:
    from gateway.kiosk.app import KioskApp
    from gateway.kiosk.texts import Texts

_T = TypeVar("_T")
SLOW = 0.3
"""After so many seconds a person wants to know that something goes on."""

SMALL, LARGE = 20, 30
"""Rows of a terminal with large type, and of one with room to spare."""


class KioskScreen(Screen[None], inherit_bindings=False):
    """A screen of the kiosk."""

    AUTO_FOCUS = "Rows, Paper, Digits"
    digits_choose = True
    left_goes_back = True

    def __init__(self) -> None:
        super().__init__()
        self.chosen = False
        self.asking = False
        """Something that was chosen is under way: one thing at a time."""
        self.fetching = 0
        """What the screen fetches by itself, under way: it keeps nobody from choosing."""
        self.person: Session | None = None
        """Whose screen this is; it stays theirs while it is being closed for the next person."""
        self.stands = False
        """All of it is there, and it is on top."""
        self._made_at = monotonic()
        """By the clock of Textual's events: a digit typed before was not meant for this screen."""
        self.later: list[Callable[[], None]] = []
        """What came while another screen was on top of this one: it waits until that is gone."""

    @property
    def kiosk(self) -> "KioskApp":
        return cast("KioskApp", self.app)

    @property
    def t(self) -> "Texts":
        return self.kiosk.texts

    @property
    def session(self) -> Session:
        assert self.person is not None, "only screens behind the sign-in ask for it"
        return self.person

    def heading(self) -> str:
        """What the top line says after the person's name."""
        return ""

    def body(self) -> Iterable[Widget]:
        return ()

    def compose(self) -> Iterable[Widget]:
        yield Bar(id="top")
        yield from self.body()
        yield Vertical(Words(id="notice"), Words(self.hint(), id="hint"), Bar(id="foot"), id="end")

    def hint(self) -> str:
        return ""

    # Textual calls a handler of every class in the line; these call one method that can be
    # overridden, so that nothing happens twice.

    def on_mount(self) -> None:
        self.ready()

    def on_key(self, event: events.Key) -> None:
        self.pressed(event)

    def on_rows_chosen(self, message: Rows.Chosen) -> None:
        self.picked(message.index)

    def ready(self) -> None:
        """The parts are there."""
        self.tick()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height < SMALL, "small")
        self.set_class(event.size.height >= LARGE, "large")

    def tick(self) -> None:
        """Once a second, and after every answer: the time and the network."""
        member = self.person.member if self.person is not None else ""
        for bar in self.query("#top").results(Bar):
            bar.say(self.kiosk.facts.heading(member, self.heading()), self.kiosk.facts.time())
        for bar in self.query("#foot").results(Bar):
            bar.say(self.kiosk.facts.truth())

    def attend(self, event: events.Key) -> None:
        """Move the mark to where a key belongs, before it is handed on.

        Where a part hands it over later, a quick typist's next key overtakes it.
        """

    def notice(self, text: str) -> None:
        """Say what went wrong, or what goes on, above the last lines."""
        for words in self.query("#notice").results(Words):
            words.say(text)
        self.kiosk.noticed(text)

    def ask(self, request: Request, then: Callable[[Answer], None], draft: str = "") -> None:
        """Ask the gateway in a worker; `then` gets the answer here."""
        session = self.session
        self.work(
            lambda: session.run(request, draft), lambda outcome: self._answered(outcome, then)
        )

    def load(self, request: Request, then: Callable[[Answer], None]) -> None:
        """Fetch what the screen shows, while it can be used already."""
        session = self.session
        self.fetching += 1
        self.set_timer(SLOW, self._say_busy)

        def done(outcome: Outcome) -> None:
            self.fetching -= 1
            if not self.asking:
                self.notice("")
            self._answered(outcome, then)

        self.kiosk.begin(self, lambda: session.run(request), done)

    def work(self, task: Callable[[], _T], then: Callable[[_T | Trouble], None]) -> None:
        """Do something slow outside the loop, once at a time."""
        if self.asking:
            return
        self.asking = True
        self.set_timer(SLOW, self._say_busy)

        def done(outcome: _T | Trouble) -> None:
            self.asking = self.chosen = False
            self.notice("")
            then(outcome)

        self.kiosk.begin(self, task, done)

    def trouble(self, trouble: Trouble) -> None:
        """No answer: say so, truthfully. Screens with something to lose say more."""
        self.notice(self.kiosk.facts.excuse(trouble))

    def open(self, screen: "KioskScreen") -> None:
        """Put `screen` on top of this one."""
        self.kiosk.show(screen)

    def swap(self, screen: "KioskScreen") -> None:
        """Put `screen` in the place of this one."""
        self.kiosk.show(screen, instead=True)

    def back(self) -> None:
        self.dismiss()

    def choose(self, choice: Choice) -> None:
        # Going back is never kept waiting by a network that does not answer.
        if (self.chosen or self.asking) and not (self.asking and choice.key == "0"):
            return
        self.chosen = True
        choice.does()

    def stay(self) -> None:
        """The choice changed something here and opened nothing."""
        self.chosen = False

    def choices(self) -> Choices | None:
        return next(iter(self.query(Choices)), None)

    def on_screen_resume(self) -> None:
        # Closing many screens uncovers each for a moment; only the last one is really seen.
        if self.is_current:
            self.resumed()
            self.stands = True

    def on_screen_suspend(self) -> None:
        self.stands = False

    def resumed(self) -> None:
        """Seen again, or for the first time."""
        self.chosen = False
        self.tick()
        later, self.later = self.later, []
        for take in later:
            take()

    def picked(self, index: int) -> None:
        """A row was chosen."""
        choices = self.choices()
        if choices is not None and index < len(choices.choices):
            self.choose(choices.choices[index])

    def pressed(self, event: events.Key) -> None:
        """A key that no part of the screen took."""
        if event.key == "escape" or (event.key == "left" and self.left_goes_back):
            event.stop()
            self._leave()
        elif self.digits_choose and (typed := digit(event.character)):
            event.stop()
            if event.time >= self._made_at:
                self._digit(typed)

    def _digit(self, typed: str) -> None:
        choices = self.choices()
        at = choices.keyed(typed) if choices is not None else None
        if choices is not None and at is not None:
            choices.move_to(at)
            self.choose(choices.choices[at])
        elif typed == "0":
            self._leave()

    def _leave(self) -> None:
        if not self.chosen or self.asking:
            self.chosen = True
            self.back()

    def _say_busy(self) -> None:
        if self.asking or self.fetching:
            self.notice(self.t("One moment..."))

    def _answered(self, outcome: Outcome, then: Callable[[Answer], None]) -> None:
        if isinstance(outcome, Trouble):
            self.trouble(outcome)
        else:
            then(outcome)
