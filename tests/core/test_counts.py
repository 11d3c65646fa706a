"""What a post to thousands costs, in counts and not in seconds: the same on every machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import event, update

from gateway.channels.email import compose
from gateway.channels.email.render import Letters
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.smtp import SmtpMail
from gateway.channels.email.tokens import Tokens
from gateway.core.envelope import EMAIL, SMS
from gateway.core.models import Subscription
from gateway.core.people import Person
from tests.support.sizes import sized
from tests.support.smtp_script import Script, scripted
from tests.support.town import Town

READERS = sized(5_000, 500)
MOST_COMMITS, MOST_STATEMENTS, MOST_CONNECTIONS = 25, 60, 8


@dataclass
class Counted:
    commits: int = 0
    statements: int = 0


@contextmanager
def counting(town: Town) -> Iterator[Counted]:
    counted = Counted()

    def said(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.statements += not statement.startswith("BEGIN")

    def committed(_connection: object) -> None:
        counted.commits += 1

    engine = town.database.engine
    event.listen(engine, "before_cursor_execute", said)
    event.listen(engine, "commit", committed)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", said)
        event.remove(engine, "commit", committed)


@pytest.fixture
def script() -> Iterator[Script]:
    with scripted(Script()) as script:
        yield script


@pytest.fixture
def crowd(town: Town, script: Script) -> Iterator[Town]:
    """Half of them read mail, over a real wire, and half read texts, each at once."""
    letters = Letters("depot.example", "https://depot.example", Tokens(b"s"), town.clock)
    channel = SmtpMail(Smarthost("127.0.0.1", script.port), letters, Tokens(b"s"))
    town.gateway.parts.channels[EMAIL] = channel  # type: ignore[index]  # a dict in tests
    town.group("depot", "Dépôt")
    half = READERS // 2
    people = [
        *(Person(f"M{n}", email=f"m{n}@depot.example", groups=("depot",)) for n in range(half)),
        *(Person(f"S{n}", phone=f"+3361{n:07}", groups=("depot",)) for n in range(half)),
    ]
    town.gateway.office.import_members(people, consented=True)
    with town.database.write() as session:
        session.execute(update(Subscription).values(delivery="once"))
    town.sms("Ana", "REJOINDRE depot")
    town.settle()
    yield town
    channel.close()


def test_a_post_to_thousands_costs_a_few_of_each(
    crowd: Town, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd.sms("Ana", "P depot le premier, pour savoir comme vont les porteurs")
    crowd.settle()
    mails, texts = len(script.taken), len(crowd.carriers[SMS].taken)
    written: list[bytes] = []
    letter = compose.letter

    def counted_letter(head: bytes, plain: str, html: str = "") -> compose.Letter:
        written.append(head)
        return letter(head, plain, html)

    monkeypatch.setattr(compose, "letter", counted_letter)
    with counting(crowd) as owing:
        crowd.sms("Ana", "P depot palette au quai 4")
    with counting(crowd) as leaving:
        crowd.settle()
    assert len(script.taken) - mails == READERS // 2
    assert len(crowd.carriers[SMS].taken) - texts >= READERS // 2
    assert owing.commits == 1
    assert leaving.commits <= MOST_COMMITS
    assert leaving.statements <= MOST_STATEMENTS
    assert script.connections <= MOST_CONNECTIONS
    assert len(written) == 1, "one for each language, and all read French"
