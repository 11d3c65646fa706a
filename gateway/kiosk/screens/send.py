"""Where words go, and what screens share that send them."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.core.commands import Command, Post, Posted, Replied, Urgent
from gateway.core.errors import Refused
from gateway.kiosk.safe import name
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.session import Answer, Request


@dataclass(frozen=True, slots=True)
class Aim:
    """Where words go: the draft's name, and the command that the words become."""

    title: str
    draft: str
    make: Callable[[str], Request]


def to_group(slug: str, title: str) -> Aim:
    return Aim(title=name(title, 60), draft=slug, make=lambda text: Post(slug, text))


def alert(slug: str, title: str) -> Aim:
    return Aim(title=f"! URGENT · {name(title, 60)}", draft=f"!{slug}", make=_urgent(slug))


def _urgent(slug: str) -> Callable[[str], Command]:
    return lambda text: Urgent(slug, text)


class Sender(KioskScreen):
    """What screens share that send a text."""

    aim: Aim

    def heading(self) -> str:
        return f"{self.t('WRITE')}  {self.aim.title}"

    def send(self, text: str) -> None:
        self.ask(self.aim.make(text), self._sent, self.aim.draft)

    def refused(self, words: str) -> None:
        self.notice(words)

    def _sent(self, answer: Answer) -> None:
        from gateway.kiosk.screens.show import screen_for

        if isinstance(answer.result, Refused):
            self.refused(answer.words)
            return
        if isinstance(answer.result, Posted | Replied):
            self.session.used(self.aim.draft)
        self.open(screen_for(answer))
