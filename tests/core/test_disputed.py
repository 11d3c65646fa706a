"""A message that came in somebody's name: kept, and theirs only once they say so themselves."""

import pytest
from sqlalchemy import select

from gateway.core.commands import Disputed
from gateway.core.envelope import Received
from gateway.core.errors import Refused
from gateway.core.models import Inbox, Outbox, Post
from tests.support.town import Town

EVE = "eve@evil.example"
TEXT = "P quai3 Le quai ferme à midi"


def forged(town: Town, text: str = TEXT, about: str = "") -> Received:
    """Somebody else writes with Paul's token."""
    paul = town.id_of("Paul")
    return town.mail("Paul", text, about, sender=EVE, member_id=paul, held="sender")


def unproved(town: Town, text: str = TEXT, about: str = "") -> Received:
    """Somebody, perhaps Paul, writes under Paul's From."""
    return town.mail("Paul", text, about, held="unproved")


def posts(town: Town) -> list[str]:
    with town.database.read() as session:
        return list(session.scalars(select(Post.body).order_by(Post.id)))


def state(town: Town, received: Received) -> str:
    with town.database.read() as session:
        return session.get_one(Inbox, received.inbox_id).state


def question_of(town: Town, received: Received) -> str:
    """What an answer to the mail that asked about this message is about."""
    with town.database.read() as session:
        key = f"answer:{received.inbox_id}"
        return f"answer:{session.scalars(select(Outbox.id).where(Outbox.key == key)).one()}"


def test_nothing_is_posted_and_the_owner_is_asked_at_their_own_address(town: Town) -> None:
    received = forged(town)
    assert received.state == "held"
    assert isinstance(received.result, Disputed)
    assert posts(town) == []
    [question] = town.heard("Paul")
    assert EVE in question
    assert "Le quai ferme" in question
    assert all(m.recipient != EVE for c in town.carriers.values() for m in c.taken)


def test_a_yes_to_that_mail_posts_it_once(town: Town) -> None:
    received = unproved(town)
    yes = town.mail("Paul", "oui", about=question_of(town, received))
    assert yes.state == "done"
    assert posts(town) == ["Le quai ferme à midi"]
    assert state(town, received) == "done"
    again = town.mail("Paul", "oui", about=question_of(town, received))
    assert isinstance(again.result, Refused)
    assert posts(town) == ["Le quai ferme à midi"]


def test_a_no_drops_it(town: Town) -> None:
    received = forged(town)
    town.mail("Paul", "non", about=question_of(town, received))
    assert state(town, received) == "refused"
    town.mail("Paul", "oui", about=question_of(town, received))
    assert posts(town) == []


def test_the_forger_s_own_yes_is_only_another_question(town: Town) -> None:
    received = forged(town)
    assert forged(town, "oui", about=question_of(town, received)).state == "held"
    assert posts(town) == []


def test_a_yes_to_one_never_lets_another_through(town: Town) -> None:
    own, evil = unproved(town, "P quai3 la mienne"), forged(town, "P quai3 la sienne")
    plain = town.mail("Paul", "oui")
    assert isinstance(plain.result, Refused)
    assert posts(town) == []
    town.mail("Paul", "oui", about=question_of(town, own))
    assert posts(town) == ["la mienne"]
    assert state(town, evil) == "held"


def test_an_answer_to_a_post_is_posted_where_it_was_meant(town: Town) -> None:
    town.sms("Ana", "P quai3 palette cassée")
    with town.database.read() as session:
        serial = session.scalars(select(Post.id)).one()
    received = unproved(town, "je la remplace", about=f"post:{serial}")
    town.mail("Paul", "oui", about=question_of(town, received))
    with town.database.read() as session:
        assert session.scalars(select(Post.parent_id).where(Post.id != serial)).one() == serial


def test_whoever_floods_a_name_does_not_fill_its_owner_s_mailbox(town: Town) -> None:
    for number in range(30):
        assert forged(town, f"P quai3 numéro {number}").state == "held"
    assert posts(town) == []
    assert len(town.heard("Paul")) <= 6


@pytest.mark.parametrize("held", ["sender", "dmarc", "unproved"])
def test_what_nobody_is_behind_is_kept_and_nobody_is_told(town: Town, held: str) -> None:
    received = town.mail("nobody@elsewhere.example", TEXT, held=held)
    assert received.state == "held"
    town.settle()
    assert not any(carrier.taken for carrier in town.carriers.values())


def test_a_week_later_the_question_is_over(town: Town) -> None:
    received = forged(town)
    about = question_of(town, received)
    town.clock.advance(days=8)
    town.mail("Paul", "oui", about=about)
    assert posts(town) == []
    assert state(town, received) == "held"
