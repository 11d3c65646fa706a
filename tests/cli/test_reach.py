"""`gateway reach`: how many, by site and channel, and nobody to be found in it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from gateway.core import reach
from gateway.core.models import Address, Member, Outbox
from tests.cli.conftest import Operator, heard_lately
from tests.support.town import Town, fill


@pytest.fixture(params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> Iterator[Town]:
    """Twelve people with phones in the north, nine with mailboxes in the south, and few beside."""
    url = f"sqlite:///{folder}/gateway.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        monkeypatch.setenv("GATEWAY_DATABASE_URL", url)
    town = fill(Town(url, _now()))
    for n in range(12):
        town.person(f"N{n}", phone=f"+3360000010{n:02}", site="Nord", groups=("quai3",))
    for n in range(9):
        town.person(f"S{n}", email=f"s{n}@depot.example", site="Sud", groups=("quai3",))
    for n in range(4):
        town.person(f"E{n}", phone=f"+3360000020{n:02}", site="Est")
    yield heard_lately(town)
    town.close()


def told(operator: Operator, *arguments: str) -> dict[tuple[str, str], tuple[object, ...]]:
    """By site and channel: members, reachable, reached, took part."""
    said = operator("reach", "--json", *arguments)
    assert said.code == 0
    return {
        (str(line["site"]), str(line["channel"])): (
            line["members"],
            line["reachable"],
            line["reached"],
            line["took_part"],
        )
        for line in said.objects
    }


def test_who_can_be_reached_was_and_took_part(operator: Operator, town: Town) -> None:
    for n in range(12):
        town.sms(f"N{n}", f"P quai3 palette {n}")
    town.settle()
    found = told(operator)
    assert found["Nord", "sms"] == (12, 12, 12, 12)
    assert found["Nord", "any"] == (12, 12, 12, 12)
    assert found["Nord", "email"] == (12, None, None, None)
    assert found["Sud", "email"] == (8, 8, 8, None)
    assert found["(all)", "any"] == (28, 28, 20, 12)


def test_thanks_are_taking_part_and_a_kiosk_is_reached_by_coming(
    operator: Operator, town: Town
) -> None:
    town.sms("Ana", "P quai3 palette")
    for n in range(8):
        town.sms(f"N{n}", "1007 +")
    for n in range(9):
        town.kiosk(f"S{n}", "NEUF")
    found = told(operator)
    assert found["Nord", "sms"][3] == 8
    assert found["Sud", "kiosk"] == (8, None, 8, None)


@pytest.mark.parametrize("state", ["doubted", "lost", "failed", "stopped", "pending"])
def test_an_address_that_is_not_open_reaches_nobody(
    operator: Operator, town: Town, state: str
) -> None:
    with town.database.write() as session:
        session.execute(update(Address).where(Address.channel == "sms").values(state=state))
    assert told(operator)["Nord", "sms"][1] is None
    assert told(operator)["Sud", "email"][1] == 8


def test_a_phone_that_is_silent_for_long_is_not_reachable(operator: Operator, town: Town) -> None:
    with town.database.write() as session:
        session.execute(
            update(Address)
            .where(Address.channel == "sms")
            .values(heard_at=_now() - timedelta(days=91))
        )
    assert told(operator)["Nord", "sms"][1] is None


def test_a_kiosk_needs_a_pin_and_a_kiosk(operator: Operator, town: Town) -> None:
    with town.database.write() as session:
        session.execute(
            update(Member).where(Member.site == "Sud").values(badge="s" + Member.name, pin_hash="x")
        )
    assert told(operator)["Sud", "kiosk"][1] is None
    operator("kiosks", "add", "Sud")
    assert told(operator)["Sud", "kiosk"][1] == 8
    operator("kiosks", "revoke", "Sud")
    assert told(operator)["Sud", "kiosk"][1] is None


def test_only_the_last_days_count(operator: Operator, town: Town) -> None:
    for n in range(12):
        town.sms(f"N{n}", f"P quai3 palette {n}")
    town.settle()
    with town.database.write() as session:
        session.execute(update(Outbox).values(settled_at=_now() - timedelta(days=10)))
    assert told(operator, "--days", "7")["Nord", "sms"] == (12, 12, None, 12)
    assert told(operator, "--days", "30")["Nord", "sms"] == (12, 12, 12, 12)
    assert operator("reach", "--days", "1").code == 2


def test_small_sites_are_counted_together_and_nobody_is_named(
    operator: Operator, town: Town
) -> None:
    assert list(dict.fromkeys(site for site, _ in told(operator))) == [
        *("(all)", "Nord", "Sud", "(other sites)"),
    ]
    said = operator("reach")
    assert "<8" in said.out
    for hidden in ("Ana", "N1", "+336", "depot.example", "Est"):
        assert hidden not in said.out


def test_others_that_are_few_take_the_smallest_with_them(operator: Operator, town: Town) -> None:
    operator("members", "erase", "E0", "--yes")
    found = told(operator)
    assert {site for site, _ in found} == {"(all)", "(other sites)", "Nord"}
    assert found["(other sites)", "any"][0] == 16


def test_who_is_erased_is_counted_no_more(operator: Operator, town: Town) -> None:
    for n in range(8):
        operator("members", "erase", f"N{n}", "--yes")
    assert "Nord" not in {site for site, _ in told(operator)}


@given(st.integers(0, 5000))
def test_what_is_told_of_a_count_is_never_few_and_hides_one(count: int) -> None:
    said = reach.coarse(count)
    if said is None:
        assert count < reach.FEWEST
    else:
        assert said >= reach.FEWEST
        assert said <= count < said + reach.STEP


@given(st.dictionaries(st.sampled_from("abcdefghij"), st.integers(1, 40)))
def test_no_line_is_of_a_few_people_unless_all_are_few(sites: dict[str, int]) -> None:
    named = reach._named(sites)
    sums: dict[str, int] = {}
    for site, count in sites.items():
        sums[named[site]] = sums.get(named[site], 0) + count
    assert len(sums) <= 1 or min(sums.values()) >= reach.FEWEST


def _now() -> datetime:
    """The real clock's, which commands read."""
    return datetime.now(UTC)
