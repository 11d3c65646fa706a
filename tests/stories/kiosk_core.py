"""Kiosks without a screen, for a story to kill: the real store, sender and sync, a process each.

This program makes them as it is told on standard input, one JSON list a line, by a fork of itself:
a kiosk is there in a moment, for all that it needs is loaded already. Each calls the port that it
was given, is told there what happens, one JSON object a line, and says what a screen would: `kept
N` once text N is on its disk. Its clock goes on when it is told to.
"""

import json
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any, TextIO

from gateway.core.commands import Post
from gateway.kiosk.api import Api, NoAnswer, Problem
from gateway.kiosk.requests import asked
from gateway.kiosk.stock import Stock
from gateway.kiosk.store import NotKept, Wish, open_store
from gateway.kiosk.store.feed import EVERYBODY

TIMEOUT = 1.0


class Kiosk:
    """What a kiosk does when nobody looks at its screen."""

    def __init__(self, folder: Path, server: str, device: str, skew: float, out: TextIO) -> None:
        self._out = out
        self._ticks = 1000.0
        self._api = Api(server, device, timeout=TIMEOUT)
        store = open_store(folder / "state", folder / "run")
        assert not store.outbox.file.put_aside, store.outbox.file.put_aside
        self._stock = Stock(
            self._api,
            store,
            ticks=lambda: self._ticks,
            now=lambda: time.time() + skew,
            poll=0.01,
        )
        self._stock.start()
        self._say("ready")

    def obey(self, told: dict[str, Any]) -> None:
        getattr(self, told.pop("do"))(**told)

    def keep(self, number: int, owner: str, group: str, ticket: str) -> None:
        """What `Session` does with a post, but that nobody waits for it to be sent."""
        text = f"{group} {number}"
        self._stock.keep(owner, group, text)
        body = {**asked(Post(group, text)), "language": "fr", "written": self._stock.written()}
        wish = Wish(group, text, body, draft=group, ticket=ticket)
        self._stock.store.outbox.put(owner, wish, time.time())
        self._say("kept", number)
        self._stock.sender.ring()

    def tick(self, seconds: float) -> None:
        self._ticks += seconds

    def sync(self, number: int) -> None:
        threading.Thread(target=self._sync, args=(number,), daemon=True).start()

    def count(self) -> None:
        self._say("left", self._stock.store.outbox.count())

    def feed(self) -> None:
        """The numbers of all that it would show."""
        posts = self._stock.store.feed.posts(EVERYBODY, limit=100_000)
        self._say("feed", *(post.number for post in posts))

    def _sync(self, number: int) -> None:
        try:
            self._stock.sync.run()
            self._say("synced", number)
        except (NoAnswer, Problem, NotKept):
            self._say("unsynced", number)

    def _say(self, *words: object) -> None:
        self._out.write(" ".join(map(str, words)) + "\n")
        self._out.flush()


def live(folder: Path, server: str, device: str, skew: float, port: int) -> None:
    """Be one kiosk, until it is killed or nobody tells it anything any more."""
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDWR)
    for mine, its in ((nothing, 0), (nothing, 1), (log, 2)):
        os.dup2(mine, its)
    with socket.create_connection(("127.0.0.1", port)) as line:
        kiosk = Kiosk(folder, server, device, skew, line.makefile("w"))
        for told in line.makefile("r"):
            kiosk.obey(json.loads(told))


def main() -> None:
    # Whoever is killed is nobody's business here.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        folder, server, device, skew, port = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                live(Path(folder), server, device, skew, port)
            finally:
                sys.stderr.flush()
                os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
