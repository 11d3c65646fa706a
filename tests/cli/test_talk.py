"""Groups, posts, inbox, outbox, digests and kiosks, as an operator sees and moves them."""

import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from gateway.core.errors import PermanentFailure, UnknownOutcome
from gateway.core.models import Address, Outbox, Subscription
from tests.cli.conftest import Operator
from tests.support.town import Town


class TestGroups:
    def test_a_group_is_added_once(self, operator: Operator) -> None:
        assert operator("groups", "add", "Quai-3", "--name", "Quai 3").out == "quai-3 added\n"
        for slug, name in (("quai-3", "Other"), ("other", "QUAI 3"), ("quai3", "Third")):
            said = operator("groups", "add", slug, "--name", name)
            assert said.code == 1
            assert "gateway groups list" in said.err
        assert [g["group"] for g in operator("groups", "list", "--json").objects] == ["quai-3"]

    @pytest.mark.parametrize("slug", ["Quai 3", "reply", "stop", "quai_3", "q" * 32])
    def test_what_cannot_be_an_address_and_a_word_is_no_slug(
        self, operator: Operator, slug: str
    ) -> None:
        said = operator("groups", "add", slug, "--name", "Quai 3")
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith(f"{slug.lower()} cannot be a slug: write ")
        assert operator("groups", "list", "--json").out == ""

    def test_a_group_is_open_closed_or_to_announce(self, operator: Operator) -> None:
        operator("groups", "add", "a", "--name", "Aaa")
        operator("groups", "add", "b", "--name", "Bbb", "--closed")
        operator("groups", "add", "c", "--name", "Ccc", "--announce")
        kinds = [g["kind"] for g in operator("groups", "list", "--json").objects]
        assert kinds == ["open", "closed", "announce"]

    def test_what_is_known_of_it_is_shown(self, operator: Operator, town: Town) -> None:
        town.sms("Leo", "JOIN secu")
        town.sms("Ana", "P secu gants neufs")
        (shown,) = operator("groups", "show", "SECU", "--json").objects
        assert shown["members"] == 1
        assert shown["asking"] == 1
        assert shown["posts"] == 1
        assert shown["animators"] == ["Ana"]
        assert "Sécurité" in operator("groups", "show", "secu").out
        assert operator("groups", "show", "nix").code == 1


class TestPosts:
    def test_programs_get_exactly_these_keys(self, operator: Operator, town: Town) -> None:
        town.sms("Ana", "P quai3 palette 12")
        town.kiosk("Zoe", "R1007 vue")
        first, second = operator("posts", "list", "--json").objects
        assert first == {
            "number": 1007,
            "group": "quai3",
            "author": "Ana",
            "channel": "sms",
            "parent": None,
            "body": "palette 12",
            "state": "live",
            "created": "2026-03-02T08:00:00+00:00",
        }
        assert (second["parent"], second["channel"], second["body"]) == (1007, "kiosk", "vue")

    def test_what_was_taken_back_is_gone(self, operator: Operator, town: Town) -> None:
        town.sms("Ana", "P quai3 une bêtise")
        town.sms("Ana", "ANNULE")
        (post,) = operator("posts", "list", "--json").objects
        assert (post["state"], post["body"]) == ("withdrawn", "")

    def test_one_group_can_be_asked_for(self, operator: Operator, town: Town) -> None:
        town.sms("Ana", "P quai3 un")
        town.sms("Ana", "P secu deux")
        said = operator("posts", "list", "--group", "secu", "--json")
        assert [post["body"] for post in said.objects] == ["deux"]
        assert operator("posts", "list", "--group", "nix").code == 1

    def test_people_get_a_table_of_one_line_a_post(self, operator: Operator, town: Town) -> None:
        town.kiosk("Zoe", "P quai3 deux\n\x1b[2Jlignes")
        lines = operator("posts", "list").out.splitlines()
        assert len(lines) == 2
        assert lines[1].endswith("deux [2Jlignes")


