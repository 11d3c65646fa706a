"""What goes by the clock: the end of a visit that was left alone, the last line, looks at the
gateway.
"""

from typing import TYPE_CHECKING

from gateway.kiosk.api import Site
from gateway.kiosk.idle import Stage
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.still import StillThere
from gateway.kiosk.session import Trouble
from gateway.kiosk.store.feed import EVERYBODY

if TYPE_CHECKING:
    from gateway.kiosk.app import KioskApp

LOOK_EVERY = 20.0
"""Seconds between two looks at the gateway: is it there, what is new to everybody?"""


class Rounds:
    """`tick` is for every second, `look` for every `LOOK_EVERY`."""

    def __init__(self, app: "KioskApp") -> None:
        self._app = app
        self._was_down = False

    def tick(self) -> None:
        app = self._app
        if not app.is_running:
            return
        self._watch()
        self._count()
        if isinstance(app.screen, KioskScreen):
            app.screen.tick()

    def look(self) -> None:
        """Ask the gateway where this is, and for what everybody may read."""
        self._app.begin(None, self._app.api.site, self._looked)
        self._app.begin(None, self._app.stock.refresh, lambda _: None)

    def _watch(self) -> None:
        app = self._app
        if len(app.screen_stack) == 1:
            app.idle.touched(app.ticks())
            return
        stage = app.idle.stage(app.ticks())
        warning = app.screen if isinstance(app.screen, StillThere) else None
        if stage is Stage.GONE or (stage is Stage.WARNED and app.session is None):
            app.leave()
        elif stage is Stage.WARNED and warning is None:
            app.show(StillThere())
        elif stage is Stage.HERE and warning is not None:
            warning.go_on()

    def _count(self) -> None:
        """What the last line tells of the texts that wait, and of the kiosk's own copy."""
        facts, network = self._app.facts, self._app.stock.sender.network
        facts.waiting = network.waiting
        facts.synced = self._app.stock.store.feed.synced(EVERYBODY)
        if network.down and facts.online:
            facts.heard(down=True)
        elif self._was_down and not network.down:
            # A text left: the gateway is there, before the next look at it.
            facts.heard(down=False)
        self._was_down = network.down

    def _looked(self, outcome: Site | Trouble) -> None:
        if isinstance(outcome, Site):
            facts = self._app.facts
            first = facts.site is None
            facts.found(outcome)
            self._app.begin(None, self._app.stock.wipe_old, lambda _: None)
            if first and len(self._app.screen_stack) == 1:
                self._app.welcome.show()
