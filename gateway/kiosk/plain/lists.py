"""Posts, a few at a time: a number opens one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from gateway.kiosk.plain.faces import Face
from gateway.kiosk.posts import EACH_SCREEN
from gateway.kiosk.rows import Choice
from gateway.kiosk.safe import line
from gateway.kiosk.screens.news import PostsScreen
from gateway.kiosk.screens.show_post import head, words
from gateway.kiosk.script import fit
from gateway.kiosk.widgets import Words

if TYPE_CHECKING:
    from gateway.kiosk.plain.app import PlainApp

FIRST_WORDS: Final = 160
"""Of each post; its number brings the whole."""


class Posts(Face[PostsScreen]):
    """A list of posts."""

    def __init__(self, kiosk: "PlainApp", screen: PostsScreen) -> None:
        super().__init__(kiosk, screen)
        # What is new comes first; what was read before is behind 7.
        self._first = screen.rows().mark

    def text(self) -> str:
        if not self.screen.posts:
            return "\n".join(words.words for words in self.screen.query("#said").results(Words))
        shown = self.screen.posts[self._first : self._first + EACH_SCREEN]
        lines = []
        for at, post in enumerate(shown, start=1):
            body = fit(line(words(self.kiosk, post), FIRST_WORDS * 2), FIRST_WORDS)
            lines += [f"{at}  {head(self.kiosk, post)}", body]
        return "\n".join(lines)

    def choices(self) -> Sequence[Choice]:
        t, screen = self.screen.t, self.screen
        behind = len(screen.posts) - self._first - EACH_SCREEN + screen.remaining
        before = [Choice("7", t("Those before"), lambda: self._turn(-EACH_SCREEN))]
        after = [Choice("8", t("{count} more", count=behind), lambda: self._turn(EACH_SCREEN))]
        return [
            *(before if self._first else []),
            *(after if behind > 0 else []),
            Choice("0", t("Back"), screen.back),
        ]

    def prompt(self) -> str:
        if not self.screen.posts:
            return super().prompt()
        return self.screen.t("The number of a post here, or your choice:")

    def does(self, typed: str) -> bool:
        if len(typed) == 1 and typed in "123456":
            index = self._first + int(typed) - 1
            if index < len(self.screen.posts):
                self.screen.picked(index)
                return True
        return super().does(typed)

    def _turn(self, step: int) -> None:
        self.screen.stay()
        self._first = max(0, self._first + step)
        if self._first >= len(self.screen.posts):
            self.screen.picked(len(self.screen.posts))


FACES: Final = ((PostsScreen, Posts),)
