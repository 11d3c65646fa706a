"""A row of the outbox that nobody can read is set aside, and whoever waits behind it is not."""

from sqlalchemy import select, update

from gateway.core.envelope import SMS
from gateway.core.models import Outbox
from tests.support.town import Town

TRIES = 3


def test_a_row_that_cannot_be_read_is_parked_after_three_tries(any_town: Town) -> None:
    town = any_town
    for number in range(3):
        town.sms("Ana", f"P quai3 palette {number}")
        town.sms("Leo", f"P quai3 chariot {number}")
    with town.database.write() as session:
        broken = session.scalars(select(Outbox.id).where(Outbox.channel == SMS)).all()[2]
        session.execute(update(Outbox).where(Outbox.id == broken).values(payload="{"))
    for _ in range(TRIES):
        town.settle()
        town.clock.advance(minutes=10)
    town.settle()
    with town.database.read() as session:
        rows = session.scalars(select(Outbox).where(Outbox.channel == SMS)).all()
        states = {row.id: row.state for row in rows}
        parked = session.get_one(Outbox, broken)
    assert states.pop(broken) == "failed"
    assert set(states.values()) == {"sent"}
    assert (parked.attempts, parked.code) == (TRIES, "JSONDecodeError")
    _, _, counted = town.gateway.watch.measures()["gateway_outbox_parked_total"]
    assert counted == [({"channel": "sms"}, 1.0), ({"channel": "email"}, 0.0)]


def test_who_waits_behind_it_does_not_wait_for_it(any_town: Town) -> None:
    town = any_town
    town.sms("Ana", "P quai3 palette")
    with town.database.write() as session:
        session.execute(update(Outbox).where(Outbox.channel == SMS).values(payload="{"))
    town.sms("Leo", "P quai3 chariot")
    assert any("chariot" in text for text in town.heard("Leo"))
