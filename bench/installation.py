"""A real installation to measure: `gateway run` on SQLite, with sinks for carriers."""

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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
    """What is measured, and its process."""

    folder: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    sms: Sink
    mail: Sink

    @property
    def cpu_seconds(self) -> float:
        """CPU of the gateway's own process so far."""
        return cpu_seconds(self.process)

    @property
    def peak_mebibytes(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024


@contextlib.contextmanager
def installation(
    people: list[str],
    groups: list[str],
    log: Path | None = None,
    *,
    sinks: tuple[str, str] = ("twilio", "smtp"),
    latency_ms: float = 0,
    **settings: str,
) -> Iterator[Installation]:
    """`gateway run` with these rows of people, ready; gone at the end. It logs to `log`.

    `sinks` are the kinds of carriers, for texts and for mail, and `latency_ms` what they take.
    """
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        sms, mail = (stack.enter_context(sink(kind, latency_ms)) for kind in sinks)
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
        roll = folder / "people.csv"
        roll.write_text("\n".join(people), encoding="utf-8")
        _gateway(folder, environment, "members", "import", str(roll), "--consented")
        process = stack.enter_context(
            started([sys.executable, "-m", "gateway", "run"], folder, environment, log)
        )
        yield Installation(folder, port, environment, process, sms, mail)


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
def sink(kind: str, latency_ms: float = 0, host: str = "127.0.0.1") -> Iterator[Sink]:
    """A sink of this kind, listening on `host`: see `bench.sinks`.

    Mails at no latency go to Postfix's smtp-sink where it is installed, which is in C.
    """
    port = free_port()
    program = shutil.which("smtp-sink")
    if program and kind in ("smtp", "plain") and not latency_ms:
        with _postfix_sink(program, port, kind, host) as found:
            yield found
        return
    command = [sys.executable, "-m", "bench.sinks", kind, str(port), host, str(latency_ms)]
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
