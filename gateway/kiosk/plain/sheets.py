"""Writing, in one line: Enter sends it. What was begun before is read out, and asked about."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from gateway.kiosk.paper import Paper
from gateway.kiosk.plain.faces import Face
from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.sheet import LineScreen, WriteScreen

if TYPE_CHECKING:
    from gateway.kiosk.plain.app import PlainApp


class Sheet(Face[WriteScreen]):
    """A message. A draft is sent, gone on with, or written anew."""

    room = Paper.LONGEST

    def __init__(self, kiosk: "PlainApp", screen: WriteScreen) -> None:
        super().__init__(kiosk, screen)
        self._begun: str | None = None
        """What stands before the line that is typed, once that is decided."""

    def text(self) -> str:
        if self._is_asked():
            return f"{self.screen.t('Your draft:')}\n{self.screen.draft()}"
        return self.screen.question()

    def choices(self) -> Sequence[Choice]:
        if not self._is_asked():
            return ()
        t, screen = self.screen.t, self.screen
        send = Choice("1", t("Send it ( or Enter alone )"), self._send)
        back = Choice("0", t("Back"), screen.back)
        if screen.doubtful():
            return [send, back]
        return [
            send,
            Choice("2", t("Write on"), lambda: self._begin(screen.draft() + " ")),
            Choice("3", t("Write it anew"), lambda: self._begin("")),
            back,
        ]

    def prompt(self) -> str:
        return (
            super().prompt()
            if self._is_asked()
            else self.screen.t("Then Enter; Enter alone = back.")
        )

    def opened(self) -> None:
        self._begun = None

    def typing(self, text: str) -> None:
        if not self._is_asked() and text.strip():
            self._begun = self._begun or ""
            self.screen.keep(self._whole(text))

    def take(self, line: str, lost: int) -> None:
        if self._is_asked():
            super().take(line or "1", 0)
        elif not line.strip():
            self._begun = None
            self.screen.back()
        else:
            self._written(line, lost)

    def _written(self, line: str, lost: int) -> None:
        text, screen = self._whole(line), self.screen
        lost += max(0, len(text) - Paper.LONGEST)
        text = text[: Paper.LONGEST].strip()
        self._begun = None
        screen.keep(text)
        if lost:
            screen.notice(screen.t("! Too long: the last {count} signs were left out.", count=lost))
        else:
            screen.written(text)

    def _send(self) -> None:
        self.screen.stay()
        self.screen.written(self.screen.draft())

    def _begin(self, before: str) -> None:
        self.screen.stay()
        self._begun = before

    def _whole(self, text: str) -> str:
        return (self._begun or "") + text

    def _is_asked(self) -> bool:
        return self._begun is None and bool(self.screen.draft().strip())


class OneLine(Sheet):
    """A word to look for, a command: what was typed before is of no use."""

    def text(self) -> str:
        return self.screen.question()

    def typing(self, text: str) -> None:
        """It is kept when it is whole."""

    def _is_asked(self) -> bool:
        return self.screen.doubtful()


FACES: Final = ((LineScreen, OneLine), (WriteScreen, Sheet))
