"""What is unread for many at once is what is unread for each, at no more cost for more of them."""

import random

import pytest
from sqlalchemy import func, select

from gateway.core.backlog import backlogs
from gateway.core.models import Member, Outbox
from gateway.core.people import Person
from gateway.core.traffic import for_digest
from tests.support.statements import asked
from tests.support.town import Town

PEOPLE = ("Ana", "Leo", "Paul", "Zoe", "Kim", "Noa")
GROUPS = ("quai3", "depot", "secu")
MOST = 3


def something(town: Town, dice: random.Random) -> None:
    """One thing that somebody does, or that the gateway does for them."""
    town.clock.advance(seconds=30)
    one, other = dice.sample(GROUPS, 2)
    words = f"porte {dice.randrange(3)}"
    said: list[list[str]] = [
        *([[f"P {one} palette {dice.randrange(10_000)}"]] * 3),
        [f"P {one} {words}", f"P {other} {words}"],
        [f"R{dice.randint(100, 110)} vu"],
        [dice.choice(["RYTHME chaque", "RYTHME jour", "ANNULE", "NEWS"])],
        [f"QUITTE {one}"],
        [f"JOIN {one}"],
    ]
    who = dice.choice(PEOPLE)
    for text in dice.choice(said):
        town.kiosk(who, text)
    later = dice.randrange(8)
    if later == 0:
        town.settle()
    elif later == 1:
        town.clock.advance(days=1)
        town.gateway.delivery.send_digests()


def reference(town: Town, member_id: int) -> tuple[tuple[int, ...], int]:
    """The slow way: one member by themselves."""
    with town.database.read() as session:
        serials = list(session.scalars(for_digest(member_id)))
    return tuple(serials[:MOST]), len(serials)


@pytest.mark.parametrize("seed", range(6))
def test_many_at_once_have_what_each_of_them_has(any_town: Town, seed: int) -> None:
    town, dice = any_town, random.Random(seed)
    town.group("depot", "Dépôt")
    for name in ("Kim", "Noa"):
        town.person(name, email=f"{name}@depot.example", groups=GROUPS)
    for name in PEOPLE[:4]:
        town.kiosk(name, "JOIN depot")
    for _ in range(60):
        something(town, dice)
    with town.database.read() as session:
        everybody = list(session.scalars(select(Member.id)))
        found = backlogs(session, everybody, MOST)
    expected = {member_id: reference(town, member_id) for member_id in everybody}
    told = {one: (backlog.serials, backlog.total) for one, backlog in found.items()}
    assert {one: told.get(one, ((), 0)) for one in everybody} == expected
    assert any(total for _, total in expected.values()), "or it proves nothing"


@pytest.fixture
def crowd(any_town: Town) -> Town:
    people = [
        Person(f"M{number}", phone=f"+33600010{number:03}", groups=("quai3",))
        for number in range(300)
    ]
    any_town.gateway.office.import_members(people, consented=True)
    for number in range(20):
        any_town.sms("Ana", f"P quai3 palette {number}")
    return any_town


def test_the_digests_of_a_batch_cost_the_same_for_any_number_of_members(crowd: Town) -> None:
    crowd.clock.advance(days=1)
    with asked(crowd.database) as said:
        crowd.gateway.delivery.send_digests()
    with crowd.database.read() as session:
        owed = session.scalar(select(func.count()).where(Outbox.kind == "digest")) or 0
    assert owed > 300
    assert len(said) <= 60


def test_nobody_has_nothing(town: Town) -> None:
    with town.database.read() as session:
        assert backlogs(session, [], MOST) == {}
