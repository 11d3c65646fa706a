"""Written at a kiosk that could not check by whom: kept, asked about, posted by its owner's yes."""

import pytest
from sqlalchemy import select

from gateway.core.commands import Confirm, Decline, Post, Posted
from gateway.core.desk import Asking, Device, Session
from gateway.core.errors import KeyReused, Refused
from gateway.core.models import Inbox
from gateway.core.models import Post as PostRow
from tests.support.town import Town

PIN = "492817"
DEPOSIT = Post("quai3", "La rampe est libre.")


@pytest.fixture
def device(town: Town) -> Device:
    """A kiosk in the depot; Zoe, who has only a badge, has a PIN."""
    town.gateway.office.set_pin(town.id_of("Zoe"), PIN)
    found = town.gateway.desk.device(town.gateway.office.add_kiosk("Gennevilliers"))
    assert found is not None
    return found


def deposit(town: Town, device: Device, badge: str, key: str = "key-0001") -> None:
    asking = Asking(key, DEPOSIT, "fr", written=town.clock(), fingerprint=badge)
    town.clock.advance(hours=2)
    town.gateway.desk.deposit(device, badge, asking)


def posts(town: Town) -> list[tuple[str, bool]]:
    with town.database.read() as session:
        rows = session.scalars(select(PostRow).order_by(PostRow.id))
        return [(row.body, row.written_at is not None) for row in rows]


def states(town: Town) -> list[str]:
    with town.database.read() as session:
        held = Inbox.sender.startswith("badge:")
        return list(session.scalars(select(Inbox.state).where(held).order_by(Inbox.id)))


def zoe(town: Town, device: Device) -> tuple[Session, tuple[tuple[int, str], ...]]:
    signed = town.gateway.desk.sign_in(device, badge="1004", pin=PIN, code="")
    session = town.gateway.desk.session(device, signed.token)
    assert session is not None
    return session, signed.questions


def test_it_is_not_posted_and_the_owner_of_the_badge_is_asked_by_sms(
    town: Town, device: Device
) -> None:
    deposit(town, device, "1001")
    assert (posts(town), states(town)) == ([], ["held"])
    (asked,) = town.heard("Ana")
    assert "Gennevilliers" in asked
    assert "La rampe est libre." in asked
    assert "1001" not in asked
    town.sms("Ana", "oui")
    assert posts(town) == [("La rampe est libre.", True)]
    assert states(town) == ["done"]


def test_the_owner_is_asked_by_mail_and_answers_there(town: Town, device: Device) -> None:
    deposit(town, device, "1003")
    (asked,) = town.heard("Paul")
    assert "La rampe est libre." in asked
    town.mail("Paul", "oui")
    assert len(posts(town)) == 1


def test_nobody_is_woken_by_the_question(town: Town, device: Device) -> None:
    town.clock.advance(hours=14)
    deposit(town, device, "1001")
    assert town.heard("Ana") == []
    town.clock.advance(hours=6)
    assert len(town.heard("Ana")) == 1


def test_a_no_drops_it(town: Town, device: Device) -> None:
    deposit(town, device, "1001")
    town.sms("Ana", "non")
    assert (posts(town), states(town)) == ([], ["refused"])


def test_who_has_only_a_badge_is_asked_at_their_next_sign_in(town: Town, device: Device) -> None:
    deposit(town, device, "1004")
    deposit(town, device, "1004", "key-0002")
    session, questions = zoe(town, device)
    assert len(questions) == 2
    assert all("La rampe est libre." in words for _, words in questions)
    desk = town.gateway.desk
    yes = desk.run(device, session, Asking("key-0003", Confirm(), "fr", answers=questions[1][0]))
    assert isinstance(yes.result, Posted)
    desk.run(device, session, Asking("key-0004", Decline(), "fr", answers=questions[0][0]))
    assert states(town) == ["refused", "done"]
    assert zoe(town, device)[1] == ()
    assert len(posts(town)) == 1


def test_nobody_says_yes_for_another(town: Town, device: Device) -> None:
    deposit(town, device, "1001")
    session, _ = zoe(town, device)
    for question in (1, 2, 99, 2**31 - 1):
        asking = Asking(f"key-010{question}", Confirm(), "fr", answers=question)
        received = town.gateway.desk.run(device, session, asking)
        assert received.state == "refused"
    assert posts(town) == []


def test_a_badge_of_nobody_is_kept_for_an_operator_who_may_ask_later(
    town: Town, device: Device
) -> None:
    deposit(town, device, "7777")
    assert states(town) == ["held"]
    (line,) = town.gateway.ledger.inbox(state="held")
    assert "7777" not in line.sender
    town.person("Nina", badge="7777", phone="+33600000077", groups=("quai3",))
    town.gateway.intake.replay(line.id)
    (asked,) = town.heard("Nina")
    assert "La rampe" in asked
    assert town.gateway.intake.replay(line.id).duplicate


def test_whoever_fills_a_kiosk_in_anothers_name_fills_no_phone(town: Town, device: Device) -> None:
    for number in range(12):
        deposit(town, device, "1001", f"key-1{number:03}")
        town.clock.advance(hours=-2)
    assert len(town.heard("Ana")) <= 6
    assert states(town) == ["held"] * 12


def test_the_same_key_is_kept_once_and_another_body_refused(town: Town, device: Device) -> None:
    deposit(town, device, "1001")
    town.clock.advance(hours=-2)
    deposit(town, device, "1001")
    assert states(town) == ["held"]
    with pytest.raises(KeyReused):
        deposit(town, device, "1004")


def test_nothing_but_what_is_written_is_taken(town: Town, device: Device) -> None:
    with pytest.raises(Refused, match="needs_session"):
        town.gateway.desk.deposit(device, "1001", Asking("key-0001", "NEUF", "fr"))


def test_what_somebody_else_wrote_with_a_badge_goes_with_its_owner(
    town: Town, device: Device
) -> None:
    deposit(town, device, "7777")
    town.person("Nina", badge="7777")
    town.gateway.rights.erase(town.id_of("Nina"))
    assert states(town) == []
