"""Transactions: one way to read, one way to write, on SQLite and PostgreSQL alike.

SQLite has one writer. Writers of this process queue up in front of it in order (`_turn`), which
keeps the slowest of them short; other processes wait by `busy_timeout`. What is acknowledged is on
the disk: WAL with `synchronous=FULL` (sqlite.org/pragma.html#pragma_synchronous).
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, Insert, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import TimeoutError as SqlTimeoutError
from sqlalchemy.orm import Session

BUSY_SECONDS = 10
"""Then whoever brought something is told to come again: carriers wait for 15 s at most."""


class Database:
    """The one database of an installation, by its SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._turn = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that may write: committed at the end, rolled back on an error."""
        with self._in_turn(), self.engine.connect() as connection:
            connection = connection.execution_options(gateway_begin="IMMEDIATE")
            with connection.begin(), Session(connection, expire_on_commit=False) as session:
                yield session
                session.flush()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only reads; it never waits for a writer."""
        with self.engine.connect() as connection, Session(connection) as session:
            yield session

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise SqlTimeoutError("another process keeps the database locked")
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        self.engine.dispose()


def insert_once(session: Session, table: Any) -> Any:
    """An INSERT that does nothing where a unique key is taken, in the words of this database."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def from_select_once(session: Session, table: Any, columns: list[str], select: Any) -> Insert:
    """`insert_once` of the rows of a SELECT."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table).from_select(columns, select).on_conflict_do_nothing()
    return postgresql.insert(table).from_select(columns, select).on_conflict_do_nothing()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_size=16, max_overflow=16, pool_pre_ping=True, hide_parameters=True
        )
    engine = create_engine(
        url,
        pool_size=16,
        max_overflow=16,
        hide_parameters=True,  # they are what people wrote, and an error lands in a log
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    # The driver would begin its own transactions, too late for BEGIN IMMEDIATE.
    connection.isolation_level = None
    # Of several that open a new file at once, one is told that it is locked, without any waiting:
    # another is making this very change, and the file keeps it.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode=WAL")
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_sqlite_begin(connection: Connection) -> None:
    kind = connection.get_execution_options().get("gateway_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
