"""All digests of a whole company: `gateway digests send`, from its start to its last commit.

500 groups with 10 new posts each, every member in 3 of them; half have a phone, half a mailbox.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from bench.postgresql import postgresql
from gateway.core.database import Database
from gateway.core.envelope import EMAIL, SMS
from gateway.core.migrations import upgrade
from gateway.core.models import (
    SERIAL,
    Address,
    Counter,
    Group,
    Member,
    Outbox,
    Post,
    Subscription,
)

GROUPS, POSTS, EACH = 500, 10, 3
SECRET = "0123456789abcdef" * 4
FIRST_SERIAL = 1000
AT_A_TIME = 20_000


def on_sqlite(members: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        return _measure(f"sqlite:///{folder}/bench.db", members)


def on_postgresql(members: int) -> dict[str, float]:
    with postgresql() as url:
        return _measure(url, members)


def _measure(url: str, members: int) -> dict[str, float]:
    database = Database(url)
    upgrade(database)
    now = datetime.now(UTC)
    with database.write() as session:
        for table, rows in _company(members, now):
            session.execute(insert(table), rows)
        newest = FIRST_SERIAL + GROUPS * POSTS
        session.execute(update(Counter).where(Counter.name == SERIAL).values(value=newest))
    spent, seconds, peak = _send(url)
    with database.read() as session:
        owed = session.scalar(select(func.count()).select_from(Outbox))
    database.close()
    assert owed == members, f"{owed} digests of {members}"
    return {
        "seconds": seconds,
        "digests_a_second": members / seconds,
        "cpu_us_each": 1e6 * spent / members,
        "peak_mib": peak,
    }


def _send(url: str) -> tuple[float, float, float]:
    """CPU seconds, seconds and peak MiB of the command, its own start included."""
    environment = {
        **os.environ,
        "GATEWAY_DATABASE_URL": url,
        "GATEWAY_SECRET": SECRET,
        "GATEWAY_SMTP_URL": "smtp://127.0.0.1:1",
        "GATEWAY_MAIL_DOMAIN": "bench.example",
        "GATEWAY_TWILIO_ACCOUNT_SID": "AC" + "0" * 31 + "1",
        "GATEWAY_TWILIO_AUTH_TOKEN": "a-token-of-the-bench",
        "GATEWAY_TWILIO_SENDER": "+33700000001",
    }
    command = [sys.executable, "-m", "gateway", "digests", "send"]
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    seconds = time.monotonic() - began
    return usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss / 1024


def _company(members: int, now: datetime) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """The rows of every table, in an order in which they may be written."""
    author = {"id": 1, "name": "Ana", "language": "fr", "timezone": "Europe/Paris"}
    yield Member, [{**author, "created_at": now, "rhythm": "never"}]
    yield Group, [_group(number, now) for number in range(GROUPS)]
    yield Post, [_post(number, now) for number in range(GROUPS * POSTS)]
    for start in range(0, members, AT_A_TIME):
        some = range(start, min(start + AT_A_TIME, members))
        yield Member, [_member(number, now) for number in some]
        yield Address, [_address(number, now) for number in some]
        yield Subscription, [_place(number, at, now) for number in some for at in range(EACH)]


def _group(number: int, now: datetime) -> dict[str, Any]:
    return {"id": number + 1, "slug": f"g{number}", "title": f"Dépôt {number}", "created_at": now}


def _post(number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": FIRST_SERIAL + number,
        "group_id": number % GROUPS + 1,
        "author_id": 1,
        "channel": SMS,
        "body": f"Palette cassée au quai {number}, passez par la rampe 4 s'il vous plaît",
        "created_at": now,
    }


def _member(number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": number + 2,
        "name": f"Membre {number}",
        "language": "fr" if number % 4 else "en",
        "timezone": "Europe/Paris",
        "created_at": now,
        "next_digest_at": now,
    }


def _address(number: int, now: datetime) -> dict[str, Any]:
    has_phone = number % 2 == 0
    return {
        "member_id": number + 2,
        "channel": SMS if has_phone else EMAIL,
        "value": f"+336{number:08}" if has_phone else f"m{number}@readers.example",
        "state": "active",
        "preferred": True,
        "changed_at": now,
        "heard_at": now,
    }


def _place(number: int, at: int, now: datetime) -> dict[str, Any]:
    group = (number * 7 + at * 131) % GROUPS
    return {"member_id": number + 2, "group_id": group + 1, "since": now}
