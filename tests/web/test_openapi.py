"""The API's description: it is made from the code, so it must agree with what is served."""

import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.core import commands as c
from gateway.web import openapi, problems
from gateway.web.openapi import INTERNAL
from gateway.web.routes import ROUTES
from tests.support.api import app_of
from tests.support.desk import FakeDesk
from tests.support.terminal import Terminal

DOCUMENT = openapi.document(ROUTES)
SCHEMAS = DOCUMENT["components"]["schemas"]


def faults(value: Any, schema: dict[str, Any], at: str = "$") -> Iterator[str]:
    """What is wrong with `value` by `schema`: the part of JSON Schema that we use."""
    if "$ref" in schema:
        yield from faults(value, SCHEMAS[schema["$ref"].rpartition("/")[2]], at)
    for word, most in (("oneOf", 1), ("anyOf", len(schema.get("anyOf", ())))):
        if word in schema:
            fitting = sum(not list(faults(value, one, at)) for one in schema[word])
            if not 1 <= fitting <= most:
                yield f"{at}: fits {fitting} of {word}"
    if "const" in schema and value != schema["const"]:
        yield f"{at}: not {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: none of {schema['enum']}"
    if "type" in schema:
        yield from typed(value, schema, at)


KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def typed(value: Any, schema: dict[str, Any], at: str) -> Iterator[str]:
    if type(value) is not KINDS[schema["type"]]:
        yield f"{at}: no {schema['type']}"
    elif isinstance(value, dict):
        yield from members(value, schema, at)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from faults(one, schema["items"], f"{at}[{place}]")
    elif isinstance(value, str):
        if len(value) > schema.get("maxLength", len(value)):
            yield f"{at}: too long"
        if "format" in schema and datetime.fromisoformat(value).tzinfo is None:
            yield f"{at}: no offset"


def members(value: dict[str, Any], schema: dict[str, Any], at: str) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}.{name}: missing"
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            yield from faults(value[name], inner, f"{at}.{name}")


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_served_to_anybody(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.get_json() == json.loads(json.dumps(DOCUMENT))


def test_every_rule_is_described_and_every_path_exists() -> None:
    served = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in app_of(FakeDesk()).url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(path, method) for path, method, _ in operations()}


def test_what_it_says_of_tokens_is_what_is_asked(client: FlaskClient) -> None:
    for path, method, operation in operations():
        call = getattr(client, method)
        address = "/api/v1" + path.replace("{kind}", "busy")
        stranger = call(address)
        assert (stranger.status_code == 401) == bool(operation["security"]), path
        device = call(address, headers=Terminal(client).headers)
        needs = bool(operation["security"]) and all(
            {"session", "ticket"} & set(way) for way in operation["security"]
        )
        gone = device.is_json and "session-over" in str(device.get_json().get("type"))
        assert gone == needs, path


def test_a_command_needs_the_key_that_is_described() -> None:
    (parameter,) = DOCUMENT["paths"]["/commands"]["post"]["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == (
        "Idempotency-Key",
        "header",
        True,
    )
    assert re.search(parameter["schema"]["pattern"], "a" * 8)
    assert not re.search(parameter["schema"]["pattern"], "a" * 65)


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere() -> None:
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)):
        assert name in SCHEMAS


def test_every_problem_of_an_operation_is_described() -> None:
    for route in ROUTES:
        answers = DOCUMENT["paths"][re.sub(r"<(\w+)>", r"{\1}", route.path)][route.method.lower()]
        told = " ".join(answer["description"] for answer in answers["responses"].values())
        for kind in route.problems:
            assert kind in told
            assert str(problems.KINDS[kind].status) in answers["responses"]


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_examples_fit_their_schemas(path: str, method: str, operation: dict[str, Any]) -> None:
    for described in (operation.get("requestBody"), *operation["responses"].values()):
        for content in (described or {}).get("content", {}).values():
            given = [one["value"] for one in content.get("examples", {}).values()]
            given += [content["example"]] if "example" in content else []
            for value in given:
                assert list(faults(value, content["schema"])) == []


def test_every_example_of_a_command_is_accepted(amina: Terminal) -> None:
    body = DOCUMENT["paths"]["/commands"]["post"]["requestBody"]
    examples = body["content"]["application/json"]["examples"]

    assert len(examples) == len(c.COMMANDS) - len(INTERNAL) + 2
    for name, example in examples.items():
        answer = amina.post("/commands", example["value"], Idempotency_Key=amina.new_key())
        assert answer.status_code == 200, name


def test_what_is_answered_fits_what_is_described(amina: Terminal) -> None:
    post = DOCUMENT["paths"]["/commands"]["post"]
    received = post["responses"]["200"]["content"]["application/json"]["schema"]
    told = []
    for kind in c.COMMANDS.values():
        if kind not in INTERNAL:
            answer = amina.ask(openapi.sample(kind)).get_json()
            assert list(faults(answer, received)) == [], kind
            told.append(answer["result"]["is"])
    assert len(set(told)) > 15


def test_answers_before_a_command_fit_too(terminal: Terminal) -> None:
    paths = DOCUMENT["paths"]
    for path, method, status, answer in (
        ("/kiosk", "get", "200", terminal.get("/kiosk")),
        ("/session", "post", "201", terminal.post("/session", {"badge": "1001", "pin": "123456"})),
        ("/session", "post", "401", terminal.post("/session", {"code": "000000"})),
    ):
        content = paths[path][method]["responses"][status]["content"]
        (described,) = content.values()
        assert list(faults(answer.get_json(), described["schema"])) == []


@pytest.mark.parametrize("kind", [*c.COMMANDS.values(), *openapi.results(), c.PostView])
def test_a_schema_has_the_members_that_the_codec_writes(kind: type) -> None:
    members = fields(kind)
    schema = openapi.schema_of(kind)
    assert list(schema["properties"]) == ["is", *(member.name for member in members)]
    assert schema["required"] == ["is", *(m.name for m in members if m.default is MISSING)]


def test_only_commands_of_members_are_offered() -> None:
    offered = {one["$ref"].rpartition("/")[2] for one in SCHEMAS["Command"]["oneOf"]}
    internal = {"Admit", "Guess", "Several", "WhichItem"}
    assert offered == {kind.__name__ for kind in c.COMMANDS.values()} - internal


@pytest.mark.parametrize("name", ["Command", "AnyCommand", "Result"])
def test_a_choice_names_each_kind_once(name: str) -> None:
    references = [one["$ref"] for one in SCHEMAS[name]["oneOf"]]
    assert len(references) == len(set(references)) == len(SCHEMAS[name]["discriminator"]["mapping"])


def test_the_docs_name_every_route_and_every_problem() -> None:
    told = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    for route in ROUTES:
        named = re.sub(r"<(\w+)>", lambda part: part[1].upper(), route.path)
        assert f"`{route.method} {named}`" in told
    for kind, meant in problems.KINDS.items():
        assert f"| `{kind}` | {meant.status} |" in told


def test_the_validator_of_these_tests_can_say_no() -> None:
    assert list(faults({"is": "Join"}, SCHEMAS["Join"])) == ["$.group: missing"]
    assert list(faults({"is": "Join", "group": 3}, SCHEMAS["Join"])) == ["$.group: no string"]
    assert list(faults({"is": "Nothing"}, SCHEMAS["Command"]))
    assert list(faults({"is": "Page", "items": [{"is": "PostView"}]}, SCHEMAS["Page"]))
