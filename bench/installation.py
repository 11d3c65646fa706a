"""A real installation to measure, with sinks for carriers: in one process on SQLite, or spread."""

import contextlib
import fcntl
import http.client
import json
import os
import re
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.postgresql import postgresql
from tests.support import servers

SID, TOKEN, NUMBER = "AC" + "0" * 31 + "1", "a-token-of-the-bench", "+33700000001"


@dataclass
class Sink:
    """A sink in its own process; `count` is (messages taken, when the last one was)."""

    kind: str
    port: int

    def count(self) -> tuple[int, float]:
        if self.kind == "twilio":
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/count")
            told = json.loads(connection.getresponse().read())
            connection.close()
        else:
            with smtplib.SMTP("127.0.0.1", self.port) as server:
                told = json.loads(server.docmd("HELP")[1])
        return told["taken"], told["last"]


@dataclass
class PostfixSink(Sink):
    """Postfix's: it prints how many it has each time that it has one more."""

    printed: int
    taken: int = 0
    last: float = 0.0

    def count(self) -> tuple[int, float]:
        with contextlib.suppress(BlockingIOError):
            while told := os.read(self.printed, 1 << 20):
                found = re.findall(rb"mesg=(\d+)\r", told)
                if found and int(found[-1]) > self.taken:
                    self.taken, self.last = int(found[-1]), time.monotonic()
        return self.taken, self.last


@dataclass
class Installation:
    """What is measured, and its processes."""

    folder: Path
    port: int
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]]
    sms: Sink
    mail: Sink

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The one that began first; of an embedded installation it is all."""
        return self.processes[0]

    @property
    def cpu_seconds(self) -> float:
        """CPU of the gateway's own processes so far."""
        return sum(map(cpu_seconds, self.processes))

    @property
    def peak_mebibytes(self) -> float:
        """Of the process that had most."""
        return max(map(peak_mebibytes, self.processes))


@contextlib.contextmanager
def installation(
    people: list[str],
    groups: list[str],
    log: Path | None = None,
    *,
    parts: tuple[str, ...] = ("run",),
    fill: Callable[[str], None] | None = None,
    sinks: tuple[str, str] = ("twilio", "smtp"),
    latency_ms: float = 0,
    noted: bool = False,
    **settings: str,
) -> Iterator[Installation]:
    """The `parts` with these rows of people, ready; gone at the end. They log to `log`.

    `fill` may write more into the database of this URL before they start. `sinks` are the kinds of
    carriers, for texts and for mail, and `latency_ms` what they take; what they take is `noted` in
    files that are named as they are, in the installation's folder.
    """
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        sms, mail = (
            stack.enter_context(sink(kind, latency_ms, notes=folder / kind if noted else None))
            for kind in sinks
        )
        port = free_port()
        environment = {
            **os.environ,
            "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
            "GATEWAY_HTTP": f"127.0.0.1:{port}",
            "GATEWAY_LMTP": "none",
            "GATEWAY_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
            "GATEWAY_MAIL_DOMAIN": "bench.example",
            "GATEWAY_TWILIO_ACCOUNT_SID": SID,
            "GATEWAY_TWILIO_AUTH_TOKEN": TOKEN,
            "GATEWAY_TWILIO_SENDER": NUMBER,
            "GATEWAY_TWILIO_API_URL": f"http://127.0.0.1:{sms.port}",
            **settings,
        }
        for group in groups:
            _gateway(folder, environment, "groups", "add", group, "--name", group.title())
        if people:
            roll = folder / "people.csv"
            roll.write_text("\n".join(people), encoding="utf-8")
            _gateway(folder, environment, "members", "import", str(roll), "--consented")
        if fill:
            fill(environment["GATEWAY_DATABASE_URL"])
        processes = [
            stack.enter_context(
                started([sys.executable, "-m", "gateway", part], folder, environment, log)
            )
            for part in parts
        ]
        yield Installation(folder, port, environment, processes, sms, mail)


SPREAD = ("timer", "web", "mail", "worker")
"""The parts of a distributed installation; the timer makes its tables."""


@contextlib.contextmanager
def spread() -> Iterator[dict[str, str]]:
    """What an installation is told to use a PostgreSQL and a Redis of its own."""
    with postgresql() as database, servers.redis_server() as bell:
        yield {
            "GATEWAY_DATABASE_URL": database,
            "GATEWAY_REDIS_URL": bell,
            "GATEWAY_SECRET": "0123456789abcdef" * 4,
        }


def peak_mebibytes(process: subprocess.Popen[bytes]) -> float:
    """The most memory that a process had so far."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """CPU of a process so far, by the operating system's account."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for(sink: Sink, taken: int, seconds: float = 300) -> float:
    """When the sink took its message number `taken` or later. Raises `TimeoutError`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        count, last = sink.count()
        if count >= taken:
            return last
        time.sleep(0.005)  # a sink that is asked without pause has no time to take anything
    raise TimeoutError(f"{sink.kind}: {sink.count()[0]} of {taken}")


@contextlib.contextmanager
def sink(
    kind: str, latency_ms: float = 0, host: str = "127.0.0.1", notes: Path | None = None
) -> Iterator[Sink]:
    """A sink of this kind, listening on `host`, that writes to `notes` whom it took for.

    See `bench.sinks`. Mails at no latency, of which nothing is noted, go to Postfix's smtp-sink
    where it is installed, which is in C.
    """
    port = free_port()
    program = shutil.which("smtp-sink")
    if program and kind in ("smtp", "plain") and not latency_ms and notes is None:
        with _postfix_sink(program, port, kind, host) as found:
            yield found
        return
    command = [sys.executable, "-m", "bench.sinks", kind, str(port), host, str(latency_ms)]
    command += [str(notes)] if notes else []
    with started(command, Path.cwd(), dict(os.environ)):
        yield Sink(kind, port)


@contextlib.contextmanager
def _postfix_sink(program: str, port: int, kind: str, host: str) -> Iterator[Sink]:
    command = [program, "-c", *(["-p"] if kind == "plain" else [])]
    command += ["-u", "nobody"] if os.getuid() == 0 else []
    with subprocess.Popen(
        [*command, f"{host}:{port}", "100"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        # It waits where nobody reads what it prints, and a bare loop counts for itself.
        fcntl.fcntl(process.stdout.fileno(), fcntl.F_SETPIPE_SZ, 1 << 20)
        try:
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.01)  # smtp-sink says nothing when it listens
            yield PostfixSink(kind, port, process.stdout.fileno())
        finally:
            process.terminate()


@contextlib.contextmanager
def started(
    command: list[str], folder: Path, environment: dict[str, str], log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A command that says `ready` on its first line; it is told to end at the end."""
    with (log or Path(os.devnull)).open("wb") as told:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=told
        )
    assert process.stdout is not None
    if not process.stdout.readline().startswith(b"ready"):
        raise RuntimeError(f"{' '.join(command)} did not start")
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


def _gateway(folder: Path, environment: dict[str, str], *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
