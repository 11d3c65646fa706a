"""Words to read, a question to answer, a post that is gone: what most answers end in."""

from collections.abc import Callable, Sequence

from gateway.core.commands import Asked, Confirm, Decline, Pick, Posted, Replied, Undo
from gateway.kiosk.rows import Choice
from gateway.kiosk.safe import line, name
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.screens.slip import slip
from gateway.kiosk.session import Answer, Trouble

SECONDS = 10.0


class Said(PageScreen):
    """Words, and the way back."""

    reading = True

    def __init__(self, words: str, after: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._words = words
        self._after = after

    def text(self) -> str:
        return self._words

    def options(self) -> Sequence[Choice]:
        return [self.to_back()]

    def back(self) -> None:
        if self._after is None:
            super().back()
        else:
            self._after()


class Question(PageScreen):
    """Nothing was done yet: yes or no, or one of several. Going back is a no."""

    reading = True

    def __init__(self, words: str, asked: Asked) -> None:
        super().__init__()
        self._words = words
        self._asked = asked
        self._declining = False

    def text(self) -> str:
        return self._words

    def options(self) -> Sequence[Choice]:
        if not self._asked.choices:
            yes = Choice("1", self.t("Yes"), lambda: self.ask(Confirm(), self._go_on))
            return [yes, Choice("2", self.t("No"), self.back), self.to_back()]
        return [
            *(self._choice(at, title) for at, title in enumerate(self._asked.choices, start=1)),
            self.to_back(),
        ]

    def back(self) -> None:
        self._declining = True
        self.ask(Decline(), self._declined)

    def trouble(self, trouble: Trouble) -> None:
        if self._declining:
            # Nothing runs without a yes, and the question is forgotten in ten minutes.
            self.dismiss()
        else:
            super().trouble(trouble)

    def _declined(self, answer: Answer) -> None:  # noqa: ARG002  # whatever it says, it is a no
        self.dismiss()

    def _choice(self, at: int, title: str) -> Choice:
        pick = Pick(at)
        return Choice(str(at), name(title), lambda: self.ask(pick, self._go_on))

    def _go_on(self, answer: Answer) -> None:
        from gateway.kiosk.screens.show import screen_for

        self.swap(screen_for(answer))


class Sent(PageScreen):
    """It is sent, and can be taken back for ten seconds. Then the kiosk goes on by itself."""

    reading = True

    def __init__(self, result: Posted | Replied) -> None:
        super().__init__()
        self._result = result
        self._until: float | None = None

    def text(self) -> str:
        post = self._result.post
        number = self.t("Number {number}", number=post.number)
        return f"{self.t('MESSAGE SENT')}\n{self._where()}\n{number}\n\n{line(post.body, 300)}"

    def options(self) -> Sequence[Choice]:
        undo = self.t("Take it back ( {seconds} s left )", seconds=self.left())
        return [
            Choice("0", undo, self._undo),
            Choice("1", self.t("Go on"), self.back),
            *slip(self, "2", self._result.post.number, self._stay_on),
        ]

    def _stay_on(self) -> None:
        """As long again, for who reads what became of the slip."""
        self._until = self.kiosk.ticks() + SECONDS

    def _where(self) -> str:
        """Where it went, so that a slip is seen while it can be taken back."""
        result = self._result
        if isinstance(result, Replied):
            answer = self.t("Answer to {number}", number=result.target.number)
            return f"{answer} · {name(result.target.author)} · {name(result.post.group_name)}"
        people = self.t.many("{count} person", "{count} people", result.people)
        return f"{name(result.post.group_name)} · {people}"

    def left(self) -> int:
        if self._until is None:
            self._until = self.kiosk.ticks() + SECONDS
        return max(0, round(self._until - self.kiosk.ticks()))

    def ready(self) -> None:
        super().ready()
        choices = self.choices()
        if choices is not None:
            choices.move_to(1)

    def tick(self) -> None:
        super().tick()
        choices = self.choices()
        if choices is None or self.asking or not self.is_current:
            return
        if self.left() == 0:
            self.back()
        elif choices.choices != (now := self.choices_now()):
            choices.show(now)

    def back(self) -> None:
        self.kiosk.home()

    def trouble(self, trouble: Trouble) -> None:
        self._until = self.kiosk.ticks() + SECONDS
        super().trouble(trouble)
        self.notice(self.t("NOT TAKEN BACK yet: no network. Press 0 to try again."))

    def _undo(self) -> None:
        self.ask(Undo(), lambda answer: self._said(answer.words))

    def _said(self, words: str) -> None:
        self.swap(Said(words, self.kiosk.home))
