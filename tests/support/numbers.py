"""Maya's phone: what it says, what reaches it, and how it falls silent, fails or is lost."""

from sqlalchemy import select

from gateway.core.commands import Post as Write
from gateway.core.envelope import SMS, Answer
from gateway.core.errors import PermanentFailure
from gateway.core.models import Address, Inbox, Outbox, Post
from tests.support.town import Town

MAYA, NEW = "+33600000021", "+33600000022"
NAME = "Maya Duvallon-Petit"
"""Nobody else may learn her last name."""

QUESTION = "Maya, est-ce toujours votre numéro"


def move_in(town: Town) -> Town:
    """Maya gets each post of Quai 3 by SMS."""
    town.person(NAME, phone=MAYA, badge="1021", groups=("quai3",))
    town.receive(SMS, MAYA, "RYTHME chaque")
    town.settle()
    town.carriers[SMS].taken.clear()
    return town


def state(town: Town, value: str) -> str:
    with town.database.read() as session:
        return session.scalars(select(Address.state).where(Address.value == value)).one()


def texts(town: Town, number: str = MAYA) -> list[str]:
    """All that was sent to a number so far."""
    town.settle()
    return [
        message.content.text if isinstance(message.content, Answer) else str(message.content)
        for message in town.carriers[SMS].taken
        if message.recipient == number
    ]


def a_turn_of_the_timer(town: Town) -> None:
    town.gateway.delivery.send_digests()
    town.settle()


def months_pass(town: Town, days: float = 91) -> None:
    """Everybody else writes now and then; Maya's phone is silent, and the timer finds out."""
    only_maya_is_silent(town, days)
    a_turn_of_the_timer(town)


def only_maya_is_silent(town: Town, days: float = 91) -> None:
    town.clock.advance(days=days)
    for number in ("+33600000001", "+33600000002"):
        town.receive(SMS, number, "STATUS")
        town.receive(SMS, number, "SURE")
    town.settle()


def fail(town: Town, code: str = "30005") -> None:
    """Maya's number does not exist, says the carrier."""
    town.carriers[SMS].faults.append(PermanentFailure(code, bad_address=True))
    town.mail("Paul", "", command=written("la panne"))
    town.settle()
    assert state(town, MAYA) == "failed"


def written(text: str) -> Write:
    return Write("quai3", text)


def activate(town: Town, number: str) -> str:
    code = town.gateway.office.invite(town.id_of(NAME))
    return town.receive(SMS, number, f"ACTIVER {code}").words


def lose(town: Town) -> int:
    return town.gateway.office.lose_phone(town.id_of(NAME))


def kiosk_code(town: Town) -> str:
    words = town.receive(SMS, MAYA, "CODE").words
    return "".join(c for c in words.partition("(")[0] if c.isdigit())


def posts(town: Town) -> list[str]:
    """What was posted from phones, in order."""
    with town.database.read() as session:
        rows = session.scalars(
            select(Post.body)
            .join(Inbox, Inbox.id == Post.inbox_id)
            .where(Inbox.sender.in_((MAYA, "+33600000001")))
            .order_by(Post.id)
        )
        return list(rows)


def dropped(town: Town) -> set[str]:
    with town.database.read() as session:
        rows = session.scalars(
            select(Outbox.code).where(Outbox.state == "dropped", Outbox.recipient == MAYA)
        )
        return set(rows)