class TestInbox:
    def test_it_tells_what_became_of_everything(self, operator: Operator, town: Town) -> None:
        town.sms("Ana", "P quai3 palette")
        town.sms("+33600000088", "bonjour")
        town.kiosk("Zoe", "NEUF")
        lines = operator("inbox", "list", "--json").objects
        assert [line["state"] for line in lines] == ["done", "refused", "done"]
        assert [line["member"] for line in lines] == ["Ana", None, "Zoe"]
        assert [line["sender"] for line in lines] == ["...01", "...88", "kiosk:1"]

    def test_what_people_wrote_is_shown_only_when_asked_for(
        self, operator: Operator, town: Town
    ) -> None:
        town.sms("Ana", "P quai3 palette")
        for flags in ([], ["--json"]):
            said = operator("inbox", "list", *flags).out
            assert "palette" not in said
            assert "+336" not in said
        revealed = operator("inbox", "list", "--reveal", "--json").objects[0]
        assert (revealed["text"], revealed["sender"]) == ("P quai3 palette", "+33600000001")

    def test_what_a_fault_parked_is_run_again(self, operator: Operator, town: Town) -> None:
        _break(town, "P quai3 palette")
        said = operator("inbox", "list", "--state", "failed")
        assert "OperationalError" not in said.out
        assert "failed" in said.out
        assert operator("status", "--json").objects[0]["channels"]["sms"]["parked"] == 1  # type: ignore[index]  # JSON
        again = operator("inbox", "replay")
        assert (again.code, again.out) == (1, "1 replayed: 1 failed\n")
        assert "gateway inbox list --state failed" in again.err
        _mend(town)
        assert operator("inbox", "replay").out == "1 replayed: 1 done\n"
        assert operator("inbox", "replay").out == "0 replayed\n"
        assert len(operator("posts", "list", "--json").objects) == 1

    def test_what_has_ended_is_not_run_twice(self, operator: Operator, town: Town) -> None:
        town.sms("Ana", "P quai3 palette")
        said = operator("inbox", "replay", "1")
        assert (said.code, said.out) == (0, "0 replayed\n")
        assert said.err.startswith("1 left as before (1 done): only what is `failed`")
        assert len(operator("posts", "list", "--json").objects) == 1

    def test_one_is_shown_with_what_was_said_and_what_was_cut(
        self, operator: Operator, town: Town
    ) -> None:
        town.mail("Paul", "NEUF", cut="[quote]\n> hier \x1b[2J\n> P quai3")
        shown = operator("inbox", "show", "1")
        assert "hier" not in shown.out
        assert "paul@depot.example" not in shown.out
        shown = operator("inbox", "show", "1", "--reveal")
        assert "cut:\n  [quote]\n  > hier ?[2J\n  > P quai3\n" in shown.out
        assert "text:\n  NEUF\nsaid back:\n  Rien de neuf." in shown.out
        sheet = operator("inbox", "show", "1", "--reveal", "--json").objects[0]
        assert (sheet["state"], sheet["text"]) == ("done", "NEUF")
        assert sheet["cut"] == "[quote]\n> hier \x1b[2J\n> P quai3"

    def test_an_unknown_row_is_refused(self, operator: Operator) -> None:
        assert operator("inbox", "show", "77").code == 1
        said = operator("inbox", "replay", "77")
        assert (said.code, said.err) == (1, "There is no row 77: see `gateway inbox list`.\n")


