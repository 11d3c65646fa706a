"""Every command of the gateway, for those who know it, and for those who look what there is.

The list is made from the table of commands: a new command shows up here with no screen written.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields

from gateway.core import commands
from gateway.core.commands import Command
from gateway.kiosk.rows import EACH_PAGE, Choice
from gateway.kiosk.screens.me import Setting, language, rhythm
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

PROMPTS: Mapping[str, str] = {
    "number": mark("The number of the post:"),
    "group": mark("The short name of the group:"),
    "text": mark("Your message:"),
    "word": mark("Which word, or which group?"),
    "words": mark("Which word?"),
    "hours": mark("For how many hours?"),
    "hour": mark("At what hour? 0 to 23:"),
    "code": mark("Which code?"),
}


_SETTINGS: Mapping[type[Command], Callable[[Texts], Setting]] = {
    commands.Language: language,
    commands.Rhythm: rhythm,
}
"""What is chosen from a few values and never typed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One command, and what must be asked before it can run."""

    kind: type[Command]
    label: str
    asks: tuple[str, ...]


def table() -> Iterator[Row]:
    for name, label in LABELS.items():
        kind = commands.COMMANDS[name]
        # Where a value has a default, the member is not made to think about it.
        asks = tuple(field.name for field in fields(kind) if field.default is MISSING)
        yield Row(kind, label, asks)


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
            self.open(Field(row, {}))
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


class Field(LineScreen):
    """What a command needs, one value a screen."""

    def __init__(self, row: Row, values: Mapping[str, str | int]) -> None:
        self._row = row
        self._values = values
        self.asks = row.asks[len(values)]
        aim = Aim(title="", draft=f"?{row.kind.name}.{self.asks}", make=self._command)
        super().__init__(aim, "")

    def heading(self) -> str:
        return self.t(self._row.label)

    def question(self) -> str:
        return self.t(PROMPTS[self.asks])

    def written(self, text: str) -> None:
        if self._is_number() and not text.strip().isdecimal():
            self.notice(self.t("A number, please."))
        elif self._is_last():
            super().written(text)
        elif text.strip():
            self.open(Field(self._row, self._with(text.strip())))

    def _doubtful(self) -> bool:
        return self._is_last() and super()._doubtful()

    def _is_last(self) -> bool:
        return len(self._values) + 1 == len(self._row.asks)

    def _command(self, text: str) -> Command:
        return self._row.kind(**self._with(text))

    def _with(self, text: str) -> Mapping[str, str | int]:
        return {**self._values, self.asks: _number(text) if self._is_number() else text}

    def _is_number(self) -> bool:
        kinds = {field.name: field.type for field in fields(self._row.kind)}
        return kinds[self.asks] is int


def _number(text: str) -> int:
    return int(text[:12]) if text.isdecimal() else 0
