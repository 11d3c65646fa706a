"""The kiosk: one app, one welcome screen, and on top of it what belongs to whoever signed in.

Signing out drops every screen above the welcome at once and asks the network for nothing.
"""

import logging
import time as clocks
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from textual import events

from gateway.kiosk import harden, themes
from gateway.kiosk.api import Api, SignedIn, Site
from gateway.kiosk.errands import Done
from gateway.kiosk.facts import Facts
from gateway.kiosk.harden import HardApp
from gateway.kiosk.idle import Idle, Stage
from gateway.kiosk.keys import Scanner
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.welcome import Welcome
from gateway.kiosk.session import Answer, Session, Shelf, Trouble, attempt
from gateway.kiosk.texts import Texts

_T = TypeVar("_T")
LOOK_EVERY = 20.0
log = logging.getLogger(__name__)


class KioskApp(HardApp, inherit_bindings=False):
    """The terminal on the shop floor."""

    CSS_PATH = "kiosk.tcss"
    TITLE = "kiosk"

    def __init__(
        self,
        api: Api,
        *,
        language: str = "fr",
        theme: str = "vt",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        ticks: Callable[[], float] = clocks.monotonic,
        idle: Idle | None = None,
        every: float = 1.0,
        local: Callable[[datetime], datetime] = datetime.astimezone,
    ) -> None:
        super().__init__()
        self.api = api
        self.session: Session | None = None
        self.facts = Facts(Texts(language), clock, local)
        self.ticks = ticks
        self.idle = idle or Idle()
        self._language, self._every = language, every
        self._owner = ""
        self._shelf = Shelf()
        self._scanner = Scanner()
        self._welcome = Welcome()
        for look in themes.THEMES.values():
            self.register_theme(look)
        self.theme = theme if theme in themes.THEMES else themes.VT.name

    def keeps_drafts(self) -> bool:
        """Will a text still be there after the next sign-in?"""
        session = self.session
        return bool(self._owner and session is not None and session.kept.drafts)

    def seconds_left(self) -> int:
        return self.idle.left(self.ticks())

    @property
    def texts(self) -> Texts:
        return self.facts.texts

    def speak(self, language: str) -> None:
        self.facts.texts = Texts(language)

    def enter(self, person: SignedIn, owner: str) -> None:
        """Open a session for `person`; `owner` is the badge it was opened with."""
        from gateway.kiosk.screens.entry import ChoosePin
        from gateway.kiosk.screens.menu import Menu

        self._owner = owner
        self.session = Session(self.api, person, self._shelf.take(owner))
        self.idle.touched(self.ticks())
        self.speak(person.language)
        self._drop()
        if person.must_choose_pin:
            self.show(ChoosePin(lambda: self._opened(Menu())))
        else:
            self.show(Menu())

    def leave(self, farewell: str = "") -> None:
        """Close the session here and now; the gateway is told when it can be."""
        session, self.session = self.session, None
        if session is not None:
            self._shelf.put(self._owner, session.kept)
            self.run_worker(
                lambda: attempt(session.leave), thread=True, group="leave", exit_on_error=False
            )
        self._owner = ""
        self.speak(self._language)
        self._drop()
        self._welcome.say_farewell(farewell)

    def show(self, screen: KioskScreen, *, instead: bool = False) -> None:
        """Put a screen on top, or in the place of the top one: it is the present person's."""
        screen.person = self.session
        if instead:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def home(self) -> None:
        """Back to the menu, or to the list that one came from."""
        from gateway.kiosk.screens.menu import Menu
        from gateway.kiosk.screens.news import PostsScreen

        while len(self.screen_stack) > 1 and not isinstance(self.screen, Menu | PostsScreen):
            self.pop_screen()

    def begin(
        self,
        asker: KioskScreen | None,
        task: Callable[[], _T],
        then: Callable[[_T | Trouble], None],
    ) -> None:
        """Run `task` in a thread. Whatever it raises comes back as a value, on the loop."""
        session = asker.person if asker is not None else None

        def run() -> None:
            outcome: _T | Trouble = Trouble("fault")
            try:
                outcome = attempt(task)
            finally:
                self.post_message(Done(asker, session, outcome, lambda: then(outcome)))

        self.run_worker(run, thread=True, group="ask", exit_on_error=False)

    def get_default_screen(self) -> Welcome:
        return self._welcome

    def on_mount(self) -> None:
        self.set_interval(self._every, self._tick)
        self.set_interval(LOOK_EVERY, self._look)
        self._look()
        self.idle.touched(self.ticks())
        self.end_on_signals()

    async def on_event(self, event: events.Event) -> None:
        """Every key passes here first: a badge ends what is going on, wherever it is scanned."""
        if isinstance(event, events.InputEvent) and not event.is_forwarded:
            if not isinstance(event, events.MouseMove):
                self.idle.touched(self.ticks())
            if isinstance(event, events.Key) and self._scanned(event):
                return
        await super().on_event(event)

    def on_done(self, message: Done) -> None:
        if not self.is_running:
            return  # The app is closing.
        outcome = message.outcome
        self._heard(outcome)
        session, asker = message.session, message.asker
        if session is not None and isinstance(outcome, Answer):
            session.learn(outcome.result)
        if asker is not None and session is not self.session:
            return
        if session is not None and session.language != self.texts.language:
            self.speak(session.language)
        if isinstance(outcome, Trouble) and outcome.kind == "over" and session is not None:
            self.leave(self.texts("Your session is over. Scan your badge again."))
        elif asker is None or asker is self.screen:
            message.take()
        elif asker in self.screen_stack:
            asker.later.append(message.take)

    def _scanned(self, event: events.Key) -> bool:
        taken, number = self._scanner.takes(event.key, event.character, self.ticks())
        if number:
            self.leave()
            self._welcome.scanned(number)
        return taken

    def _opened(self, menu: KioskScreen) -> None:
        self._drop()
        self.show(menu)

    def _drop(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def _tick(self) -> None:
        if not self.is_running:
            return
        self._watch()
        if isinstance(self.screen, KioskScreen):
            self.screen.tick()

    def _watch(self) -> None:
        from gateway.kiosk.screens.still import StillThere

        if len(self.screen_stack) == 1:
            self.idle.touched(self.ticks())
            return
        stage = self.idle.stage(self.ticks())
        warning = self.screen if isinstance(self.screen, StillThere) else None
        if stage is Stage.GONE or (stage is Stage.WARNED and self.session is None):
            self.leave()
        elif stage is Stage.WARNED and warning is None:
            self.show(StillThere())
        elif stage is Stage.HERE and warning is not None:
            warning.go_on()

    def _look(self) -> None:
        self.begin(None, self.api.site, self._looked)

    def _looked(self, outcome: Site | Trouble) -> None:
        if isinstance(outcome, Site):
            first = self.facts.site is None
            self.facts.found(outcome)
            if first and len(self.screen_stack) == 1:
                self._welcome.show()

    def _heard(self, outcome: object) -> None:
        down = isinstance(outcome, Trouble) and outcome.kind == "network"
        self.facts.heard(down=down)
        if isinstance(self.screen, KioskScreen):
            self.screen.tick()


def run(
    server: str,
    device: str,
    *,
    language: str = "fr",
    theme: str = "vt",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ticks: Callable[[], float] = clocks.monotonic,
    idle: Idle | None = None,
) -> int:
    """Run the kiosk in this terminal until it is told to end; the process's exit code."""
    app = KioskApp(
        Api(server, device), language=language, theme=theme, clock=clock, ticks=ticks, idle=idle
    )
    harden.forgive_bytes(app.driver_class)
    try:
        app.run()
    finally:
        harden.wipe()
    if app.fault is not None:
        log.error("the kiosk ended on a fault: %s", harden.place(app.fault))
    return app.return_code or 0
