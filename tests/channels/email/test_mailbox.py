"""Mail fetched from a real IMAP server: each once, marked after it is kept, over any dead line."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from urllib.parse import urlsplit

import pytest
from imapclient import IMAPClient

from gateway.channels.email.addresses import Addresses
from gateway.channels.email.inbound import Reader
from gateway.channels.email.mailbox import KEYWORD, MOST_TRIES, TROUBLE, Account, Mailbox, waiting
from gateway.channels.email.reception import Reception
from gateway.core.envelope import Inbound
from tests.channels.email.support import DOMAIN, PAUL, PROVED, TOKENS, Directory, Inbox
from tests.support.processes import wait_until

GROUP = f"quai3@{DOMAIN}"
_numbers = count(1)
joining = threading.Event()
"""The answer to IDLE waits for what it is to come with."""


class Memory:
    """`FetchedMail` as a database keeps it."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int, int], int | None] = {}

    def known(self, mailbox: str, uid_validity: int) -> dict[int, int | None]:
        return {
            uid: tries
            for (name, validity, uid), tries in self.rows.items()
            if (name, validity) == (mailbox, uid_validity)
        }

    def taken(self, mailbox: str, uid_validity: int, uid: int) -> None:
        self.rows[mailbox, uid_validity, uid] = None

    def failed(self, mailbox: str, uid_validity: int, uid: int) -> int:
        tries = (self.rows.get((mailbox, uid_validity, uid)) or 0) + 1
        self.rows[mailbox, uid_validity, uid] = tries
        return tries


