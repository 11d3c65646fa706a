"""`gateway members erase`: nothing that is kept tells of Nadia any more."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from gateway.channels.email.tokens import Tokens
from gateway.core import erasure
from gateway.core.envelope import EMAIL, SMS, Inbound
from gateway.core.models import Base, Inbox, Subscription
from tests.cli.conftest import Operator
from tests.support.life import BADGE, HERS, MAIL, NAME, PHONE, SECRET_WORDS, TRACES, row_of, traces
from tests.support.town import SECRET, Town


@pytest.fixture
def town(nadias_town: Town) -> Town:
    """The town, with Nadia in it and all that she did, on either database."""
    return nadias_town


def test_each_table_is_thought_of() -> None:
    assert set(erasure.WHAT_BECOMES_OF) == set(Base.metadata.tables)


def test_no_table_that_names_somebody_is_called_nobodys() -> None:
    personal = {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name in ("member_id", "author_id", "sender", "recipient", "badge")
    }
    assert len(personal) > 10
    assert not {name for name in personal if "nobody" in erasure.WHAT_BECOMES_OF[name]}


class TestErase:
    def test_nothing_tells_of_her_any_more(self, operator: Operator, town: Town) -> None:
        before = traces(town.database)
        assert {name.partition(".")[0] for name in before} >= {
            *("member", "address", "inbox", "outbox", "question", "media"),
        }
        said = operator("members", "erase", NAME, "--yes")
        assert said.code == 0
        assert traces(town.database) == {}
        assert traces(town.database, SECRET_WORDS) == {}

    def test_what_was_done_is_counted(self, operator: Operator, town: Town) -> None:
        said = operator("members", "erase", NAME, "--yes")
        assert said.out.startswith("erased: 2 addresses\n  9 messages of theirs emptied\n")
        assert "10 messages to them emptied, 1 of these still owed\n" in said.out
        assert "  2 posts left as a former member's" in said.out
        assert not TRACES.search(said.out)

    def test_her_posts_stay_in_their_threads_by_nobody(
        self, operator: Operator, town: Town
    ) -> None:
        operator("members", "erase", BADGE, "--yes")
        posts = operator("posts", "list", "--json").objects
        assert [(p["author"], p["body"]) for p in posts][1:3] == [
            ("Ancien membre", "bonjour tout le monde"),
            ("Leo", "hello"),
        ]
        assert "Ancien membre" in town.sms("Ana", f"L{HERS}")
        assert "Ancien" not in town.sms("Ana", "QUI bonjour")

    def test_her_posts_can_be_emptied_too(self, operator: Operator, town: Town) -> None:
        said = operator("members", "erase", NAME, "--yes", "--posts")
        assert "2 posts emptied" in said.out
        posts = operator("posts", "list", "--json").objects
        assert [(p["body"], p["state"]) for p in posts][1:3] == [
            ("", "withdrawn"),
            ("hello", "live"),
        ]
        assert "bonjour" not in str(traces(town.database, re.compile("bonjour")).get("post.body"))

    def test_what_is_owed_to_her_does_not_leave(self, operator: Operator, town: Town) -> None:
        operator("members", "erase", NAME, "--yes")
        taken = {name: len(carrier.taken) for name, carrier in town.carriers.items()}
        town.settle()
        new = [m for name, c in town.carriers.items() for m in c.taken[taken[name] :]]
        assert new
        assert not [m for m in new if m.recipient in (PHONE, MAIL, "")]
        assert operator("outbox", "replay").out == "0 owed again\n"

    def test_she_is_a_stranger_wherever_she_writes_from(
        self, operator: Operator, town: Town
    ) -> None:
        nadia = town.id_of(NAME)
        operator("members", "erase", NAME, "--yes")
        received = town.receive(SMS, PHONE, "P quai3 encore moi")
        assert received.state == "refused"
        late = Inbound(EMAIL, "<late@x>", MAIL, "encore", member_id=nadia, about="post:100")
        assert town.gateway.intake.receive(late).state == "refused"
        assert town.gateway.directory.token_epoch(nadia) is None
        assert Tokens(SECRET).read_reply(Tokens(SECRET).reply(nadia, "post:100"), 1) is None

    def test_a_text_that_the_carrier_brings_again_is_known(
        self, operator: Operator, town: Town
    ) -> None:
        operator("members", "erase", NAME, "--yes")
        again = town.receive(SMS, PHONE, "P quai3 regardez", "SMphoto")
        assert (again.duplicate, again.words) == (True, "")
        assert traces(town.database) == {}

    def test_she_is_in_no_list_and_no_count(self, operator: Operator, town: Town) -> None:
        nadia = town.id_of(NAME)
        before = operator("status", "--json").objects[0]["members"]
        operator("members", "erase", NAME, "--yes")
        listed = operator("members", "list", "--json").objects
        assert nadia not in [line["id"] for line in listed]
        assert operator("members", "show", f"id:{nadia}").code == 1
        assert operator("members", "show", "Ancien membre").code == 1
        assert operator("members", "erase", f"id:{nadia}", "--yes").code == 1
        assert operator("status", "--json").objects[0]["members"] == int(str(before)) - 1
        letters = operator("members", "invite", "--all-pending", "--json").objects
        assert [letter["name"] for letter in letters] == ["Zoe"]

    def test_the_same_badge_in_a_file_is_a_new_person(
        self, operator: Operator, town: Town, folder: Path
    ) -> None:
        old = town.id_of(NAME)
        operator("members", "erase", NAME, "--yes")
        file = f"name,phone,badge,groups\n{NAME},{PHONE},{BADGE},quai3\n"
        (folder / "people.csv").write_text(file, "utf-8")
        assert operator("members", "import", "people.csv", "--consented").out.startswith("1 added")
        (line,) = operator("members", "show", BADGE, "--json").objects
        assert line["id"] != old
        assert line["addresses"][0]["state"] == "active"  # type: ignore[index]  # JSON

    def test_a_stop_outlives_the_erasure_and_every_file(
        self, operator: Operator, town: Town, folder: Path
    ) -> None:
        town.sms(NAME, "STOP")
        operator("members", "erase", NAME, "--yes")
        file = f"name,phone,email,groups\n{NAME},{PHONE},{MAIL},quai3\n"
        (folder / "people.csv").write_text(file, "utf-8")
        operator("members", "import", "people.csv", "--consented")
        (line,) = operator("members", "show", NAME, "--json").objects
        states = {a["channel"]: a["state"] for a in line["addresses"]}  # type: ignore[attr-defined]  # JSON
        assert states == {"sms": "pending", "email": "active"}

    def test_groups_that_nobody_animates_any_more_are_named(
        self, operator: Operator, town: Town
    ) -> None:
        with town.database.write() as session:
            for row in session.scalars(select(Subscription)):
                row.animator = row.animator and row.member_id == town.id_of(NAME)
        said = operator("members", "erase", NAME, "--yes")
        assert "Nobody animates quai3 any more" in said.err

    def test_another_of_the_same_name_keeps_theirs(self, operator: Operator, town: Town) -> None:
        town.person(NAME, phone="+33600000078", badge="other", groups=("quai3",))
        nadia = operator("members", "show", BADGE, "--json").objects[0]["id"]
        operator("members", "erase", f"id:{nadia}", "--yes")
        assert set(traces(town.database)) <= {
            *("member.name", "inbox.words", "inbox.result", "outbox.payload", "question.title"),
        }
        assert operator("members", "show", NAME, "--json").objects[0]["badge"] == "other"

    def test_many_rows_are_emptied_batch_by_batch(
        self, operator: Operator, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(erasure, "BATCH", 3)
        with town.database.write() as session:
            rows = [row_of(n, town.id_of(NAME), town.clock()) for n in range(50)]
            session.execute(insert(Inbox), rows)
        assert operator("members", "erase", NAME, "--yes").code == 0
        assert traces(town.database) == {}
        with town.database.read() as session:
            assert session.scalar(select(func.count(Inbox.id)).where(Inbox.raw != b"")) == 0


class TestCutOff:
    @pytest.mark.parametrize("after", [1, 2, 3, 4])
    def test_it_can_be_asked_for_again(
        self, operator: Operator, town: Town, monkeypatch: pytest.MonkeyPatch, after: int
    ) -> None:
        steps = dict(list(erasure.STEPS.items())[:after])

        def dies(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(erasure, "STEPS", {**steps, "killed": dies})
            assert operator("members", "erase", NAME, "--yes").code == 1
        assert traces(town.database)
        assert operator("members", "erase", NAME, "--yes").code == 0
        assert traces(town.database) == {}


class TestAsking:
    def test_nobody_is_erased_by_a_slip(
        self, operator: Operator, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "Ana")
        said = operator("members", "erase", NAME)
        assert said.code == 1
        assert "Nothing was erased" in said.err
        monkeypatch.setattr("click.termui.visible_prompt_func", _no_more)
        said = operator("members", "erase", NAME)
        assert said.code == 1
        assert "--yes" in said.err
        assert operator("members", "show", NAME).code == 0

    def test_whoever_types_the_name_means_it(
        self, operator: Operator, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: NAME)
        assert operator("members", "erase", BADGE).code == 0
        assert operator("members", "show", BADGE).code == 1


def _no_more(_prompt: str) -> str:
    raise EOFError
