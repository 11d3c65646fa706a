"""The database cannot take anything for a while: nobody is told "we have it", and nothing is lost.
Without Redis everybody is: it is only a bell.

The carrier repeats what was not acknowledged; what was is one post and one answer.
"""

import socket
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from gateway import queue
from gateway.config import Settings
from gateway.core import database
from gateway.core.envelope import SMS
from gateway.core.models import Inbox, Post
from gateway.core.people import Person
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.processes import prepare
from gateway.wiring import Installation, install
from tests.support.processes import free_port

PHONE = "+33639980001"
MOST_CONNECTIONS = 3

NO_ROOM = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$
"""
"""As PostgreSQL says it where its disk is full; what else a full disk does to it is a crash."""


@dataclass
class House:
    """An installation whose web part runs here, and its carrier."""

    installation: Installation
    carrier: FakeTwilio

    def brings(self, words: str) -> str:
        return self.carrier.phone_sends(PHONE, words)

    def is_acknowledged(self, sid: str) -> bool:
        return self.carrier.message(sid).acknowledged

    def said(self) -> dict[str, Counter[str]]:
        """What was posted, and how often it was answered."""
        while self.installation.gateway.delivery.deliver(SMS):
            pass
        with self.installation.gateway.parts.database.read() as session:
            posts = Counter(session.scalars(select(Post.body)))
        answers = [message.body for message in self.carrier.to(PHONE)]
        answered = Counter(body for body in posts for answer in answers if body in answer)
        return {"posts": posts, "answers": answered}


@contextmanager
def house(url: str, **settings: str) -> Iterator[House]:
    http = free_port()
    with FakeTwilio(webhook=f"http://127.0.0.1:{http}/sms/inbound") as carrier:
        environment = {
            "GATEWAY_DATABASE_URL": url,
            "GATEWAY_SECRET": "a secret of the tests, long enough",
            "GATEWAY_HTTP": f"127.0.0.1:{http}",
            "GATEWAY_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "GATEWAY_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "GATEWAY_TWILIO_SENDER": NUMBER,
            "GATEWAY_TWILIO_API_URL": carrier.url,
            **settings,
        }
        installation = install(Settings.load(environment, None))
        prepare(installation)
        installation.gateway.office.add_group("quai3", "Quai 3")
        person = Person("Nadia", phone=PHONE, groups=("quai3",))
        installation.gateway.office.import_members([person], consented=True)
        server = installation.web_server()
        server.start()
        try:
            yield House(installation, carrier)
        finally:
            server.stop(1.0)
            installation.close()


def test_sqlite_that_another_process_keeps_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.3)
    with house(f"sqlite:///{tmp_path / 'gateway.db'}") as made:
        with closing(sqlite3.connect(tmp_path / "gateway.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            sid = made.brings("P quai3 palette")
            assert not made.is_acknowledged(sid)
            other.execute("ROLLBACK")
        made.carrier.redeliver(sid)
        assert made.is_acknowledged(sid)
        made.carrier.redeliver(sid)
        assert made.said() == {"posts": {"palette": 1}, "answers": {"palette": 1}}


def test_postgresql_that_has_no_connection_left(postgres_url: str, postgres_server: str) -> None:
    base = postgres_url.rpartition("/")[2]
    role = f"few_{base}"
    with psycopg.connect(postgres_server, autocommit=True) as operator:
        operator.execute(f"CREATE ROLE {role} LOGIN CONNECTION LIMIT {MOST_CONNECTIONS}")
        operator.execute(f"ALTER DATABASE {base} OWNER TO {role}")
        url = postgres_url.replace("gateway@", f"{role}@")
        try:
            with house(url) as made:
                made.installation.gateway.parts.database.close()
                taken = [
                    psycopg.connect(url.replace("+psycopg", "")) for _ in range(MOST_CONNECTIONS)
                ]
                sid = made.brings("P quai3 palette")
                assert not made.is_acknowledged(sid)
                for one in taken:
                    one.close()
                made.carrier.redeliver(sid)
                assert made.is_acknowledged(sid)
                assert made.said() == {"posts": {"palette": 1}, "answers": {"palette": 1}}
        finally:
            operator.execute(f"ALTER DATABASE {base} OWNER TO gateway")
            operator.execute(f"REASSIGN OWNED BY {role} TO gateway")


def hangs_up(operator: psycopg.Connection, base: str) -> None:
    """PostgreSQL, on all who are connected to this database."""
    operator.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = %s AND pid <> pg_backend_pid()",
        [base],
    )


def test_postgresql_that_hangs_up_on_all_of_us(postgres_url: str, postgres_server: str) -> None:
    """As at a failover: each kept connection is dead, and none is handed out again."""
    with house(postgres_url) as made:
        first = made.brings("P quai3 palette")
        with psycopg.connect(postgres_server, autocommit=True) as operator:
            hangs_up(operator, postgres_url.rpartition("/")[2])
        second = made.brings("P quai3 chariot")
        assert made.is_acknowledged(first)
        assert made.is_acknowledged(second)
        assert made.said()["posts"] == {"palette": 1, "chariot": 1}


def test_redis_that_accepts_and_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As behind a firewall that forgot us: one text waits for it, and not each one."""
    monkeypatch.setattr(queue, "LEFT_ALONE_SECONDS", 3600.0)
    words = [f"palette {number}" for number in range(6)]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0.2)
        redis = "redis://{}:{}".format(*silent.getsockname())
        with house(f"sqlite:///{tmp_path / 'gateway.db'}", GATEWAY_REDIS_URL=redis) as made:
            sids = [made.brings(f"P quai3 {one}") for one in words]
            assert all(map(made.is_acknowledged, sids))
            assert made.said() == {
                "posts": dict.fromkeys(words, 1),
                "answers": dict.fromkeys(words, 1),
            }
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()


