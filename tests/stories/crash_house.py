"""An installation whose processes die: each is started again as soon as it has ended.

Embedded it is `gateway run` on SQLite; spread it is web, mail, two workers and two timers around a
PostgreSQL and a Redis of its own, which die as well. What the carriers took is in their records.
"""

import random
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import redis

from gateway.config import Settings
from gateway.demo.mailbox import Mailbox, Wire
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.processes import prepare
from gateway.wiring import Installation, install
from tests.stories.victim import uncounted
from tests.stories.world import DOMAIN, GATEWAY
from tests.support import servers
from tests.support.processes import (
    Account,
    account,
    end_with_parent,
    free_port,
    ourselves,
    private_folder,
    wait_until,
)

PARTS = ("web", "mail", "worker", "worker-2", "timer", "timer-2")
POSTGRES, REDIS, DIGESTS = "postgres", "redis", "digests"
HOW_POSTGRES_ENDS = (signal.SIGKILL, signal.SIGQUIT, signal.SIGINT)
"""Killed; an immediate shutdown, as at a failover; a restart that breaks off what is open."""


class AheadClock:
    """The time of this machine, and as much more as was passed since."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Part:
    """A process, and how it is started again."""

    name: str
    command: Sequence[str | Path]
    folder: Path
    environ: dict[str, str]
    owner: Account = field(default_factory=ourselves)
    process: subprocess.Popen[bytes] | None = None
    lives: int = 0

    def start(self) -> None:
        self.lives += 1
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env={**uncounted(), **self.environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: end_with_parent(signal.SIGKILL),
                **self.owner.popen,
            )

    @property
    def is_up(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def is_ready(self) -> bool:
        """Whether this life of it has said so."""
        try:
            said = self._log.read_bytes().splitlines()
        except FileNotFoundError:  # it is just being started, by another thread
            return False
        return self.is_up and any(line.startswith(b"ready") for line in said)

    @property
    def _log(self) -> Path:
        return self.folder / f"{self.name}-{self.lives}.log"

    def strike(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(how)


class CrashHouse:
    """The processes of an installation, its carriers, and whoever starts what has ended."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder = folder
        self.clock = AheadClock()
        self.killed: Counter[str] = Counter()
        self._chance = chance
        self._http, self.lmtp = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self._http}"
        self.carrier = FakeTwilio(webhook=f"{self.url}/sms/inbound#rc=5&rp=all", now=self.clock)
        self.mailbox = Mailbox(Wire("127.0.0.1", self.lmtp, lmtp=True, authserv_id=DOMAIN))
        self.environment: dict[str, str] = {}
        self.parts: dict[str, Part] = {}
        self._over, self._closed = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._nurse = threading.Thread(target=self._start_what_ended, daemon=True)

    def embedded(self) -> None:
        self._set_up(GATEWAY_DATABASE_URL=f"sqlite:///{self.folder / 'gateway.db'}")
        self._add("run", [*GATEWAY, "run"])

    def spread(self, cluster: Path) -> None:
        """`cluster` is a folder of the account that PostgreSQL runs as."""
        at, bell = free_port(), free_port()
        commands = {
            POSTGRES: servers.postgres_cluster(cluster, waits_for_log=True)(at),
            REDIS: servers.redis_command()(bell),
        }
        for name, command in commands.items():
            self.parts[name] = Part(name, command, cluster, {}, account())
            self.parts[name].start()
        wait_until(lambda: servers.answers(at) and _pings(bell), 30, "the servers")
        self._set_up(
            GATEWAY_DATABASE_URL=f"postgresql+psycopg://gateway@127.0.0.1:{at}/postgres",
            GATEWAY_REDIS_URL=f"redis://127.0.0.1:{bell}/0",
        )
        for part in PARTS:
            self._add(part, [*GATEWAY, part.partition("-")[0]])

    def begin(self) -> None:
        """Start everything, and go on starting what ends."""
        for part in self.parts.values():
            if not part.is_up:
                part.start()
        self._nurse.start()
        for name in self.ours:
            self.wait_for(name)

    @property
    def ours(self) -> list[str]:
        """The processes that are the gateway's own."""
        return [name for name in self.parts if name not in (POSTGRES, REDIS, DIGESTS)]

    def wait_for(self, name: str) -> None:
        """Until a part is ready, however often it has to begin."""
        wait_until(lambda: self.parts[name].is_ready, 60, name)

    def kill_one(self) -> str:
        """Kill whatever comes; what it was."""
        up = sorted(name for name, part in self.parts.items() if part.is_up)
        name = self._chance.choice(up or sorted(self.parts))
        how = self._chance.choice(HOW_POSTGRES_ENDS) if name == POSTGRES else signal.SIGKILL
        if name == REDIS and self._chance.random() < 0.5:
            self.flush()
            name = f"{REDIS} flushed"
        else:
            self.parts[name].strike(how)
            name = f"{name} {how.name}" if name == POSTGRES else name
        self.killed[name] += 1
        return name

    def looks_after(self, part: Part) -> None:
        """Start it whenever it has ended."""
        with self._starting:
            self.parts[part.name] = part

    def lets_go(self, name: str) -> Part:
        """It may end now."""
        with self._starting:
            return self.parts.pop(name)

    def flush(self) -> None:
        """Redis forgets everything."""
        with suppress(redis.RedisError), redis.Redis.from_url(self._redis_url) as connection:
            connection.flushall()

    def send_digests(self, at: datetime) -> None:
        """As an operator does; it is killed, and begun again, like everything else."""
        command = [*GATEWAY, "digests", "send", "--now", at.isoformat()]
        one = self.parts.get(DIGESTS)
        if one is None or _ended_well(one):
            with self._starting:
                self.parts[DIGESTS] = Part(DIGESTS, command, self.folder, self.environment)
                self.parts[DIGESTS].start()

    def end(self) -> list[str]:
        """Ask all of ours to end, as a system does; those that did not, in ten seconds."""
        with self._starting:
            self._over.set()
        for name in (POSTGRES, REDIS):
            if name in self.parts and not self.parts[name].is_up:
                self.parts[name].start()
        ours = [part for name, part in self.parts.items() if name not in (POSTGRES, REDIS)]
        for part in ours:
            part.strike(signal.SIGTERM)
        slow = []
        for part in ours:
            assert part.process is not None
            try:
                part.process.wait(10)
            except subprocess.TimeoutExpired:
                slow.append(part.name)
        if POSTGRES in self.parts:
            at = int(self.environment["GATEWAY_DATABASE_URL"].rpartition(":")[2].split("/")[0])
            wait_until(lambda: servers.answers(at), 30, "PostgreSQL")
        return slow

    @contextmanager
    def here(self) -> Iterator[Installation]:
        """The same installation in this process, with a clock that can run ahead."""
        environment = {k: v for k, v in self.environment.items() if k != "GATEWAY_REDIS_URL"}
        installation = install(Settings.load(environment, None), self.clock)
        try:
            yield installation
        finally:
            installation.close()

    def close(self) -> None:
        with self._starting:
            self._over.set()
        for part in self.parts.values():
            part.strike(signal.SIGQUIT if part.name == POSTGRES else signal.SIGKILL)
            if part.process is not None:
                part.process.wait(30)
        self._closed.set()

    @property
    def _redis_url(self) -> str:
        return self.environment["GATEWAY_REDIS_URL"]

    def _set_up(self, **where: str) -> None:
        self.environment = {
            **where,
            "GATEWAY_SECRET": "a secret of the tests, long enough",
            "GATEWAY_HTTP": f"127.0.0.1:{self._http}",
            "GATEWAY_LMTP": f"127.0.0.1:{self.lmtp}",
            "GATEWAY_SMTP_URL": "smtp://{}:{}".format(*self.mailbox.address),
            "GATEWAY_MAIL_DOMAIN": DOMAIN,
            "GATEWAY_MAIL_AUTHSERV_ID": DOMAIN,
            "GATEWAY_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "GATEWAY_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "GATEWAY_TWILIO_SENDER": NUMBER,
            "GATEWAY_TWILIO_API_URL": self.carrier.url,
            "GATEWAY_TIMEZONE": _where_it_is_noon(),
        }
        with self.here() as installation:
            prepare(installation)

    def _add(self, name: str, command: Sequence[str]) -> None:
        self.parts[name] = Part(name, command, self.folder, self.environment)

    def _start_what_ended(self) -> None:
        # To the very end: what a thread has started ends with it.
        while not self._closed.wait(0.02):
            with self._starting:
                if self._over.is_set():
                    continue
                for name, part in self.parts.items():
                    if not part.is_up and not (name == DIGESTS and _ended_well(part)):
                        part.start()


def _ended_well(part: Part) -> bool:
    return part.process is not None and part.process.poll() == 0


def _pings(port: int) -> bool:
    with suppress(redis.RedisError), redis.Redis(port=port) as connection:
        return bool(connection.ping())
    return False


def _where_it_is_noon() -> str:
    """Nobody's quiet hours hold what this is about."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"


@contextmanager
def crash_house(folder: Path, engine: str, seed: int) -> Iterator[CrashHouse]:
    """Set up, and not yet begun."""
    with ExitStack() as stack:
        cluster = stack.enter_context(private_folder()) if engine == "spread" else folder
        made = CrashHouse(folder, random.Random(seed))
        made.mailbox.start()
        stack.callback(made.mailbox.stop)
        stack.enter_context(made.carrier)
        stack.callback(made.close)
        if engine == "spread":
            made.spread(cluster)
        else:
            made.embedded()
        yield made
