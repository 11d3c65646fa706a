"""Commands and results as JSON and back: for the HTTP API, and for rows that wait.

A value is an object with its type in `is`: `{"is": "Join", "group": "quai3"}`. Times are ISO 8601
with an offset, tuples are arrays. Unknown members are ignored, so that an older reader survives a
newer writer.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, get_type_hints

from gateway.core import commands

Json = dict[str, Any]

_AS_THEY_ARE = frozenset({str, int, bool, float})


def encode(value: object) -> Json:
    """The JSON object of a command, a result or a value inside one."""
    kind: type = type(value)
    record: Json = {"is": kind.__name__}
    for name in _names(kind):
        record[name] = _plain(getattr(value, name))
    return record


def decode(record: Json) -> Any:
    """The value behind a JSON object.

    Raises `ValueError` where `is` names no value of ours or a member is missing or of the wrong
    type: what comes in here may have come from a stranger.
    """
    kind = _kinds().get(str(record.get("is")))
    if kind is None:
        raise ValueError(f"not a value of commands: {record.get('is')!r:.40}")
    known = {name: record[name] for name in _readers(kind) if name in record}
    try:
        return kind(**{name: _readers(kind)[name](given) for name, given in known.items()})
    except (TypeError, KeyError) as error:
        raise ValueError(f"{kind.__name__}: {error}") from None


@cache
def _names(kind: type) -> tuple[str, ...]:
    if not is_dataclass(kind):
        raise TypeError(f"not a value of commands: {kind.__name__}")
    return tuple(field.name for field in fields(kind))


def _plain(value: object) -> object:
    if value is None or type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return encode(value) if is_dataclass(value) else value


@cache
def _kinds() -> dict[str, type]:
    return {name: kind for name, kind in vars(commands).items() if is_dataclass(kind)}  # type: ignore[misc]  # a module's own names


@cache
def _readers(kind: type) -> dict[str, Callable[[Any], Any]]:
    hints = get_type_hints(kind)
    return {field.name: _reader(hints[field.name]) for field in fields(kind)}


def _reader(hint: Any) -> Callable[[Any], Any]:
    if "datetime" in str(hint):
        return _time
    for plain in (bool, int, str):
        if hint is plain:
            return _exactly(plain)
    return _any


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(given: Any) -> Any:
        if type(given) is not kind:
            raise TypeError(f"{given!r:.40} is no {kind.__name__}")
        return given

    return read


def _time(given: Any) -> datetime | None:
    return None if given is None else datetime.fromisoformat(given)


def _any(given: Any) -> Any:
    if isinstance(given, list):
        return tuple(_any(item) for item in given)
    return decode(given) if isinstance(given, dict) else given
