"""What is asked all day long reads no whole table, also where PostgreSQL knows nothing of its size.

The tables are analyzed while they are empty, filled, and never looked at again: the worst that its
planner can be told.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from gateway.core import digest, fanout, outbox
from gateway.core.envelope import EMAIL
from gateway.core.sheets import Sheets
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
    "due channels": lambda session, town: outbox.due_channels(session, town.clock()),
    "digests": lambda session, town: digest.run_batch(
        session, town.clock() + timedelta(days=1), Sheets(lambda *_: True), (360,)
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_it_reads_no_whole_outbox(blind: Town, name: str) -> None:
    with blind.database.write() as session, heard(blind) as said:
        ASKED[name](session, blind)
    assert said
    with blind.database.read() as session:
        for statement, values in said:
            plan = session.connection().exec_driver_sql(f"EXPLAIN {statement}", values)
            lines = "\n".join(str(line[0]) for line in plan)
            assert "Seq Scan on outbox" not in lines, f"{statement}\n{lines}"


def test_every_urgency_is_looked_at() -> None:
    assert set(fanout.PRIORITIES.values()) <= set(outbox.PRIORITIES)


@contextmanager
def heard(town: Town) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the outbox meanwhile."""
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if "outbox" in statement and not isinstance(values, list):
            said.append((statement, values))

    engine = town.database.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", hear)
