"""A PostgreSQL that says nothing is given up in time; how soon is the URL's to say."""

import socket
import sys
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from gateway.core.database import SILENT_SERVER, Database

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="others watch by other names")


def line(database: Database) -> dict[str, int]:
    """How the kernel watches over a connection, in the words of libpq."""
    names = {
        "keepalives_idle": socket.TCP_KEEPIDLE,
        "keepalives_interval": socket.TCP_KEEPINTVL,
        "keepalives_count": socket.TCP_KEEPCNT,
        "tcp_user_timeout": socket.TCP_USER_TIMEOUT,
    }
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        with socket.fromfd(driver.fileno(), socket.AF_INET, socket.SOCK_STREAM) as wire:
            kept = {name: wire.getsockopt(socket.IPPROTO_TCP, it) for name, it in names.items()}
            alive = wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    return {"keepalives": alive, **kept}


@on_linux
def test_a_line_is_watched_over(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database:
        wanted = {name: its for name, its in SILENT_SERVER.items() if name != "connect_timeout"}
        assert line(database) == wanted


@on_linux
def test_what_the_url_says_of_it_counts(postgres_url: str) -> None:
    given = {"keepalives_idle": 33, "tcp_user_timeout": 44_000}
    url = f"{postgres_url}?" + "&".join(f"{name}={its}" for name, its in given.items())
    with closing(Database(url)) as database:
        assert line(database).items() >= given.items()


def test_who_accepts_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        # The least that psycopg knows.
        url = f"postgresql+psycopg://gateway@127.0.0.1:{port}/gateway?connect_timeout=2"
        with (
            closing(Database(url)) as database,
            pytest.raises(OperationalError, match="timeout"),
            database.read() as session,
        ):
            session.connection()
