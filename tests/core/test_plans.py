"""What is asked all day long reads no whole table, also where PostgreSQL knows nothing of its size.

The tables are analyzed while they are empty, filled, and never looked at again: the worst that its
planner can be told.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from gateway.core import digest, fanout, outbox
from gateway.core.envelope import EMAIL
from gateway.core.models import Inbox
from gateway.core.sheets import Sheets
from tests.support import statements
from tests.support.town import Town

ROWS = 60_000
TABLES = ("outbox", "post", "subscription", "member", "address")


@pytest.fixture
def blind(big_town: Town) -> Town:
    """One post was owed to thousands, of whom most are to get it tomorrow."""
    big_town.sms("Ana", "P velo chaîne")
    with big_town.database.write() as session:
        for table in TABLES:
            session.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = false)"))
            session.execute(text(f"ANALYZE {table}"))
        session.execute(
            text(
                "INSERT INTO outbox (key, channel, kind, priority, member_id, recipient, post_id, "
                "state, not_before, created_at) SELECT 'old:' || n, 'email', 'post', 2, n, 'x', "
                "100, 'due', :now + CASE WHEN n % 100 = 0 THEN interval '0' ELSE interval '1 day' "
                "END, :now FROM generate_series(1, :rows) AS n"
            ),
            {"now": big_town.clock(), "rows": ROWS},
        )
    return big_town


ASKED: dict[str, Callable[[Session, Town], object]] = {
    "claim": lambda session, town: outbox.claim(session, EMAIL, 100, town.clock(), "fr"),
    "post": lambda _session, town: town.sms("Ana", "P velo selle"),
    "due channels": lambda session, town: outbox.due_channels(session, town.clock()),
    "digests": lambda session, town: digest.run_batch(
        session, town.clock() + timedelta(days=1), Sheets(lambda *_: True), (360,)
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_it_reads_no_whole_outbox(blind: Town, name: str) -> None:
    with heard(blind, "outbox") as said, blind.database.write() as session:
        ASKED[name](session, blind)
    assert said
    for lines in plans(blind, said):
        assert "Seq Scan on outbox" not in lines, lines


def test_a_text_looks_through_no_other_senders_waiting_ones(any_town: Town) -> None:
    crowd = [
        {"channel": "sms", "external_id": f"w{n}", "sender": f"+3361{n:07}", "text": "P quai3 non",
         "envelope": "", "raw": b"", "received_at": any_town.clock(), "state": "waiting"}
        for n in range(5_000)
    ]  # fmt: skip
    with any_town.database.write() as session:
        session.execute(insert(Inbox), crowd)
    with heard(any_town, "inbox") as said:
        any_town.sms("Ana", "P quai3 oui")
    through = [lines for lines in plans(any_town, said) if "waiting" in lines]
    assert through
    for lines in through:
        assert "ix_inbox_waiting" in lines, lines


def plans(town: Town, said: list[tuple[str, Any]]) -> list[str]:
    """How each is answered, and the statement itself."""
    explain = "EXPLAIN" if town.database.engine.name == "postgresql" else "EXPLAIN QUERY PLAN"
    with town.database.read() as session:
        ask = session.connection().exec_driver_sql
        return [
            "\n".join(
                [statement, *(str(line[-1]) for line in ask(f"{explain} {statement}", values))]
            )
            for statement, values in said
        ]


def test_every_urgency_is_looked_at() -> None:
    assert set(fanout.PRIORITIES.values()) <= set(outbox.PRIORITIES)


@contextmanager
def heard(town: Town, table: str) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of that table meanwhile."""
    said: list[tuple[str, Any]] = []

    def hear(statement: str, values: Any) -> None:
        if table in statement and not isinstance(values, list):
            said.append((statement, values))

    with statements.heard(town.database, hear):
        yield said
