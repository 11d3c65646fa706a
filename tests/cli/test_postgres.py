"""An operator's day on PostgreSQL: the same commands, the same answers."""

from pathlib import Path

import pytest

from tests.cli.conftest import Operator, heard_lately
from tests.support.clock import Clock
from tests.support.town import Town, fill


@pytest.fixture
def far_operator(
    operator: Operator, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> Operator:
    monkeypatch.setenv("GATEWAY_DATABASE_URL", postgres_url)
    return operator


def test_a_day_on_postgresql(
    far_operator: Operator, postgres_url: str, folder: Path, clock: Clock
) -> None:
    (folder / "people.csv").write_text(
        "name,phone,email,badge,groups,role\n"
        "Ana,0639980001,,1,quai3,animator\n"
        "Leo,,leo@depot.example,2,quai3,\n",
        "utf-8",
    )
    assert far_operator("groups", "add", "quai3", "--name", "Quai 3").code == 0
    for counts in ("2 added, 0 changed, 0 unchanged\n", "0 added, 0 changed, 2 unchanged\n"):
        assert far_operator("members", "import", "people.csv", "--consented").out == counts
    town = Town(postgres_url, clock())
    try:
        town.receive("sms", "+33639980001", "P quai3 palette 12")
        town.settle()
    finally:
        town.close()
    assert [p["body"] for p in far_operator("posts", "list", "--json").objects] == ["palette 12"]
    assert far_operator("members", "show", "leo@depot.example", "--json").objects[0]["id"] == 2
    assert {line["state"] for line in far_operator("inbox", "list", "--json").objects} == {"done"}
    assert {line["state"] for line in far_operator("outbox", "list", "--json").objects} == {"sent"}
    assert far_operator("outbox", "replay").out == "0 owed again\n"
    assert far_operator("status", "--json").objects[0]["posts"] == 1
    assert far_operator("doctor").out.splitlines()[1].split() == ["database", "ok:", "answers"]


def test_digests_and_kiosks_on_postgresql(
    far_operator: Operator, postgres_url: str, clock: Clock
) -> None:
    town = heard_lately(fill(Town(postgres_url, clock())))
    try:
        town.sms("Ana", "P quai3 palette 12")
        shown = far_operator("digests", "preview", "Leo").out
        said = far_operator("digests", "send", "--now", "2026-03-02T18:00")
        assert said.out.startswith("1 digest owed")
        clock.advance(hours=9)
        town.clock.set(clock())
        assert town.heard("Leo")[-1].strip() == shown.strip()
    finally:
        town.close()
    far_operator("kiosks", "add", "Nord")
    assert far_operator("kiosks", "revoke", "Nord").out == "kiosk 1 revoked\n"
    letters = far_operator("members", "invite", "--all-pending", "--json").objects
    assert [letter["name"] for letter in letters] == ["Zoe"]
