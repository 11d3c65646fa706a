"""The real Kannel, set up as docs/kannel.md says, with its fake network and a phone in it."""

import contextlib
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from secrets import token_hex
from urllib.parse import unquote_to_bytes

import httpx

from tests.support.processes import (
    Ended,
    free_port,
    plain_environment,
    private_folder,
    serving,
    wait_until,
)

Programs = tuple[Path, Path, Path]

SECRET = "the-secret-in-the-path-of-the-tests"
USER = "gateway"
NUMBER = "+33700000000"
PATIENCE = 45.0

_DOCS = Path(__file__).parents[2] / "docs" / "kannel.md"
_ATTEMPTS = 3
_GOT = re.compile(
    r"Got message \d+: <(\S+) (\S+) (?:udh (\S+) )?(text|data|ucs-2) (.*)>$", re.DOTALL
)
_LINE = re.compile(r"^\d{4}-\d\d-\d\d ", re.MULTILINE)


@dataclass(frozen=True)
class Text:
    """One SMS as it reached the network; `part` is (which, place, of how many) of a joined one."""

    sender: str
    to: str
    encoding: str
    words: str
    part: tuple[int, int, int] | None = None


class Network:
    """`fakesmsc`: each text that a phone sends is a connection of its own, which stays to hear."""

    def __init__(self, program: Path, folder: Path, port: int) -> None:
        self._command: list[str | Path] = [
            program,
            "-H",
            "127.0.0.1",
            "-r",
            str(port),
            "-i",
            "0.01",
            "-m",
        ]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._logs: list[Path] = []

    def phone_sends(self, number: str, text: str, kind: str = "text") -> None:
        """A text of a phone's; of kind `data` and `ucs2`, in bytes written as `%41`."""
        self._connect("1", f"{number} {NUMBER} {kind} {text}")

    def listen(self) -> None:
        """Be there, and send nothing."""
        self._connect("0", f"1 {NUMBER} text nothing")

    @property
    def texts(self) -> list[Text]:
        """All that phones got, in order."""
        said = "".join(log.read_text("utf-8", "replace") for log in self._logs)
        starts = [match.start() for match in _LINE.finditer(said)] + [len(said)]
        lines = [said[begin:end].rstrip("\n") for begin, end in pairwise(starts)]
        return [_text(*match.groups()) for line in lines if (match := _GOT.search(line))]

    def hears(self, part: str) -> Text:
        """Wait for a text that holds `part`."""
        found: list[Text] = []

        def arrived() -> bool:
            found[:] = [text for text in self.texts if part in text.words]
            return bool(found)

        wait_until(arrived, PATIENCE, f"{part!r} by SMS among {self.texts}")
        return found[0]

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _connect(self, count: str, message: str) -> None:
        self.close()
        log = self._folder / f"network-{len(self._logs)}.log"
        self._logs.append(log)
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*self._command, count, message],
                env=plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )


@dataclass(frozen=True)
class Kannel:
    """Kannel up and running: its sendsms, its network, and its hand on the first box."""

    sendsms: str
    password: str
    network: Network
    bearerbox: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """As an operator writes it into `GATEWAY_KANNEL_URL`."""
        return self.sendsms.replace("://", f"://{USER}:{self.password}@")

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """The box that hands over to the network stands still: it takes, and says nothing."""
        self.bearerbox.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.bearerbox.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def running(programs: Programs, gateway: str, smsc: str = "") -> Iterator[Kannel]:
    """A Kannel of one's own that calls `gateway`; `smsc` is what its network's group has more."""
    with private_folder() as folder, contextlib.ExitStack() as stack:
        yield _started(stack, lambda: _boxes(programs, folder, gateway, smsc))


def _started(
    stack: contextlib.ExitStack, boxes: Callable[[], contextlib.AbstractContextManager[Kannel]]
) -> Kannel:
    for _ in range(_ATTEMPTS - 1):
        with contextlib.suppress(Ended, TimeoutError):  # somebody else has one of the ports
            return stack.enter_context(boxes())
    return stack.enter_context(boxes())


@contextlib.contextmanager
def _boxes(programs: Programs, folder: Path, gateway: str, smsc: str) -> Iterator[Kannel]:
    bearerbox, smsbox, fakesmsc = programs
    password = token_hex(8)  # so that a box which answers to it is ours
    ports = [free_port() for _ in range(4)]
    admin, sendsms, outer = (f"http://127.0.0.1:{ports[0]}", _sendsms(ports[2]), ports[3])
    settings = folder / "kannel.conf"
    settings.write_text(documented(folder, gateway, password, *ports) + smsc, encoding="utf-8")
    ready = {
        bearerbox: _answers(f"{admin}/status.txt?password=ANOTHER-{password}", 200, "Kannel"),
        smsbox: _answers(f"{sendsms}?username={USER}&password={password}", 400, "rejected"),
    }
    with contextlib.ExitStack() as stack:
        up: list[subprocess.Popen[bytes]] = []
        for program, is_ready in ready.items():
            place = folder / program.name
            place.mkdir(exist_ok=True)
            command: list[str | Path] = [program, "-v", "2", settings]
            # Killed: told to end, they sometimes wait for each other.
            up.append(stack.enter_context(serving(command, place, is_ready, signal.SIGKILL)))
        network = Network(fakesmsc, folder, outer)
        stack.callback(network.close)
        yield Kannel(sendsms, password, network, up[0])


def _sendsms(port: int) -> str:
    return f"http://127.0.0.1:{port}/cgi-bin/sendsms"


def _answers(url: str, status: int, words: str) -> Callable[[], bool]:
    def ready() -> bool:
        with contextlib.suppress(httpx.HTTPError):
            answer = httpx.get(url, timeout=1, trust_env=False)
            return answer.status_code == status and words in answer.text
        return False

    return ready


def documented(folder: Path, gateway: str, password: str, *ports: int) -> str:
    """The settings of docs/kannel.md with the fake network, on ports and in a folder of our own."""
    blocks = re.findall(r"```ini\n(.*?)```", _DOCS.read_text("utf-8"), re.DOTALL)
    text = f"{blocks[0]}\n{blocks[-1]}"
    for usual, port in zip(("13000", "13001", "13013", "13002"), ports, strict=True):
        text = _replaced(text, usual, str(port))
    text = _replaced(text, "http://127.0.0.1:8080", gateway)
    text = _replaced(text, "/SECRET/", f"/{SECRET}/")
    text = _replaced(text, "PASSWORD", password)
    text = _replaced(text, "http-queue-delay = 10", "http-queue-delay = 1")
    for usual in ("/var/spool/kannel", "/var/log/kannel"):
        mine = folder / Path(usual).parent.name
        mine.mkdir(exist_ok=True)
        mine.chmod(0o777)
        text = _replaced(text, usual, str(mine))
    return text


def _replaced(text: str, old: str, new: str) -> str:
    assert old in text, f"docs/kannel.md has no {old}"
    return text.replace(old, new)


def _text(sender: str, to: str, header: str | None, encoding: str, words: str) -> Text:
    if header is None:
        shown = words if encoding == "text" else unquote_to_bytes(words.replace("+", " "))
        decoded = shown if isinstance(shown, str) else shown.decode("utf-16-be")
        return Text(sender, to, encoding, decoded)
    which, count, place = unquote_to_bytes(header)[-3:]
    raw = unquote_to_bytes(words.replace("+", " "))
    wide = b"\0" in raw or raw[:1] < b"\x08"
    decoded = raw.decode("utf-16-be" if wide else "utf-8")
    return Text(sender, to, encoding, decoded, (which, place, count))
