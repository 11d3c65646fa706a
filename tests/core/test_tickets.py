"""Tickets: what a kiosk may hand in for a member who is gone, and how that right ends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import codec, tickets
from gateway.core.commands import (
    COMMANDS,
    Join,
    Joined,
    Leave,
    Post,
    Posted,
    Replied,
    Reply,
    Thanked,
    Thanks,
)
from gateway.core.desk import WRITES, Asking, Device, Session, SignedIn
from gateway.core.errors import Refused
from gateway.core.tickets import Ticket
from gateway.web.openapi import INTERNAL, sample
from tests.support.clock import Clock
from tests.support.town import SECRET, Town

PIN = "492817"
NOW = Clock()()


@pytest.fixture
def device(town: Town) -> Device:
    """A kiosk in the depot; Zoe has a PIN."""
    town.gateway.office.set_pin(town.id_of("Zoe"), PIN)
    found = town.gateway.desk.device(town.gateway.office.add_kiosk("Depot"))
    assert found is not None
    return found


@pytest.fixture
def zoe(town: Town, device: Device) -> SignedIn:
    """Zoe, signed in."""
    return town.gateway.desk.sign_in(device, badge="1004", pin=PIN, code="")


def by_ticket(town: Town, device: Device, signed: SignedIn) -> Session:
    found = town.gateway.desk.ticket(device, signed.ticket)
    assert found is not None
    return found


def test_what_was_written_is_handed_in_after_the_session(
    town: Town, device: Device, zoe: SignedIn
) -> None:
    town.clock.advance(hours=5)
    session = by_ticket(town, device, zoe)
    asking = Asking("key-0001", Post("quai3", "palette"), "fr", written=NOW)
    received = town.gateway.desk.run(device, session, asking)
    assert isinstance(received.result, Posted)
    assert (received.result.post.written, received.result.post.author) == (NOW, "Zoe")
    assert received.result.post.created == town.clock()
    assert town.gateway.desk.run(device, session, asking).duplicate


def test_a_retry_by_ticket_of_what_was_sent_in_a_session_is_one_and_the_same(
    town: Town, device: Device, zoe: SignedIn
) -> None:
    asking = Asking("key-0001", Post("quai3", "palette"), "fr", fingerprint="f")
    present = town.gateway.desk.session(device, zoe.token)
    assert present is not None
    town.gateway.desk.run(device, present, asking)
    assert town.gateway.desk.run(device, by_ticket(town, device, zoe), asking).duplicate


@pytest.mark.parametrize(
    "name", sorted(set(COMMANDS) - {kind.name for kind in (*WRITES, *INTERNAL)})
)
def test_a_ticket_is_good_for_nothing_else(
    town: Town, device: Device, zoe: SignedIn, name: str
) -> None:
    session = by_ticket(town, device, zoe)
    kind = COMMANDS[name]
    command = codec.decode(sample(kind))
    with pytest.raises(Refused, match="needs_session"):
        town.gateway.desk.run(device, session, Asking("key-0001", command, "fr"))


def test_words_are_not_handed_in_for_they_may_be_any_command(
    town: Town, device: Device, zoe: SignedIn
) -> None:
    with pytest.raises(Refused, match="needs_session"):
        town.gateway.desk.run(
            device, by_ticket(town, device, zoe), Asking("key-0001", "P quai3 a", "fr")
        )


def test_nobody_elses_words_come_back(town: Town, device: Device, zoe: SignedIn) -> None:
    town.kiosk("Ana", "P quai3 la phrase d'Ana")
    (line,) = town.gateway.ledger.posts("quai3")
    session = by_ticket(town, device, zoe)
    for key, command, kind in (
        ("key-0001", Reply(line.number, "oui"), Replied),
        ("key-0002", Thanks(line.number), Thanked),
        ("key-0003", Thanks(line.number), Thanked),
        ("key-0004", Join("velo"), Joined),
    ):
        received = town.gateway.desk.run(device, session, Asking(key, command, "fr"))
        assert isinstance(received.result, kind)
        assert received.words == ""
        assert "phrase" not in repr(received)
        assert "Ana" not in repr(received)


def test_a_no_is_told_in_words_for_the_author_must_learn_of_it(
    town: Town, device: Device, zoe: SignedIn
) -> None:
    session = by_ticket(town, device, zoe)
    received = town.gateway.desk.run(
        device, session, Asking("key-0001", Post("direction", "non"), "fr")
    )
    assert received.state == "refused"
    assert received.words


def test_it_ends_with_time_with_the_kiosk_and_with_the_members_tokens(
    town: Town, device: Device, zoe: SignedIn
) -> None:
    desk, office = town.gateway.desk, town.gateway.office
    other = desk.device(office.add_kiosk("Yard"))
    assert other is not None
    assert desk.ticket(other, zoe.ticket) is None
    again = desk.sign_in(device, badge="1004", pin=PIN, code="")
    office.revoke_tokens(town.id_of("Zoe"))
    assert desk.ticket(device, again.ticket) is None
    fresh = desk.sign_in(device, badge="1004", pin=PIN, code="")
    town.clock.advance(tickets.LASTS - timedelta(seconds=1))
    assert desk.ticket(device, fresh.ticket) is not None
    town.clock.advance(seconds=1)
    assert desk.ticket(device, fresh.ticket) is None


def test_it_ends_when_the_member_is_erased(town: Town, device: Device, zoe: SignedIn) -> None:
    town.gateway.rights.erase(town.id_of("Zoe"))
    assert town.gateway.desk.ticket(device, zoe.ticket) is None


@given(st.text(max_size=200))
def test_whatever_else_is_none(text: str) -> None:
    assert tickets.read(SECRET, text, NOW) is None


@given(st.integers(0, 60), st.integers(1, 127))
def test_a_changed_one_is_none(place: int, by: int) -> None:
    ticket = Ticket(12, 3, 0, int(NOW.timestamp()) + 60)
    text = tickets.write(SECRET, ticket)
    assert tickets.read(SECRET, text, NOW) == ticket
    assert tickets.read(b"another secret", text, NOW) is None
    place %= len(text)
    other = chr((ord(text[place]) + by) % 128)
    changed = text[:place] + other + text[place + 1 :]
    found = tickets.read(SECRET, changed, NOW)
    # Base64 passes over some letters, and its last one has bits that mean nothing.
    assert found in (None, ticket)


def test_the_writes_are_five() -> None:
    assert {kind.name for kind in WRITES} == {"post", "reply", "thanks", "join", "leave"}
    assert isinstance(replace(Leave("quai3"), group="velo"), WRITES)
