"""The kiosk: one app, one welcome screen, and on top of it what belongs to whoever signed in.

Signing out drops every screen above the welcome at once and asks the network for nothing.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from textual import events

from gateway.kiosk import boot, litter, themes, watchdog
from gateway.kiosk.api import Api, SignedIn
from gateway.kiosk.errands import Done, Errands
from gateway.kiosk.facts import Facts
from gateway.kiosk.hangup import end_with_terminal
from gateway.kiosk.harden import HardApp
from gateway.kiosk.idle import Idle
from gateway.kiosk.keys import Scanner
from gateway.kiosk.printer import Printer
from gateway.kiosk.rounds import LOOK_EVERY, Rounds
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.welcome import Welcome
from gateway.kiosk.script import Script
from gateway.kiosk.session import Session, Shelf, Trouble, attempt
from gateway.kiosk.stock import Stock
from gateway.kiosk.store import Store
from gateway.kiosk.store.outbox import REFUSED
from gateway.kiosk.texts import Texts

_T = TypeVar("_T")


class KioskApp(HardApp, inherit_bindings=False):
    """The terminal on the shop floor."""

    CSS_PATH = Path(__file__).with_name("kiosk.tcss")
    plain = False
    """It is read out in lines, and drawn nowhere."""
    TITLE = "kiosk"

    def __init__(
        self,
        api: Api,
        *,
        language: str = "fr",
        theme: str = "vt",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        ticks: Callable[[], float] = boot.seconds,
        idle: Idle | None = None,
        every: float = 1.0,
        local: Callable[[datetime], datetime] = datetime.astimezone,
        shaping: bool = True,
        draws_keys: bool = False,
        store: Store | None = None,
        printer: Printer | None = None,
    ) -> None:
        super().__init__()
        self.printer = printer
        self.script = Script(shaping)
        self.api = api
        self.session: Session | None = None
        self.facts = Facts(Texts(language), clock, local)
        self.ticks = ticks
        self.idle = idle or Idle()
        self.stock = Stock(
            api,
            store,
            ticks=ticks,
            now=lambda: self.facts.now().timestamp(),
            poll=min(1.0, every),
        )
        self._language, self._every = language, every
        self._draws_keys = self.draws_keys = draws_keys
        """A keyboard is drawn on the screen wherever something is written."""
        self._touched = False
        self._owner = ""
        self._shelf = Shelf()
        self._scanner = Scanner()
        self.welcome = Welcome()
        self._errands, self._rounds = Errands(self), Rounds(self)
        for look in themes.THEMES.values():
            self.register_theme(look)
        self._look = theme if theme in themes.THEMES else themes.VT.name
        self.theme = self._look

    def types_by_touch(self) -> bool:
        """Is a keyboard on the screen wanted? Whoever came here by touch has no other."""
        return self.draws_keys or self._touched

    def keeps_drafts(self) -> bool:
        """Will a text still be there after the next sign-in?"""
        session = self.session
        return bool(self._owner and session is not None and session.kept.drafts)

    def noticed(self, text: str) -> None:
        """A screen says `text` beside what it shows."""

    def seconds_left(self) -> int:
        return self.idle.left(self.ticks())

    @property
    def texts(self) -> Texts:
        return self.facts.texts

    def speak(self, language: str) -> None:
        self.facts.texts = Texts(language)

    def enter(self, person: SignedIn, badge: str) -> None:
        """Open a session for `person`; `badge` is what it was opened with, if with one."""
        from gateway.kiosk.screens.entry import ChoosePin
        from gateway.kiosk.screens.menu import Menu

        owner = self._owner = self.stock.owner(person, badge)
        kept = self._shelf.take(owner)
        self.session = Session(self.api, person, kept, stock=self.stock, owner=owner)
        self.stock.arrive(owner, person)
        self.idle.touched(self.ticks())
        self.speak(person.language)
        self._drop()
        if person.must_choose_pin:
            self.show(ChoosePin(lambda: self._opened(Menu())))
        else:
            self.show(Menu())
            self._show_waiting()
        self.begin(None, self.session.refresh, lambda _: None)

    def enter_unchecked(self, badge: str) -> None:
        """Let somebody write whom nobody can check now; the gateway asks the badge's owner."""
        from gateway.kiosk.screens.kept import UncheckedMenu

        person = self.stock.stranger(self.texts.language)
        self.session = Session(self.api, person, stock=self.stock, badge=badge)
        self.idle.touched(self.ticks())
        self._drop()
        self.show(UncheckedMenu())

    def leave(self, farewell: str = "") -> None:
        """Close the session here and now; the gateway is told when it can be."""
        session, self.session = self.session, None
        self.stock.depart()
        if session is not None:
            self._shelf.put(self._owner, session.kept)
            self.run_worker(
                lambda: attempt(session.leave), thread=True, group="leave", exit_on_error=False
            )
            self.theme, self.draws_keys = self._look, self._draws_keys
        self._owner = ""
        self.speak(self._language)
        self._drop()
        self.welcome.say_farewell(farewell)

    def show(self, screen: KioskScreen, *, instead: bool = False) -> None:
        """Put a screen on top, or in the place of the top one: it is the present person's."""
        screen.person = self.session
        if instead:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def home(self) -> None:
        """Back to the menu, or to the list that one came from."""
        from gateway.kiosk.screens.kept import UncheckedMenu
        from gateway.kiosk.screens.menu import Menu
        from gateway.kiosk.screens.news import PostsScreen

        homes = (Menu, PostsScreen, UncheckedMenu)
        while len(self.screen_stack) > 1 and not isinstance(self.screen, homes):
            self.pop_screen()

    def begin(
        self,
        asker: KioskScreen | None,
        task: Callable[[], _T],
        then: Callable[[_T | Trouble], None],
    ) -> None:
        """Run `task` in a thread. Whatever it raises comes back as a value, on the loop."""
        self._errands.begin(asker, task, then)

    def get_default_screen(self) -> Welcome:
        return self.welcome

    def on_mount(self) -> None:
        self.set_interval(self._every, self._rounds.tick)
        self.set_interval(LOOK_EVERY, self._rounds.look)
        self.idle.touched(self.ticks())
        self.end_at_once()
        self.end_on_signals()
        if not self.is_headless:
            end_with_terminal()

    def on_ready(self) -> None:
        """The first picture stands."""
        litter.begin()
        self._rounds.look()
        self.stock.start()
        watchdog.begin(self.set_interval)

    def on_unmount(self) -> None:
        self.stock.close()

    async def on_event(self, event: events.Event) -> None:
        """Every key passes here first: a badge ends what is going on, wherever it is scanned."""
        if isinstance(event, events.InputEvent) and not event.is_forwarded:
            if not isinstance(event, events.MouseMove):
                self.idle.touched(self.ticks())
                self._touched = isinstance(event, events.MouseEvent)
            if isinstance(event, events.Key):
                if self._scanned(event):
                    return
                if isinstance(self.screen, KioskScreen):
                    self.screen.attend(event)
        await super().on_event(event)

    def on_done(self, message: Done) -> None:
        if self.is_running:  # Else the app is closing.
            self._errands.take(message)

    def _scanned(self, event: events.Key) -> bool:
        taken, number = self._scanner.takes(event.key, event.character, self.ticks())
        if number:
            self.leave()
            self.welcome.scanned(number)
        return taken

    def _opened(self, menu: KioskScreen) -> None:
        self._drop()
        self.show(menu)
        self._show_waiting()

    def _show_waiting(self) -> None:
        """What waits for a decision of theirs, before anything else."""
        from gateway.kiosk.screens.kept import RefusedScreen, WasItYou

        session = self.session
        if session is not None and session.questions:
            self.show(WasItYou())
        if session is not None and any(item.state == REFUSED for item in session.waiting()):
            self.show(RefusedScreen())

    def _drop(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()
