"""A gateway in memory, as a sender and a sync see it: it may be silent, ill, full or forgetful."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.kiosk.api import Api, NoAnswer, Problem, Told

Json = dict[str, Any]
OVER = Problem("session-over", 401)


@dataclass
class FakeGateway(Api):
    """Runs each key once. `says` may raise, or answer, before anything is run."""

    posts: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tickets: set[str] = field(default_factory=lambda: {"t"})
    sessions: set[str] = field(default_factory=set)
    down: bool = False
    mute: bool = False
    says: Callable[[Json], Json | None] = lambda body: None
    pages: list[Json] = field(default_factory=list)
    _done: dict[str, Json] = field(default_factory=dict)

    def run(self, session: str, key: str, request: Json) -> Json:
        return self._once(session in self.sessions, key, request)

    def hand_in(self, ticket: str, key: str, request: Json) -> Json:
        return self._once(ticket in self.tickets, key, request)

    def deposit(self, key: str, request: Json) -> Json:
        return self._once(True, key, request)

    def feed(self, cursor: str, session: str = "", etag: str = "") -> Told | None:
        if self.down:
            raise NoAnswer(uncertain=False)
        self.asked.append(cursor)
        page = self.pages.pop(0)
        return None if page == {} else Told(page, f"tag-{page['cursor']}")

    def _once(self, allowed: bool, key: str, request: Json) -> Json:
        if self.down:
            raise NoAnswer(uncertain=False)
        self.asked.append(key)
        if not allowed:
            raise OVER
        if key not in self._done:
            answer = self.says(request)
            if answer is None:
                self.posts.append((request.get("badge", ""), words(request)))
                answer = {"state": "done", "result": {"is": "Posted"}}
            self._done[key] = answer
        if self.mute:
            raise NoAnswer(uncertain=True)
        return self._done[key]


def words(request: Json) -> str:
    return str(request["command"]["text"])
