"""Groups: mine, and those I may join."""

from collections.abc import Callable, Sequence

from gateway.core.commands import (
    GroupList,
    Groups,
    GroupView,
    Join,
    Leave,
    People,
    Who,
)
from gateway.core.errors import Refused
from gateway.kiosk.rows import EACH_PAGE, Choice
from gateway.kiosk.safe import name
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.screens.send import alert, to_group
from gateway.kiosk.screens.sheet import WriteScreen
from gateway.kiosk.screens.write import PickSentence
from gateway.kiosk.session import Answer, Request

_MARKS = {"in": "[X]", "asked": "[?]", "out": "[ ]"}


class GroupsScreen(PageScreen):
    """A number opens a group; nothing is joined or left from here."""

    def __init__(self, found: GroupList | None = None) -> None:
        super().__init__()
        self._found = found
        self._first = 0

    def heading(self) -> str:
        return self.t("GROUPS")

    def text(self) -> str:
        return self.t("Choose a group to join it, leave it or read it.")

    def options(self) -> Sequence[Choice]:
        groups = self._groups()
        shown = groups[self._first : self._first + EACH_PAGE]
        further = len(groups) > EACH_PAGE
        return [
            *(self._choice(at, group) for at, group in enumerate(shown, start=1)),
            *([Choice("8", self.t("Other groups"), self._turn_page)] if further else []),
            self.to_back(),
        ]

    def ready(self) -> None:
        super().ready()
        if self._found is None:
            self._load()

    def resumed(self) -> None:
        super().resumed()
        if self._found is not None and not self._found.word:
            self._load()

    def _groups(self) -> list[GroupView]:
        return [*self._found.mine, *self._found.others] if self._found is not None else []

    def opened(self, group: GroupView) -> None:
        """One was chosen."""
        self.open(GroupScreen(group))

    def _choice(self, at: int, group: GroupView) -> Choice:
        label = f"{_MARKS.get(group.state, '[ ]')}  {name(group.title)}"
        note = self.t.many("{count} person", "{count} people", group.people)
        if group.state == "asked":
            note = self.t("asked, waiting")
        return Choice(str(at), label, lambda: self.opened(group), note)

    def _load(self) -> None:
        self.load(Groups(), self._loaded)

    def _loaded(self, answer: Answer) -> None:
        if isinstance(answer.result, GroupList):
            self._found = answer.result
            self.show()
        else:
            self.notice(answer.words)

    def _turn_page(self) -> None:
        self._first += EACH_PAGE
        if self._first >= len(self._groups()):
            self._first = 0
        self.stay()
        self.show()


class GroupScreen(PageScreen):
    """One group: join or leave, and what can be done in it."""

    def __init__(self, group: GroupView) -> None:
        super().__init__()
        self._group = group

    def heading(self) -> str:
        return name(self._group.title)

    def text(self) -> str:
        group = self._group
        kinds = {
            "closed": self.t("A closed group: its animator is asked."),
            "announce": self.t("Only its animators write here."),
        }
        people = self.t.many("{count} person", "{count} people", group.people)
        about = kinds.get(group.kind, "")
        return "\n".join(part for part in (name(group.title, 60), people, about) if part)

    def options(self) -> Sequence[Choice]:
        group = self._group
        who = Choice("3", self.t("Who is in it"), self._asks(Who(group.slug)))
        if group.state != "in":
            return [self._enter(), who, self.to_back()]
        write = Choice("1", self.t("Write to it"), self._write)
        read = Choice("2", self.t("Its news"), self._read)
        leave = Choice("4", self.t("Leave this group"), self._asks(Leave(group.slug)))
        urgent = Choice("5", self.t("URGENT message"), self._alert)
        return [write, read, who, leave, *([urgent] if group.animator else []), self.to_back()]

    def _enter(self) -> Choice:
        asked = self.t("asked, waiting") if self._group.state == "asked" else ""
        label = self.t("Join this group")
        return Choice("1", label, self._asks(Join(self._group.slug)), asked)

    def _asks(self, request: Request) -> Callable[[], None]:
        return lambda: self.ask(request, self._show)

    def _show(self, answer: Answer) -> None:
        from gateway.kiosk.screens.show import screen_for

        # The membership may have changed: this screen would say what was.
        if isinstance(answer.result, Refused | People):
            self.open(screen_for(answer))
        else:
            self.swap(screen_for(answer))

    def _write(self) -> None:
        self.open(PickSentence(to_group(self._group.slug, self._group.title)))

    def _alert(self) -> None:
        self.open(WriteScreen(alert(self._group.slug, self._group.title)))

    def _read(self) -> None:
        from gateway.kiosk.screens.news import NewsScreen

        self.open(NewsScreen(self._group.slug))
