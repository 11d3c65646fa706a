"""A whole installation in real processes, for stories: nothing here calls into the gateway.

The phone signs and posts Twilio's form and is texted over Twilio's REST API, mail goes over LMTP
and SMTP, the kiosk is the real program in a terminal of tmux, the operator uses the command line.
"""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.demo.mailbox import KeptMail, Mailbox, Wire
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from tests.support.processes import free_port, ourselves, plain_environment, serving, wait_until

DOMAIN = "depot.example"
PATIENCE = 45.0
GATEWAY = (sys.executable, "-m", "gateway")

ROLL = """name,phone,email,badge,language,groups,role
Nadia Petit,06 39 98 00 01,,1001,fr,quai3,member
Paul Martin,,paul@bureau.example,1002,fr,quai3|secu,animator
Zoe Lambert,,,1003,fr,quai3,member
John Smith,+33639980004,john@office.example,1004,en,quai3,member
"""


@dataclass
class Phone:
    """An old phone: what it sends, and the texts that reached it."""

    number: str
    carrier: FakeTwilio

    def sends(self, text: str) -> str:
        """Send a text and wait for the answer to it."""
        before = len(self.texts)
        self.carrier.phone_sends(self.number, text)
        return self.hears_after(before)

    def hears_after(self, count: int) -> str:
        wait_until(lambda: len(self.texts) > count, PATIENCE, f"a text to {self.number}")
        return self.texts[count]

    def hears(self, part: str) -> str:
        """Wait for a text that holds `part`."""
        wait_until(lambda: any(part in text for text in self.texts), PATIENCE, f"{part!r} by SMS")
        return next(text for text in self.texts if part in text)

    @property
    def texts(self) -> list[str]:
        return [message.body for message in self.carrier.to(self.number)]


class Terminal:
    """The kiosk in a terminal of tmux; `screen` is what a person sees."""

    def __init__(self, folder: Path, command: list[str], width: int = 80, height: int = 24) -> None:
        self._tmux = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]
        self._run("new-session", "-d", "-s", "kiosk", "-x", str(width), "-y", str(height), *command)
        self._run("set-option", "-g", "remain-on-exit", "on")

    @property
    def screen(self) -> str:
        return self._run("capture-pane", "-p", "-t", "kiosk")

    @property
    def drawn(self) -> str:
        """The screen with its colours, as escapes of a terminal."""
        return self._run("capture-pane", "-p", "-e", "-t", "kiosk")

    def shows(self, part: str) -> str:
        """Wait until the screen holds `part`."""
        try:
            wait_until(lambda: part in self.screen, PATIENCE, f"{part!r} at the kiosk")
        except TimeoutError as error:
            raise TimeoutError(f"{error}; it shows:\n{self.screen}") from None
        return self.screen

    def types(self, text: str) -> None:
        self._run("send-keys", "-t", "kiosk", "-l", text)

    def presses(self, *keys: str) -> None:
        for key in keys:
            self._run("send-keys", "-t", "kiosk", key)
            time.sleep(0.15)  # a person's finger; the kiosk takes one choice a screen

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._tmux, *arguments], capture_output=True, text=True, check=True, timeout=10
        )
        return done.stdout


class World:
    """One installation, its carriers and its people."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.http, self.lmtp = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http}"
        self.carrier = FakeTwilio(webhook=f"{self.url}/sms/inbound#rc=5&rp=all")
        self.mailbox = Mailbox(Wire("127.0.0.1", self.lmtp, lmtp=True, authserv_id=DOMAIN))
        self._settings = dict(settings)

    @property
    def environment(self) -> dict[str, str]:
        """The settings, as an operator would write them."""
        return {
            "GATEWAY_DATABASE_URL": f"sqlite:///{self.folder / 'gateway.db'}",
            "GATEWAY_HTTP": f"127.0.0.1:{self.http}",
            "GATEWAY_LMTP": f"127.0.0.1:{self.lmtp}",
            "GATEWAY_SMTP_URL": "smtp://{}:{}".format(*self.mailbox.address),
            "GATEWAY_MAIL_DOMAIN": DOMAIN,
            "GATEWAY_MAIL_AUTHSERV_ID": DOMAIN,
            "GATEWAY_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "GATEWAY_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "GATEWAY_TWILIO_SENDER": NUMBER,
            "GATEWAY_TWILIO_API_URL": self.carrier.url,
            **self._settings,
        }

    def set(self, **settings: str) -> None:
        """What is known only when other servers have begun."""
        self._settings.update(settings)

    def cli(self, *arguments: str) -> str:
        """What the operator's command prints; it must succeed."""
        done = subprocess.run(
            [*GATEWAY, *arguments],
            cwd=self.folder,
            env={**plain_environment(), **self.environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, f"{arguments}: {done.stderr}{done.stdout}"
        return done.stdout

    def listed(self, *arguments: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.cli(*arguments, "--json").splitlines()]

    @contextlib.contextmanager
    def running(self, *parts: str) -> Iterator[None]:
        """The installation up: `run`, or its parts as processes of their own."""
        with contextlib.ExitStack() as stack:
            for part in parts:
                folder = self.folder / part
                folder.mkdir(exist_ok=True)
                stack.enter_context(
                    serving(
                        [*GATEWAY, part],
                        folder,
                        said_ready(folder / "server.log"),
                        environ=self.environment,
                        owner=ourselves(),
                    )
                )
            yield

    @contextlib.contextmanager
    def kiosk(self, token: str, width: int = 80, height: int = 24) -> Iterator[Terminal]:
        folder = self.folder / "kiosk"
        folder.mkdir(exist_ok=True)
        command = [*GATEWAY, "kiosk", "--server", self.url, "--device", token]
        command += ["--state", str(folder / "state")]
        terminal = Terminal(folder, command, width, height)
        try:
            yield terminal
        finally:
            terminal.close()

    def phone(self, number: str) -> Phone:
        return Phone(number, self.carrier)

    def mail(self, address: str, holds: Callable[[KeptMail], bool]) -> KeptMail:
        """Wait for a mail to `address` that `holds` what is looked for."""
        found: list[KeptMail] = []

        def arrived() -> bool:
            found[:] = [mail for mail in self.mailbox.mails(address) if holds(mail)]
            return bool(found)

        wait_until(arrived, PATIENCE, f"a mail to {address}")
        return found[0]


@contextlib.contextmanager
def world(folder: Path, **settings: str) -> Iterator[World]:
    """Carriers that listen, and an installation that is set up and not yet running."""
    made = World(folder, settings)
    made.mailbox.start()
    try:
        with made.carrier:
            yield made
    finally:
        made.mailbox.stop()


def set_up(made: World) -> str:
    """What an operator does in the afternoon: groups, people, a kiosk. The kiosk's token."""
    made.cli("groups", "add", "quai3", "--name", "Quai 3")
    made.cli("groups", "add", "velo", "--name", "Vélo")
    made.cli("groups", "add", "secu", "--name", "Sécurité", "--closed")
    roll = made.folder / "people.csv"
    roll.write_text(ROLL, encoding="utf-8")
    made.cli("members", "import", str(roll), "--consented")
    return made.cli("kiosks", "add", "Dépôt Nord").split()[-1]


def said_ready(log: Path) -> Callable[[], bool]:
    return lambda: (
        log.exists()
        and any(line.startswith("ready") for line in log.read_text(errors="replace").splitlines())
    )
