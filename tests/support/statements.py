"""What SQLite itself is asked, however it is asked: SQLAlchemy's events miss what goes past it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from gateway.core.database import Database


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """Every statement of every connection that is taken meanwhile, BEGIN and COMMIT too."""
    said: list[str] = []

    def hear(driver: Any, *_: object) -> None:
        driver.set_trace_callback(said.append)

    def leave(driver: Any, *_: object) -> None:
        driver.set_trace_callback(None)

    event.listen(database.engine, "checkout", hear)
    event.listen(database.engine, "checkin", leave)
    if database._kept is not None:
        hear(database._kept.connection.driver_connection)
    try:
        yield said
    finally:
        if database._kept is not None:
            leave(database._kept.connection.driver_connection)
        event.remove(database.engine, "checkout", hear)
        event.remove(database.engine, "checkin", leave)
