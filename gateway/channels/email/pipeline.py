"""One connection to a server that takes mail, and what is said over it, several commands at once.

Where the server offers PIPELINING (RFC 2920), who a message is from and to goes out behind the
text of the one before, and a message costs one round trip. Where it does not, each command waits
for its answer. It is never said that a text may come before the server asked for it (354), so what
was refused or cut before that is certain: it was not taken.
"""

import re
import socket
import struct
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

_RESET, _DATA, _QUIT, _NOTHING = b"RSET\r\n", b"DATA\r\n", b"QUIT\r\n", b".\r\n"
_GO_ON = 354
_ADMITTED = [250, 250, _GO_ON]
CLOSING = 421
_ABOUT_THE_LINE = (220, 221)
_USUAL = re.compile(rb"(?:\d{3}(?:[^-\n][^\n]*)?\n)+")  # replies of one line each
_USUAL_SIZE = 1_024
_LONGEST_REPLY = 16_384  # octets of one reply; RFC 5321 asks for 512 a line
PATIENCE = 4
"""Times longer than for a reply for a message in all, most of which is for what follows its text: a
server may look into it before it answers, and who does not wait for that sends it again (RFC 5321,
4.5.3.2.6). Two messages at most are begun, and on several lines at the same time: with both of them
the lease of a claim, 5 minutes, is not over."""

LEAVE_SECONDS = 0.5
"""For so long is a farewell worth waiting for."""

_A_MOMENT = 0.5
"""By so many seconds a message may last longer than it may: the system is told of time seldom."""


