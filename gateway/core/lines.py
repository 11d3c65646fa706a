"""Lines to PostgreSQL that are of no use: broken ones, and all to a server that takes no writes.

SQLAlchemy finds a broken one by itself in what it executes, and leaves it and all that are as old.
What runs on the driver's own cursor (`prepared`) asks here.
"""

from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, event

READ_ONLY = "25006"
"""The SQLSTATE of a write where only reading is allowed."""


def watch(engine: Engine) -> None:
    """Let SQLAlchemy leave the lines to a server that takes no writes, as it leaves broken ones."""
    event.listen(engine, "handle_error", _on_error)


def leave_useless(connection: Connection, error: Exception) -> None:
    """Leave the line on which `error` came, and all others that are kept, where it tells to."""
    if connection.invalidated:
        return
    driver: Any = connection.connection.driver_connection
    dialect: Any = connection.dialect  # its type of an error is no class
    if _takes_no_writes(error) or dialect.is_disconnect(error, driver, None):
        connection.invalidate(error)
        connection.engine.dispose()


def _on_error(context: ExceptionContext) -> None:
    if _takes_no_writes(context.original_exception):
        context.is_disconnect = True


def _takes_no_writes(error: BaseException | None) -> bool:
    """We may be at a standby: it answers, each line would stay there, and another server takes
    what is written.
    """
    return getattr(error, "sqlstate", None) == READ_ONLY
