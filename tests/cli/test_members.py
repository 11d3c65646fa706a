"""`gateway members`: the file in, people out, and what an import may never do."""

from pathlib import Path

import pytest

from gateway.core.models import Address, Subscription
from tests.cli.conftest import Operator
from tests.support.town import Town

FILE = """name;phone;email;badge;groups;role
Nadia Petit;06 39 98 00 01;;2001;quai3;
Paul Martin;;paul@bureau.example;2002;quai3|secu;animator
Zoé Lambert;;;2003;quai3;
"""


@pytest.fixture
def file(folder: Path, operator: Operator) -> Path:
    operator("groups", "add", "quai3", "--name", "Quai 3")
    operator("groups", "add", "secu", "--name", "Sécurité", "--closed")
    path = folder / "people.csv"
    path.write_text(FILE, "utf-8")
    return path


def test_the_first_commands_make_the_database_themselves(operator: Operator, file: Path) -> None:
    said = operator("members", "import", "people.csv")
    assert (said.code, said.out) == (0, "3 added, 0 changed, 0 unchanged\n")
    assert "gateway members invite --all-pending" in said.err


def test_importing_again_changes_nothing(operator: Operator, file: Path) -> None:
    operator("members", "import", "people.csv", "--consented")
    before = operator("members", "list", "--json", "--reveal").out
    said = operator("members", "import", "people.csv", "--consented")
    assert said.out == "0 added, 0 changed, 3 unchanged\n"
    assert operator("members", "list", "--json", "--reveal").out == before


def test_what_the_file_changes_is_counted(operator: Operator, file: Path) -> None:
    operator("members", "import", "people.csv")
    file.write_text(FILE.replace("Zoé Lambert", "Zoé Roux"), "utf-8")
    assert operator("members", "import", "people.csv").out == "0 added, 1 changed, 2 unchanged\n"
    assert operator("members", "show", "2003", "--json").objects[0]["name"] == "Zoé Roux"


def test_a_dry_run_keeps_nothing(operator: Operator, file: Path) -> None:
    said = operator("members", "import", "people.csv", "--dry-run")
    assert said.out == "3 added, 0 changed, 0 unchanged (dry run: nothing was kept)\n"
    assert operator("members", "list", "--json").out == ""


def test_nothing_is_imported_while_any_row_is_wrong(operator: Operator, file: Path) -> None:
    file.write_text(FILE + "".join(f"Max {n};;;;quai9;\n" for n in range(30)), "utf-8")
    said = operator("members", "import", "people.csv")
    assert said.code == 1
    lines = said.err.splitlines()
    assert lines[0].startswith("line 5: ")
    assert len(lines) == 22
    assert lines[20] == "and 40 more problems"
    assert lines[21] == "Nothing was imported: mend this and import again."
    assert operator("members", "list", "--json").out == ""


def test_an_address_of_somebody_else_is_named_before_anything_is_done(
    operator: Operator, file: Path
) -> None:
    operator("members", "import", "people.csv", "--consented")
    file.write_text(
        "name,phone,email,badge\n"
        "Max Noir,0639980001,,3001\n"  # Nadia's number: she has left, or it is a slip
        "Zoé Lambert,,paul@bureau.example,2003\n"
        "Ida Vert,0639980009,,3002\n",
        "utf-8",
    )
    said = operator("members", "import", "people.csv", "--consented")
    assert said.code == 1
    assert said.err.splitlines()[:2] == [
        "line 2: this phone number belongs to Nadia Petit (member 1, badge 2001)",
        "line 3: this e-mail address belongs to Paul Martin (member 2, badge 2002)",
    ]
    assert len(operator("members", "list", "--json").objects) == 3


def test_a_lost_badge_is_replaced(operator: Operator, file: Path) -> None:
    operator("members", "import", "people.csv")
    file.write_text("name,phone,badge\nNADIA PETIT,0639980001,9001\n", "utf-8")
    assert operator("members", "import", "people.csv").out == "0 added, 1 changed, 0 unchanged\n"
    assert operator("members", "show", "9001", "--json").objects[0]["id"] == 1


def test_without_consent_nobody_is_written_to(operator: Operator, file: Path) -> None:
    operator("members", "import", "people.csv")
    states = _states(operator)
    assert states == {"Nadia Petit": ["pending"], "Paul Martin": ["pending"], "Zoé Lambert": []}
    said = operator("members", "import", "people.csv", "--consented")
    assert said.out == "0 added, 2 changed, 1 unchanged\n"
    assert _states(operator)["Nadia Petit"] == ["active"]


def test_no_file_undoes_a_stop(operator: Operator, town: Town, folder: Path) -> None:
    town.sms("Leo", "STOP")
    (folder / "leo.csv").write_text("name,phone,badge,groups\nLeo,+33600000002,5,quai3\n", "utf-8")
    operator("members", "import", "leo.csv", "--consented")
    assert _states(operator)["Leo"] == ["stopped"]
    # Nor by giving him another number: it was said to us, not to a SIM card.
    (folder / "leo.csv").write_text("name,phone,badge\nLeo,+33600000092,5\n", "utf-8")
    operator("members", "import", "leo.csv", "--consented")
    assert _states(operator)["Leo"] == ["stopped", "pending"]


