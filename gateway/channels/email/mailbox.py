"""Fetches our mail from an IMAP mailbox (RFC 9051), where no server can deliver to us.

A mail is taken in the same way as one by LMTP, and is marked as taken after that is committed and
not before: whatever is cut off in between is looked at again, and known by its Message-ID. It is
marked by a keyword of our own where the server keeps such, so that a person who reads along takes
nothing from us; else by `\\Seen`. Which mails were taken is written down as well, by UIDVALIDITY
and UID, for servers that keep no mark.

IDLE (RFC 2177) tells of new mail at once. It is renewed within nine minutes, for routers and
servers drop what is silent without a word, and the folder is looked through each time.
"""

import logging
import random
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from gateway.channels.email import mime
from gateway.channels.email.addresses import Addresses
from gateway.channels.email.reception import OUR_FAULT, Reception
from gateway.channels.email.recipients import envelope_sender, recipients
from gateway.core.ports import FetchedMail

KEYWORD = b"$GatewayTaken"
SEEN = b"\\Seen"

MOST_BYTES = 30 * 2**20
"""What is longer is taken without its end, which is some picture's."""

MOST_TRIES = 5
IDLE_SECONDS = 9 * 60.0
POLL_SECONDS = 60.0
SLICE_SECONDS = 2.0
"""So often is somebody listened to who wants us to stop."""

FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0

_COMPLAINTS = (b"BYE", b"NO", b"BAD")
"""It is ending, or cannot go on: the folder was taken away, and another has its name (Dovecot)."""

_NEWS = re.compile(rb"\* (?:\d+ (?:EXISTS|RECENT)|BYE|NO|BAD)\b", re.IGNORECASE)

log = logging.getLogger(__name__)

TROUBLE: tuple[type[Exception], ...] = (OSError, IMAPClientError, IMAPClient.Error)
"""Whatever a wire, or a server that is on its way down, brings."""


