"""What the parts of this machine can do at best, measured beside us: the disk, and bare smtplib."""

import os
import smtplib
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.installation import free_port


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


def smtplib_a_second(count: int = 2000) -> float:
    """smtplib on one kept connection, the same bytes each time, to the same sink."""
    port = free_port()
    sink = subprocess.Popen(
        [sys.executable, "-m", "bench.sinks", "smtp", str(port)], stdout=subprocess.PIPE
    )
    assert sink.stdout is not None
    sink.stdout.readline()
    letter = b"Subject: limit\r\n\r\n" + b"x" * 1500 + b"\r\n"
    with smtplib.SMTP("127.0.0.1", port) as server:
        began = time.perf_counter()
        for number in range(count):
            server.sendmail("a@bench.example", [f"m{number}@readers.example"], letter)
        rate = count / (time.perf_counter() - began)
    sink.terminate()
    sink.communicate()
    return rate


def stolen_jiffies() -> tuple[int, int]:
    """(stolen, all) jiffies of this machine so far; subtract two readings."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    return fields[7], sum(fields)


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"
