"""Slow things are done in threads; what comes of them is taken on the loop, by whoever asked.

An outcome belongs to the session that it was asked in: when another person stands there, nobody
hears of it. It waits while its screen lies under another one.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.message import Message

from gateway.kiosk.api import SignedIn
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.session import COPY, KEPT, Answer, Session, Trouble, attempt
from gateway.kiosk.stock import UNCHECKED

if TYPE_CHECKING:
    from gateway.kiosk.app import KioskApp

_T = TypeVar("_T")


class Done(Message):
    """A worker is done: `take` gets what came of it, on the loop."""

    def __init__(
        self,
        asker: KioskScreen | None,
        session: Session | None,
        outcome: object,
        take: Callable[[], None],
    ) -> None:
        super().__init__()
        self.asker = asker
        self.session = session
        self.outcome = outcome
        self.take = take


class Errands:
    """What the app has done outside its loop."""

    def __init__(self, app: "KioskApp") -> None:
        self._app = app

    def begin(
        self,
        asker: KioskScreen | None,
        task: Callable[[], _T],
        then: Callable[[_T | Trouble], None],
    ) -> None:
        """Run `task` in a thread; `then` gets what it returned, or why it returned nothing."""
        session = asker.person if asker is not None else None

        def run() -> None:
            outcome: _T | Trouble = Trouble("fault")
            try:
                outcome = attempt(task)
            finally:
                self._app.post_message(Done(asker, session, outcome, lambda: then(outcome)))

        self._app.run_worker(run, thread=True, group="ask", exit_on_error=False)

    def take(self, message: Done) -> None:
        """Hand an outcome to its asker, if they are still there."""
        app, outcome = self._app, message.outcome
        self._heard(outcome)
        session, asker = message.session, message.asker
        if session is not None and isinstance(outcome, Answer) and outcome.state != COPY:
            session.learn(outcome.result)
        if asker is not None and session is not app.session:
            return
        if session is not None and session.language != app.texts.language:
            app.speak(session.language)
        if isinstance(outcome, Trouble) and outcome.kind == "over" and session is not None:
            app.leave(app.texts("Your session is over. Scan your badge again."))
        elif asker is None or asker is app.screen:
            message.take()
            self._say_copy(asker, outcome)
        elif asker in app.screen_stack:
            asker.later.append(message.take)

    def _say_copy(self, asker: KioskScreen | None, outcome: object) -> None:
        if asker is not None and isinstance(outcome, Answer) and outcome.state == COPY:
            asker.notice(self._app.facts.of_copy())

    def _heard(self, outcome: object) -> None:
        """What an outcome tells about the network."""
        app = self._app
        down = isinstance(outcome, Trouble) and outcome.kind in ("network", UNCHECKED)
        down = down or (isinstance(outcome, SignedIn) and not outcome.token)
        if isinstance(outcome, Answer) and outcome.state in (KEPT, COPY):
            down = app.stock.sender.network.down or outcome.state == COPY
        elif not down and not app.facts.online:
            app.stock.sender.wake()
        app.facts.heard(down=down)
        if isinstance(app.screen, KioskScreen):
            app.screen.tick()
