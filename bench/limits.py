"""What the parts of this machine can do at best, measured beside us: the disk, by each database."""

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from bench.postgresql import postgresql

COMMITS, ROWS = 500, 100_000
_TABLE = "CREATE TABLE kept (id INTEGER PRIMARY KEY, body TEXT)"


def databases() -> dict[str, float]:
    """Commits of one row, and rows in one commit, by a statement and by the rows themselves."""
    with tempfile.TemporaryDirectory() as name:
        sqlite = sqlite3.connect(Path(name) / "limit.db", isolation_level=None)
        sqlite.execute("PRAGMA journal_mode=WAL")
        sqlite.execute("PRAGMA synchronous=FULL")
        sqlite.execute(_TABLE)
        found = _limits("SQLite", sqlite, "INSERT INTO kept VALUES (?, 'palette')", _sqlite_rows)
        sqlite.close()
    with postgresql() as url, psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as ours:
        ours.execute(_TABLE)
        insert = "INSERT INTO kept VALUES (%s, 'palette')"
        return found | _limits("PostgreSQL", ours, insert, _postgresql_rows)


def _limits(
    name: str, connection: Any, insert: str, bring: Callable[[Any], None]
) -> dict[str, float]:
    """`bring` writes `ROWS` rows in the fastest way that carries each over the wire."""
    began = time.perf_counter()
    for number in range(COMMITS):
        connection.execute(insert, (-1 - number,))
    commits = COMMITS / (time.perf_counter() - began)
    began = time.perf_counter()
    bring(connection)
    brought = ROWS / (time.perf_counter() - began)
    began = time.perf_counter()
    connection.execute(f"INSERT INTO kept SELECT id + {2 * ROWS}, body FROM kept WHERE id >= 0")
    made = ROWS / (time.perf_counter() - began)
    return {
        f"{name}: commits of a row a second": commits,
        f"{name}: rows brought a second": brought,
        f"{name}: rows made by a statement a second": made,
    }


def _sqlite_rows(connection: Any) -> None:
    connection.execute("BEGIN")
    rows = ((number,) for number in range(ROWS))
    connection.executemany("INSERT INTO kept VALUES (?, 'palette')", rows)
    connection.execute("COMMIT")


def _postgresql_rows(connection: Any) -> None:
    with connection.cursor() as cursor, cursor.copy("COPY kept FROM STDIN") as copy:
        for number in range(ROWS):
            copy.write_row((number, "palette"))


def stolen_jiffies() -> tuple[int, int]:
    """(stolen, all) jiffies of this machine so far; subtract two readings."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    return fields[7], sum(fields)


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"