class TestOutbox:
    def test_it_tells_what_is_owed(self, operator: Operator, town: Town) -> None:
        town.sms("Ana", "P quai3 palette")
        town.settle()
        lines = operator("outbox", "list", "--json").objects
        by_kind = {str(line["kind"]): line for line in lines}
        assert by_kind["post"]["member"] == "Paul"
        assert by_kind["post"]["recipient"] == "p...@depot.example"
        assert by_kind["post"]["post"] == 1007
        assert by_kind["answer"]["state"] == "sent"
        assert operator("outbox", "list", "--state", "failed", "--json").out == ""
        mail = operator("outbox", "list", "--channel", "email", "--json", "--reveal").objects
        assert [line["recipient"] for line in mail] == ["paul@depot.example"]

    def test_no_stranger_is_shown(self, operator: Operator, town: Town) -> None:
        town.sms("+33600000088", "bonjour")
        assert "+33600000088" not in operator("outbox", "list", "--json").out
        assert "+33600000088" in operator("outbox", "list", "--json", "--reveal").out

    def test_what_was_refused_is_owed_again_and_what_is_unknown_only_by_name(
        self, operator: Operator, town: Town
    ) -> None:
        town.carriers["sms"].faults = [PermanentFailure("30007"), UnknownOutcome("timeout")]
        town.sms("Ana", "MOI")
        town.sms("Leo", "STATUS")
        town.settle()
        states = {"1": "failed", "2": "unknown"}
        assert _states(operator) == states
        assert operator("outbox", "replay").out == "1 owed again\n"
        assert _states(operator) == {**states, "1": "due"}
        assert operator("outbox", "replay", "2").out == "1 owed again\n"
        assert _states(operator) == {"1": "due", "2": "due"}
        again = operator("outbox", "replay", "2", "99")
        assert (again.code, again.out) == (1, "0 owed again\n")
        assert again.err.splitlines() == [
            "row 2 left alone: did not fail, for the state is `due`",
            "row 99 left alone: there is no such row, see `gateway outbox list`",
        ]

    def test_what_would_be_dropped_is_not_owed_again_but_said(
        self, operator: Operator, town: Town
    ) -> None:
        town.carriers["sms"].faults = [PermanentFailure("30007")]
        town.sms("Leo", "STATUS")
        town.settle()
        with town.database.write() as session:
            session.execute(update(Address).values(state="doubted"))
        for rows, code in (((), 0), (("1",), 1)):
            said = operator("outbox", "replay", *rows)
            assert (said.code, said.out) == (code, "0 owed again\n")
            assert said.err.startswith("row 1 left alone: the number may be another's by now")
        assert _states(operator)["1"] == "failed"

    def test_a_row_that_is_not_there_has_no_trace(self, operator: Operator, town: Town) -> None:
        assert "see `gateway inbox list`" in operator("trace", "99").err
        assert "see `gateway outbox list`" in operator("trace", "99", "--outbox").err


