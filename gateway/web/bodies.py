"""What a request to the API carries: read, bounded and refused before anything else sees it."""

import hashlib
import json
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any, Final

from flask import Request

from gateway.core import codec
from gateway.core.commands import COMMANDS, Command
from gateway.web.openapi import INTERNAL
from gateway.web.problems import Problem
from gateway.web.routes import MAX_TEXT, Json

_MAX_NUMBER: Final = 10**15
_MAX_ID: Final = 2**31 - 1
_LONGEST_TIME: Final = 40
_INTERNAL: Final = frozenset(kind.__name__ for kind in INTERNAL)
_COMMANDS: Final = frozenset(kind.__name__ for kind in COMMANDS.values())


def read(request: Request) -> Json:
    """The JSON object that was sent. Raises `Problem`, as everything here does."""
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):  # the second: a thousand open brackets
        raise Problem("malformed") from None
    if not isinstance(body, dict):
        raise Problem("malformed")
    return body


def text(body: Json, name: str, longest: int) -> str:
    """The text `name` of a body, empty where it is not given."""
    given = body.get(name, "")
    if not isinstance(given, str):
        raise Problem("malformed")
    return _bounded(given, longest)


def _bounded(given: str, longest: int) -> str:
    if len(given) > longest:
        raise Problem("too-long")
    # No store takes a NUL, no wire half of a surrogate pair; nobody types either.
    if "\0" in given or any("\ud800" <= letter <= "\udfff" for letter in given):
        raise Problem("malformed")
    return given


def time(body: Json, name: str) -> datetime | None:
    """The time `name` of a body (RFC 3339), None where it is not given."""
    if name not in body:
        return None
    given = text(body, name, _LONGEST_TIME)
    try:
        found = datetime.fromisoformat(given)
        if found.tzinfo is None:
            raise Problem("malformed")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Problem("malformed") from None


def number(body: Json, name: str) -> int | None:
    """The whole number `name` of a body, None where it is not given."""
    given = body.get(name)
    if given is None:
        return None
    if type(given) is not int or not 0 < given <= _MAX_ID:
        raise Problem("malformed")
    return given


def fingerprint(body: Json) -> str:
    """What stands for all of a body, however it was spelt."""
    plain = json.dumps(body, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def command(body: Json) -> Command | str:
    """What is asked for, as a value or as words; never what only we ask."""
    if ("command" in body) == ("text" in body):
        raise Problem("malformed")
    if "text" in body:
        return text(body, "text", MAX_TEXT)
    return _value(body["command"])


def _value(given: Any) -> Command:
    name = str(given.get("is")) if isinstance(given, dict) else ""
    if name in _INTERNAL:
        raise Problem("not-from-outside")
    if name not in _COMMANDS:
        raise Problem("malformed")
    try:
        found: Command = codec.decode(given)
    except ValueError:
        raise Problem("malformed") from None
    for value in astuple(found):
        _check(value)
    return found


def _check(value: Any) -> None:
    """See that a member of a command is one that any store can keep."""
    if isinstance(value, str):
        _bounded(value, MAX_TEXT)
    elif abs(value) >= _MAX_NUMBER:
        raise Problem("malformed")
