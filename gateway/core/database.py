"""Transactions: one way to read, one way to write, on SQLite and PostgreSQL alike.

SQLite has one writer. Writers of this process queue up in front of it in order (`_turn`), which
keeps the slowest of them short; other processes wait by `busy_timeout`. What is acknowledged is on
the disk: WAL with `synchronous=FULL` (sqlite.org/pragma.html#pragma_synchronous).
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Insert,
    create_engine,
    event,
    literal,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as SqlTimeoutError
from sqlalchemy.orm import Session

from gateway.core import lines
from gateway.core.prepared import Prepared, attach, defaults, dialect_of, failed, inserted
from gateway.core.together import Together

T = TypeVar("T")

BUSY_SECONDS = 10
"""Then whoever brought something is told to come again: carriers wait for 15 s at most."""

CACHE_KIB = 8000
"""Of each connection. In SQLite's own 2,000 a post to 10,000 finds no room, and pages are written
out and read again: it takes twice as long."""

GAVE_WAY = ("40P01", "40001")
"""SQLSTATEs of a transaction that PostgreSQL broke off so that another could go on: deadlock,
serialization failure (postgresql.org/docs/current/mvcc-serialization-failure-handling.html)."""

NOT_HAD = "55P03"
"""The SQLSTATE of a lock that was not had in time."""

SILENT_SERVER = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8000,
}
"""For libpq, unless the URL has them; in seconds, the last in milliseconds. A server that lost its
power, or that a firewall forgot, hangs up on nobody: without these a request waits for a quarter of
an hour. A line is given up after 8 s without a sign of life and another is had within 5: sooner
than carriers give us up (15 s). Where a server is only slow, its machine gives the sign."""

MOST_TRIES = 5

KEPT_PAGES = 16_384
"""KiB of pages that stay at hand for what comes in."""


class Database:
    """The one database of an installation, by its SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._turn = threading.Lock()
        self._kept: Connection | None = None
        self._together = Together(self._kept_writer)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that may write: committed at the end, rolled back on an error."""
        with (
            self._writer(BUSY_SECONDS) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            attach(session, connection)
            yield session
            session.flush()

    def together(self, work: Callable[[Session], T]) -> T:
        """`transact`; on SQLite in one transaction with what others bring at the same moment."""
        if not self.is_sqlite:
            return self.transact(work)
        done: T = self._together.run(work, BUSY_SECONDS)
        return done

    def transact(self, work: Callable[[Session], T]) -> T:
        """What `work` gives, in one transaction that may write.

        It runs once more, from the beginning, where the database broke it off to let another
        through: `work` changes nothing but rows.
        """
        for _ in range(MOST_TRIES - 1):
            try:
                with self.write() as session:
                    return work(session)
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) not in GAVE_WAY:
                    raise
        with self.write() as session:
            return work(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only reads; it never waits for a writer."""
        with self.engine.connect() as connection, Session(connection) as session:
            attach(session, connection)
            yield session

    def takes_writes(self) -> bool:
        """False at a PostgreSQL that may only be read, as a standby. SQLite says so at a write."""
        if self.is_sqlite:
            return True
        with self.read() as session:
            answer: str | None = session.scalar(text("SHOW transaction_read_only"))
        return answer == "off"

    @contextmanager
    def _writer(self, seconds: float) -> Iterator[Connection]:
        """The connection of one transaction that may write, had within so many seconds."""
        with self._in_turn(seconds), self.engine.connect() as connection:
            connection = connection.execution_options(gateway_begin="IMMEDIATE")
            with connection.begin():
                yield connection

    @contextmanager
    def _kept_writer(self, seconds: float) -> Iterator[Connection]:
        """`_writer` for SQLite's small and many transactions, on one connection that stays open.

        It has the pages and the statements of the last time at hand, and keeps in memory what its
        savepoints need, where each text would make a file of its own. One that failed is closed.
        """
        with self._in_turn(seconds):
            connection, self._kept = self._kept or self._connected(), None
            try:
                with connection.begin():
                    yield connection
            except BaseException:
                _let_go(connection)
                raise
            self._kept = connection

    def _connected(self) -> Connection:
        connection = self.engine.connect().execution_options(gateway_begin="IMMEDIATE")
        driver: Any = connection.connection.driver_connection
        for pragma in ("temp_store=MEMORY", f"cache_size=-{KEPT_PAGES}"):
            driver.execute(f"PRAGMA {pragma}")
        return connection

    @contextmanager
    def _in_turn(self, seconds: float) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=seconds):
            raise SqlTimeoutError("another process keeps the database locked")
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            _let_go(kept)
        self.engine.dispose()


def _let_go(connection: Connection) -> None:
    """Close it for good: nobody gets it from the pool."""
    connection.invalidate()
    connection.close()


