"""A post to a great many costs a few statements a batch, and not some for each of its readers."""

import pytest
from sqlalchemy import select

from gateway.core.envelope import EMAIL
from gateway.core.models import Outbox
from gateway.core.people import Person
from tests.support.statements import asked
from tests.support.town import Town

READERS = 1_000


@pytest.fixture
def crowd(any_town: Town) -> Town:
    any_town.group("depot", "Dépôt")
    people = [
        Person(f"M{number}", email=f"m{number}@depot.example", groups=("depot", "quai3"))
        for number in range(READERS)
    ]
    any_town.gateway.office.import_members(people, consented=True)
    any_town.sms("Ana", "REJOINDRE depot")
    any_town.settle()
    return any_town


def test_a_post_to_a_thousand_is_owed_by_as_many_statements_as_one_to_ten(crowd: Town) -> None:
    with asked(crowd.database) as to_ten:
        crowd.sms(
            "Ana", "P secu caisse"
        )  # other words: the same would be a repeat, and cost one more
    with asked(crowd.database) as to_a_thousand:
        crowd.sms("Ana", "P depot palette")
    assert len(to_a_thousand) <= len(to_ten)


def test_it_leaves_by_at_most_one_statement_for_eight_mails(crowd: Town) -> None:
    crowd.sms("Ana", "P depot palette")
    before = len(crowd.carriers[EMAIL].taken)
    with asked(crowd.database) as said:
        crowd.settle()
    assert len(crowd.carriers[EMAIL].taken) - before == READERS
    assert len(said) <= READERS / 8


def test_all_that_left_is_told_apart(crowd: Town) -> None:
    """Each once, each with its own reader's name and address."""
    crowd.sms("Ana", "P depot palette")
    before = len(crowd.carriers[EMAIL].taken)
    crowd.settle()
    left = crowd.carriers[EMAIL].taken[before:]
    assert len({one.id for one in left}) == len({one.recipient for one in left}) == READERS
    assert all(one.recipient == f"{one.member.lower()}@depot.example" for one in left)


def test_a_server_that_says_the_same_of_every_mail_is_believed_each_time(any_town: Town) -> None:
    town = any_town
    for name in range(5):
        town.person(f"M{name}", email=f"m{name}@depot.example", groups=("quai3",))
    town.sms("Ana", "P quai3 palette")
    town.settle()
    with town.database.read() as session:
        mails = session.scalars(select(Outbox).where(Outbox.channel == EMAIL)).all()
    assert len(mails) >= 5
    assert {(row.state, row.said, row.external_id) for row in mails} == {("sent", "2.0.0 Ok", None)}
    town.clock.advance(hours=1)
    town.gateway.delivery.sweep()
    town.settle()
    assert len(town.carriers[EMAIL].taken) == len(mails)
