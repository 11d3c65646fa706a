"""One person at the kiosk: what they ask, what came of it, and what is kept of them meanwhile.

Nothing here knows a screen.
"""

from gateway.core.commands import (
    Confirm,
    Decline,
    GroupList,
    Joined,
    LanguageSet,
    Left,
    Page,
    Post,
    Posted,
    PostView,
    Replied,
    Reply,
    Result,
)
from gateway.core.errors import Refused
from gateway.kiosk.answers import COPY, KEPT, Answer, Kept, Outcome, Shelf, Trouble, attempt
from gateway.kiosk.api import Api, NoAnswer, Problem, SignedIn
from gateway.kiosk.copy import Copy
from gateway.kiosk.requests import Request, Requests, answer_of, asked
from gateway.kiosk.stock import Stock
from gateway.kiosk.store import Item, Wish

__all__ = [
    "COPY", "KEPT", "Answer", "Kept", "Outcome", "Request", "Session", "Shelf", "Trouble",
    "attempt",
]  # fmt: skip


class Session:
    """A member who is signed in. `run` blocks: it is called in a worker."""

    def __init__(
        self,
        api: Api,
        person: SignedIn,
        kept: Kept | None = None,
        *,
        stock: Stock,
        owner: str = "",
        badge: str = "",
    ) -> None:
        self._api = api
        self._stock = stock
        self._token, self._ticket = person.token, person.ticket
        self.owner = owner
        """Under which name the kiosk keeps what is theirs; without one nothing is kept of them."""
        self.badge = badge
        """The badge of somebody who could not be checked: what they write is asked about first."""
        self._copy = Copy(self._stock.store.feed, owner)
        self.member = person.member
        self.language = person.language
        self.unread = person.unread
        self.urgent = person.urgent
        self.groups = list(person.groups)
        self.must_choose_pin = person.must_choose_pin
        self.questions = list(person.questions)
        self.kept = kept if kept is not None else Kept()
        self._requests = Requests(api, self.kept)
        self.news: list[PostView] = []
        """What was read during this visit, to come back to."""
        self._load_drafts()

    def run(self, request: Request, draft: str = "") -> Answer:
        """Ask the gateway. The same request with no answer yet goes under the same key.

        A post or an answer to one is kept first, and leaves by itself: the `Answer` is `kept`
        where nothing more is known in a moment. Where there is no network, what can be read in
        the kiosk's own copy is read there: the answer is a `copy`.

        `draft` is where the words are kept; they are let go once they are posted.
        """
        if isinstance(request, Post | Reply):
            return self._write(request, draft)
        try:
            return self._ask(request, draft)
        except NoAnswer:
            copy = self._copy.answer(request)
            if copy is None:
                raise
            return Answer(COPY, copy, "")

    def settle(self, question: int, *, yes: bool) -> Answer:
        """Say whether I wrote what was written under my badge while nobody could check."""
        answer = self._ask(Confirm() if yes else Decline(), answers=question)
        self.questions = [asked for asked in self.questions if asked[0] != question]
        return answer

    def _ask(self, request: Request, draft: str = "", **more: int) -> Answer:
        answer = self._requests.ask(self._token, request, self.language, **more)
        if isinstance(answer.result, Posted | Replied):
            self.keep(draft, "")
        return answer

    def _write(self, request: Post | Reply, draft: str) -> Answer:
        wish = Wish(
            lane=request.group if isinstance(request, Post) else self._copy.group(request.number),
            text=request.text,
            body={**asked(request), "language": self.language, "written": self._stock.written()},
            draft=draft,
            ticket=self._ticket,
            badge=self.badge,
        )
        key, outcome = self._stock.hand_in(self.owner, wish)
        self.kept.drafts.pop(draft, None)
        if outcome is None:
            return Answer(KEPT, None, "", key)
        if outcome.refused and self.owner and self._stock.take_back(self.owner, key):
            # Its author is here and sees why: the words go back to where they were written.
            self.kept.drafts[draft] = request.text
        if outcome.found is None:
            raise Problem(outcome.refused, 400)
        return answer_of(outcome.found)

    def waiting(self) -> list[Item]:
        """My texts that the gateway does not have, those that it refused among them."""
        return self._stock.store.outbox.of(self.owner)

    def take_back(self, key: str) -> bool:
        """Make a draft again of what has not left, or was refused; False where it may have left."""
        done = self._stock.take_back(self.owner, key)
        self._load_drafts()
        return done

    def move(self, key: str, target: str) -> bool:
        """Make a draft for another group of what was refused."""
        item = next((item for item in self.waiting() if item.key == key), None)
        if item is None or not self.take_back(key):
            return False
        both = [self.draft(target), item.text]
        self.keep(item.draft, "")
        self.keep(target, "\n".join(part for part in both if part))
        return True

    def discard(self, key: str) -> bool:
        """Delete what has not left or was refused."""
        return self._stock.store.outbox.discard(self.owner, key)

    def forget(self) -> None:
        """Nothing of me stays here but what must still leave."""
        self.kept.drafts.clear()
        self._stock.forget(self.owner)

    def refresh(self) -> None:
        """Bring the kiosk's copy of my groups up to date."""
        if self.owner and self._token:
            self._stock.sync.run(self.owner, self._token)

    def doubtful(self, request: Request) -> bool:
        """May this have arrived although no answer came? Then it must not be changed."""
        return self._requests.doubtful(request)

    def choose_pin(self, pin: str) -> None:
        self._api.choose_pin(self._token, pin)
        self.must_choose_pin = False

    def leave(self) -> None:
        """Tell the gateway; the kiosk has forgotten the person already."""
        if self._token:
            self._api.sign_out(self._token)

    def learn(self, result: Result | Refused | None) -> None:
        """Take over what an answer tells about the person."""
        match result:
            case LanguageSet(code=code):
                self.language = code
            case Joined(group=group):
                self._forget(group.slug)
                self.groups.append((group.slug, group.title))
            case Left(group=group):
                self._forget(group.slug)
            case GroupList(mine=mine, word=""):
                self.groups = [(group.slug, group.title) for group in mine]
            case Page(items=items, remaining=remaining, about="news", group=group):
                known = {post.number for post in self.news}
                self.news.extend(post for post in items if post.number not in known)
                self.urgent = max(0, self.urgent - sum(post.urgent for post in items))
                if not group:
                    self.unread = remaining
            case _:
                self._let_go(result)

    def keep(self, target: str, text: str) -> bool:
        """Keep what is being written to `target`, at each key: False where the disk took nothing.

        What is asked and not written (`?...`) is nobody's draft, and stays off the disk.
        """
        if text.strip():
            self.kept.drafts[target] = text
        elif self.kept.drafts.pop(target, None) is None:
            return True
        if not self.owner or not target or target.startswith("?"):
            return True
        return self._stock.keep(self.owner, target, text)

    def draft(self, target: str) -> str:
        return self.kept.drafts.get(target, "")

    def used(self, slug: str) -> None:
        """The group written to last comes first the next time."""
        self.groups.sort(key=lambda group: group[0] != slug)

    def _let_go(self, result: Result | Refused | None) -> None:
        """A draft that a question stood between is let go with the yes to it."""
        if isinstance(result, Posted):
            post = result.post
            self.keep(f"!{post.group}" if post.urgent else post.group, "")
        elif isinstance(result, Replied):
            self.keep(f"r{result.target.number}", "")

    def _load_drafts(self) -> None:
        if self.owner:
            self.kept.drafts.update(self._stock.store.outbox.drafts(self.owner))

    def _forget(self, slug: str) -> None:
        self.groups = [group for group in self.groups if group[0] != slug]
