"""A server that takes mail and misbehaves by a script: at which command of which message, and how.

It knows what it has taken, so that a test can compare it with what it was told.
"""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CUT = "cut"
CUT_IN_TEXT = "cut in text"
SILENT = "silent"
"""Has taken a text, and says nothing any more."""
DEAF = "deaf"
"""Takes a text, and throws away what came behind it: it lies about PIPELINING."""

Fault = tuple[str, str]
"""Where (`MAIL`, `RCPT`, `DATA`, `text`), and what is said there; or one of the words above."""


@dataclass
class Script:
    """Faults by recipient, at MAIL by the token in the sender; each is met once.

    `eager` asks for the text even where nobody is to get it, as RFC 2920, 3.1, allows.
    """

    faults: dict[str, Fault] = field(default_factory=dict)
    pipelining: bool = True
    eager: bool = False
    taken: list[str] = field(default_factory=list)
    """Who got a mail, in order, with what it said."""
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0
    most_at_once: int = 100
    """Connections that it greets; more are left unanswered, as by a busy server."""
    greetings: dict[int, str] = field(default_factory=dict)
    """What the connections from a number on are greeted with, where it is not as usual."""
    hangs_up_from: int = 1_000_000
    """Connections from this one on take a text, and hang up."""
    login: str = ""
    """What is said to whoever logs in."""
    open: int = 0
    port: int = 0


@contextmanager
def scripted(script: Script) -> Iterator[Script]:
    """The script, played on a port."""
    listening = socket.create_server(("127.0.0.1", 0))
    script.port = listening.getsockname()[1]
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            script.connections += 1
            if script.open >= script.most_at_once:
                unanswered.append(connection)
                continue
            script.open += 1
            told = connection, script.connections
            threading.Thread(target=talk_on, args=told, daemon=True).start()

    def talk_on(connection: socket.socket, number: int) -> None:
        with connection:
            _Talk(script, connection, number).go_on()
        script.open -= 1

    unanswered: list[socket.socket] = []
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield script
    ended.set()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)
    for connection in unanswered:
        connection.close()


class _Hung(Exception):
    """The line is cut."""


class _Talk:
    def __init__(self, script: Script, connection: socket.socket, number: int) -> None:
        self._script = script
        self._number = number
        self._connection = connection
        self._unread = b""
        self._to = ""
        self._nested = False
        connection.settimeout(5)
        # Else the second of two answers waits until the first one was confirmed, 40 ms each time.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._verbs: dict[str, Callable[[str], None]] = {
            "EHLO": self._ehlo,
            "AUTH": self._auth,
            "RSET": self._rset,
            "MAIL": self._from,
            "RCPT": self._rcpt,
            "DATA": self._data,
        }

    def go_on(self) -> None:
        try:
            greeting = (said for at, said in self._script.greetings.items() if self._number >= at)
            self._say(next(greeting, "220 script"))
            while True:
                line = self._line().decode()
                verb = line[:4].upper()
                if verb == "QUIT":
                    self._say("221 bye")
                    return
                self._verbs[verb](line)
        except (_Hung, OSError):
            pass

    def _ehlo(self, _line: str) -> None:
        offered = ["script", *["PIPELINING"] * self._script.pipelining]
        offered += ["AUTH PLAIN"] * bool(self._script.login)
        self._say("\r\n".join([*(f"250-{name}" for name in offered[:-1]), f"250 {offered[-1]}"]))

    def _auth(self, _line: str) -> None:
        self._say(self._script.login)

    def _rset(self, _line: str) -> None:
        self._nested, self._to = False, ""
        self._say("250 ok")

    def _from(self, line: str) -> None:
        if self._nested:
            self._say("503 nested MAIL")
            return
        # Who it is for is said later: its number is in where its bounces go.
        fault = self._fault("MAIL", re.findall(r"bounces\+(\w+)", line)[0])
        self._nested, self._to = fault is None, ""
        self._say(fault or "250 ok")

    def _rcpt(self, line: str) -> None:
        to = line.partition("<")[2].partition(">")[0]
        fault = "503 no MAIL" if not self._nested else self._fault("RCPT", to)
        self._to = to if fault is None else ""
        self._say(fault or "250 ok")

    def _data(self, _line: str) -> None:
        fault = self._fault("DATA", self._to) if self._to else None
        if not self._nested or fault or not (self._to or self._script.eager):
            self._say(fault or "503 nobody to give it to")
            return
        self._say("354 go on")
        self._text()

    def _text(self) -> None:
        where, what = self._script.faults.get(self._to, ("", ""))
        if where == "text" and what == CUT_IN_TEXT:
            self._connection.recv(1)
            raise _Hung
        lines: list[bytes] = []
        while (line := self._line()) != b".":
            lines.append(line[1:] if line.startswith(b".") else line)
        fault = self._fault("text", self._to)
        yes = fault is not None and fault.startswith("2") and not fault.startswith("22")
        if self._to and (yes or fault in (None, CUT, DEAF, SILENT)):
            self._script.taken.append(self._to)
        if fault == SILENT:
            while self._connection.recv(65_536):
                pass
            raise _Hung
        if fault == CUT or self._number >= self._script.hangs_up_from:
            raise _Hung
        if fault == DEAF:
            self._connection.settimeout(0.02)
            self._unread = b""
            with suppress(TimeoutError):
                self._connection.recv(65_536)
            self._connection.settimeout(5)
            fault = None
        self._nested = False
        self._say(fault or ("250 taken" if self._to else "554 no valid recipients"))
        self._to = ""

    def _fault(self, where: str, key: str) -> str | None:
        """What the script has for here; a cut before the text is a cut right away."""
        at, what = self._script.faults.get(key, ("", ""))
        if at != where:
            return None
        del self._script.faults[key]
        if what == CUT and where != "text":
            raise _Hung
        return what

    def _line(self) -> bytes:
        while b"\r\n" not in self._unread:
            more = self._connection.recv(65_536)
            if not more:
                raise _Hung
            self._unread += more
        line, _, self._unread = self._unread.partition(b"\r\n")
        self._script.heard.append(line)
        return line

    def _say(self, words: str) -> None:
        self._connection.sendall(words.encode() + b"\r\n")
        if words.startswith("421"):
            raise _Hung
