"""Requests of one person to the gateway, and its answers as values.

A request that got no answer keeps its idempotency key until one comes, so that asking again is
the same request and never a second post.
"""

import json
from typing import Any
from uuid import uuid4

from gateway.core import codec
from gateway.core.commands import Command, Find, Groups, Help, Me, Read, Result, Who
from gateway.core.errors import Refused
from gateway.kiosk.answers import Answer, Kept
from gateway.kiosk.api import Api, NoAnswer, Problem
from gateway.kiosk.safe import safe

Request = Command | str
"""A command, or a line that a member typed."""

_LOOKS = (Me, Groups, Who, Find, Read, Help)
"""Change nothing and move no cursor: asked again, they must see what is so now."""
_LATER = (401, 429)
"""A no to the person or the moment, not to the request: it is still open."""


class Requests:
    """Asks for one person, whose open keys are in `kept`."""

    def __init__(self, api: Api, kept: Kept) -> None:
        self._api, self._kept = api, kept

    def ask(self, session: str, request: Request, language: str, **more: int) -> Answer:
        """The gateway's answer. The same request with no answer yet goes under the same key."""
        name = json.dumps({**asked(request), **more}, sort_keys=True)
        body = {**asked(request), **more, "language": language}
        key, body = self._kept.keys.setdefault(name, (str(uuid4()), body))
        if isinstance(request, _LOOKS):
            self._kept.keys.pop(name)
        try:
            found = self._api.run(session, key, body)
        except NoAnswer as silence:
            if silence.uncertain and not isinstance(request, _LOOKS):
                self._kept.doubtful.add(name)
            raise
        except Problem as problem:
            if problem.status not in _LATER:
                self._settled(name)
            raise
        self._settled(name)
        return answer_of(found)

    def doubtful(self, request: Request) -> bool:
        """May this have arrived although no answer came?"""
        return json.dumps(asked(request), sort_keys=True) in self._kept.doubtful

    def _settled(self, name: str) -> None:
        self._kept.keys.pop(name, None)
        self._kept.doubtful.discard(name)


def asked(request: Request) -> dict[str, Any]:
    """A request as the gateway is asked."""
    if isinstance(request, str):
        return {"text": request}
    return {"command": codec.encode(request)}


def answer_of(found: dict[str, Any]) -> Answer:
    """What the gateway answered, as a value."""
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