@contextmanager
def patient(session: Session, seconds: float | None) -> Iterator[None]:
    """Wait for the rows of others no longer than that, where `seconds` are given.

    On PostgreSQL; SQLite knows no locks of rows. What was not had in time is `was_locked`.
    """
    limited = seconds is not None and dialect_of(session) == "postgresql"
    if limited and seconds is not None:
        session.execute(text(f"SET LOCAL lock_timeout = {int(seconds * 1000)}"))
    yield
    if limited:
        session.execute(text("SET LOCAL lock_timeout = 0"))


def was_locked(error: OperationalError) -> bool:
    """Whether it failed because somebody else was at it: nothing of it happened."""
    busy = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    return busy or getattr(error.orig, "sqlstate", None) == NOT_HAD


def insert_once(session: Session, table: Any) -> Any:
    """An INSERT that does nothing where a unique key is taken, in the words of this database."""
    return _insert_once(dialect_of(session), table)


class InsertOnce:
    """`insert_once` of one row of `table`, of which the columns `names` are given each time.

    Built once and not for each row. What is `found` is by an expression, in which a given value
    stands as `new_` and its name; the other columns are as the model has them.
    """

    def __init__(self, table: Any, *names: str, **found: ColumnElement[Any]) -> None:
        own = table.__table__  # and not its class: no object is kept up to date with it
        self._prepared = Prepared(
            lambda dialect: (
                _insert(dialect)(own)
                .values(inserted(own, *names) | found)
                .on_conflict_do_nothing()
                .returning(own.c.id)
            )
        )

    def id_of(self, session: Session, **values: Any) -> int | None:
        """The id of the new row; None where a unique key was taken."""
        given = {f"new_{name}": value for name, value in values.items()}
        row: int | None = self._prepared.scalar(session, **given)
        return row


def from_select_once(dialect: str, table: Any, columns: list[str], select: Any) -> Insert:
    """`insert_once` of the rows of a SELECT, in the words of a dialect."""
    # The table and not its class, or SQLAlchemy takes the values for rows of it.
    own = table.__table__
    # What the model has by itself is in the statement, which may be compiled once for many.
    rest = defaults(own, columns)
    whole = select.add_columns(*(literal(value, own.c[name].type) for name, value in rest.items()))
    filled = (*columns, *rest)
    statement: Insert = _insert(dialect)(own).from_select(filled, whole, include_defaults=False)
    return statement.on_conflict_do_nothing()  # type: ignore[attr-defined,no-any-return]  # of both dialects


def upsert_from(dialect: str, table: Any, select: Any) -> Insert:
    """The rows of a SELECT, in the order of the table's columns; each takes the place of the row
    that has its primary key.
    """
    own = table.__table__
    insert = _insert(dialect)(own).from_select([column.name for column in own.columns], select)
    keys = [column.name for column in own.primary_key.columns]
    rest = {column.name: column for column in insert.excluded if column.name not in keys}
    statement: Insert = insert.on_conflict_do_update(index_elements=keys, set_=rest)
    return statement


@cache
def _insert_once(dialect: str, table: Any) -> Any:
    # The table and not its class: no object is to be kept up to date with it.
    return _insert(dialect)(table.__table__).on_conflict_do_nothing()


def _insert(dialect: str) -> Any:
    return sqlite.insert if dialect == "sqlite" else postgresql.insert


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        given = make_url(url).query
        unless_given = {name: its for name, its in SILENT_SERVER.items() if name not in given}
        engine = create_engine(
            url,
            pool_size=16,
            max_overflow=16,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=unless_given,
        )
        lines.watch(engine)
        return engine
    engine = create_engine(
        url,
        pool_size=16,
        max_overflow=16,
        hide_parameters=True,  # they are what people wrote, and an error lands in a log
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "do_connect", _before_sqlite_connect)
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _before_sqlite_connect(_dialect: Any, _record: Any, where: Any, _options: Any) -> None:
    """A new file is for nobody else's eyes; what SQLite keeps beside it has the same rights."""
    path = Path(where[0])
    if path.is_absolute():  # and no URI of SQLite's own
        with suppress(OSError):  # it is there already, or SQLite says what is wrong
            path.touch(mode=0o600, exist_ok=False)


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    # The driver would begin its own transactions, too late for BEGIN IMMEDIATE.
    connection.isolation_level = None
    # Of several that open a new file at once, one is told that it is locked, without any waiting:
    # another is making this very change, and the file keeps it.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode=WAL")
    for pragma in (f"cache_size=-{CACHE_KIB}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_sqlite_begin(connection: Connection) -> None:
    kind = connection.get_execution_options().get("gateway_begin", "DEFERRED")
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(f"BEGIN {kind}")
    except sqlite3.Error as error:
        raise failed(connection.dialect, f"BEGIN {kind}", error) from error
