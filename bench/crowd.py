"""A company of any size, made by the database itself: members, their addresses, their groups.

Each member has a mailbox; group 1 has everybody, and each member is in `each` groups in all.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import String, case, cast, func, insert, join, literal, select, text, true, update
from sqlalchemy.orm import Session

from gateway.core.database import Database, dialect_of
from gateway.core.envelope import EMAIL, SMS
from gateway.core.models import (
    SERIAL,
    Address,
    Counter,
    Group,
    Member,
    Outbox,
    Post,
    Subscription,
    UtcTime,
)

AUTHOR, GROUPS, FIRST_SERIAL = 1, 500, 1000
PHONE = "+33612345678"
"""The author's."""

CROWD = "tous"


def fill(database: Database, members: int, now: datetime, *, each: int = 1, once: bool) -> None:
    """`once`: everybody wants each post of group 1 at once; else all of it comes in digests."""
    with database.write() as session:
        if not database.is_sqlite:  # twenty million keys need not be looked up one by one
            session.execute(text("SET LOCAL session_replication_role = replica"))
        every = _series(session, 1, members)
        in_all = _series(session, 1, GROUPS, "groups")
        _put(session, Group, every=in_all, columns={
            "id": in_all.c.n, "slug": _text("g", in_all.c.n), "title": _text("Dépôt ", in_all.c.n),
            "kind": literal("open"), "created_at": literal(now, UtcTime),
        })  # fmt: skip
        session.execute(update(Group).where(Group.id == 1).values(slug=CROWD))
        _put(session, Member, every=every, columns={
            "id": every.c.n, "name": _text("Membre ", every.c.n), "language": literal("fr"),
            "site": literal(""), "timezone": literal("Europe/Paris"), "role": literal("member"),
            "rhythm": literal("day"), "digest_minute": literal(1080), "quiet_from": literal(1260),
            "quiet_to": literal(360), "created_at": literal(now, UtcTime),
            "next_digest_at": literal(now, UtcTime), "main_group_id": literal(1),
        })  # fmt: skip
        _put(session, Address, every=every, columns={
            "member_id": every.c.n, "channel": literal(EMAIL),
            "value": _text("m", every.c.n, "@readers.example"), "state": literal("active"),
            "preferred": literal(True), "changed_at": literal(now, UtcTime),
            "heard_at": literal(now, UtcTime), "bounce_score": literal(0.0),
        })  # fmt: skip
        session.execute(
            update(Address).where(Address.member_id == AUTHOR).values(channel=SMS, value=PHONE)
        )
        places = _series(session, 0, each - 1, "places")
        both = join(every, places, true())
        pairs = select(every.c.n.label("n"), places.c.n.label("at")).select_from(both).subquery()
        _put(session, Subscription, every=pairs, columns={
            "member_id": pairs.c.n,
            "group_id": case((pairs.c.at == 0, 1), else_=_another(pairs.c.n, pairs.c.at, each)),
            "state": literal("in"), "animator": literal(False),
            "delivery": literal("once" if once else "digest"), "cursor": literal(0),
            "since": literal(now, UtcTime),
        })  # fmt: skip


def owe(database: Database, rows: int, now: datetime) -> None:
    """Rows that wait in the outbox, to as many mailboxes, of one post."""
    with database.write() as session:
        every = _series(session, 1, rows)
        _put(session, Outbox, every=every, columns={
            "key": _text("post:1:", every.c.n), "channel": literal(EMAIL), "kind": literal("post"),
            "priority": literal(2), "member_id": every.c.n, "address_id": every.c.n,
            "recipient": _text("m", every.c.n, "@readers.example"),
            "post_id": literal(FIRST_SERIAL), "state": literal("due"),
            "not_before": literal(now, UtcTime), "created_at": literal(now, UtcTime),
        })  # fmt: skip


def copy(
    session: Session, table: Any, row_id: int, rows: int, own: Callable[[Any], dict[str, Any]]
) -> None:
    """As many more as this row is, each with the columns `own` of its number."""
    every, whole = _series(session, 1, rows), table.__table__
    others = own(cast(every.c.n, String))
    columns = {one.name: others.get(one.name, one) for one in whole.columns if one.name != "id"}
    copies = select(*(value.label(name) for name, value in columns.items()))
    copies = copies.select_from(join(whole, every, true())).where(whole.c.id == row_id)
    session.execute(insert(whole).from_select(list(columns), copies))


def write(database: Database, posts: int, now: datetime, *, group: int | None = None) -> None:
    """Posts of the author in one group, or in all of them by turns."""
    with database.write() as session:
        every = _series(session, 0, posts - 1)
        _put(session, Post, every=every, columns={
            "id": every.c.n + FIRST_SERIAL,
            "group_id": literal(group) if group else every.c.n % GROUPS + 1,
            "author_id": literal(AUTHOR), "channel": literal(SMS),
            "body": _text("Palette cassée au quai ", every.c.n), "urgent": literal(False),
            "state": literal("live"), "created_at": literal(now, UtcTime),
        })  # fmt: skip
        newest = FIRST_SERIAL + posts
        session.execute(update(Counter).where(Counter.name == SERIAL).values(value=newest))


def at_rest(database: Database) -> None:
    """All that was written lies where it belongs, as in a database that was not filled just now."""
    word = "PRAGMA wal_checkpoint(TRUNCATE)" if database.is_sqlite else "CHECKPOINT"
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(word)).close()


def never_analyzed(database: Database) -> None:
    """Let PostgreSQL know its tables as they are now, empty, and learn nothing more of them."""
    if database.is_sqlite:
        return
    with database.write() as session:
        for table in ("outbox", "member", "address", "subscription", "post"):
            session.execute(text(f"ANALYZE {table}"))
            session.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = false)"))


def analyzed(database: Database) -> None:
    """Let the database look at its tables."""
    with database.write() as session:
        session.execute(text("ANALYZE"))


def _put(session: Session, table: Any, *, every: Any, columns: dict[str, Any]) -> None:
    rows = select(*(value.label(name) for name, value in columns.items())).select_from(every)
    session.execute(insert(table.__table__).from_select(list(columns), rows))


def _another(member: Any, at: Any, each: int) -> Any:
    """A member's group number `at`: never the first, never the same twice, all evenly full."""
    wide = (GROUPS - 1) // max(each - 1, 1)
    return 2 + (at - 1) * wide + (member * 7 + at) % wide


def _series(session: Session, first: int, last: int, name: str = "every") -> Any:
    """Rows `n` from `first` to `last`."""
    if dialect_of(session) == "postgresql":
        return func.generate_series(first, last).table_valued("n").render_derived(name=name)
    start = select(literal(first).label("n")).cte(name, recursive=True)
    return start.union_all(select(start.c.n + 1).where(start.c.n < last)).alias()


def _text(before: str, number: Any, after: str = "") -> Any:
    return literal(before, String) + cast(number, String) + literal(after, String)
