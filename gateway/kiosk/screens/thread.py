"""One post whole, with what was answered; from here one answers and says thanks."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.core.commands import More, Reply, Thanked, Thanks, Thread
from gateway.kiosk.rows import Choice
from gateway.kiosk.screens.page import PageScreen
from gateway.kiosk.screens.send import Aim
from gateway.kiosk.screens.show_post import author, whole, words
from gateway.kiosk.screens.slip import slip
from gateway.kiosk.screens.write import PickSentence
from gateway.kiosk.session import Answer
from gateway.kiosk.texts import READY_ANSWERS


class ThreadScreen(PageScreen):
    """The text scrolls first, then the arrows move among the choices."""

    reading = True

    def __init__(self, thread: Thread) -> None:
        super().__init__()
        self._thread = thread

    def heading(self) -> str:
        return self.t("POST {number}", number=self._thread.post.number)

    def text(self) -> str:
        thread = self._thread
        parts = [whole(self.kiosk, thread.post)]
        answers = len(thread.replies) + thread.remaining
        if answers:
            parts.append(self.t.many("-- {count} answer", "-- {count} answers", answers))
        for reply in thread.replies:
            parts.append(f"{author(self.kiosk, reply)}\n  {words(self.kiosk, reply)}")
        return "\n\n".join(parts)

    def options(self) -> Sequence[Choice]:
        thanks = self._thread.post.thanks
        said = self.t.many("{count} thank-you", "{count} thank-yous", thanks) if thanks else ""
        more = Choice("8", self.t("More answers"), lambda: self.ask(More(), self.further))
        return [
            Choice("1", self.t("Answer"), self._answer),
            Choice("2", self.t("Say thank you"), self._thank, said),
            *slip(self, "3", self._thread.post.number),
            *([more] if self._thread.remaining else []),
            self.to_back(),
        ]

    def _answer(self) -> None:
        number = self._thread.post.number
        aim = Aim(
            title=self.t("Answer to {number}", number=number),
            draft=f"r{number}",
            make=lambda text: Reply(number, text),
        )
        self.open(PickSentence(aim, READY_ANSWERS))

    def _thank(self) -> None:
        self.ask(Thanks(self._thread.post.number), self._thanked)

    def _thanked(self, answer: Answer) -> None:
        if isinstance(answer.result, Thanked) and not answer.result.again:
            post = self._thread.post
            thanks = max(answer.result.target.thanks, post.thanks + 1)
            self._thread = replace(self._thread, post=replace(post, thanks=thanks))
            self.show()
        self.notice(answer.words)

    def further(self, answer: Answer) -> None:
        """Put the next page of answers below."""
        further = answer.result
        if not isinstance(further, Thread):
            self.notice(answer.words)
            return
        known = {reply.number for reply in self._thread.replies}
        fresh = tuple(reply for reply in further.replies if reply.number not in known)
        self._thread = replace(
            self._thread, replies=self._thread.replies + fresh, remaining=further.remaining
        )
        self.show()
