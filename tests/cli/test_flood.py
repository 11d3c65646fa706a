"""What an operator sees, and can do, where too much comes in, and of numbers that cost too much."""

from pathlib import Path

import pytest

from tests.cli.conftest import Operator
from tests.support.town import Town


def finding(operator: Operator, check: str) -> str:
    said = [one for one in operator("doctor", "--json").objects if one["check"] == check]
    return " ".join(f"{one['state']}: {one['words']}" for one in said)


def test_what_waits_and_what_is_kept_is_listed_and_run(operator: Operator, town: Town) -> None:
    for number in range(122):
        town.mail("Paul", f"P quai3 palette {number}")
    assert len(operator("inbox", "list", "--state", "waiting", "--json").objects) == 100
    held = operator("inbox", "list", "--state", "held", "--json").objects
    assert [str(one["reason"]).partition(";")[0] for one in held] == ["flood", "flood"]
    said = finding(operator, "flood")
    assert said.startswith("warn: 2 kept")
    assert "100 waiting" in said
    assert "100 messages wait for a turn on email" in operator("status").out
    assert operator("inbox", "replay", str(held[0]["id"])).out == "1 replayed: 1 done\n"
    assert operator("inbox", "replay").out == "0 replayed\n"


def test_nobody_writes_too_much_and_every_number_may_be_written_to(
    operator: Operator, town: Town
) -> None:
    town.sms("Ana", "NEUF")
    assert finding(operator, "flood") == "ok: nobody writes too much"
    assert finding(operator, "countries").startswith("ok")


def test_open_numbers_outside_of_the_list_are_counted(
    operator: Operator, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.sms("Ana", "NEUF")
    monkeypatch.setenv("GATEWAY_SMS_COUNTRIES", "BE,LU")
    said = finding(operator, "countries")
    assert said.startswith("warn: 2 open phone numbers")
    assert "GATEWAY_SMS_COUNTRIES" in said


@pytest.mark.parametrize(
    ("phone", "says"),
    [
        ("+32470123456", "add it to GATEWAY_SMS_COUNTRIES"),
        ("0899 12 34 56", "cannot get texts (premium)"),
        ("01 23 45 67 89", "cannot get texts (not mobile)"),
    ],
)
def test_a_file_with_a_number_that_is_never_written_to_is_refused(
    operator: Operator, folder: Path, phone: str, says: str
) -> None:
    (folder / "people.csv").write_text(f"name,phone\nMax,{phone}\nLea,0612345678\n")
    said = operator("members", "import", "people.csv")
    assert said.code == 1
    assert "line 2" in said.err
    assert says in said.err
    assert operator("members", "list", "--json").objects == []


def test_once_the_country_is_named_the_file_is_taken(
    operator: Operator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "people.csv").write_text("name,phone\nMax,+32470123456\n")
    monkeypatch.setenv("GATEWAY_SMS_COUNTRIES", "FR,BE")
    assert operator("members", "import", "people.csv").code == 0