def test_postgresql_that_became_read_only(postgres_url: str, postgres_server: str) -> None:
    """As where we reach a standby after a failover: it answers, and takes nothing."""
    base = postgres_url.rpartition("/")[2]
    with (
        house(postgres_url) as made,
        psycopg.connect(postgres_server, autocommit=True) as operator,
    ):
        first = made.brings("P quai3 palette")
        operator.execute(f"ALTER DATABASE {base} SET default_transaction_read_only = on")
        hangs_up(operator, base)
        sids = [made.brings("P quai3 chariot"), made.brings("P quai3 rampe")]
        assert not any(map(made.is_acknowledged, sids))
        assert "may only be read" in made.installation.probe()["database"]
        with made.installation.gateway.parts.database.read() as session:
            assert session.scalars(select(Inbox.external_id)).all() == [first]
        operator.execute(f"ALTER DATABASE {base} RESET default_transaction_read_only")
        for sid in (sids[0], *sids):  # the line that was only read by is found out, and left
            made.carrier.redeliver(sid)
        assert all(map(made.is_acknowledged, sids))
        assert made.installation.probe() == {"database": ""}
        once = dict.fromkeys(("palette", "chariot", "rampe"), 1)
        assert made.said() == {"posts": once, "answers": once}


@pytest.mark.parametrize("table", ["inbox", "post", "outbox"])
def test_postgresql_that_has_no_room_for_a_row(postgres_url: str, table: str) -> None:
    """Whatever is written when its disk is full, it is said with SQLSTATE 53100."""
    plain = postgres_url.replace("+psycopg", "")
    with house(postgres_url) as made, psycopg.connect(plain, autocommit=True) as operator:
        first = made.brings("P quai3 palette")
        operator.execute(NO_ROOM)
        operator.execute(
            f"CREATE TRIGGER no_room BEFORE INSERT ON {table} EXECUTE FUNCTION no_room()"
        )
        sid = made.brings("P quai3 chariot")
        assert not made.is_acknowledged(sid)
        operator.execute("DROP FUNCTION no_room CASCADE")
        for again in (sid, first, sid):
            made.carrier.redeliver(again)
        assert made.is_acknowledged(sid)
        once = dict.fromkeys(("palette", "chariot"), 1)
        assert made.said() == {"posts": once, "answers": once}