def test_no_file_puts_anybody_back_into_a_group_they_left(
    operator: Operator, town: Town, folder: Path
) -> None:
    town.sms("Leo", "LEAVE quai3")
    (folder / "leo.csv").write_text(
        "name,phone,groups,role\nLeo,+33600000002,quai3,animator\n", "utf-8"
    )
    said = operator("members", "import", "leo.csv", "--consented")
    assert said.out == "0 added, 0 changed, 1 unchanged\n"
    with town.database.read() as session:
        row = session.get(Subscription, (town.id_of("Leo"), 1))
        assert row is not None
        assert (row.state, row.animator) == ("out", False)


def test_who_chose_another_address_keeps_it(operator: Operator, town: Town, folder: Path) -> None:
    (folder / "ana.csv").write_text("name,phone,email,badge\nAna,,ana@b.example,1001\n", "utf-8")
    operator("members", "import", "ana.csv", "--consented")
    with town.database.read() as session:
        rows = session.query(Address).filter_by(member_id=town.id_of("Ana"))
        assert {row.channel: row.preferred for row in rows} == {"sms": True, "email": False}


def test_a_phone_number_is_shown_only_when_asked_for(operator: Operator, town: Town) -> None:
    assert "+336" not in operator("members", "list").out
    assert "+336" not in operator("members", "list", "--json").out
    assert "...01" in operator("members", "show", "Ana").out
    assert "+33600000001" in operator("members", "list", "--reveal").out
    assert "+33600000001" in operator("members", "show", "Ana", "--reveal", "--json").out


def test_a_list_can_be_of_one_group(operator: Operator, town: Town) -> None:
    assert {m["name"] for m in operator("members", "list", "--json").objects} == {
        *("Ana", "Leo", "Paul", "Zoe")
    }
    said = operator("members", "list", "--group", "SECU", "--json")
    assert [m["name"] for m in said.objects] == ["Ana"]
    refused = operator("members", "list", "--group", "nix")
    assert (refused.code, refused.err) == (
        1,
        'There is no group "nix": see `gateway groups list`.\n',
    )


@pytest.mark.parametrize(
    "wanted",
    ["1", "id:1", "1001", "badge:1001", "+33600000001", "06 00 00 00 01", "Ana"],
)
def test_a_member_may_be_named_in_many_ways(operator: Operator, town: Town, wanted: str) -> None:
    assert operator("members", "show", wanted, "--json").objects[0]["name"] == "Ana"


def test_a_mail_address_names_a_member_in_any_case(operator: Operator, town: Town) -> None:
    said = operator("members", "show", "Paul@Depot.example", "--json")
    assert said.objects[0]["name"] == "Paul"


def test_one_name_of_two_members_is_asked_about(operator: Operator, town: Town) -> None:
    town.person("Leo", badge="1")
    said = operator("members", "show", "Leo")
    assert (said.code, said.out) == (1, "")
    assert "write id:2 or id:5" in said.err
    # And so is a number that is one member's id and another's badge.
    assert "write id:1 or id:5" in operator("members", "show", "1").err
    assert operator("members", "show", "badge:1", "--json").objects[0]["id"] == 5
    assert operator("members", "show", "9" * 30).code == 1
    assert operator("members", "show", "nobody").code == 1


def test_what_is_known_of_a_number_is_shown(operator: Operator, town: Town) -> None:
    town.sms("Leo", "STOP")
    town.clock.advance(hours=1)
    town.sms("Leo", "START")
    said = operator("members", "show", "Leo")
    assert "...02 active (preferred) heard 2026-03-02 09:00 UTC" in said.out
    ledger = "2026-03-02 08:00 UTC sms no (stop:sms), 2026-03-02 09:00 UTC sms yes (start:sms)"
    assert ledger in said.out
    assert "created    2026-03-02 08:00 UTC\n" in said.out
    one = operator("members", "show", "Leo", "--json").objects[0]
    assert isinstance(one["consent"], list)
    assert [line["cause"] for line in one["consent"]] == ["import", "stop:sms", "start:sms"]
    assert one["consent"][-1] == {
        "at": "2026-03-02T09:00:00+00:00",
        "channel": "sms",
        "given": True,
        "cause": "start:sms",
    }


