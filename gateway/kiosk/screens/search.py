"""Looking for a post by its number, for words, or for somebody who knows."""

from collections.abc import Sequence

from gateway.core.commands import Find, Read, Who
from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.entry import EntryScreen
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.screens.send import Aim
from gateway.kiosk.screens.sheet import LineScreen
from gateway.kiosk.session import Answer


class SearchScreen(PageScreen):
    def heading(self) -> str:
        return self.t("SEARCH")

    def text(self) -> str:
        return self.t("What are you looking for?")

    def options(self) -> Sequence[Choice]:
        return [
            Choice("1", self.t("A post, by its number"), lambda: self.open(NumberScreen())),
            Choice("2", self.t("A word in the posts"), self._find),
            Choice("3", self.t("Somebody who knows about a word"), self._who),
            self.to_back(),
        ]

    def _find(self) -> None:
        aim = Aim(title=self.t("SEARCH"), draft="?find", make=Find)
        self.open(LineScreen(aim, self.t("Which word?")))

    def _who(self) -> None:
        aim = Aim(title=self.t("SEARCH"), draft="?who", make=Who)
        self.open(LineScreen(aim, self.t("Which word, or which group?")))


class NumberScreen(EntryScreen):
    """The number of a post, as it stands on paper or was called across the hall."""

    secret = False

    def question(self) -> str:
        return self.t("The number of the post, then Enter:")

    def entered(self, number: str) -> None:
        self.ask(Read(int(number[:12])), self._found)

    def _found(self, answer: Answer) -> None:
        from gateway.kiosk.screens.show import screen_for

        self.digits().clear()
        self.open(screen_for(answer))