Mine = Callable[[], bool]
"""Is it still ours to fetch? Of several processes one does."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where the mailbox is. `security` is `none` or `tls`."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    security: str = "tls"


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look through the folder found: mails taken, and mails to be tried again."""

    taken: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is open: the names of mails hold as long as its `validity` stays the same."""

    server: IMAPClient
    validity: int
    mark: bytes


class Mailbox:
    """One folder of one account. Used by one thread at a time."""

    def __init__(
        self,
        account: Account,
        reception: Reception,
        addresses: Addresses,
        fetched: FetchedMail,
        *,
        timeout: float = 30,
        idle_seconds: float = IDLE_SECONDS,
        poll_seconds: float = POLL_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._account = account
        self._reception = reception
        self._addresses = addresses
        self._fetched = fetched
        self._name = f"{account.user}@{account.host}/{account.folder}"
        self._timeout = timeout
        self._idle, self._poll = idle_seconds, poll_seconds
        self._tls = tls
        self._failures = 0

    def watch(self, stopped: threading.Event, mine: Mine = lambda: True) -> None:
        """Connect, take what is there and what comes, while it is `mine` and the line holds.

        Returns when there is a reason to begin anew; it has waited by then, longer each time.
        """
        try:
            with _opened(self._account, self._timeout, self._tls) as folder:
                while mine() and not stopped.is_set():
                    self._look(folder, stopped)
                    self._failures = 0
                    self._wait(folder.server, stopped, mine)
        except TROUBLE as error:
            # Its kind alone: a server may quote the password, or a mail.
            log.warning("the mailbox is out of reach: %s", type(error).__name__)
            self._failures += 1
            stopped.wait(_back_off(self._failures))

    def look(self) -> Looked:
        """Look through the folder once. Raises what the wire brings (`TROUBLE`)."""
        with _opened(self._account, self._timeout, self._tls) as folder:
            return self._look(folder, threading.Event())

    def _look(self, folder: _Folder, stopped: threading.Event) -> Looked:
        known = self._fetched.known(self._name, folder.validity)
        _told_meanwhile(folder.server)  # what is told up to here, the search finds
        taken = left = 0
        for uid in folder.server.search(_wanted(folder.mark)):
            if stopped.is_set():
                break
            tries = known.get(uid, 0)
            if tries is None:  # taken, and cut off before it was marked
                _mark(folder, uid)
            elif tries >= MOST_TRIES or not self._take(folder, uid):
                left += 1
            else:
                taken += 1
                _mark(folder, uid)
        return Looked(taken, left)

    def _take(self, folder: _Folder, uid: int) -> bool:
        """Take one mail; False where it was not, and is to be tried again."""
        raw = _whole(folder.server, uid)
        if raw is None:
            return True  # Somebody took it away meanwhile.
        mail = mime.read(raw)
        to = recipients(mail, self._addresses)
        statuses = self._reception.take(raw, envelope_sender(mail), to)
        if OUR_FAULT in statuses:
            tries = self._fetched.failed(self._name, folder.validity, uid)
            log.error("a mail in the mailbox was not taken, try %d of %d", tries, MOST_TRIES)
            return False
        self._fetched.taken(self._name, folder.validity, uid)
        return True

    def _wait(self, server: IMAPClient, stopped: threading.Event, mine: Mine) -> None:
        """Until something may be new, or the time is up to look anyway."""
        idles = server.has_capability("IDLE")
        ends = time.monotonic() + (self._idle if idles else self._poll)
        if idles:
            server.idle()
            if _told_along(server):
                ends = 0.0
        while not (_told_meanwhile(server) or stopped.is_set()) and mine():
            left = min(SLICE_SECONDS, ends - time.monotonic())
            if left <= 0 or (idles and _told(server, left)):
                break
            if not idles:
                stopped.wait(left)
        if idles:
            server.idle_done()
        else:
            server.noop()


def waiting(account: Account, timeout: float) -> int:
    """How many mails wait in a mailbox to be taken; none is touched. Raises `TROUBLE`."""
    with _opened(account, timeout) as folder:
        return len(folder.server.search(_wanted(folder.mark)))


@contextmanager
def _opened(
    account: Account, timeout: float, tls: ssl.SSLContext | None = None
) -> Iterator[_Folder]:
    server = IMAPClient(
        account.host,
        account.port,
        ssl=account.security == "tls",
        ssl_context=tls,
        timeout=SocketTimeout(connect=timeout, read=timeout),
    )
    try:
        server.login(account.user, account.password)
        selected = server.select_folder(account.folder)
        flags = selected.get(b"PERMANENTFLAGS", ())
        mark = KEYWORD if b"\\*" in flags or KEYWORD in flags else SEEN
        yield _Folder(server, int(selected[b"UIDVALIDITY"]), mark)
    finally:
        with suppress(*TROUBLE):
            server.logout()
        with suppress(*TROUBLE):
            server.shutdown()


def _wanted(mark: bytes) -> list[str | bytes]:
    return ["UNSEEN"] if mark == SEEN else ["UNKEYWORD", mark]


def _mark(folder: _Folder, uid: int) -> None:
    try:
        folder.server.add_flags([uid], [folder.mark], silent=True)
    except IMAPClientError as error:
        # A folder that keeps no marks: what was written down has to do.
        log.warning("the mailbox keeps no marks: %s", type(error).__name__)


def _whole(server: IMAPClient, uid: int) -> bytes | None:
    """A mail's bytes, its end left out where it is longer than any we take; None: it is gone."""
    size = server.fetch([uid], ["RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE")
    if size is None:
        return None
    # BODY.PEEK does not mark it as read, which a cut on the way would leave behind.
    part = "BODY.PEEK[]" if size <= MOST_BYTES else f"BODY.PEEK[]<0.{MOST_BYTES}>"
    found = server.fetch([uid], [part]).get(uid, {})
    return next((value for key, value in found.items() if key.startswith(b"BODY[]")), None)


def _told_meanwhile(server: IMAPClient) -> bool:
    """Has the server said, with the answer to something else, that there is more mail now?

    It says so once: whoever overhears it there waits in vain for it to come by IDLE.
    """
    said = server._imap.response("EXISTS")[1]  # imapclient has no name for it
    return bool(said != [None])


def _told_along(server: IMAPClient) -> bool:
    """Did news come in one piece with the server's answer to IDLE?

    They are read by then, and lie where `idle_check`, which asks the socket first, does not look.
    """
    line, said = server.socket(), []
    patience = line.gettimeout()
    line.setblocking(False)
    try:
        while True:
            said.append(server._imap._get_line())  # as imapclient does it
    except OSError:
        pass
    except IMAPClient.AbortError as error:
        if "EOF" not in str(error):  # so is called that nothing more is there
            raise
    finally:
        line.settimeout(patience)
    return any(_NEWS.match(one) for one in said)


def _told(server: IMAPClient, seconds: float) -> bool:
    """Has the server said something within this time that is a reason to look?"""
    began = time.monotonic()
    told = server.idle_check(timeout=seconds)
    if not told:
        # Woken early without a word: the line is dead, and the next command will say so.
        return time.monotonic() - began < seconds / 2
    return any(one[0] in _COMPLAINTS or one[1:2] in ((b"EXISTS",), (b"RECENT",)) for one in told)


def _back_off(failures: int) -> float:
    full = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (failures - 1))
    return full * random.uniform(0.5, 1.0)  # noqa: S311  # jitter is no secret
