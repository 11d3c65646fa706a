"""The kiosks of a story as it handles them: begun, told, heard and killed from outside."""

import json
import os
import queue
import random
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from tests.stories.flaky_link import FlakyLink
from tests.support.processes import plain_environment


class Nursery:
    """Where kiosks come from."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.stories.kiosk_core"],
            cwd=Path(__file__).parents[2],
            env=plain_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def bear(self, *words: object) -> int:
        """The process's id of a new kiosk."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate("")


@dataclass
class Kiosk:
    """One kiosk: its folder outlives it, and so does what it told."""

    folder: Path
    link: FlakyLink
    device: str
    chance: random.Random
    nursery: Nursery
    tickets: dict[str, str] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    feed: set[int] = field(default_factory=set)
    left: int | None = None
    _syncs: int = 0
    _process: int = 0
    _line: socket.socket | None = None
    _heard: "queue.Queue[str]" = field(default_factory=queue.Queue)

    def start(self) -> None:
        skew = self.chance.uniform(-12, 12) * 3600
        with socket.create_server(("127.0.0.1", 0)) as ear:
            port = ear.getsockname()[1]
            words = (str(self.folder), self.link.url, self.device, skew, port)
            self._process = self.nursery.bear(*words)
            self._line, _ = ear.accept()
        threading.Thread(target=self._listen, args=(self._line,), daemon=True).start()
        self.wait_for("ready")

    def tell(self, **told: object) -> None:
        assert self._line is not None
        self._line.sendall((json.dumps(told) + "\n").encode())

    def wait_for(self, word: str) -> None:
        """Wait until it says so, however long it takes; what it says on the way is taken in."""
        while (heard := self._heard.get()) != word:
            assert heard != "ended", (self.folder / "log").read_text()

    def wait_until_kept(self, number: int) -> None:
        while number not in self.kept:
            assert self._heard.get() != "ended", (self.folder / "log").read_text()

    def sync(self) -> int:
        """Have it bring its copy up to date, some time; the number of that errand."""
        self._syncs += 1
        self.tell(do="sync", number=self._syncs)
        return self._syncs

    def is_synced(self) -> bool:
        """Bring its copy up to date now; False where that did not succeed."""
        number = self.sync()
        while (heard := self._heard.get()) not in (f"synced {number}", f"unsynced {number}"):
            assert heard != "ended", (self.folder / "log").read_text()
        return heard == f"synced {number}"

    def kill(self) -> None:
        """As a power cut does it; what it told until then was told."""
        if self._line is None:
            return
        os.kill(self._process, signal.SIGKILL)
        self.wait_for("ended")
        self._line.close()
        self._line = None

    def _listen(self, line: socket.socket) -> None:
        with line.makefile("r") as lines:
            try:
                for said in lines:
                    self._takes_in(said)
            except ConnectionResetError:
                pass  # So it is when it was killed with something unread.
        self._heard.put("ended")

    def _takes_in(self, said: str) -> None:
        if not said.endswith("\n"):
            return  # It was killed while it said so.
        word, *numbers = said.split()
        if word == "kept":
            self.kept.add(int(numbers[0]))
        elif word == "feed":
            self.feed = set(map(int, numbers))
        elif word == "left":
            self.left = int(numbers[0])
        self._heard.put(said.strip() if word.endswith("synced") else word)
