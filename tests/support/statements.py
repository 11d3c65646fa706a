"""What a database is asked, however it is asked: SQLAlchemy's events miss what goes past it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from gateway.core.database import Database

Hear = Callable[[str, Any], object]
"""Is told a statement and its values, before it runs; SQLite has written the values into it."""

_Way = tuple[Callable[[Any], object], Callable[[Any], object], AbstractContextManager[object]]
"""What begins and ends to listen to a connection, and what is to be done around all that."""


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """Every statement of every connection that is taken meanwhile; of SQLite also COMMIT."""
    said: list[str] = []
    with heard(database, lambda statement, _values: said.append(statement)):
        yield said


@contextmanager
def heard(database: Database, hear: Hear) -> Iterator[None]:
    """Let somebody hear every statement of every connection that is taken meanwhile."""
    begin, leave, listening = (_of_sqlite if database.is_sqlite else _of_postgresql)(hear)
    kept = database._kept.connection.driver_connection if database._kept is not None else None
    listeners = {
        "checkout": lambda driver, *_: begin(driver),
        "checkin": lambda driver, *_: leave(driver),
    }
    with listening:
        for name, listener in listeners.items():
            event.listen(database.engine, name, listener)
        if kept is not None:
            begin(kept)
        try:
            yield
        finally:
            if kept is not None:
                leave(kept)
            for name, listener in listeners.items():
                event.remove(database.engine, name, listener)


def _of_sqlite(hear: Hear) -> _Way:
    def begin(driver: Any) -> None:
        driver.set_trace_callback(lambda statement: hear(statement, ()))

    def leave(driver: Any) -> None:
        driver.set_trace_callback(None)

    return begin, leave, nullcontext()


def _of_postgresql(hear: Hear) -> _Way:
    """The driver calls nobody back: all its cursors are listened to, and those of others let go."""
    taken = set[Any]()

    def wrapped(run: Callable[..., Any]) -> Callable[..., Any]:
        def execute(cursor: Any, statement: Any, values: Any = None, **options: Any) -> Any:
            if cursor.connection in taken:
                hear(str(statement), values)
            return run(cursor, statement, values, **options)

        return execute

    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name in ("execute", "executemany"):
            patch.setattr(psycopg.Cursor, name, wrapped(getattr(psycopg.Cursor, name)))
        return taken.add, taken.discard, stack.pop_all()