class Post:
    """The postman's side: a real mailbox, ours, and what was taken from it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.account = Account(
            "127.0.0.1",
            parts.port or 0,
            parts.username or "",
            parts.password or "",
            security="none",
        )
        self.inbox, self.memory = Inbox(), Memory()
        with self.signed_in() as server:
            server.select_folder("INBOX")

    @contextmanager
    def signed_in(self) -> Iterator[IMAPClient]:
        server = IMAPClient(self.account.host, self.account.port, ssl=False, timeout=10)
        server.login(self.account.user, self.account.password)
        yield server
        server.logout()

    def brings(self, text: str = "Palette cassée", to: str = GROUP, message_id: str = "") -> None:
        with self.signed_in() as server:
            server.append("INBOX", mail(text, to, message_id))

    def ours(self, port: int = 0) -> Mailbox:
        account = self.account
        at = Account(account.host, port or account.port, account.user, account.password, "INBOX")
        at = Account(at.host, at.port, at.user, at.password, at.folder, "none")
        addresses = Addresses(DOMAIN, Directory(), TOKENS)
        reception = Reception(self.inbox, addresses, Reader(addresses, Directory(), PROVED))
        return Mailbox(at, reception, addresses, self.memory, timeout=5)

    def read(self) -> list[str]:
        return [one.text for one in self.inbox.received]


def mail(text: str, to: str = GROUP, message_id: str = "") -> bytes:
    name = message_id or f"<{next(_numbers)}@home.example>"
    head = f"From: {PAUL}\r\nTo: {to}\r\nSubject: \r\nMessage-ID: {name}\r\n"
    head += "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    return f"{head}{text}\r\n".encode()


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.channels.email.mailbox.FIRST_WAIT", 0.05)


@pytest.fixture
def post(imap_url: str) -> Post:
    return Post(imap_url)


def test_a_mail_is_taken_and_marked_and_stays_unread(post: Post) -> None:
    post.brings("Palette cassée")
    assert waiting(post.account, 5) == 1
    assert post.ours().look().taken == 1
    assert post.read() == ["Palette cassée"]
    assert waiting(post.account, 5) == 0
    with post.signed_in() as server:
        server.select_folder("INBOX")
        [flags] = server.get_flags(server.search("ALL")).values()
    assert KEYWORD in flags
    assert b"\\Seen" not in flags


def test_a_second_look_takes_nothing_again(post: Post) -> None:
    post.brings()
    post.ours().look()
    assert post.ours().look().taken == 0
    assert len(post.read()) == 1


def test_what_was_kept_and_not_yet_marked_is_marked_and_not_fetched_again(post: Post) -> None:
    post.brings()
    post.ours().look()
    with post.signed_in() as server:  # as if we had died before the mark
        server.select_folder("INBOX")
        server.remove_flags(server.search("ALL"), [KEYWORD])
    assert post.ours().look().taken == 0
    assert waiting(post.account, 5) == 0
    assert len(post.read()) == 1


def test_nothing_is_marked_before_it_is_kept(post: Post) -> None:
    def cannot(_inbound: Inbound) -> None:
        assert waiting(post.account, 5) == 1
        raise OSError("the disk is full")

    post.inbox.before = cannot
    post.brings()
    assert post.ours().look().left == 1
    post.inbox.before = lambda _inbound: None
    assert post.ours().look().taken == 1
    assert len(post.read()) == 1


def test_a_mail_that_can_never_be_kept_is_left_in_its_place_and_holds_up_no_other(
    post: Post,
) -> None:
    def poison(inbound: Inbound) -> None:
        if "poison" in inbound.text:
            raise RuntimeError("a bug")

    post.inbox.before = poison
    post.brings("poison")
    post.brings("Camion en retard")
    for _ in range(MOST_TRIES + 2):
        post.ours().look()
    assert post.read() == ["Camion en retard"]
    assert waiting(post.account, 5) == 1
    assert list(post.memory.rows.values()).count(MOST_TRIES) == 1


def test_another_validity_means_other_mails_under_the_same_names(post: Post) -> None:
    """The folder is made anew: what is in it is taken, whatever was known of its numbers."""
    post.brings("first")
    post.ours().look()
    with post.signed_in() as server:
        server.create_folder("Other")
        server.append("Other", mail("second"))
        validity = server.folder_status("Other", ["UIDVALIDITY"])[b"UIDVALIDITY"]
    name = f"{post.account.user}@{post.account.host}/Other"
    post.memory.rows[name, validity + 1, 1] = None  # taken, in a folder of that name before
    account = post.account
    other = Account(account.host, account.port, account.user, account.password, "Other", "none")
    addresses = Addresses(DOMAIN, Directory(), TOKENS)
    reception = Reception(post.inbox, addresses, Reader(addresses, Directory(), PROVED))
    assert Mailbox(other, reception, addresses, post.memory).look().taken == 1
    assert post.read() == ["first", "second"]


def test_the_address_that_the_server_wrote_down_says_whom_it_is_for(post: Post) -> None:
    with post.signed_in() as server:
        head = f"Return-Path: <{PAUL}>\r\nX-Original-To: secu@{DOMAIN}\r\n".encode()
        server.append("INBOX", head + mail("Issue bloquée", to="undisclosed-recipients:;"))
    post.ours().look()
    [one] = post.inbox.received
    assert getattr(one.command, "group", "") == "secu"


def test_a_mail_to_nobody_we_know_is_recorded_all_the_same(post: Post) -> None:
    post.brings("aide", to="someone@elsewhere.example")
    post.ours().look()
    assert post.read() == ["aide"]


def test_a_line_that_is_cut_in_the_middle_of_a_mail_costs_nothing(post: Post) -> None:
    post.brings("x" * 200_000)
    with cutting(post.account.port, after=100_000) as port, pytest.raises(TROUBLE):
        post.ours(port).look()
    assert post.read() == []
    assert post.ours().look().taken == 1
    assert len(post.read()) == 1


def test_new_mail_is_heard_of_at_once(post: Post) -> None:
    stopped = threading.Event()
    with watching(post.ours(), stopped):
        post.brings("un")
        eventually(lambda: post.read() == ["un"])
        post.brings("deux")
        eventually(lambda: post.read() == ["un", "deux"])


def test_mail_that_comes_while_another_is_taken_is_taken_too(post: Post) -> None:
    def brings_more(inbound: Inbound) -> None:
        if inbound.text == "un":
            post.brings("deux")

    post.inbox.before = brings_more
    post.brings("un")
    with watching(post.ours(), threading.Event()):
        eventually(lambda: post.read() == ["un", "deux"])


def test_new_mail_is_heard_of_in_one_breath_with_the_answer_to_idle(post: Post) -> None:
    joining.clear()
    with (
        relaying(post.account.port, joined=b"EXISTS") as (port, _),
        watching(post.ours(port), threading.Event()),
    ):
        assert joining.wait(30)
        post.brings("un")
        eventually(lambda: post.read() == ["un"])


def test_a_dead_line_is_left_and_a_new_one_made(post: Post) -> None:
    stopped = threading.Event()
    with (
        relaying(post.account.port) as (port, cut),
        watching(post.ours(port), stopped),
    ):
        post.brings("un")
        eventually(lambda: post.read() == ["un"])
        cut()
        post.brings("deux")
        eventually(lambda: post.read() == ["un", "deux"])


def test_who_lost_the_office_stops_fetching(post: Post) -> None:
    stopped, mine = threading.Event(), threading.Event()
    mine.set()
    with watching(post.ours(), stopped, mine.is_set) as thread:
        post.brings("un")
        eventually(lambda: post.read() == ["un"])
        mine.clear()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def watching(
    mailbox: Mailbox,
    stopped: threading.Event,
    mine: Callable[[], bool] = lambda: True,
) -> Iterator[threading.Thread]:
    def watch() -> None:
        while mine() and not stopped.is_set():
            mailbox.watch(stopped, mine)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield thread
    finally:
        stopped.set()
        thread.join(10)
    assert not thread.is_alive()


@contextmanager
def cutting(port: int, after: int) -> Iterator[int]:
    """A way to the server that breaks once so many bytes have come back."""
    with relaying(port, after) as (relay, _):
        yield relay


@contextmanager
def relaying(
    port: int, after: int = 2**40, joined: bytes = b""
) -> Iterator[tuple[int, Callable[[], None]]]:
    """A way to the server, and how to cut all lines that go over it.

    `joined`: the answer to IDLE comes together with these words, as slow lines bring it.
    """
    lines: list[socket.socket] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def accept() -> None:
            while True:
                try:
                    near, _ = listening.accept()
                except OSError:
                    return
                far = socket.create_connection(("127.0.0.1", port))
                lines.extend((near, far))
                threading.Thread(target=pump, args=(near, far, 2**40), daemon=True).start()
                back = (far, near, after, joined)
                threading.Thread(target=pump, args=back, daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()

        def cut() -> None:
            for line in lines:
                _shut(line)
            lines.clear()

        yield listening.getsockname()[1], cut
        cut()
        _shut(listening)


def pump(source: socket.socket, sink: socket.socket, left: int, joined: bytes = b"") -> None:
    try:
        while left > 0 and (octets := source.recv(8192)):
            if joined and octets.startswith(b"+ idling") and not joining.is_set():
                joining.set()
                while joined not in octets:
                    octets += source.recv(8192)
            sink.sendall(octets[:left])
            left -= len(octets)
    except OSError:
        pass
    _shut(source)
    _shut(sink)


def _shut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


def eventually(true: Callable[[], bool]) -> None:
    wait_until(true, 45, "the mail")
