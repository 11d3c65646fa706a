"""What the parts of this machine can do at best, measured beside us: the disk, and bare smtplib."""

import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path


def commits_a_second(count: int = 500) -> float:
    """SQLite, WAL and synchronous=FULL as we run it: commits of one row."""
    with tempfile.TemporaryDirectory() as name:
        connection = sqlite3.connect(Path(name) / "limit.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, body TEXT)")
        began = time.perf_counter()
        for _ in range(count):
            connection.execute("INSERT INTO row (body) VALUES ('palette')")
        connection.close()
        return count / (time.perf_counter() - began)


def stolen_jiffies() -> tuple[int, int]:
    """(stolen, all) jiffies of this machine so far; subtract two readings."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    return fields[7], sum(fields)


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"
