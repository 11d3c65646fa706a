"""What strangers may send for a command: bounded, refused in words, and never our fault."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.core import commands as c
from tests.support.desk import FakeDesk
from tests.support.terminal import Terminal, kind


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"command": None},
        {"command": []},
        {"command": {}},
        {"command": {"is": "Nonsense"}},
        {"command": {"is": "Command"}},
        {"command": {"is": "Result"}},
        {"command": {"is": "Joined", "group": {"is": "GroupView"}}},
        {"command": {"is": ["Join"], "group": "foot"}},
        {"command": {"is": "Join"}},
        {"command": {"is": "Join", "group": 3}},
        {"command": {"is": "Join", "group": {"is": "Join", "group": "foot"}}},
        {"command": {"is": "Read", "number": "1413"}},
        {"command": {"is": "Read", "number": 14.13}},
        {"command": {"is": "Read", "number": 10**15}},
        {"command": {"is": "Pause", "hours": -(10**18)}},
        {"command": {"is": "Join", "group": "quai\0"}},
        {"command": {"is": "News"}, "text": "NEUF"},
        {"command": {"is": "News"}, "language": "de"},
        {"command": {"is": "News"}, "language": 1},
        {"text": 7},
        {"text": "half \ud83d of a pair"},
    ],
)
def test_what_is_no_command_is_malformed(amina: Terminal, desk: FakeDesk, body: object) -> None:
    answer = amina.post("/commands", body, Idempotency_Key=amina.new_key())

    assert (answer.status_code, kind(answer)) == (400, "malformed")
    assert desk.runs == 0


@pytest.mark.parametrize(
    "raw",
    [b"{", b"\xff\xfe\x00", b"[" * 60_000, b'{"a":' * 10_000, b"1" * 5_000, b"NaN", b"null"],
)
def test_bytes_that_are_no_json_object_are_malformed(amina: Terminal, raw: bytes) -> None:
    answer = amina.post("/commands", raw=raw, Idempotency_Key=amina.new_key())
    assert (answer.status_code, kind(answer)) == (400, "malformed")


@pytest.mark.parametrize("length", [4_000, 4_001])
@pytest.mark.parametrize("shape", ["text", "command"])
def test_a_text_has_an_end(amina: Terminal, length: int, shape: str) -> None:
    long = "é" * length
    command: object = {"is": "Post", "group": "quai3", "text": long}
    answer = amina.ask(long if shape == "text" else command)

    assert answer.status_code == (200 if length == 4_000 else 422)
    if answer.status_code != 200:
        assert kind(answer) == "too-long"


def test_a_body_has_an_end(amina: Terminal, desk: FakeDesk) -> None:
    answer = amina.ask("x" * 70_000)

    assert (answer.status_code, kind(answer)) == (413, "too-large")
    assert desk.runs == 0


def test_members_that_we_do_not_know_are_ignored(amina: Terminal) -> None:
    answer = amina.ask({"is": "Join", "group": "foot", "later": {"is": [None, 1.5]}})
    assert answer.get_json()["result"]["is"] == "Joined"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([*vars(c), "", "is"])


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None
)
@given(
    command=JSON
    | st.fixed_dictionaries(
        {"is": NAMES},
        optional=dict.fromkeys(("group", "text", "number", "hours", "code", "word"), JSON),
    ),
    more=st.dictionaries(st.sampled_from(["language", "text"]), JSON, max_size=1),
)
def test_no_body_is_ever_our_fault(amina: Terminal, command: object, more: object) -> None:
    assert isinstance(more, dict)
    raw = json.dumps({"command": command, **more}).encode()
    answer = amina.post("/commands", raw=raw, Idempotency_Key=amina.new_key())
    assert answer.status_code in (200, 400, 422)
