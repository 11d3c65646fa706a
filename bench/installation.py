"""A real installation to measure: `gateway run` on SQLite, with sinks for carriers."""

import contextlib
import http.client
import json
import os
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
    process: subprocess.Popen[bytes]

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
        """CPU of the gateway's own process so far, by the operating system's account."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def peak_mebibytes(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024


@contextlib.contextmanager
def installation(
    people: list[str], groups: list[str], log: Path | None = None
) -> Iterator[Installation]:
    """`gateway run` with these rows of people, ready; gone at the end. It logs to `log`."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        sms, mail = (stack.enter_context(_sink(kind)) for kind in ("twilio", "smtp"))
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
        }
        for group in groups:
            _gateway(folder, environment, "groups", "add", group, "--name", group.title())
        roll = folder / "people.csv"
        roll.write_text("\n".join(people), encoding="utf-8")
        _gateway(folder, environment, "members", "import", str(roll), "--consented")
        process = stack.enter_context(
            _process([sys.executable, "-m", "gateway", "run"], folder, environment, log)
        )
        yield Installation(folder, port, environment, process, sms, mail)


def wait_for(sink: Sink, taken: int, seconds: float = 300) -> float:
    """When the sink took its message number `taken` or later. Raises `TimeoutError`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        count, last = sink.count()
        if count >= taken:
            return last
        time.sleep(0.01)
    raise TimeoutError(f"{sink.kind}: {sink.count()[0]} of {taken}")


@contextlib.contextmanager
def _sink(kind: str) -> Iterator[Sink]:
    port = free_port()
    with _process(
        [sys.executable, "-m", "bench.sinks", kind, str(port)], Path.cwd(), dict(os.environ)
    ) as process:
        yield Sink(kind, port, process)


@contextlib.contextmanager
def _process(
    command: list[str], folder: Path, environment: dict[str, str], log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
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
