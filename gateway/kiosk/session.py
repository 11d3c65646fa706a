"""One person at the kiosk: what they ask, what came of it, and what is kept of them meanwhile.

Nothing here knows a screen. A request that got no answer keeps its idempotency key until one
comes, so that asking again is the same request and never a second post.
"""

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

from gateway.core import codec
from gateway.core.commands import (
    Command,
    Find,
    GroupList,
    Groups,
    Help,
    Joined,
    LanguageSet,
    Left,
    Me,
    Page,
    Posted,
    PostView,
    Read,
    Replied,
    Result,
    Who,
)
from gateway.core.errors import Refused
from gateway.kiosk.api import Api, NoAnswer, Problem, SignedIn
from gateway.kiosk.safe import safe

Request = Command | str
"""A command, or a line that a member typed."""

_T = TypeVar("_T")
_LOOKS = (Me, Groups, Who, Find, Read, Help)
"""Change nothing and move no cursor: asked again, they must see what is so now."""
_LATER = (401, 429)
"""A no to the person or the moment, not to the request: it is still open."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway made of a request; `words` say it in the member's language."""

    state: str
    result: Result | Refused | None
    words: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no answer: `network`, `over` (sign in again), or the kind of a problem."""

    kind: str
    uncertain: bool = False
    seconds: int = 0


@dataclass(slots=True)
class Kept:
    """What stays of one person between two visits, in memory only: drafts and open keys."""

    drafts: dict[str, str] = field(default_factory=dict)
    keys: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.drafts or self.keys)


class Shelf:
    """What is kept of several people, each behind their own sign-in; the oldest make room."""

    def __init__(self, room: int = 200) -> None:
        self._room = room
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def take(self, owner: str) -> Kept:
        return self._kept.pop(owner, None) or Kept()

    def put(self, owner: str, kept: Kept) -> None:
        """Keep it for `owner`; what belongs to nobody we could name again is dropped.

        It is kept even if it is empty: the last keys may still be on their way into it.
        """
        if not owner:
            return
        self._kept[owner] = kept
        while len(self._kept) > self._room:
            self._kept.popitem(last=False)


Outcome = Answer | Trouble
"""What becomes of a request to run something."""


class Session:
    """A member who is signed in. `run` blocks: it is called in a worker."""

    def __init__(self, api: Api, person: SignedIn, kept: Kept | None = None) -> None:
        self._api = api
        self._token = person.token
        self.member = person.member
        self.language = person.language
        self.unread = person.unread
        self.urgent = person.urgent
        self.groups = list(person.groups)
        self.must_choose_pin = person.must_choose_pin
        self.kept = kept if kept is not None else Kept()
        self.news: list[PostView] = []
        """What was read during this visit, to come back to."""

    def run(self, request: Request, draft: str = "") -> Answer:
        """Ask the gateway. The same request with no answer yet goes under the same key.

        `draft` is where its words are kept; they are let go once they are posted.
        """
        name = _name(request)
        body = {**_asked(request), "language": self.language}
        key, body = self.kept.keys.setdefault(name, (str(uuid4()), body))
        if isinstance(request, _LOOKS):
            self.kept.keys.pop(name)
        try:
            found = self._api.run(self._token, key, body)
        except NoAnswer as silence:
            if silence.uncertain and not isinstance(request, _LOOKS):
                self.kept.doubtful.add(name)
            raise
        except Problem as problem:
            if problem.status not in _LATER:
                self._settled(name)
            raise
        answer = _answer(found)
        if isinstance(answer.result, Posted | Replied):
            self.keep(draft, "")
        self._settled(name)
        return answer

    def doubtful(self, request: Request) -> bool:
        """May this have arrived although no answer came? Then it must not be changed."""
        return _name(request) in self.kept.doubtful

    def choose_pin(self, pin: str) -> None:
        self._api.choose_pin(self._token, pin)
        self.must_choose_pin = False

    def leave(self) -> None:
        """Tell the gateway; the kiosk has forgotten the person already."""
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

    def keep(self, target: str, text: str) -> None:
        """Keep what is being written to `target`, at each key."""
        if text.strip():
            self.kept.drafts[target] = text
        else:
            self.kept.drafts.pop(target, None)

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

    def _settled(self, name: str) -> None:
        self.kept.keys.pop(name, None)
        self.kept.doubtful.discard(name)

    def _forget(self, slug: str) -> None:
        self.groups = [group for group in self.groups if group[0] != slug]


def attempt(task: Callable[[], _T]) -> _T | Trouble:
    """Run something that asks the gateway; every failure comes back as a value."""
    try:
        return task()
    except NoAnswer as silence:
        return Trouble("network", uncertain=silence.uncertain)
    except Problem as problem:
        kind = "over" if problem.kind == "session-over" else problem.kind
        return Trouble(kind, seconds=problem.seconds)


def _asked(request: Request) -> dict[str, Any]:
    if isinstance(request, str):
        return {"text": request}
    return {"command": codec.encode(request)}


def _name(request: Request) -> str:
    return json.dumps(_asked(request), sort_keys=True)


def _answer(found: dict[str, Any]) -> Answer:
    return Answer(
        state=str(found.get("state", "")),
        result=_result(found.get("result")),
        words=safe(str(found.get("words") or "")),
    )


def _result(found: object) -> Result | Refused | None:
    if not isinstance(found, dict):
        return None
    if found.get("is") == "Refused":
        return Refused(str(found.get("reason", "")))
    try:
        result = codec.decode(found)
    except ValueError:
        # A newer gateway says something we have no screen for: its words are shown.
        return None
    return result if isinstance(result, Result) else None
