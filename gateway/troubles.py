"""What is wrong with the stores behind an installation, in words; empty where nothing is."""

from typing import TYPE_CHECKING

from gateway.core import sqlite_errors
from gateway.core.database import Database
from gateway.core.migrations import is_behind

if TYPE_CHECKING:
    from redis import Redis


def of_database(database: Database) -> str:
    """Whether it answers, takes what is written, and has the tables of this version."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        if not database.takes_writes():
            return "may only be read: see which server GATEWAY_DATABASE_URL leads to"
        behind = is_behind(database)
    except SQLAlchemyError as error:
        return sqlite_errors.trouble(error)
    return "its tables are of an older version: run `gateway run` or `timer`" if behind else ""


def of_redis(redis: "Redis") -> str:
    """Whether it answers."""
    from redis import RedisError

    try:
        redis.ping()
    except RedisError as error:
        return f"does not answer ({type(error).__name__})"
    return ""
