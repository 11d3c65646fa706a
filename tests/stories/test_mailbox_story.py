"""Mail is fetched from a real Dovecot while that, and the gateway, are killed: each is taken once.

Mails are put into the Maildir, as a delivering server does it, also while Dovecot is down. Between
the two runs a wire that sees what the gateway asks for: so the kills come at the very moment.
"""

import contextlib
import os
import socket
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.stories.victim import Victim
from tests.stories.world import DOMAIN, World, world
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.processes import account, wait_until

pytestmark = pytest.mark.timeout(180)

PAUL = "paul@bureau.example"
ROLL = f"name,email,badge,language,groups,role\nPaul Martin,{PAUL},1002,fr,quai3,member\n"
USER, FOLDER = "post", "Courrier"
MARK = b"$GatewayTaken"
PATIENCE = 40.0
PROVED = f"Authentication-Results: {DOMAIN}; dmarc=pass header.from=bureau.example\r\n"
ASKS_FOR_A_MAIL, MARKS_A_MAIL = b"BODY.PEEK[]", b"UID STORE"


def test_each_mail_is_taken_once_whatever_dies(tmp_path: Path, dovecot_server: Dovecot) -> None:
    with world(tmp_path) as made, wired(lambda: dovecot_server.port) as wire:
        box = Box(dovecot_server)
        box.make()
        set_up(made, wire.port)
        trip = Trip(made, Victim(made), dovecot_server, box, wire)
        trip.gateway.start()
        dovecot_is_killed_while_a_mail_is_fetched(trip)
        the_gateway_is_killed_before_it_has_a_mail(trip)
        the_gateway_is_killed_before_it_marks_a_mail(trip)
        the_folder_is_made_anew(trip)
        trip.gateway.stop()
        assert Counter(str(post["body"]) for post in made.listed("posts", "list")) == Counter(
            trip.written
        )
        rows = made.listed("inbox", "list")
        assert Counter(str(row["state"]) for row in rows) == {"done": len(trip.written)}


@dataclass
class Trip:
    """Who takes part, and what was written so far."""

    made: World
    gateway: Victim
    store: Dovecot
    box: "Box"
    wire: "Wire"
    written: list[str] = field(default_factory=list)

    def brings(self, *texts: str) -> None:
        for text in texts:
            self.box.brings(text)
            self.written.append(text)

    def settles(self) -> None:
        """Wait until everything is posted, and marked."""
        wait_until(self._is_posted, PATIENCE, "the posts")
        wait_until(lambda: not self.box.unmarked(), PATIENCE, "the marks")

    def _is_posted(self) -> bool:
        return len(self.made.listed("posts", "list")) >= len(self.written)

    def starts_again(self) -> None:
        """The gateway, once the office of the one that died has run out: it lasts 30 seconds."""
        with sqlite3.connect(self.made.folder / "gateway.db") as database:
            database.execute("UPDATE lease SET until = '2000-01-01 00:00:00.000000'")
        self.gateway.start()


def dovecot_is_killed_while_a_mail_is_fetched(trip: Trip) -> None:
    trip.brings("avant la panne")
    trip.settles()
    killed = trip.wire.once(ASKS_FOR_A_MAIL, trip.store.kill)
    trip.brings("pendant la panne")
    assert killed.wait(PATIENCE)
    trip.brings("personne n'est là")
    trip.store.start()
    trip.settles()


def the_gateway_is_killed_before_it_has_a_mail(trip: Trip) -> None:
    killed = trip.wire.once(ASKS_FOR_A_MAIL, trip.gateway.kill)
    trip.brings("demandé et pas reçu", "et un autre")
    assert killed.wait(PATIENCE)
    trip.starts_again()
    trip.settles()


def the_gateway_is_killed_before_it_marks_a_mail(trip: Trip) -> None:
    killed = trip.wire.once(MARKS_A_MAIL, trip.gateway.kill)
    trip.brings("pris et pas marqué")
    assert killed.wait(PATIENCE)
    assert len(trip.made.listed("posts", "list")) == len(trip.written)
    assert trip.box.unmarked() == 1
    trip.starts_again()
    trip.settles()