class TestALostPhone:
    def test_it_is_closed_and_a_new_letter_printed(self, operator: Operator, town: Town) -> None:
        said = operator("members", "lost", "Leo")
        assert (said.code, said.err) == (0, "1 number closed.\n")
        head, letter = said.out.splitlines()
        assert head == "name,badge,site,language,code"
        assert "Leo" not in town.sms("Leo", "NEWS")
        assert _states(operator)["Leo"] == ["lost"]
        code = letter.rpartition(",")[2]
        assert "Leo" in town.sms("+33600000077", f"ACTIVATE {code}")
        assert _states(operator)["Leo"] == ["lost", "active"]

    def test_a_program_reads_the_code(self, operator: Operator, town: Town) -> None:
        said = operator("members", "lost", "Leo", "--json")
        assert (said.objects[0]["name"], len(str(said.objects[0]["code"]))) == ("Leo", 8)

    def test_who_has_no_phone_gets_a_letter_all_the_same(
        self, operator: Operator, town: Town
    ) -> None:
        said = operator("members", "lost", "Zoe")
        assert said.err == "0 numbers closed.\n"
        assert len(said.out.splitlines()) == 2

    def test_nobody_is_guessed(self, operator: Operator, town: Town) -> None:
        assert operator("members", "lost", "Nemo").code == 1


class TestInvitations:
    def test_a_letter_has_a_code_that_works(self, operator: Operator, town: Town) -> None:
        said = operator("members", "invite", "Zoe")
        head, letter = said.out.splitlines()
        assert head == "name,badge,site,language,code"
        name, badge, _, language, code = letter.split(",")
        assert (name, badge, language) == ("Zoe", "1004", "fr")
        assert "Zoe" in town.sms("+33600000077", f"ACTIVER {code}")

    def test_all_who_wait_are_those_whom_nothing_reaches(
        self, operator: Operator, town: Town
    ) -> None:
        town.person("Max", phone="+33600000009", consented=False)
        town.sms("Leo", "STOP")
        said = operator("members", "invite", "--all-pending", "--json")
        assert [one["name"] for one in said.objects] == ["Zoe", "Max"]
        assert len({str(one["code"]) for one in said.objects}) == 2
        for one in said.objects:
            town.sms(f"+3360000007{one['id']}", f"ACTIVER {one['code']}")
        again = operator("members", "invite", "--all-pending")
        assert (again.code, again.out, again.err) == (0, "", "Nobody waits for an invitation.\n")

    def test_letters_come_in_the_order_asked_for_and_once(
        self, operator: Operator, town: Town
    ) -> None:
        said = operator("members", "invite", "Zoe", "Ana", "1004", "--json")
        assert [one["name"] for one in said.objects] == ["Zoe", "Ana"]

    def test_one_unknown_name_makes_no_code_at_all(self, operator: Operator, town: Town) -> None:
        said = operator("members", "invite", "Zoe", "Nemo")
        assert (said.code, said.out) == (1, "")
        assert '"Nemo"' in said.err


def test_a_big_file_shows_how_far_it_is(
    operator: Operator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.cli.progress.REPEATED_SECONDS", 0.0)
    rows = [f"Worker {n};06 39 {n:06d};W{n}" for n in range(1500)]
    (folder / "big.csv").write_text("\n".join(["name;phone;badge", *rows]), "utf-8")
    said = operator("members", "import", "big.csv", "--consented")
    assert said.out == "1500 added, 0 changed, 0 unchanged\n"
    assert "people taken: 1,000 of 1,500 (66 %), " in said.err
    assert said.err.splitlines()[-1].startswith("people taken: 1,500 of 1,500 (100 %), ")
    assert len(operator("members", "list", "--json").objects) == 1500


def _states(operator: Operator) -> dict[object, list[str]]:
    found = {}
    for one in operator("members", "list", "--json").objects:
        addresses = one["addresses"]
        assert isinstance(addresses, list)
        found[one["name"]] = [address["state"] for address in addresses]
    return found


class TestRole:
    def test_an_operator_is_made_and_unmade(self, operator: Operator, town: Town) -> None:
        for role, said in (
            ("operator", "operator\n"),
            ("operator", "unchanged: operator before\n"),
            ("member", "member\n"),
        ):
            assert operator("members", "role", "Leo", role).out == said
            assert operator("members", "show", "Leo", "--json").objects[0]["role"] == role

    def test_who_animates_no_more_may_wake_nobody(self, operator: Operator, town: Town) -> None:
        assert "OUI" in town.sms("Ana", "URGENT quai3 feu")
        said = operator("members", "role", "1001", "member", "--group", "quai3")
        assert (said.code, said.out, said.err) == (0, "member of quai3\n", "")
        assert "quai3" not in str(
            operator("members", "show", "1001", "--json").objects[0]["animates"]
        )
        town.sms("Ana", "OUI")
        assert operator("posts", "list", "--json").objects == []

    def test_a_closed_group_without_an_animator_is_named(
        self, operator: Operator, town: Town
    ) -> None:
        said = operator("members", "role", "Ana", "member", "--group", "secu")
        assert said.err == "Nobody animates secu now: operators are asked.\n"
        said = operator("members", "role", "Ana", "animator", "--group", "secu")
        assert (said.out, said.err) == ("animator of secu\n", "")

    def test_nobody_animates_a_group_that_they_are_not_in(
        self, operator: Operator, town: Town
    ) -> None:
        said = operator("members", "role", "Leo", "animator", "--group", "secu")
        assert (said.code, said.out) == (1, "")
        assert "They are not in secu" in said.err
