"""Writing: to which group, which words. A ready sentence needs no sheet and no keyboard."""

from collections.abc import Sequence

from gateway.kiosk.rows import EACH_PAGE, Choice
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.screens.send import Aim, Sender, to_group
from gateway.kiosk.screens.sheet import WriteScreen
from gateway.kiosk.session import Trouble
from gateway.kiosk.texts import READY


class PickGroup(PageScreen):
    """To which group? The one written to last comes first."""

    def __init__(self) -> None:
        super().__init__()
        self._first = 0

    def heading(self) -> str:
        return self.t("WRITE")

    def text(self) -> str:
        if not self.session.groups:
            return self.t("You are in no group yet. Join one first: menu, 3.")
        return self.t("Write to which group?")

    def options(self) -> Sequence[Choice]:
        groups = self.session.groups[self._first : self._first + EACH_PAGE]
        further = len(self.session.groups) > EACH_PAGE
        return [
            *(self._choice(at, *group) for at, group in enumerate(groups, start=1)),
            *([Choice("8", self.t("Other groups"), self._turn_page)] if further else []),
            self.to_back(),
        ]

    def _choice(self, at: int, slug: str, title: str) -> Choice:
        aim = to_group(slug, title)
        note = self.t("( draft )") if self.session.draft(slug) else ""
        return Choice(str(at), aim.title, lambda: self._picked(aim), note)

    def _picked(self, aim: Aim) -> None:
        self.open(PickSentence(aim))

    def _turn_page(self) -> None:
        self._first += EACH_PAGE
        if self._first >= len(self.session.groups):
            self._first = 0
        self.stay()
        self.show()

    def resumed(self) -> None:
        super().resumed()
        self.show()


class PickSentence(Sender, PageScreen):
    """Own words, or a sentence that nobody has to type: it goes at once, and can be undone."""

    def __init__(self, aim: Aim, ready: Sequence[str] = READY) -> None:
        super().__init__()
        self.aim = aim
        self._ready = ready

    def text(self) -> str:
        return self.t("Which message?")

    def options(self) -> Sequence[Choice]:
        draft = self.t("( go on with my draft )") if self.session.draft(self.aim.draft) else ""
        own = Choice("1", self.t("I write it myself"), self._own_words, draft)
        return [
            own,
            *(self._choice(at, self.t(said)) for at, said in enumerate(self._ready, start=2)),
            Choice("6", self.t("With the keyboard on the screen"), self._by_touch, sight=True),
            self.to_back(),
        ]

    def trouble(self, trouble: Trouble) -> None:
        super().trouble(trouble)
        if trouble.kind == "network":
            self.notice(self.t("NOT SENT: no network. Choose it again to try again."))
            if trouble.uncertain:
                self.notice(
                    self.t("No answer: perhaps sent. Choose it again, it is sent only once.")
                )

    def resumed(self) -> None:
        super().resumed()
        self.show()

    def _choice(self, at: int, sentence: str) -> Choice:
        return Choice(str(at), sentence, lambda: self.send(sentence))

    def _own_words(self) -> None:
        self.open(WriteScreen(self.aim))

    def _by_touch(self) -> None:
        self.open(WriteScreen(self.aim, keys=True))
