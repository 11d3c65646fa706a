"""What a command of the list needs before it can run: one value a screen, asked as fits its kind.

A number is typed or picked, a group is chosen from a list, and only words need letters.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields

from gateway.core.commands import Command, GroupView
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.entry import EntryScreen
from gateway.kiosk.screens.groups import GroupsScreen
from gateway.kiosk.screens.send import Aim
from gateway.kiosk.screens.sheet import LineScreen
from gateway.kiosk.session import Answer
from gateway.kiosk.texts import mark

PROMPTS: Mapping[str, str] = {
    "number": mark("The number of the post:"),
    "group": mark("Which group?"),
    "text": mark("Your message:"),
    "word": mark("Which word, or which group?"),
    "words": mark("Which word?"),
    "hours": mark("For how many hours?"),
    "hour": mark("At what hour? 0 to 23:"),
    "code": mark("Which code?"),
}

Values = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Row:
    """One command of the list, in words."""

    kind: type[Command]
    label: str

    @property
    def asks(self) -> tuple[str, ...]:
        """What must be asked; where a value has a default, nobody is made to think about it."""
        return tuple(each.name for each in fields(self.kind) if each.default is MISSING)

    def is_number(self, asked: str) -> bool:
        return any(each.name == asked and each.type is int for each in fields(self.kind))


class _Asking(KioskScreen):
    """One value of a command, and what was asked before it."""

    row: Row
    values: Values

    @property
    def asks(self) -> str:
        return self.row.asks[len(self.values)]

    def heading(self) -> str:
        return self.t(self.row.label)

    def question(self) -> str:
        return self.t(PROMPTS[self.asks])

    def is_last(self) -> bool:
        return len(self.values) + 1 == len(self.row.asks)

    def given(self, value: str | int) -> None:
        """Take the value; then ask for the next one, or run the command."""
        values = {**self.values, self.asks: value}
        if self.is_last():
            self.ask(self.row.kind(**values), self._answered_with)
        else:
            self.open(asking(self.row, values))

    def _answered_with(self, answer: Answer) -> None:
        from gateway.kiosk.screens.show import screen_for

        self.swap(screen_for(answer))


class NumberField(_Asking, EntryScreen):
    """A number, by digits, arrows or touch."""

    secret = False

    def __init__(self, row: Row, values: Values) -> None:
        self.row, self.values = row, values
        super().__init__()

    def entered(self, number: str) -> None:
        self.given(int(number[:12]))


class GroupField(_Asking, GroupsScreen):
    """A group, from those that the member sees."""

    def __init__(self, row: Row, values: Values) -> None:
        self.row, self.values = row, values
        super().__init__()

    def text(self) -> str:
        return self.question()

    def opened(self, group: GroupView) -> None:
        self.given(group.slug)


class WordsField(_Asking, LineScreen):
    """Words, a code: what needs letters."""

    def __init__(self, row: Row, values: Values) -> None:
        self.row, self.values = row, values
        super().__init__(
            Aim(title="", draft=f"?{row.kind.name}.{self.asks}", make=self._command), ""
        )

    def written(self, text: str) -> None:
        if self.is_last():
            LineScreen.written(self, text)
        elif text.strip():
            self.given(text.strip())

    def doubtful(self) -> bool:
        return self.is_last() and LineScreen.doubtful(self)

    def _command(self, text: str) -> Command:
        return self.row.kind(**{**self.values, self.asks: text})


def asking(row: Row, values: Values) -> KioskScreen:
    """The screen that asks for the next value."""
    asked = row.asks[len(values)]
    if row.is_number(asked):
        return NumberField(row, values)
    return GroupField(row, values) if asked == "group" else WordsField(row, values)
