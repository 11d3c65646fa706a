"""Every command of the gateway, for those who know it, and for those who look what there is.

The list is made from the table of commands: a new command shows up here with no screen written.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from gateway.core import commands
from gateway.core.commands import Command
from gateway.kiosk.rows import EACH_PAGE, Choice
from gateway.kiosk.screens.fields import Row, asking
from gateway.kiosk.screens.me import Setting, language, page, rhythm
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.screens.send import Aim
from gateway.kiosk.screens.sheet import LineScreen
from gateway.kiosk.session import Answer
from gateway.kiosk.texts import Texts, mark

LABELS: Mapping[str, str] = {
    "help": mark("What I can do now"),
    "news": mark("Read the news"),
    "more": mark("More of what was shown last"),
    "read": mark("Read one post"),
    "post": mark("Write to a group"),
    "reply": mark("Answer a post"),
    "thanks": mark("Say thank you"),
    "groups": mark("Groups"),
    "join": mark("Join a group"),
    "leave": mark("Leave a group"),
    "who": mark("Who is in a group, who knows"),
    "find": mark("Find posts"),
    "pause": mark("Pause, no messages"),
    "resume": mark("End the pause"),
    "time": mark("Hour of my digest"),
    "rhythm": mark("How often it comes"),
    "page": mark("Length of my SMS pages"),
    "language": mark("Language"),
    "me": mark("Me and my settings"),
    "code": mark("A one-time code"),
    "undo": mark("Take back my last message"),
    "confirm": mark("Say yes to a question"),
    "decline": mark("Say no to a question"),
    "urgent": mark("URGENT message"),
    "activate": mark("Activate a number or an address"),
    "stop": mark("Stop all messages"),
    "start": mark("Start messages again"),
}
"""The commands of members, in the order of the table; what only the grammar makes is not here."""

_SETTINGS: Mapping[type[Command], Callable[[Texts], Setting]] = {
    commands.Language: language,
    commands.Rhythm: rhythm,
    commands.PageLength: page,
}
"""What is chosen from a few values and never typed."""


def table() -> Iterator[Row]:
    for name, label in LABELS.items():
        yield Row(commands.COMMANDS[name], label)


class CommandLine(LineScreen):
    """A line of the grammar that phones use, as it would be texted."""

    def __init__(self) -> None:
        super().__init__(Aim(title="", draft="?line", make=lambda text: text), "")

    def heading(self) -> str:
        return self.t("HELP")

    def question(self) -> str:
        return self.t("Type a command, as by SMS:")


class AllCommands(PageScreen):
    """The whole table, a few rows at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = list(table())
        self._first = 0

    def heading(self) -> str:
        return self.t("ALL COMMANDS")

    def options(self) -> Sequence[Choice]:
        shown = self._rows[self._first : self._first + EACH_PAGE]
        return [
            *(self._choice(at, row) for at, row in enumerate(shown, start=1)),
            Choice("8", self.t("Other commands"), self._turn_page),
            self.to_back(),
        ]

    def _choice(self, at: int, row: Row) -> Choice:
        return Choice(str(at), self.t(row.label), lambda: self.start(row))

    def start(self, row: Row) -> None:
        """Ask what the command needs, then run it."""
        if row.kind in _SETTINGS:
            self.open(_SETTINGS[row.kind](self.t))
        elif row.asks:
            self.open(asking(row, {}))
        else:
            self.ask(row.kind(), self._said)

    def _said(self, answer: Answer) -> None:
        from gateway.kiosk.screens.show import screen_for

        self.open(screen_for(answer))

    def _turn_page(self) -> None:
        self._first = (self._first + EACH_PAGE) % len(self._rows)
        self._first -= self._first % EACH_PAGE
        self.stay()
        self.show()
