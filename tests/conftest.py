"""What every test may ask for: real servers, private to the session, one clean slate a test."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from itertools import count
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest
import redis
from hypothesis import HealthCheck, settings

from tests.support import dovecot, postfix, servers
from tests.support.clock import Clock

# Machines under load are slow, and that is no fault of the code.
settings.register_profile("gateway", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gateway")

T = TypeVar("T")
_numbers = count(1)


@pytest.fixture
def clock() -> Clock:
    """A Monday morning that lasts until the test moves on."""
    return Clock()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database, as SQLAlchemy names it."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_server.replace("postgresql:", "postgresql+psycopg:").replace(
            "/postgres", f"/{name}"
        )
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """An empty Redis."""
    with redis.Redis.from_url(redis_server) as connection:
        connection.flushall()
    return redis_server


@pytest.fixture
def imap_url(imap_port: int) -> str:
    """An empty mailbox, signed in to."""
    user = f"gateway{next(_numbers)}"
    return f"imap://{user}:{dovecot.PASSWORD}@127.0.0.1:{imap_port}/INBOX"


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program."""
    return _had(servers.chromium)


@pytest.fixture(scope="session")
def tmux() -> Path:
    """The terminal's program."""
    return _had(servers.tmux)


@pytest.fixture(scope="session")
def neomutt() -> Path:
    """The mail program."""
    return _had(servers.neomutt)


@pytest.fixture(scope="session")
def postfix_program() -> Path:
    """Postfix, where we are root."""
    found = _had(postfix.program)
    _only_as_root("Postfix")
    return found


@pytest.fixture
def dovecot_server() -> Iterator[dovecot.Dovecot]:
    """A mail store of the test's own, which may be killed."""
    yield from _served(dovecot.dovecot)


@pytest.fixture(scope="session")
def kannel_programs() -> tuple[Path, Path, Path]:
    """Kannel's two boxes and its fake network."""
    return _had(servers.kannel)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    yield from _served(servers.postgres)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    yield from _served(servers.redis_server)


@pytest.fixture(scope="session")
def imap_port() -> Iterator[int]:
    yield from _served(dovecot.imap_server)


def _only_as_root(program: str) -> None:
    """No package helps an account without rights, so this is no failure where all must run."""
    if os.geteuid() != 0:
        pytest.skip(f"{program} starts as root only: run the tests as root")


def _served(start: Callable[[], AbstractContextManager[T]]) -> Iterator[T]:
    with ExitStack() as stack:
        yield _had(lambda: stack.enter_context(start()))


def _had(get: Callable[[], T]) -> T:
    """What the machine has; the test is skipped where it has not, and fails where it must have."""
    try:
        return get()
    except servers.Missing as missing:
        if os.environ.get("GATEWAY_TEST_ALL") == "1":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