class Cut(Exception):
    """The line is gone, or what comes over it is not SMTP. `silence`: nothing came for too long."""

    def __init__(self, why: str, *, silence: bool = False) -> None:
        super().__init__(why)
        self.silence = silence


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered to one command."""

    code: int
    words: bytes

    @property
    def ok(self) -> bool:
        return self.code // 10 == 25

    @property
    def takes(self) -> bool:
        """Whether it is a yes to a text: the first digit decides (RFC 5321, 4.2.1), but not of a
        greeting or a farewell, which are an answer to something else.
        """
        return self.code // 100 == 2 and self.code not in _ABOUT_THE_LINE


class NotTaken(Exception):
    """The server refused a message before its text. `to_recipient`: it was this recipient."""

    def __init__(self, reply: Reply, *, to_recipient: bool) -> None:
        super().__init__(reply.code)
        self.reply = reply
        self.to_recipient = to_recipient


class Line:
    """A connection on which the greetings are over. Not for several threads at once."""

    def __init__(self, connection: socket.socket, timeout: float, *, pipelining: bool) -> None:
        self.pipelining = pipelining
        self.carried = 0
        self._waits = 0.0
        self.idle = True
        """Whether nothing is on its way: no text, and no command that waits for its answer."""
        self.heard = 0
        """How many commands of the last offer were answered, but by a farewell."""
        self._connection = connection
        self._timeout = timeout
        self._in_all = PATIENCE * timeout
        self._over = 0.0  # when what is begun has lasted long enough, by `monotonic`
        self._is_overdue = False
        self._heard = b""  # of a line that is not whole yet
        self._words: list[bytes] = []  # of a reply that is not
        self._size = 0
        self._ready: deque[Reply] = deque()
        self._held = b""
        self._is_open = False  # a transaction that the next MAIL would be nested in
        self._unsaid: list[bytes] = []
        with suppress(OSError):  # else the end of a text waits until its beginning was confirmed
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._is_bare = type(connection) is socket.socket
        self._wait_for(timeout)

    def alive(self, seconds: float) -> bool:
        """Whether the server still listens, and says so within that time."""
        try:
            self._begin(seconds)
            self._say(_RESET)
            self._is_open = False
            return self._reply().ok
        except Cut:
            return False

    def offer(self, sender: str, recipient: str) -> None:
        """Say from whom and to whom the next message is; `admitted` hears what is thought of it."""
        commands = [
            b"MAIL FROM:<%b>\r\n" % sender.encode(),
            b"RCPT TO:<%b>\r\n" % recipient.encode(),
        ]
        self._unsaid = [_RESET, *commands] if self._is_open else commands
        self.idle, self.heard = False, 0
        if not self._held:  # behind a text, the time is still that text's
            self._begin(self._in_all)
            self._wait_for(self._timeout)
        if self.pipelining:
            self._say(b"".join([*self._unsaid, _DATA]))

    def admitted(self) -> None:
        """Wait until the server asks for the text. Raises `NotTaken`."""
        if self._all_at_once():
            return
        replies = self._replies()
        self.idle = True
        if [reply.code for reply in replies] == _ADMITTED:
            self._is_open = True
            return
        refused = next((place for place, reply in enumerate(replies) if reply.code >= 400), None)
        asked = replies[-1].code == _GO_ON
        self._is_open = replies[0].ok
        if refused is None and asked:
            return
        if any(not (reply.ok or reply.code >= 400) for reply in replies[: -1 if asked else None]):
            raise Cut("answers something else")
        if refused is None:
            raise Cut("does not ask for the text")
        if asked:
            self._send_nothing(to_somebody=replies[1].ok)
        raise NotTaken(replies[refused], to_recipient=refused == 1)

    def give(self, text: bytes) -> None:
        """Give the text that was asked for; its lines end with CR LF, its dots are doubled.

        It leaves with the next words, or when it is to `speak`.
        """
        self._is_open = self.idle = False
        self._held = text + _NOTHING

    def speak(self) -> None:
        """Let a text that was given leave now, where it has not."""
        if self._held:
            self._say(b"")

    def taken(self) -> Reply:
        """What became of the text given last."""
        self.speak()
        if not self._ready:
            self._wait_for(self._in_all)
        reply = self._reply()
        self._begin(self._in_all)
        if not self._ready:
            self._wait_for(self._timeout)
        self.carried += 1
        # What was offered behind the text waits still.
        self.idle = not self._unsaid
        return reply

    def close(self, *, politely: bool = False) -> None:
        if politely:
            with suppress(Cut):
                self._begin(LEAVE_SECONDS)
                self._say(_QUIT)
                self._reply()
        self._connection.close()

    def _begin(self, seconds: float) -> None:
        """From now on it may last so long, however many pieces come."""
        self._over, self._is_overdue = monotonic() + seconds, False

    def _wait_for(self, seconds: float) -> None:
        if seconds == self._waits:
            return
        self._waits = seconds
        with suppress(OSError):
            if not (self._is_bare and _waits_by_itself(self._connection, seconds)):
                self._connection.settimeout(seconds)

    def _send_nothing(self, *, to_somebody: bool) -> None:
        """Answer a 354 after a refusal: the server has nobody to give a text to (RFC 2920, 3.1)."""
        if to_somebody:
            raise Cut("asks for what it refused")  # else somebody might get an empty mail
        self._is_open = False
        self._say(_NOTHING)
        self._reply()

    def _all_at_once(self) -> bool:
        """Whether all that was offered is heard already, and is what a server says as a rule."""
        usual = (
            self.pipelining
            and len(self._unsaid) == len(_ADMITTED) - 1
            and [reply.code for reply in self._ready] == _ADMITTED
        )
        if usual:
            self._ready.clear()
            self._unsaid = []
            self.heard = len(_ADMITTED)
            self.idle = self._is_open = True
        return usual

    def _replies(self) -> list[Reply]:
        """To MAIL, RCPT and DATA; without PIPELINING, to none that follows one that was refused."""
        replies: list[Reply] = []
        commands = [*self._unsaid, _DATA]
        for command in commands:
            if not self.pipelining:
                self._say(command)
            replies.append(self._reply())
            if replies[-1].code == CLOSING:  # whatever it was said to, nothing follows
                raise NotTaken(replies[-1], to_recipient=False)
            self.heard = len(replies)
            if not self.pipelining and not replies[-1].ok:
                break
        self._unsaid = []
        if commands[0] == _RESET and not replies.pop(0).ok:
            raise Cut("cannot begin anew")
        return replies

    def _look_at_the_clock(self) -> None:
        """Let no single wait be longer than what is left for all of them."""
        left = self._over - monotonic()
        if left >= self._waits:
            return
        if left <= 0:
            if self._is_overdue:
                raise Cut("too slow")
            # It may have been said long ago, while another server was listened to.
            self._is_overdue = True
            self._wait_for(_A_MOMENT)
        elif left < self._waits - _A_MOMENT:
            self._wait_for(left)

    def _say(self, words: bytes) -> None:
        if self._held:
            self._begin(self._in_all)  # of the text: from when it leaves
        words, self._held = self._held + words, b""
        try:
            said = self._connection.send(words)
            while said < len(words):
                self._look_at_the_clock()
                said += self._connection.send(words[said:])
        except OSError as error:
            raise Cut(_named(error)) from None

    def _reply(self) -> Reply:
        while not self._ready:
            self._hear()
        return self._ready.popleft()

    def _hear(self) -> None:
        """Wait for more, and take it apart: a server answers several commands in one piece."""
        self._look_at_the_clock()
        try:
            more = self._connection.recv(65_536)
        except OSError as error:
            silence = isinstance(error, TimeoutError | BlockingIOError)
            raise Cut(_named(error), silence=silence) from None
        if not more:
            raise Cut("closed")
        usual = not self._heard and not self._words and len(more) <= _USUAL_SIZE
        if usual and (replies := _replies_in(more)):
            self._ready += replies
        else:
            self._take_apart(self._heard + more)

    def _take_apart(self, heard: bytes) -> None:
        lines = heard.split(b"\n")
        self._heard = lines.pop()
        for line in lines:
            self._size += len(line)
            if not line[:3].isdigit() or self._size > _LONGEST_REPLY:
                raise Cut("not SMTP")
            if line[3:4] == b"-":
                self._words.append(line[4:].strip())
                continue
            reply = _reply_in(line)
            if self._words:
                reply = Reply(reply.code, b"\n".join([*self._words, reply.words]))
                self._words = []
            self._ready.append(reply)
            self._size = 0
        if self._size + len(self._heard) > _LONGEST_REPLY:
            raise Cut("not SMTP")


@lru_cache(64)
def _replies_in(piece: bytes) -> tuple[Reply, ...]:
    """The replies that a piece is made of; none where one is cut, or has several lines."""
    if not _USUAL.fullmatch(piece):
        return ()
    return tuple(map(_reply_in, piece.split(b"\n")[:-1]))


@lru_cache(64)
def _reply_in(line: bytes) -> Reply:
    """What the last line of a reply says: to most commands a server says the same each time."""
    return Reply(int(line[:3]), line[4:].strip())


def _waits_by_itself(connection: socket.socket, seconds: float) -> bool:
    """Let the system count the time: Python asks it before each word whether it may be said."""
    time = struct.pack("@ll", int(seconds), int(seconds % 1 * 1_000_000) or 1)  # 0: for ever
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, time)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, time)
    except OSError:
        return False
    connection.settimeout(None)
    return True


def _named(error: OSError) -> str:
    """What went wrong, in one word; the system says of silence that it would have to wait."""
    silence = isinstance(error, BlockingIOError)
    return TimeoutError.__name__ if silence else type(error).__name__
