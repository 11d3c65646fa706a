"""The API's own description, OpenAPI 3.1: made from the table of routes and the core's values.

Nothing is described twice: the schemas of commands and results are read off their dataclasses, the
paths off the routes that Flask serves.
"""

import inspect
import re
import types
from collections.abc import Iterable
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from gateway.core import codec, commands
from gateway.core.commands import COMMANDS, Admit, Command, Guess, Result, Several, WhichItem
from gateway.core.desk import WRITES
from gateway.core.numbers import FIRST_SERIAL, number_of
from gateway.web import problems
from gateway.web.routes import KEY_PATTERN, MAX_TEXT, Json, Route

INTERNAL: Final[tuple[type[Command], ...]] = (Admit, Guess, Several, WhichItem)
"""Commands that only a question of ours, our own grammar or our mail server makes."""

_REF: Final = "#/components/schemas/"
_STATUS: Final = {200: "Done", 201: "Signed in", 202: "Kept", 204: "Done, nothing to say"}
_GUARDED: Final = ("unknown-device", "too-many-requests")

_SAMPLES: Final[Json] = {
    "number": number_of(FIRST_SERIAL + 41),
    "group": "quai3",
    "text": "La rampe est libre.",
    "word": "quai3",
    "words": "rampe",
    "hour": 18,
    "rhythm": "day",
    "segments": 2,
    "code": "fr",
    "verb": "post",
}
"""What an example of a command holds where a member of it has no default."""


def document(routes: Iterable[Route]) -> Json:
    """The OpenAPI document of these routes."""
    paths: dict[str, Json] = {}
    for route in routes:
        path = re.sub(r"<(\w+)>", r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The gateway's API for kiosks",
            "version": "1",
            "description": "Every request names the kiosk by its device token. Unknown members "
            "of an object are to be ignored; new ones may come.",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "device": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "header", "name": "Gateway-Session"},
                "ticket": {"type": "apiKey", "in": "header", "name": "Gateway-Ticket"},
            },
        },
    }


def schema_of(kind: type) -> Json:
    """The JSON schema of a value of `gateway.core.commands`, as `codec` writes it."""
    hints = get_type_hints(kind)
    properties: Json = {"is": {"const": kind.__name__}}
    required = ["is"]
    for field in fields(kind):
        properties[field.name] = _hinted(hints[field.name])
        if field.default is MISSING:
            required.append(field.name)
    schema: Json = {"type": "object", "required": required, "properties": properties}
    told = inspect.getdoc(kind) or ""
    if told and not told.startswith(f"{kind.__name__}("):  # else dataclass' own
        schema["description"] = told
    return schema


def sample(kind: type[Command]) -> Json:
    """An example of a command, as it is sent."""
    given = {f.name: _SAMPLES[f.name] for f in fields(kind) if f.default is MISSING}
    return codec.encode(kind(**given))


def results() -> list[type[Result]]:
    """Every kind of result."""
    # Not Result.__subclasses__(): a dataclass with slots may leave its first draft there.
    named = (value for value in vars(commands).values() if isinstance(value, type))
    return [kind for kind in named if issubclass(kind, Result) and kind is not Result]


def _schemas() -> Json:
    kinds = results()
    views = (commands.PostView, commands.GroupView, commands.MediaView)
    outside = [kind for kind in COMMANDS.values() if kind not in INTERNAL]
    schemas: Json = {
        kind.__name__: schema_of(kind) for kind in (*COMMANDS.values(), *kinds, *views)
    }
    schemas["MediaView"]["properties"]["url"] = {"type": "string", "description": "Where it is."}
    schemas["Command"] = _any_of(outside)
    schemas["WriteCommand"] = _any_of(WRITES)
    schemas["AnyCommand"] = _any_of(COMMANDS.values())
    schemas["Refused"] = {
        "type": "object",
        "required": ["is", "reason"],
        "properties": {"is": {"const": "Refused"}, "reason": {"type": "string"}},
        "description": "A no; its words are in `words`.",
    }
    schemas["Result"] = _any_of(kinds, "Refused")
    schemas["Problem"] = _problem_schema()
    return schemas


def _any_of(kinds: Iterable[type], *more: str) -> Json:
    names = [*(kind.__name__ for kind in kinds), *more]
    return {
        "oneOf": [{"$ref": _REF + name} for name in names],
        "discriminator": {
            "propertyName": "is",
            "mapping": {name: _REF + name for name in names},
        },
    }


def _problem_schema() -> Json:
    kinds = [problems.BASE + kind for kind in problems.KINDS]
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "enum": kinds},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
    }


_PLAIN: Final[dict[Any, Json]] = {
    str: {"type": "string", "maxLength": MAX_TEXT},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    type(None): {"type": "null"},
    Command: {"$ref": f"{_REF}AnyCommand"},
}


def _hinted(hint: Any) -> Json:
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _hinted(get_args(hint)[0])}
    if get_origin(hint) in (Union, types.UnionType):
        return {"anyOf": [_hinted(one) for one in get_args(hint)]}
    return {"$ref": _REF + hint.__name__}


def _operation(route: Route) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "security": _security(route),
        "responses": _responses(route),
    }
    if parameters := _parameters(route):
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": route.body, "examples": _examples(route)}},
        }
    return operation


def _security(route: Route) -> list[Json]:
    if route.public:
        return []
    if route.session_too:
        return [{"device": []}, {"device": [], "session": []}]
    if route.ticket:
        return [{"device": [], "session": []}, {"device": [], "ticket": []}]
    return [{"device": [], "session": []} if route.session else {"device": []}]


def _parameters(route: Route) -> list[Json]:
    word = {"type": "string"}
    found: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": word}
        for name in re.findall(r"<(\w+)>", route.path)
    ]
    found += [
        {"name": name, "in": "query", "schema": schema} for name, schema in route.asked_with.items()
    ]
    if route.revalidated:
        found.append({"name": "If-None-Match", "in": "header", "schema": word})
    if route.key:
        pattern = {"type": "string", "pattern": f"^{KEY_PATTERN}$"}
        found.append(
            {"name": "Idempotency-Key", "in": "header", "required": True, "schema": pattern}
        )
    return found


def _examples(route: Route) -> Json:
    examples: Json = {name: {"value": value} for name, value in route.asks.items()}
    if route.ticket:
        for name, kind in COMMANDS.items():
            if kind not in INTERNAL:
                examples[name] = {"value": {"command": sample(kind)}}
    return examples


def _responses(route: Route) -> Json:
    done: Json = {"description": _STATUS[route.status]}
    if route.answer is not None:
        content: Json = {"schema": route.answer}
        if route.example is not None:
            content["example"] = route.example
        done["content"] = {route.kind: content}
    found = {str(route.status): done, **_refusals(route)}
    if route.revalidated:
        tag = {"ETag": {"schema": {"type": "string"}}}
        done["headers"] = tag
        found["304"] = {"description": "Nothing else than before", "headers": tag}
    return found


def _refusals(route: Route) -> Json:
    kinds = [*route.problems, *(() if route.public else _GUARDED)]
    if route.session or route.session_too:
        kinds.append("session-over")
    if route.key:
        kinds.append("no-key")
    if route.body is not None:
        kinds.append("too-large")
    by_status: dict[str, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(str(problems.KINDS[kind].status), []).append(kind)
    return {
        status: {
            "description": ", ".join(found),
            "content": {problems.CONTENT_TYPE: {"schema": {"$ref": f"{_REF}Problem"}}},
        }
        for status, found in sorted(by_status.items())
    }
