"""A post to many and one to few leave in turn, and nobody waits behind a whole company."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from gateway.core import outbox
from gateway.core.envelope import EMAIL, SMS, Outbound
from gateway.core.models import Outbox, Post
from gateway.core.people import Person
from tests.support.town import Town

MANY, FEW, AT_ONCE = 300, 5, 20


@pytest.fixture
def company(any_town: Town) -> Town:
    """A depot of many and a workshop of few, by mail; all want each post at once."""
    for slug, count, letter in (("depot", MANY, "d"), ("atelier", FEW, "a")):
        any_town.group(slug, slug.title())
        people = [
            Person(f"{letter}{number}", email=f"{letter}{number}@corp.example", groups=(slug,))
            for number in range(count)
        ]
        any_town.gateway.office.import_members(people, consented=True)
        any_town.sms("Ana", f"REJOINDRE {slug}")
    with any_town.database.write() as session:
        session.execute(text("UPDATE subscription SET delivery = 'once'"))
    any_town.settle()
    return any_town


def taken(town: Town, channel: str = EMAIL, count: int = AT_ONCE) -> list[Outbound]:
    """What a worker takes at a time."""
    with town.database.write() as session:
        messages = outbox.claim(session, channel, count, town.clock(), "fr").messages
    return [one for one in messages if one.kind == "post"]


def of(letter: str, messages: list[Outbound]) -> int:
    return sum(one.recipient.startswith(letter) for one in messages)


def test_a_post_to_few_begins_beside_what_leaves_next(company: Town) -> None:
    company.sms("Ana", "P depot palette")
    assert of("d", taken(company)) == AT_ONCE
    company.clock.advance(minutes=40)
    company.sms("Ana", "P atelier clé")
    assert of("a", taken(company)) == FEW


def test_a_post_to_many_does_not_stand_still_meanwhile(company: Town) -> None:
    company.sms("Ana", "P depot palette")
    taken(company)
    for _ in range(3):
        company.clock.advance(minutes=1)
        company.sms("Ana", "P atelier clé")
    first = taken(company)
    assert of("a", first) == of("d", first) == AT_ONCE // 2


def test_the_posts_of_one_group_leave_in_their_order(company: Town) -> None:
    for words in ("palette", "tire-palette", "palette partie"):
        company.sms("Ana", f"P depot {words}")
        company.clock.advance(minutes=1)
    posts = [one.serial for one in taken(company, count=4 * MANY)]
    assert len(posts) == 3 * MANY
    assert posts == sorted(posts)


def test_a_group_that_talks_a_lot_has_no_more_than_its_turn(company: Town) -> None:
    for words in ("palette", "tire-palette", "palette partie"):
        company.sms("Ana", f"P depot {words}")
    company.sms("Ana", "P atelier clé")
    company.sms("Ana", "P atelier clé trouvée")
    first = taken(company)
    assert (of("a", first), of("d", first)) == (2 * FEW, AT_ONCE - 2 * FEW)


def test_whoever_waits_for_the_morning_keeps_their_turn(company: Town) -> None:
    for name, letter, count in (("depot", "d", 30), ("atelier", "a", 3)):
        for number in range(count):
            phone = f"+3361{ord(letter):03}{number:04}"
            company.person(f"{letter}{number}-nuit", phone=phone, groups=(name,))
    with company.database.write() as session:
        session.execute(text("UPDATE subscription SET delivery = 'once'"))
    company.clock.advance(hours=14)  # 23:00
    company.sms("Ana", "P depot palette")
    assert taken(company, SMS, 100) == []
    company.sms("Ana", "P atelier clé")
    assert taken(company, SMS, 100) == []
    company.clock.advance(hours=10)
    first = taken(company, SMS, 8)
    assert {"a0-nuit", "a1-nuit", "a2-nuit"} <= {one.member for one in first}
    assert any(one.member.startswith("d") for one in first)


@pytest.mark.parametrize("microsecond", [0, 1, 999_999])
def test_all_of_a_post_is_due_at_once(company: Town, microsecond: int) -> None:
    company.clock.set(company.clock().replace(microsecond=microsecond))
    company.sms("Ana", "P depot palette")
    assert len(taken(company, count=2 * MANY)) == MANY


def test_more_than_a_second_has_turns_are_owed_all_the_same(company: Town) -> None:
    company.sms("Ana", "P depot palette")
    with company.database.write() as session:
        for row in session.scalars(select(Outbox).where(Outbox.channel == EMAIL)):
            row.not_before = row.not_before.replace(microsecond=999_990)
    company.sms("Ana", "P depot tire-palette")
    with company.database.read() as session:
        post = session.scalar(select(Post.id).order_by(Post.id.desc()).limit(1))
        turns = session.scalars(select(Outbox.not_before).where(Outbox.post_id == post)).all()
    assert len(turns) >= MANY
    assert max(turns).microsecond == 999_999
    assert len(taken(company, count=3 * MANY)) == 2 * MANY


def test_what_is_late_is_late_since_it_was_owed_and_not_since_its_turn(company: Town) -> None:
    company.sms("Ana", "P depot palette")
    company.clock.advance(minutes=40)
    company.sms("Ana", "P atelier clé")
    taken(company, count=MANY)
    while of("d", taken(company)):
        pass
    with company.database.write() as session:
        session.execute(text("UPDATE outbox SET state = 'due' WHERE recipient LIKE 'a%@%'"))
    oldest = company.gateway.ledger.troubles().oldest_due[EMAIL]
    assert company.clock() - oldest < timedelta(seconds=2)