class TestDigests:
    def test_a_preview_sends_and_moves_nothing(self, operator: Operator, town: Town) -> None:
        town.sms("Ana", "P quai3 palette 12")
        before = _rows(town)
        said = operator("digests", "preview", "Leo")
        assert (said.code, said.err) == (0, "To Leo by sms (...02): 1 post, 0 more\n")
        assert "palette 12" in said.out
        assert _rows(town) == before

    def test_the_preview_is_what_is_sent(self, operator: Operator, town: Town) -> None:
        for text in ("palette 12", "camion 4", "quai fermé " + "x" * 100, "encore une"):
            town.sms("Ana", f"P quai3 {text}")
        shown = operator("digests", "preview", "Leo").out
        assert operator("digests", "send", "--now", "2026-03-02T18:00").code == 0
        town.clock.set(datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
        assert town.heard("Leo")[-1].strip() == shown.strip()

    def test_a_mail_is_previewed_as_its_text(self, operator: Operator, town: Town) -> None:
        with town.database.write() as session:
            for row in session.query(Subscription):
                row.delivery = "digest"
        town.sms("Ana", "P quai3 palette 12")
        said = operator("digests", "preview", "paul@depot.example")
        assert "To Paul by email (p...@depot.example)" in said.err
        assert "palette 12" in said.out

    def test_no_digest_holds_what_is_not_wanted_or_goes_out_on_its_own(
        self, operator: Operator, town: Town
    ) -> None:
        town.sms("Ana", "P direction lundi")
        town.sms("Ana", "P quai3 palette 12")  # Paul gets it at once
        with town.database.write() as session:
            for row in session.query(Subscription).filter_by(member_id=town.id_of("Leo")):
                row.delivery = "none" if row.group_id == 1 else "digest"
        said = operator("digests", "preview", "Leo")
        assert "1 post, 0 more" in said.err
        assert "palette" not in said.out
        assert operator("digests", "preview", "Paul").out == ""

    def test_nothing_new_is_said_so(self, operator: Operator, town: Town) -> None:
        said = operator("digests", "preview", "Zoe")
        assert (said.code, said.out) == (0, "")
        assert said.err.startswith("Nothing")

    @pytest.mark.parametrize(
        ("time", "owed"),
        [
            ("2026-03-02T17:59", 0),  # 18:00 is the members' hour, in Paris
            ("2026-03-02T18:00", 1),
            ("2026-03-02T17:00Z", 1),
            ("2026-03-02T18:00+02:00", 0),
        ],
    )
    def test_a_time_is_local_unless_it_says_otherwise(
        self, operator: Operator, town: Town, time: str, owed: int
    ) -> None:
        town.sms("Ana", "P quai3 palette 12")
        said = operator("digests", "send", "--now", time)
        assert said.code == 0
        assert said.out.startswith(f"{owed} digest")

    def test_twice_owes_nothing_twice(self, operator: Operator, town: Town) -> None:
        town.sms("Ana", "P quai3 palette 12")
        assert operator("digests", "send", "--now", "2026-03-02T18:00").out.startswith("1 digest ")
        assert operator("digests", "send", "--now", "2026-03-02T18:00").out.startswith("0 digests ")

    def test_a_time_to_come_is_sent_at_once(self, operator: Operator, town: Town) -> None:
        town.sms("Ana", "P quai3 palette 12")
        operator("digests", "send", "--now", "2999-03-02T18:00")
        with town.database.read() as session:
            (row,) = session.query(Outbox).filter_by(kind="digest")
            assert row.not_before < datetime.now(UTC)


class TestKiosks:
    def test_a_token_is_printed_once_and_alone(self, operator: Operator, town: Town) -> None:
        said = operator("kiosks", "add", "Quai Nord")
        token = said.out.strip()
        device = town.gateway.desk.device(token)
        assert device is not None
        assert device.site == "Quai Nord"
        assert token not in operator("kiosks", "list", "--json").out
        assert token not in said.err
        assert "gateway kiosk --server http://127.0.0.1:8080" in said.err

    def test_who_is_signed_in_there_is_signed_out_with_it(
        self, operator: Operator, town: Town
    ) -> None:
        device = town.gateway.desk.device(operator("kiosks", "add", "Nord").out.strip())
        assert device is not None
        town.clock.set(datetime.now(UTC))
        code = town.gateway.office.invite(town.id_of("Zoe"))
        session = town.gateway.desk.sign_in(device, badge="", pin="", code=code)
        assert operator("kiosks", "list", "--json").objects[0]["signed_in"] == 1
        assert operator("kiosks", "revoke", "Nord").out == "kiosk 1 revoked\n"
        assert town.gateway.desk.session(device, session.token) is None
        (line,) = operator("kiosks", "list", "--json").objects
        assert line["revoked"] is not None
        assert operator("kiosks", "revoke", "1").code == 0

    def test_a_site_with_two_is_asked_about(self, operator: Operator) -> None:
        operator("kiosks", "add", "Nord")
        operator("kiosks", "add", "Nord")
        said = operator("kiosks", "revoke", "Nord")
        assert (said.code, said.out) == (1, "")
        assert "write 1 or 2" in said.err
        operator("kiosks", "revoke", "1")
        assert operator("kiosks", "revoke", "Nord").out == "kiosk 2 revoked\n"
        assert operator("kiosks", "revoke", "Sud").code == 1


def _states(operator: Operator) -> dict[str, object]:
    return {str(row["id"]): row["state"] for row in operator("outbox", "list", "--json").objects}


def _rows(town: Town) -> list[str]:
    """All that the database holds."""
    with sqlite3.connect(town.database.engine.url.database or "") as connection:
        dump = list(connection.iterdump())
    connection.close()
    return dump


def _break(town: Town, text: str) -> None:
    """Let a text of Ana's run into a bug."""
    with sqlite3.connect(town.database.engine.url.database or "") as connection:
        connection.execute(
            "CREATE TRIGGER bug BEFORE INSERT ON post BEGIN SELECT raise(ABORT, 'x'); END"
        )
    connection.close()
    town.sms("Ana", text)


def _mend(town: Town) -> None:
    with sqlite3.connect(town.database.engine.url.database or "") as connection:
        connection.execute("DROP TRIGGER bug")
    connection.close()
