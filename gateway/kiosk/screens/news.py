"""Posts in a list: the news of the day, or what a search found."""

from collections.abc import Iterable

from textual.widget import Widget

from gateway.core.commands import Command, More, News, Page, PostView, Read, Thread
from gateway.kiosk.buttons import Buttons
from gateway.kiosk.posts import PostRow, PostRows
from gateway.kiosk.screens.base import KioskScreen
from gateway.kiosk.screens.show_post import head, words
from gateway.kiosk.screens.thread import ThreadScreen
from gateway.kiosk.session import Answer
from gateway.kiosk.widgets import Words

MORE = -1
"""Names the row behind the posts that fetches further ones."""


class PostsScreen(KioskScreen):
    """Posts, newest knowledge first; Enter opens one."""

    AUTO_FOCUS = "PostRows"

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[PostView] = []
        self.remaining = 0

    def more(self) -> Command:
        """What brings the next page."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        yield Words(id="said")
        rows = PostRows()
        rows.moved = self.tick
        yield rows
        buttons = (("7", self.t("Up")), ("8", self.t("Down")), ("0", self.t("Back")))
        yield Buttons(buttons)

    def ready(self) -> None:
        super().ready()
        self.show()

    def rows(self) -> PostRows:
        return self.query_one(PostRows)

    def show(self) -> None:
        keys = [post.number for post in self.posts]
        self.rows().show([*keys, MORE] if self.remaining else keys, self._row)
        self.tick()

    def _row(self, index: int) -> PostRow:
        if index >= len(self.posts):
            return PostRow(self.t("{count} more", count=self.remaining), "")
        post = self.posts[index]
        return PostRow(head(self.kiosk, post), words(self.kiosk, post), post.urgent)

    def take(self, answer: Answer) -> None:
        """Put a page below what is shown already."""
        page = answer.result
        if not isinstance(page, Page):
            self.notice(answer.words)
            return
        known = {post.number for post in self.posts}
        self.posts.extend(post for post in page.items if post.number not in known)
        self.remaining = page.remaining
        self.show()

    def picked(self, index: int) -> None:
        if self.chosen or self.asking:
            return
        if index < len(self.posts):
            self.chosen = True
            self.ask(Read(self.posts[index].number), self._open)
        else:
            self.ask(self.more(), self.take)

    def on_buttons_touched(self, message: Buttons.Touched) -> None:
        self._digit(message.key)

    def _digit(self, typed: str) -> None:
        if typed in "78":
            self.rows().turn(-1 if typed == "7" else 1)
        elif typed == "0":
            self._leave()
        elif (index := self.rows().keyed(int(typed))) is not None:
            self.rows().move_to(index)
            self.picked(index)

    def position(self) -> str:
        """Which of how many is marked."""
        every = len(self.posts) + self.remaining
        marked = next((rows.mark for rows in self.query(PostRows)), 0)
        return f"  {min(marked + 1, every)}/{every}" if every else ""

    def _open(self, answer: Answer) -> None:
        if isinstance(answer.result, Thread):
            self.open(ThreadScreen(answer.result))
        else:
            self.notice(answer.words)


class NewsScreen(PostsScreen):
    """What is unread, under what was read during this visit."""

    def __init__(self, group: str = "") -> None:
        super().__init__()
        self._group = group

    def more(self) -> Command:
        # Not `More`: that goes on with what was shown last, which may be a thread by now.
        return News(group=self._group)

    def heading(self) -> str:
        return self.t("NEWS") + self.position()

    def ready(self) -> None:
        if not self._group:
            self.posts = list(self.session.news)
            self.remaining = self.session.unread
        super().ready()
        self.rows().move_to(len(self.posts))
        self.load(self.more(), self.take)

    def take(self, answer: Answer) -> None:
        super().take(answer)
        if not self.posts:
            self.query_one("#said", Words).say(
                self.t("Nothing new. You have read everything.\n\n0 = back")
            )


class FoundScreen(PostsScreen):
    """Posts that were found."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.posts = list(page.items)
        self.remaining = page.remaining

    def more(self) -> Command:
        return More()

    def heading(self) -> str:
        return self.t("POSTS") + self.position()

    def on_screen_suspend(self) -> None:
        # `More` goes on with what was shown last, and that will not be this list any more.
        self.remaining = 0

    def resumed(self) -> None:
        super().resumed()
        self.show()
