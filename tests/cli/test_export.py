"""`gateway members export`: all that is kept about Nadia, for Nadia."""

import json

import pytest
from sqlalchemy import insert, select

from gateway.core import export
from gateway.core.models import Base, Inbox, Member
from tests.cli.conftest import Operator
from tests.support.life import BADGE, MAIL, NAME, PHONE, row_of
from tests.support.town import Town


@pytest.fixture
def town(nadias_town: Town) -> Town:
    """The town, with Nadia in it and all that she did, on either database."""
    return nadias_town


def test_each_table_is_in_it_or_there_is_a_reason() -> None:
    assert not set(export.SECTIONS_OF) & set(export.LEFT_OUT)
    assert {*export.SECTIONS_OF, *export.LEFT_OUT} == set(Base.metadata.tables)


def test_each_section_of_the_list_is_one_of_the_export() -> None:
    names = {"profile", *(section.name for section in export.sections(1))}
    assert names == set(export.SECTIONS_OF.values())


class TestExport:
    def test_it_is_one_object_with_all_of_it(self, operator: Operator, town: Town) -> None:
        said = operator("members", "export", NAME)
        assert (said.code, said.err) == (0, "")
        kept = json.loads(said.out)
        assert set(kept) == set(export.SECTIONS_OF.values())
        assert kept["profile"]["badge"] == BADGE
        assert kept["profile"]["settings"]["digest_at"] == "18:00"
        assert {one["address"] for one in kept["addresses"]} == {PHONE, MAIL}
        assert "import" in {one["cause"] for one in kept["consent"]}
        assert {one["group"]: one["state"] for one in kept["groups"]} == {
            "quai3": "in",
            "secu": "asked",
        }
        assert [one["body"] for one in kept["posts"]] == [
            "bonjour tout le monde",
            "regardez [photo]",
        ]
        assert [one["number"] for one in kept["thanks"]] == [1007]
        assert "mon mot à moi" in [one["text"] for one in kept["messages"]]
        assert {one["state"] for one in kept["sent"]} >= {"due", "sent"}
        assert [one["kind"] for one in kept["pictures"]] == ["image/jpeg"]
        assert [one["kiosk"] for one in kept["sessions"]] == ["Nord"]
        assert kept["questions"]
        assert kept["actions"]
        assert kept["codes"]

    def test_nobody_can_act_as_her_with_it(self, operator: Operator, town: Town) -> None:
        said = operator("members", "export", NAME).out
        with town.database.read() as session:
            hashed = session.scalar(select(Member.pin_hash).where(Member.name == NAME))
        assert hashed
        assert hashed not in said
        assert '"hash"' not in said

    def test_nobody_elses_words_are_in_it(self, operator: Operator, town: Town) -> None:
        kept = json.loads(operator("members", "export", NAME).out)
        assert "hello" not in str([one["text"] for one in kept["messages"]])
        assert {one["recipient"] for one in kept["sent"]} <= {PHONE, MAIL}

    def test_originals_come_only_when_asked_for(self, operator: Operator, town: Town) -> None:
        assert '"original"' not in operator("members", "export", NAME).out
        kept = json.loads(operator("members", "export", NAME, "--originals").out)
        assert {"RnJvbT0lMkIzMzYwMDAwMDA3Nw=="} <= {one["original"] for one in kept["messages"]}

    def test_a_long_life_is_read_a_page_at_a_time(
        self, operator: Operator, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = json.loads(operator("members", "export", NAME).out)
        with town.database.write() as session:
            rows = [row_of(n, town.id_of(NAME), town.clock()) for n in range(2 * export.PAGE)]
            session.execute(insert(Inbox), rows)
        kept = json.loads(operator("members", "export", NAME).out)
        assert len(kept["messages"]) == len(before["messages"]) + 2 * export.PAGE

    def test_there_must_be_such_a_member(self, operator: Operator, town: Town) -> None:
        said = operator("members", "export", "Nobody")
        assert (said.code, said.out) == (1, "")
