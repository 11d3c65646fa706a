"""The end and the beginning of a real process: under load, on a full disk, beside another one.

Stopping finishes what is on the wire and leaves the rest to the next start; nobody hears anything
twice for it. What an operator can mend at the start is one sentence.
"""

import fcntl
import resource
import signal
import socket
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType

import pytest

from gateway.demo.twilio_faults import Fault, Kind
from tests.stories.world import GATEWAY, PATIENCE, World, world
from tests.support.processes import free_port, plain_environment, wait_until

END = 10.0
"""Who is told to stop has ended by then, whatever carriers do; systemd waits for 15."""

PHONES = [f"+3363998{number:04}" for number in range(24)]


class Process:
    """`gateway run` that we stop ourselves; what it says stays in a file."""

    def __init__(self, made: World, *command: str, ready: bool = True, **settings: str) -> None:
        self.log = made.folder / f"{time.monotonic_ns()}.log"
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [*GATEWAY, *(command or ("run",))],
                cwd=made.folder,
                env={**plain_environment(), **made.environment, **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if ready:
            wait_until(lambda: "ready" in self.said, PATIENCE, f"ready; it said {self.said}")

    def __enter__(self) -> "Process":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def refuses(self) -> int:
        """The exit code of one that cannot start."""
        return self._process.wait(PATIENCE)

    def stopped_by(self, number: signal.Signals) -> int:
        """Its exit code, which must come in time."""
        self._process.send_signal(number)
        return self._process.wait(END)

    def may_write(self, size: int) -> None:
        """From now on a file may grow to `size` and no further: the disk is full."""
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def depot(folder: Path) -> Iterator[World]:
    """An installation with a group and drivers, not running."""
    with world(folder) as made:
        made.cli("groups", "add", "quai3", "--name", "Quai 3")
        roll = folder / "people.csv"
        rows = [f"Driver {phone[-4:]},{phone},quai3" for phone in PHONES]
        roll.write_text("\n".join(["name,phone,groups", *rows]), encoding="utf-8")
        made.cli("members", "import", str(roll), "--consented")
        yield made


def all_text(made: World, text: str) -> list[str]:
    """One text from each phone, at once; the SIDs of those that were acknowledged."""
    with ThreadPoolExecutor(len(PHONES)) as phones:
        sids = list(
            phones.map(lambda phone: made.carrier.phone_sends(phone, f"{text} {phone}"), PHONES)
        )
    return [sid for sid in sids if made.carrier.message(sid).acknowledged]


def answers(made: World) -> Counter[str]:
    """How many answers to a post each phone has got."""
    return Counter(
        phone for phone in PHONES for m in made.carrier.to(phone) if m.body.startswith("OK")
    )


def owed(made: World) -> Counter[object]:
    """The states of the answers in the outbox."""
    return Counter(row["state"] for row in made.listed("outbox", "list") if row["kind"] == "answer")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_under_load_it_does_nothing_by_halves(
    tmp_path: Path, number: signal.Signals
) -> None:
    with depot(tmp_path) as made:
        with Process(made) as running, ThreadPoolExecutor(1) as others:
            made.carrier.faults.add(Fault(Kind.DELAY, times=0, seconds=0.3))
            sending = others.submit(all_text, made, "P quai3 palette")
            wait_until(lambda: bool(answers(made)), PATIENCE, "the first answer")
            assert running.stopped_by(number) == 0
            kept = sending.result()
        assert "Traceback" not in running.said
        assert owed(made)["claimed"] == 0
        made.carrier.faults.clear()
        with Process(made) as again:
            wait_until(lambda: sum(answers(made).values()) >= len(kept), PATIENCE, "the answers")
            assert again.stopped_by(number) == 0
        posted = Counter(str(post["body"])[-12:] for post in made.listed("posts", "list"))
    assert set(posted.values()) == {1}
    # What was kept and not acknowledged is answered too; nobody is answered twice.
    assert answers(made) == posted
    assert {made.carrier.message(sid).sender for sid in kept} <= set(posted)


def test_carriers_that_do_not_answer_keep_nobody_from_stopping(tmp_path: Path) -> None:
    with depot(tmp_path) as made, socket.create_server(("127.0.0.1", 0)) as mail_server:
        mail_server.settimeout(PATIENCE)
        silent = {"GATEWAY_SMTP_URL": "smtp://{}:{}".format(*mail_server.getsockname())}
        (tmp_path / "more.csv").write_text("name,email,groups\nEva,eva@bureau.example,quai3\n")
        made.cli("members", "import", str(tmp_path / "more.csv"), "--consented")
        with Process(made, ready=True, **silent) as running:
            # The message goes out, and the line is silent: whether it went, we cannot know.
            made.carrier.faults.add(Fault(Kind.HANG_AFTER, times=0, seconds=30))
            kept = all_text(made, "P quai3 palette")
            wait_until(lambda: bool(answers(made)), PATIENCE, "the first answer")
            with mail_server.accept()[0]:  # and says nothing
                assert running.stopped_by(signal.SIGTERM) == 0
        assert "Traceback" not in running.said
        made.carrier.faults.clear()
        states = owed(made)
        assert states["claimed"] == 0
        # What the carrier reported in time is sent; else it is unknown, and never simply due.
        assert states["unknown"] + states["sent"] + states["due"] == len(kept)
        with Process(made):
            wait_until(lambda: len(answers(made)) == len(kept), PATIENCE, "the answers")
    assert answers(made) == dict.fromkeys(PHONES, 1)


def test_a_signal_is_heard_from_the_first_moment(tmp_path: Path) -> None:
    with depot(tmp_path) as made:
        with Process(made) as running:
            assert running.stopped_by(signal.SIGTERM) == 0
        with Process(made) as running:
            assert running.stopped_by(signal.SIGINT) == 0
    assert running.said.count("\n") == 1


def test_who_comes_next_need_not_wait_for_an_office(tmp_path: Path) -> None:
    def offices() -> int:
        with closing(sqlite3.connect(tmp_path / "gateway.db")) as database:
            held: int = database.execute("SELECT count(*) FROM lease").fetchone()[0]
            return held

    with depot(tmp_path) as made:
        with Process(made) as running:
            wait_until(lambda: offices() > 0, PATIENCE, "an office")
            assert running.stopped_by(signal.SIGTERM) == 0
        assert offices() == 0


def test_two_processes_on_one_file_send_nothing_twice(tmp_path: Path) -> None:
    with depot(tmp_path) as made, Process(made) as first:
        made.carrier.faults.add(Fault(Kind.DELAY, times=0, seconds=0.3))
        all_text(made, "P quai3 palette")
        second = {f"GATEWAY_{name}": f"127.0.0.1:{free_port()}" for name in ("HTTP", "LMTP")}
        with Process(made, ready=True, **second) as other:
            wait_until(lambda: len(answers(made)) == len(PHONES), PATIENCE, "the answers")
            assert other.stopped_by(signal.SIGTERM) == 0
        assert first.stopped_by(signal.SIGTERM) == 0
    assert answers(made) == dict.fromkeys(PHONES, 1)


def test_a_worker_at_redis_keeps_others_from_what_it_claimed_in_a_file(
    tmp_path: Path, redis_url: str
) -> None:
    redis = {"GATEWAY_REDIS_URL": redis_url, "GATEWAY_SECRET": "s" * 40}
    with depot(tmp_path) as made, Process(made, "worker", ready=True, **redis) as running:
        with (tmp_path / "gateway.db-delivering").open("a") as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert running.stopped_by(signal.SIGTERM) == 0
    assert "Traceback" not in running.said


def test_a_full_disk_costs_nobody_a_word(tmp_path: Path) -> None:
    with depot(tmp_path) as made, Process(made) as running:
        running.may_write((tmp_path / "gateway.db").stat().st_size // 2)
        kept = all_text(made, "P quai3 palette")
        assert len(kept) < len(PHONES)
        running.may_write(resource.RLIM_INFINITY)
        for phone in PHONES:
            for message in made.carrier.messages:
                if message.sender == phone and not message.acknowledged:
                    made.carrier.redeliver(message.sid)
        wait_until(lambda: len(answers(made)) == len(PHONES), PATIENCE, "the answers")
        assert running.stopped_by(signal.SIGTERM) == 0
        posts = made.listed("posts", "list")
    assert "palette" not in running.said
    assert PHONES[0][1:] not in running.said
    assert Counter(str(post["body"])[-12:] for post in posts) == dict.fromkeys(PHONES, 1)
    assert answers(made) == dict.fromkeys(PHONES, 1)


@pytest.mark.parametrize("part", ["web", "mail", "worker"])
def test_a_part_waits_for_the_tables_that_the_timer_makes(tmp_path: Path, part: str) -> None:
    with world(tmp_path) as made, Process(made, part, ready=False) as waiting:
        wait_until(lambda: "behind this version" in waiting.said, PATIENCE, "what is missing")
        assert "ready" not in waiting.said
        with Process(made, "timer") as timer:
            wait_until(lambda: "ready" in waiting.said, PATIENCE, "the part")
            assert timer.stopped_by(signal.SIGTERM) == 0
        assert waiting.stopped_by(signal.SIGTERM) == 0


def test_who_waits_for_tables_is_ended_at_once(tmp_path: Path) -> None:
    with world(tmp_path) as made, Process(made, "web", ready=False) as waiting:
        wait_until(lambda: "behind this version" in waiting.said, PATIENCE, "what is missing")
        assert waiting.stopped_by(signal.SIGTERM) == -signal.SIGTERM


@pytest.mark.parametrize("setting", ["HTTP", "LMTP"])
def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path, setting: str) -> None:
    with world(tmp_path) as made:
        port = made.http if setting == "HTTP" else made.lmtp
        with (
            socket.create_server(("127.0.0.1", port)),
            Process(made, ready=False) as refused,
        ):
            assert refused.refuses() == 1
    (line,) = refused.said.splitlines()
    assert f"GATEWAY_{setting}" in line
    assert f"127.0.0.1:{port} (Address already in use)" in line


def test_what_is_wrong_with_the_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear database,\n" * 100)
    with world(tmp_path) as made:
        for url in (
            f"sqlite:///{tmp_path / 'letter.db'}",
            f"sqlite:///{tmp_path}",
            f"postgresql+psycopg://gateway:geheim@127.0.0.1:{free_port()}/gateway",
        ):
            settings = {"GATEWAY_DATABASE_URL": url, "GATEWAY_SECRET": "s" * 40}
            with Process(made, ready=False, **settings) as refused:
                assert refused.refuses() == 1
            (line,) = refused.said.splitlines()
            assert line.startswith("GATEWAY_DATABASE_URL: the database cannot be used")
            assert "geheim" not in line


def test_a_worker_without_its_redis_is_one_sentence(tmp_path: Path) -> None:
    redis = {
        "GATEWAY_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "GATEWAY_SECRET": "s" * 40,
    }
    with (
        world(tmp_path) as made,
        Process(made, "worker", ready=False, **redis) as refused,
    ):
        assert refused.refuses() == 1
    (line,) = refused.said.splitlines()
    assert line.startswith("GATEWAY_REDIS_URL: ")


def test_all_settings_that_are_wrong_are_named_at_once(tmp_path: Path) -> None:
    wrong = {
        "GATEWAY_HTTP": "nope",
        "GATEWAY_LMTP": ":99999",
        "GATEWAY_MAIL_DOMAIN": "a b",
        "GATEWAY_TIMEZONE": "Mars/Olympus",
        "GATEWAY_SECRT": "x",
    }
    with world(tmp_path) as made, Process(made, ready=False, **wrong) as refused:
        assert refused.refuses() == 1
    assert [line.partition(":")[0] for line in refused.said.splitlines()] == list(wrong)
