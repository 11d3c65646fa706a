"""The sheet that a message is written on, and the line for a word or a command.

A text is kept at each key until the gateway has it. Where no answer came, the screen says what
is true: not sent, or perhaps sent; and trying again is the same request under the same key.
"""

from collections.abc import Iterable, Sequence

from textual import events
from textual.widget import Widget
from textual.widgets import TextArea

from gateway.core.errors import Refused
from gateway.kiosk.keyboard import ACTIONS, ERASE, SEND, Keyboard
from gateway.kiosk.paper import Paper
from gateway.kiosk.rows import Choice, Choices
from gateway.kiosk.screens.base import SMALL
from gateway.kiosk.screens.send import Aim, Sender
from gateway.kiosk.session import Answer, Trouble
from gateway.kiosk.widgets import Words


class WriteScreen(Sender):
    """The sheet. Enter sends, Esc leaves and keeps the draft."""

    digits_choose = False
    AUTO_FOCUS = "Paper"

    def __init__(self, aim: Aim, *, keys: bool = False) -> None:
        super().__init__()
        self.aim = aim
        self._keys_first = keys

    def question(self) -> str:
        return self.t("Your message:")

    def body(self) -> Iterable[Widget]:
        yield Words(self._counted(self.draft()), id="said")
        yield Paper(self.draft(), self.keep)
        labels = {act: self.t(label) for act, label in ACTIONS.items()} | self.done()
        yield Keyboard(labels, lambda sign: self.query_one(Paper).put(sign), self._act)
        choices = Choices(self.options(), dense=True)
        choices.page = self._up
        yield choices

    def hint(self) -> str:
        return self.t("Two digits = one letter: its row, then its column")

    def done(self) -> dict[str, str]:
        """What the key is called that ends the writing."""
        return {SEND: self.t("SEND")}

    def options(self) -> Sequence[Choice]:
        return [
            Choice("", self.t("Enter = SEND"), self._send_now),
            Choice("", self.t("Esc = back, the draft stays"), self.back),
            Choice("", self.t("Down = keyboard on the screen"), self.draw_keys),
        ]

    def ready(self) -> None:
        super().ready()
        self._draws(self._keys_first or self.kiosk.types_by_touch())
        self._open_or_shut()

    def draw_keys(self) -> None:
        """Put the keyboard where the choices were; it has a key for each of them."""
        self._draws(True)
        self.stay()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        for words in self.query("#said").results(Words):
            words.say(self._counted(message.text_area.text))

    def on_paper_below(self) -> None:
        self.draw_keys()

    def on_paper_touched(self) -> None:
        self.draw_keys()

    def on_keyboard_above(self) -> None:
        self._draws(False)

    def _act(self, act: str) -> None:
        if act == ERASE:
            self.query_one(Paper).erase()
        elif act == SEND:
            self._send_now()
        else:
            self._leave()

    def attend(self, event: events.Key) -> None:
        """A letter is for the sheet, wherever the mark is."""
        if event.is_printable and not any(board.has_focus for board in self.query(Keyboard)):
            for paper in self.query(Paper):
                self.set_focus(paper)

    def pressed(self, event: events.Key) -> None:
        if event.is_printable and not self.query_one(Paper).has_focus:
            event.stop()
            self.query_one(Paper).put(event.character or "")
        else:
            super().pressed(event)

    def on_paper_sent(self, message: Paper.Sent) -> None:
        self.written(message.text)

    def written(self, text: str) -> None:
        if self.asking or self.chosen:
            return
        if not text.strip():
            self.notice(self.t("Write something first."))
            return
        self.query_one(Paper).read_only = True
        self.send(text.strip())

    def trouble(self, trouble: Trouble) -> None:
        super().trouble(trouble)
        self._open_or_shut()
        if trouble.kind == "network" and not self.doubtful():
            self.notice(
                self.t("NOT SENT: no network. Your text is kept. Press Enter to try again.")
            )

    def refused(self, words: str) -> None:
        super().refused(words)
        self._open_or_shut()

    def resumed(self) -> None:
        super().resumed()
        self._open_or_shut()

    def keep(self, text: str) -> None:
        """Keep what is written so far."""
        if not self.session.keep(self.aim.draft, text):
            self.notice(self.kiosk.facts.excuse(Trouble("not-kept")))

    def _send_now(self) -> None:
        self.stay()
        self.written(self.query_one(Paper).text)

    def _draws(self, drawn: bool) -> None:
        keyboard = self.query_one(Keyboard)
        keyboard.display = drawn
        self.query_one(Choices).display = not drawn
        self.query_one("#hint", Words).display = drawn and self.kiosk.size.height >= SMALL
        self.set_class(drawn, "typing")
        (keyboard if drawn else self.query_one(Paper)).focus()

    def _up(self, step: int) -> bool:
        """The arrow goes up from the first choice, back to the sheet."""
        if step > 0 or self.query_one(Choices).mark > 0:
            return False
        self.query_one(Paper).focus()
        return True

    def _open_or_shut(self) -> None:
        """A text that may have arrived is not changed: it would become a second post."""
        doubtful = self.doubtful()
        for paper in self.query(Paper):
            paper.read_only = doubtful
        if doubtful:
            self.notice(
                self.t("No answer: perhaps sent. Press Enter to try again, it is sent only once.")
            )

    def doubtful(self) -> bool:
        """May it have arrived already?"""
        return self.session.doubtful(self.aim.make(self.draft().strip()))

    def draft(self) -> str:
        """What was written here and has not left."""
        return self.session.draft(self.aim.draft)

    def _counted(self, text: str) -> str:
        return f"{self.question()}  {len(text)} / {Paper.LONGEST}"


class LineScreen(WriteScreen):
    """A line that is not a post: a word to look for, a command. No draft stays of it."""

    def __init__(self, aim: Aim, question: str) -> None:
        super().__init__(aim)
        self._question = question

    def heading(self) -> str:
        return self.aim.title

    def question(self) -> str:
        return self._question

    def options(self) -> Sequence[Choice]:
        return [
            Choice("", self.t("Enter = go"), self._send_now),
            Choice("", self.t("Esc = back"), self.back),
            Choice("", self.t("Down = keyboard on the screen"), self.draw_keys),
        ]

    def done(self) -> dict[str, str]:
        return {SEND: self.t("DONE")}

    def _counted(self, text: str) -> str:  # noqa: ARG002  # a word is never too long
        return self.question()

    def _sent(self, answer: Answer) -> None:
        from gateway.kiosk.screens.show import screen_for

        if isinstance(answer.result, Refused):
            self.refused(answer.words)
            return
        self.session.keep(self.aim.draft, "")
        self.swap(screen_for(answer))
