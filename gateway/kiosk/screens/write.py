"""Writing: to which group, which words, and then it is gone.

A text is kept at each key until the gateway has it. Where no answer came, the screen says what
is true: not sent, or perhaps sent; and trying again is the same request under the same key.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from textual import events
from textual.widget import Widget
from textual.widgets import TextArea

from gateway.core.commands import Command, Post, Posted, Replied, Urgent
from gateway.core.errors import Refused
from gateway.kiosk.rows import Choice, Choices
from gateway.kiosk.safe import line
from gateway.kiosk.screens.base import KioskScreen, PageScreen
from gateway.kiosk.session import Answer, Request, Trouble
from gateway.kiosk.texts import READY
from gateway.kiosk.widgets import Paper, Words

EACH_PAGE = 6


@dataclass(frozen=True, slots=True)
class Aim:
    """Where words go: the draft's name, and the command that the words become."""

    title: str
    draft: str
    make: Callable[[str], Request]


def to_group(slug: str, title: str) -> Aim:
    return Aim(title=line(title, 60), draft=slug, make=lambda text: Post(slug, text))


def alert(slug: str, title: str) -> Aim:
    return Aim(title=f"! URGENT · {line(title, 60)}", draft=f"!{slug}", make=_urgent(slug))


def _urgent(slug: str) -> Callable[[str], Command]:
    return lambda text: Urgent(slug, text)


class PickGroup(PageScreen):
    """To which group? The one written to last comes first."""

    def __init__(self) -> None:
        super().__init__()
        self._first = 0

    def heading(self) -> str:
        return self.t("WRITE")

    def text(self) -> str:
        if not self.session.groups:
            return self.t("You are in no group yet. Join one first: menu, 3.")
        return self.t("Write to which group?")

    def options(self) -> Sequence[Choice]:
        groups = self.session.groups[self._first : self._first + EACH_PAGE]
        further = len(self.session.groups) > EACH_PAGE
        return [
            *(self._choice(at, *group) for at, group in enumerate(groups, start=1)),
            *([Choice("8", self.t("Other groups"), self._turn_page)] if further else []),
            self.to_back(),
        ]

    def _choice(self, at: int, slug: str, title: str) -> Choice:
        aim = to_group(slug, title)
        note = self.t("( draft )") if self.session.draft(slug) else ""
        return Choice(str(at), aim.title, lambda: self._picked(aim), note)

    def _picked(self, aim: Aim) -> None:
        self.open(PickSentence(aim))

    def _turn_page(self) -> None:
        self._first += EACH_PAGE
        if self._first >= len(self.session.groups):
            self._first = 0
        self.stay()
        self.show()

    def resumed(self) -> None:
        super().resumed()
        self.show()


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


class PickSentence(Sender, PageScreen):
    """Own words, or a sentence that nobody has to type: it goes at once, and can be undone."""

    def __init__(self, aim: Aim) -> None:
        super().__init__()
        self.aim = aim

    def text(self) -> str:
        return self.t("Which message?")

    def options(self) -> Sequence[Choice]:
        draft = self.t("( go on with my draft )") if self.session.draft(self.aim.draft) else ""
        own = Choice("1", self.t("I write it myself"), self._own_words, draft)
        return [
            own,
            *(self._choice(at, self.t(said)) for at, said in enumerate(READY, start=2)),
            self.to_back(),
        ]

    def trouble(self, trouble: Trouble) -> None:
        super().trouble(trouble)
        if trouble.kind == "network":
            self.notice(self.t("NOT SENT: no network. Choose it again to try again."))
            if trouble.uncertain:
                self.notice(
                    self.t("No answer: perhaps sent. Choose it again, it is sent only once.")
                )

    def resumed(self) -> None:
        super().resumed()
        self.show()

    def _choice(self, at: int, sentence: str) -> Choice:
        return Choice(str(at), sentence, lambda: self.send(sentence))

    def _own_words(self) -> None:
        self.open(WriteScreen(self.aim))


class WriteScreen(Sender):
    """The sheet. Enter sends, Esc leaves and keeps the draft."""

    digits_choose = False
    AUTO_FOCUS = "Paper"

    def __init__(self, aim: Aim) -> None:
        super().__init__()
        self.aim = aim

    def question(self) -> str:
        return self.t("Your message:")

    def body(self) -> Iterable[Widget]:
        yield Words(self._counted(self._draft()), id="said")
        yield Paper(self._draft(), self._keep)
        choices = Choices(self.options(), dense=True)
        choices.page = self._up
        yield choices

    def options(self) -> Sequence[Choice]:
        return [
            Choice("", self.t("Enter = SEND"), self._send_now),
            Choice("", self.t("Esc = back, the draft stays"), self.back),
        ]

    def ready(self) -> None:
        super().ready()
        self._open_or_shut()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        for words in self.query("#said").results(Words):
            words.say(self._counted(message.text_area.text))

    def on_paper_below(self) -> None:
        self.query_one(Choices).focus()

    def pressed(self, event: events.Key) -> None:
        """A letter is for the sheet, wherever the mark is."""
        paper = self.query_one(Paper)
        if event.is_printable and not paper.has_focus:
            event.stop()
            paper.focus()
            paper.put(event.character or "")
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
        if trouble.kind == "network" and not self._doubtful():
            self.notice(
                self.t("NOT SENT: no network. Your text is kept. Press Enter to try again.")
            )

    def refused(self, words: str) -> None:
        super().refused(words)
        self._open_or_shut()

    def resumed(self) -> None:
        super().resumed()
        self._open_or_shut()

    def _keep(self, text: str) -> None:
        self.session.keep(self.aim.draft, text)

    def _send_now(self) -> None:
        self.stay()
        self.written(self.query_one(Paper).text)

    def _up(self, step: int) -> bool:
        """The arrow goes up from the first choice, back to the sheet."""
        if step > 0 or self.query_one(Choices).mark > 0:
            return False
        self.query_one(Paper).focus()
        return True

    def _open_or_shut(self) -> None:
        """A text that may have arrived is not changed: it would become a second post."""
        doubtful = self._doubtful()
        for paper in self.query(Paper):
            paper.read_only = doubtful
        if doubtful:
            self.notice(
                self.t("No answer: perhaps sent. Press Enter to try again, it is sent only once.")
            )

    def _doubtful(self) -> bool:
        return self.session.doubtful(self.aim.make(self._draft().strip()))

    def _draft(self) -> str:
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
        ]

    def _counted(self, text: str) -> str:  # noqa: ARG002  # a word is never too long
        return self.question()

    def _sent(self, answer: Answer) -> None:
        from gateway.kiosk.screens.show import screen_for

        if isinstance(answer.result, Refused):
            self.refused(answer.words)
            return
        self.session.keep(self.aim.draft, "")
        self.swap(screen_for(answer))
