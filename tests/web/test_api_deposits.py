"""Deposits over HTTP: kept for whoever shows a badge, and told the same of every badge."""

import pytest

from tests.support.desk import FakeDesk
from tests.support.terminal import Terminal, kind

POST = {"is": "Post", "group": "quai3", "text": "La rampe est libre."}


def test_a_badge_of_nobody_is_told_the_same(desk: FakeDesk, terminal: Terminal) -> None:
    told = [
        terminal.post(
            "/deposits",
            {"badge": badge, "command": POST, "language": "fr"},
            Idempotency_Key=f"key-0000{badge}",
        )
        for badge in ("1001", "9999")
    ]
    assert [answer.status_code for answer in told] == [202, 202]
    assert told[0].get_json() == told[1].get_json()
    assert told[0].get_json()["words"].startswith("C'est gardé.")
    assert [kept[0] for kept in desk.deposits.values()] == ["1001", "9999"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"command": POST}, "malformed"),
        ({"badge": "", "command": POST}, "malformed"),
        ({"badge": "1001"}, "malformed"),
        ({"badge": "1001", "command": {"is": "News"}}, "needs-session"),
        ({"badge": "1001", "text": "P quai3 a"}, "needs-session"),
        ({"badge": "1001", "command": {"is": "Admit"}}, "not-from-outside"),
        ({"badge": "1" * 65, "command": POST}, "too-long"),
    ],
)
def test_what_is_no_deposit(terminal: Terminal, body: object, problem: str) -> None:
    answer = terminal.post("/deposits", body, Idempotency_Key="key-00001")
    assert kind(answer) == problem


def test_a_key_is_needed_and_stands_for_one_body(terminal: Terminal) -> None:
    body = {"badge": "1001", "command": POST}
    assert kind(terminal.post("/deposits", body)) == "no-key"
    for _ in range(2):
        assert terminal.post("/deposits", body, Idempotency_Key="key-00001").status_code == 202
    other = body | {"badge": "1002"}
    assert kind(terminal.post("/deposits", other, Idempotency_Key="key-00001")) == "key-reused"
