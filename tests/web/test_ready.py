"""Who is ready, asked of a whole installation: with what is missing it could still take a text."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import text

from gateway.config import Settings
from gateway.core.migrations import is_current
from gateway.processes import prepare
from gateway.wiring import Installation, install
from tests.support import servers

NEWER, OLDER = "9999", "0001"


@contextmanager
def installed(folder: Path, **settings: str) -> Iterator[Installation]:
    environment = {
        "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
        "GATEWAY_SECRET": "a secret of the tests, long enough",
        **settings,
    }
    with closing(install(Settings.load(environment, None))) as installation:
        prepare(installation)
        yield installation


def ready(installation: Installation) -> tuple[int, dict[str, Any]]:
    answer = installation.app().test_client().get("/health/ready")
    return answer.status_code, answer.get_json()


def told(installation: Installation) -> str:
    """What Prometheus is."""
    return installation.app().test_client().get("/metrics").text


def is_at(installation: Installation, revision: str) -> None:
    """Somebody else's migrations brought the tables there."""
    with installation.gateway.parts.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})


def test_without_redis_it_is_ready_and_says_what_is_missing(tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(servers.redis_server())
        installation = stack.enter_context(installed(tmp_path, GATEWAY_REDIS_URL=url))
        sound = {"ready": True, "parts": {"database": "", "redis": ""}}
        assert ready(installation) == (200, sound)
        assert "\ngateway_bell_up 1.0\n" in told(installation)
        with redis.Redis.from_url(url) as server, suppress(redis.RedisError):
            server.shutdown(nosave=True)
        trouble = {"redis": "does not answer (ConnectionError)"}
        assert ready(installation) == (
            200,
            {"ready": True, "parts": {"database": "", **trouble}, "degraded": trouble},
        )
        assert "\ngateway_bell_up 0.0\n" in told(installation)


def test_without_a_bell_between_processes_nothing_is_told_of_one(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        assert "gateway_bell_up" not in told(installation)


def test_a_newer_version_beside_it_takes_nobody_out_of_service(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        is_at(installation, NEWER)
        assert not is_current(installation.gateway.parts.database)
        assert ready(installation) == (200, {"ready": True, "parts": {"database": ""}})


def test_tables_that_are_behind_are_not_ready(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        is_at(installation, OLDER)
        status, told = ready(installation)
        assert (status, told["ready"]) == (503, False)
        assert "older version" in told["parts"]["database"]


def test_no_tables_at_all_are_not_ready(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        with installation.gateway.parts.database.write() as session:
            session.execute(text("DELETE FROM alembic_version"))
        assert ready(installation)[0] == 503


def test_a_database_that_is_gone_is_not_ready(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        installation.gateway.parts.database.close()
        for file in tmp_path.glob("gateway.db*"):
            file.unlink()
        (tmp_path / "gateway.db").mkdir()
        status, told = ready(installation)
        assert (status, told["ready"]) == (503, False)
        assert told["parts"]["database"]
