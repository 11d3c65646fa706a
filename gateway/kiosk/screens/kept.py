"""Texts that the gateway does not have: kept till they leave, refused, or of nobody checked."""

from collections.abc import Callable, Sequence

from gateway.kiosk.rows import EACH_PAGE, Choice
from gateway.kiosk.safe import line, safe
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.screens.said import SECONDS, Said
from gateway.kiosk.session import Outcome, Trouble
from gateway.kiosk.store import Item
from gateway.kiosk.store.outbox import REFUSED


class KeptScreen(PageScreen):
    """It is on this kiosk's disk and leaves by itself. Ten seconds to take it back, like `Sent`."""

    reading = True

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self._until: float | None = None

    def text(self) -> str:
        kept, leaves = self.t("MESSAGE KEPT"), self.t("It leaves by itself with the network.")
        if not self.session.badge:
            return f"{kept}\n{leaves}"
        asked = self.t("Who you are was not checked: the badge's owner is asked before it is read.")
        return f"{kept}\n{leaves}\n{asked}"

    def options(self) -> Sequence[Choice]:
        undo = self.t("Take it back ( {seconds} s left )", seconds=self._left())
        return [Choice("0", undo, self._undo), Choice("1", self.t("Go on"), self.back)]

    def ready(self) -> None:
        super().ready()
        choices = self.choices()
        if choices is not None:
            choices.move_to(1)

    def tick(self) -> None:
        super().tick()
        choices = self.choices()
        if choices is None or not self.is_current:
            return
        if self._left() == 0:
            self.back()
        elif choices.choices != (now := self.choices_now()):
            choices.show(now)

    def back(self) -> None:
        self.kiosk.home()

    def _left(self) -> int:
        if self._until is None:
            self._until = self.kiosk.ticks() + SECONDS
        return max(0, round(self._until - self.kiosk.ticks()))

    def _undo(self) -> None:
        session, key = self.session, self._key
        self.work(lambda: session.take_back(key), self._undone)

    def _undone(self, outcome: object) -> None:
        if outcome is True:
            self.swap(Said(self.t("Taken back: nothing was sent. Your text is a draft again.")))
        else:
            too_late = self.t("It may have left already. To take it back: menu, Me, 6.")
            self.swap(Said(too_late, self.kiosk.home))


class RefusedScreen(PageScreen):
    """What the gateway said no to while its author was away, one text after the other."""

    reading = True

    def heading(self) -> str:
        return self.t("NOT SENT")

    def text(self) -> str:
        item = self._item()
        if item is None:
            return ""
        why = item.words or self.t("The gateway did not take it.")
        return f"{self.t('This message of yours was refused:')}\n\n{safe(item.text)}\n\n{safe(why)}"

    def options(self) -> Sequence[Choice]:
        return [
            Choice("1", self.t("Change it: it becomes a new draft"), self._change),
            Choice("2", self.t("Send it to another group"), self._elsewhere),
            Choice("3", self.t("Delete it"), self._delete),
            Choice("0", self.t("Later"), self.back),
        ]

    def resumed(self) -> None:
        super().resumed()
        self._next()

    def _item(self) -> Item | None:
        waiting = self.session.waiting()
        return next((item for item in waiting if item.state == REFUSED), None)

    def _next(self) -> None:
        """Show what is left, or go when nothing is."""
        if self._item() is None:
            self.dismiss()
        else:
            self.show()

    def _change(self) -> None:
        self._do(lambda item: self.session.take_back(item.key))

    def _delete(self) -> None:
        self._do(lambda item: self.session.discard(item.key))

    def _do(self, act: Callable[[Item], bool]) -> None:
        item = self._item()
        if item is not None:
            self.work(lambda: act(item), lambda _: self._next())

    def _elsewhere(self) -> None:
        item = self._item()
        if item is not None:
            self.open(ElsewhereScreen(item))


class ElsewhereScreen(PageScreen):
    """To which other group? It becomes a draft there, to be read once more before it is sent."""

    def __init__(self, item: Item) -> None:
        super().__init__()
        self._refused = item
        self._first = 0

    def heading(self) -> str:
        return self.t("WRITE")

    def text(self) -> str:
        return self.t("Write to which group?")

    def options(self) -> Sequence[Choice]:
        others = [group for group in self.session.groups if group[0] != self._refused.lane]
        shown = others[self._first : self._first + EACH_PAGE]
        further = len(others) > EACH_PAGE
        return [
            *(self._choice(at, *group) for at, group in enumerate(shown, start=1)),
            *([Choice("8", self.t("Other groups"), self._turn_page)] if further else []),
            self.to_back(),
        ]

    def _choice(self, at: int, slug: str, title: str) -> Choice:
        return Choice(str(at), line(title, 60), lambda: self._picked(slug, title))

    def _picked(self, slug: str, title: str) -> None:
        session, key = self.session, self._refused.key
        self.work(lambda: session.move(key, slug), lambda _: self._moved(slug, title))

    def _moved(self, slug: str, title: str) -> None:
        from gateway.kiosk.screens.send import to_group
        from gateway.kiosk.screens.sheet import WriteScreen

        self.swap(WriteScreen(to_group(slug, title)))

    def _turn_page(self) -> None:
        self._first += EACH_PAGE
        if self._first >= len(self.session.groups):
            self._first = 0
        self.stay()
        self.show()


class WasItYou(PageScreen):
    """Somebody wrote under this badge while nobody could be checked: one text after the other."""

    reading = True

    def text(self) -> str:
        asked = next(iter(self.session.questions), None)
        return safe(asked[1]) if asked is not None else ""

    def options(self) -> Sequence[Choice]:
        return [
            Choice("1", self.t("Yes"), lambda: self._settle(yes=True)),
            Choice("2", self.t("No"), lambda: self._settle(yes=False)),
            Choice("0", self.t("Later"), self.back),
        ]

    def _settle(self, *, yes: bool) -> None:
        session, question = self.session, self.session.questions[0][0]
        self.work(lambda: session.settle(question, yes=yes), self._settled)

    def _settled(self, outcome: Outcome) -> None:
        if isinstance(outcome, Trouble):
            self.trouble(outcome)
        elif self.session.questions:
            self.show()
            self.notice(outcome.words)
        else:
            self.swap(Said(outcome.words))


class UncheckedScreen(PageScreen):
    """Without a network nobody can say whose badge this is."""

    def __init__(self, badge: str) -> None:
        super().__init__()
        self._badge = badge

    def text(self) -> str:
        return self.t("No network: your badge and code cannot be checked now.")

    def options(self) -> Sequence[Choice]:
        from gateway.kiosk.screens.entry import PinScreen

        return [
            Choice("1", self.t("Try again"), lambda: self.swap(PinScreen(self._badge))),
            Choice("2", self.t("Write without being checked"), self._write),
            self.to_back(),
        ]

    def _write(self) -> None:
        self.kiosk.enter_unchecked(self._badge)


class UncheckedMenu(PageScreen):
    """Writing, and nothing else: nothing can be read by somebody who may be anybody."""

    def text(self) -> str:
        if not self.session.groups:
            return self.t("This kiosk knows no group yet. Come back when there is a network.")
        return self.t("You were not checked: you may write, the badge's owner is asked first.")

    def options(self) -> Sequence[Choice]:
        from gateway.kiosk.screens.write import PickGroup

        finish = Choice("0", self.t("Finish ( close my session )"), self.back)
        if not self.session.groups:
            return [finish]
        return [Choice("2", self.t("Write a message"), lambda: self.open(PickGroup())), finish]

    def back(self) -> None:
        self.kiosk.leave()
