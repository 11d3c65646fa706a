"""What do you want to do? The first screen behind the sign-in, and where everything returns to."""

from collections.abc import Callable, Sequence

from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.groups import GroupsScreen
from gateway.kiosk.screens.help import HelpScreen
from gateway.kiosk.screens.me import MeScreen
from gateway.kiosk.screens.news import NewsScreen
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.screens.search import SearchScreen
from gateway.kiosk.screens.write import PickGroup

WIDE = 60


class Menu(PageScreen):
    """Digits never change their place, so that hands learn them."""

    left_goes_back = False

    def text(self) -> str:
        question = self.t("What do you want to do?")
        return question if self._is_wide() else f"{question}\n{self._unread()}"

    def options(self) -> Sequence[Choice]:
        drafts = sum(not name.startswith("?") for name in self.session.kept.drafts)
        mine = len(self.session.waiting())
        waiting = ", ".join(
            [
                *([self.t.many("{count} draft", "{count} drafts", drafts)] if drafts else []),
                *([self.t.many("{count} kept", "{count} kept", mine)] if mine else []),
            ]
        )
        unread = self._unread() if self._is_wide() else ""
        return [
            Choice("1", self.t("Read the news"), self._to(NewsScreen), unread),
            Choice("2", self.t("Write a message"), self._to(PickGroup), waiting),
            Choice("3", self.t("Groups"), self._to(GroupsScreen)),
            Choice("4", self.t("Search"), self._to(SearchScreen)),
            Choice("5", self.t("Me and my settings"), self._to(MeScreen)),
            Choice("9", self.t("Help and all commands"), self._to(HelpScreen)),
            Choice("0", self.t("Finish ( close my session )"), self.back),
        ]

    def resumed(self) -> None:
        super().resumed()
        self.show()

    def back(self) -> None:
        """Behind the menu is the welcome: going back is finishing."""
        self.kiosk.leave()

    def _to(self, screen: Callable[[], KioskScreen]) -> Callable[[], None]:
        return lambda: self.open(screen())

    def _is_wide(self) -> bool:
        """Is there room beside a choice for what to know of it?"""
        return self.kiosk.size.width >= WIDE

    def _unread(self) -> str:
        session = self.session
        if not session.unread:
            return self.t("nothing new")
        urgent = f"{session.urgent} URGENT, " if session.urgent else ""
        return urgent + self.t("{count} new", count=session.unread)
