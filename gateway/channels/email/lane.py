"""One kept connection's part in a batch: the text that is on the wire, behind it who is next.

What was said before the text of a message went over the wire is certain: not sent. Once it has
begun to, and the connection is cut before the server answered, nobody knows; that is
`UnknownOutcome`, and it is never sent again blindly.
"""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress

from gateway.channels.email.detours import Detours
from gateway.channels.email.pipeline import Cut, Line, NotTaken
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.verdicts import (
    ABOUT_US,
    failure,
    no_way,
    of_one_mailbox,
    printable,
    untried,
)
from gateway.core.envelope import Failure, Outbound, Receipt
from gateway.core.errors import ChannelShut, DeliveryError, TemporaryFailure, UnknownOutcome

_MOST_LOST, _MOST_LOST_ASIDE = 3, 2
"""Lines lost one after the other in a batch; a lane gets no more of it, whatever the reason was."""

_JOIN_SECONDS = 5.0
"""For so long the others wait for a connection more: a server may leave it unanswered for ever."""


class Server:
    """The server that takes our mail, as far as we know it by now."""

    def __init__(
        self, smarthost: Smarthost, name: str, timeout: float, tls: ssl.SSLContext | None
    ) -> None:
        self._smarthost = smarthost
        self._name = name
        self._tls = tls
        self.timeout = timeout
        self.one_by_one = False
        """Whether it promises PIPELINING, and then loses what comes early."""

    def greeted(self, seconds: float) -> Line:
        """A new connection, within that time. Raises `DeliveryError` where there is none."""
        try:
            server = self._smarthost.greeted(self._name, seconds, self._tls)
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code < 500:  # not now: of a wrong password nothing is said
                raise no_way(type(error).__name__) from None
            why = "the user or the password is wrong"
            raise ChannelShut(str(error.smtp_code), why) from None
        except (OSError, smtplib.SMTPException) as error:
            raise no_way(type(error).__name__) from None
        assert server.sock is not None
        pipelining = server.has_extn("pipelining") and not self.one_by_one
        return Line(server.sock, self.timeout, pipelining=pipelining)


class Lane:
    """A connection, with at most two messages that are begun and without an outcome.

    One that is `aside` takes part beside another, for which it must not keep it waiting.
    """

    def __init__(
        self,
        server: Server,
        bounces_to: Callable[[Outbound], str],
        detours: Detours,
        most: int,
        *,
        aside: bool,
    ) -> None:
        self._server = server
        self._bounces_to = bounces_to
        self._detours = detours
        self._most = most
        self._aside = aside
        self._line: Line | None = None
        self._given: int | None = None
        self._checked: Line | None = None
        self._lost_in_a_row = 0
        self.trouble: DeliveryError | None = None
        """Why no connection of this lane takes any more of this batch."""

    def begin(self) -> None:
        """Take part in one more batch."""
        self._given, self._checked = None, None
        self._lost_in_a_row, self.trouble = 0, None

    def joins(self) -> bool:
        """Whether the server has a connection for it now."""
        with suppress(DeliveryError):
            self._ready()
        return self.trouble is None

    def offered_behind(self, outbound: Outbound) -> bool:
        """Say who the next message is for while the server still has a text to look at."""
        line = self._line
        if self._given is None or line is None or line.carried + 1 >= self._most:
            return False
        with suppress(Cut):  # what is true of the text before is heard in a moment
            line.offer(self._bounces_to(outbound), outbound.recipient)
        return True

    def speak(self) -> None:
        """Let the text that was given leave: it need not wait until others have been heard."""
        if self._given is not None and self._line is not None:
            with suppress(Cut):  # it is met again where the outcome is heard
                self._line.speak()

    def ended(self) -> Receipt | Failure | None:
        """The outcome of the text that is on the wire, if there is one."""
        given, self._given = self._given, None
        if given is None or self._line is None:
            return None
        try:
            reply = self._line.taken()
        except Cut as cut:
            return Failure(given, self._lost(UnknownOutcome("cut", str(cut))))
        if reply.takes:
            self._lost_in_a_row = 0
            return Receipt(given, "", said=printable(reply.words))
        if reply.code < 400:  # neither yes nor no
            unclear = UnknownOutcome(str(reply.code), "answers something else")
            return Failure(given, self._lost(unclear))
        error = failure(reply, recipient=False)
        if reply.code in ABOUT_US:
            self._lost(error)
        return Failure(given, error)

    def admit(self, outbound: Outbound, *, offered: bool) -> Line:
        """Where to give the text. Raises a `DeliveryError`, and then it has not been given."""
        offered = offered and self._line is not None
        line = self._line if offered and self._line else self._ready()
        try:
            if not offered:
                line.offer(self._bounces_to(outbound), outbound.recipient)
            line.admitted()
        except Cut as cut:
            # A server may promise PIPELINING, and then lose what came early.
            self._server.one_by_one |= line.pipelining and cut.silence
            error = self._lost(TemporaryFailure("connection", str(cut)))
        except NotTaken as refused:
            error = self._refusal(refused, outbound)
            if refused.reply.code in ABOUT_US:
                self._lost(error)
        else:
            if self._detours:
                self._detours.open(domain_of(outbound))
            return line
        if offered and not line.heard and self._line is None:
            # It hung up after the text before: this one has met nothing yet.
            return self.admit(outbound, offered=False)
        raise error

    def give(self, outbound: Outbound, line: Line, text: bytes) -> None:
        """Give the text that `admit` was asked for."""
        line.give(text)
        self._given = outbound.id

    def drop(self, *, politely: bool = False) -> None:
        """Hang up."""
        line, self._line = self._line, None
        if line is not None:
            line.close(politely=politely)

    def drop_unless_idle(self) -> None:
        """Hang up where a batch was given up in the middle."""
        if self._line is not None and not self._line.idle:
            self.drop()

    def _ready(self) -> Line:
        """The kept connection if the server still holds it, else a new one."""
        line, worn = self._line, self._line is not None and self._line.carried >= self._most
        if line is not None and not worn and (self._checked is line or line.alive(self._seconds)):
            self._checked = line
            return line
        self.drop(politely=worn)
        if self.trouble is not None:
            raise untried(self.trouble)
        try:
            self._line = self._checked = self._server.greeted(self._seconds)
        except DeliveryError as trouble:
            self.trouble = trouble
            raise
        return self._line

    @property
    def _seconds(self) -> float:
        """For how long it may be waited for a connection."""
        return self._server.timeout if not self._aside else min(self._server.timeout, _JOIN_SECONDS)

    def _refusal(self, refused: NotTaken, outbound: Outbound) -> DeliveryError:
        error = failure(refused.reply, recipient=refused.to_recipient)
        others_too = refused.to_recipient and not of_one_mailbox(refused.reply)
        if others_too and isinstance(error, TemporaryFailure):
            error.retry_after = self._detours.put_off(domain_of(outbound), outbound.attempts)
        return error

    def _lost(self, error: DeliveryError) -> DeliveryError:
        """Hang up. A server that does so again and again gets no more of this batch."""
        self.drop()
        self._lost_in_a_row += 1
        if self._lost_in_a_row >= (_MOST_LOST_ASIDE if self._aside else _MOST_LOST):
            self.trouble = error
        return error


def domain_of(outbound: Outbound) -> str:
    return outbound.recipient.rpartition("@")[2].lower()