def the_folder_is_made_anew(trip: Trip) -> None:
    """As from a backup: all mails, with other numbers and without marks."""
    before, after = trip.box.made_anew()
    assert before != after
    assert trip.box.unmarked()
    trip.brings("après la restauration")
    trip.settles()


class Box:
    """The folder, from the sides of the delivering server and of its owner."""

    def __init__(self, store: Dovecot) -> None:
        self._store = store
        self._count = 0

    def make(self) -> None:
        with self._opened() as server:
            server.create_folder(FOLDER)

    def brings(self, text: str) -> None:
        """A new file, whole at once, owned by whom Dovecot serves."""
        self._count += 1
        head = f"Return-Path: <{PAUL}>\r\nDelivered-To: quai3@{DOMAIN}\r\n{PROVED}"
        head += (
            f"From: {PAUL}\r\nTo: quai3@{DOMAIN}\r\nMessage-ID: <{self._count}@bureau.example>\r\n"
        )
        head += "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        folder = self._store.maildir(USER) / f".{FOLDER}"
        file = folder / "tmp" / f"{self._count}.story"
        file.write_bytes(f"{head}{text}\r\n".encode())
        os.chown(file, account().uid, account().gid)
        file.rename(folder / "new" / file.name)

    def unmarked(self) -> int:
        with self._opened() as server:
            server.select_folder(FOLDER, readonly=True)
            return len(server.search(["UNKEYWORD", MARK]))

    def made_anew(self) -> tuple[int, int]:
        """The UIDVALIDITY before and after."""
        with self._opened() as server:
            before = int(server.select_folder(FOLDER)[b"UIDVALIDITY"])
            kept = server.fetch(server.search("ALL"), ["BODY.PEEK[]"])
            server.unselect_folder()
            server.delete_folder(FOLDER)
            server.create_folder(FOLDER)
            for mail in kept.values():
                server.append(FOLDER, mail[b"BODY[]"])
            return before, int(server.select_folder(FOLDER)[b"UIDVALIDITY"])

    @contextlib.contextmanager
    def _opened(self) -> Iterator[IMAPClient]:
        with IMAPClient("127.0.0.1", self._store.port, ssl=False, timeout=10) as server:
            server.login(USER, PASSWORD)
            yield server


class Wire:
    """A way to the server; the first request that holds some words is where something happens."""

    def __init__(self, server_port: Callable[[], int], listening: socket.socket) -> None:
        self._server_port = server_port
        self._listening = listening
        self._words = b""
        self._act: Callable[[], None]
        self._done = threading.Event()
        self.port = int(listening.getsockname()[1])

    def once(self, words: bytes, act: Callable[[], None]) -> threading.Event:
        """Do this when the gateway asks for that; what it asks for then never arrives."""
        self._act, self._done = act, threading.Event()
        self._words = words
        return self._done

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with (
            contextlib.suppress(OSError),
            near,
            socket.create_connection(("127.0.0.1", self._server_port())) as far,
        ):
            threading.Thread(target=self._back, args=(far, near), daemon=True).start()
            while asked := near.recv(65536):
                if self._words and self._words in asked:
                    self._words = b""
                    self._act()
                    self._done.set()
                    return
                far.sendall(asked)

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while answered := far.recv(65536):
                near.sendall(answered)
        with contextlib.suppress(OSError):
            near.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def wired(server_port: Callable[[], int]) -> Iterator[Wire]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        wire = Wire(server_port, listening)
        threading.Thread(target=wire.serve, daemon=True).start()
        yield wire
        listening.shutdown(socket.SHUT_RDWR)


def set_up(made: World, port: int) -> None:
    made.set(
        GATEWAY_IMAP_URL=f"imap://{USER}:{PASSWORD}@127.0.0.1:{port}/{FOLDER}",
        GATEWAY_LMTP="none",
    )
    made.cli("groups", "add", "quai3", "--name", "Quai 3")
    roll = made.folder / "people.csv"
    roll.write_text(ROLL, encoding="utf-8")
    made.cli("members", "import", str(roll), "--consented")
