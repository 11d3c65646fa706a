"""Sends mail by SMTP over one kept connection, and says of each message what became of it.

What was said before the text of a message went over the wire is certain: not sent. Once it has
begun to, and the connection is cut before the server answered, nobody knows; that is
`UnknownOutcome`, and it is never sent again blindly. Bounces come back to an address of each
message's own (VERP).
"""

import logging
import smtplib
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from gateway.channels.email import sizes
from gateway.channels.email.compose import doubled
from gateway.channels.email.detours import Detours
from gateway.channels.email.pipeline import LEAVE_SECONDS, Cut, Line, NotTaken
from gateway.channels.email.render import Letters, NoSuchMailbox, is_mailbox
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.tokens import Tokens
from gateway.channels.email.verdicts import (
    ABOUT_US,
    failure,
    no_way,
    of_one_mailbox,
    printable,
    untried,
)
from gateway.core.commands import Page
from gateway.core.envelope import EMAIL, Failure, Outbound, Receipt
from gateway.core.errors import (
    ChannelShut,
    DeliveryError,
    PermanentFailure,
    PutOff,
    TemporaryFailure,
    UnknownOutcome,
)

MAX_TEXT = 8_000
"""Octets of text that leave the whole mail, HTML and headers included, under 20 kB."""

_MOST_LOST = 3
"""Lines lost one after the other in a batch; what is left of it waits, whatever the reason was."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Round:
    """One batch: whose text is on the wire, and what has gone wrong with the server."""

    given: int | None = None
    checked: Line | None = None
    lost: int = 0
    trouble: DeliveryError | None = None


class SmtpMail:
    """The e-mail channel's way out. Threads may share it; they take turns on its connection."""

    name = EMAIL

    def __init__(
        self,
        smarthost: Smarthost,
        letters: Letters,
        tokens: Tokens,
        *,
        timeout: float = 30,
        messages_per_connection: int = 2_000,
        tls: ssl.SSLContext | None = None,
        sign: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._smarthost = smarthost
        self._letters = letters
        self._tokens = tokens
        self._timeout = timeout
        self._most = messages_per_connection
        self._tls = tls
        self._sign = sign
        self._lock = threading.Lock()
        self._detours = Detours(letters.clock)
        self._line: Line | None = None
        self._one_by_one = False

    def fits(self, text: str, pages: int = 1) -> bool:  # noqa: ARG002  # a mail has no parts
        """May `text` be one small mail?"""
        return len(text.encode("utf-8", "replace")) <= MAX_TEXT

    def fits_page(self, page: Page) -> bool:
        """May a digest of `page` be one small mail?"""
        return sizes.fits(page, self._letters.domain)

    def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        """Send each once, in order: one text on the wire, and behind it who the next is for.

        So two messages at most are begun and without an outcome.
        """
        with self._lock:
            round_ = _Round()
            try:
                for outbound in messages:
                    offered, text = self._prepared(round_, outbound)
                    if ended := self._ended(round_):
                        yield ended
                    if failed := self._begun(round_, outbound, text, offered=offered):
                        yield failed
                if ended := self._ended(round_):
                    yield ended
            finally:
                if self._line is not None and not self._line.idle:  # given up in the middle
                    self._drop()

    def close(self) -> None:
        """Take leave of the server; not where somebody still waits for its answer."""
        if self._lock.acquire(timeout=LEAVE_SECONDS):
            try:
                self._drop(politely=True)
            finally:
                self._lock.release()

    def _prepared(self, round_: "_Round", outbound: Outbound) -> tuple[bool, bytes | DeliveryError]:
        """Whether a message was offered, and its text or why there is none.

        The server looks at the text before meanwhile.
        """
        offered = False
        try:
            self._may_go(outbound)
            offered = self._offered_behind(round_, outbound)
            return offered, self._written(outbound)
        except DeliveryError as error:
            return offered, error

    def _begun(
        self,
        round_: "_Round",
        outbound: Outbound,
        text: bytes | DeliveryError,
        *,
        offered: bool,
    ) -> Failure | None:
        """Give the text to the server once it asks for it; why not, where that is not to be."""
        if isinstance(text, DeliveryError):
            if offered:  # a text was asked for that there is not: nothing of it has left
                self._drop()
            return Failure(outbound.id, text)
        try:
            self._admitted(round_, outbound, offered=offered and self._line is not None)
        except DeliveryError as error:
            return Failure(outbound.id, error)
        assert self._line is not None
        self._line.give(text)
        round_.given = outbound.id
        return None

    def _written(self, outbound: Outbound) -> bytes:
        try:
            if self._sign is None:
                return self._letters.on_the_wire(outbound)
            return doubled(self._sign(self._letters.render(outbound)))
        except NoSuchMailbox:
            raise _no_mailbox() from None
        except Exception as error:  # one that cannot be written must not hold up the others
            log.exception("the message %d cannot be written", outbound.id)
            raise PermanentFailure("render", type(error).__name__) from error

    def _may_go(self, outbound: Outbound) -> None:
        if not is_mailbox(outbound.recipient):
            raise _no_mailbox()
        seconds = self._detours and self._detours.seconds(_domain(outbound))
        if seconds:
            raise PutOff("domain", "takes nothing for now", retry_after=seconds)

    def _offered_behind(self, round_: "_Round", outbound: Outbound) -> bool:
        """Say who the next message is for while the server still has a text to look at."""
        line = self._line
        if round_.given is None or line is None or line.carried + 1 >= self._most:
            return False
        with suppress(Cut):  # what is true of the text before is heard in a moment
            line.offer(self._bounces_to(outbound), outbound.recipient)
        return True

    def _ended(self, round_: "_Round") -> Receipt | Failure | None:
        """The outcome of the text that is on the wire, if there is one."""
        given, round_.given = round_.given, None
        if given is None or self._line is None:
            return None
        try:
            reply = self._line.taken()
        except Cut as cut:
            return Failure(given, self._lost(round_, UnknownOutcome("cut", str(cut))))
        if reply.takes:
            round_.lost = 0
            return Receipt(given, "", said=printable(reply.words))
        if reply.code < 400:  # neither yes nor no
            unclear = UnknownOutcome(str(reply.code), "answers something else")
            return Failure(given, self._lost(round_, unclear))
        error = failure(reply, recipient=False)
        if reply.code in ABOUT_US:
            self._lost(round_, error)
        return Failure(given, error)

    def _admitted(self, round_: "_Round", outbound: Outbound, *, offered: bool) -> None:
        """Raises a `DeliveryError`, and then the text has not been given."""
        line = self._line if offered and self._line else self._ready(round_)
        try:
            if not offered:
                line.offer(self._bounces_to(outbound), outbound.recipient)
            line.admitted()
        except Cut as cut:
            # A server may promise PIPELINING, and then lose what came early.
            self._one_by_one |= line.pipelining and cut.silence
            error = self._lost(round_, TemporaryFailure("connection", str(cut)))
        except NotTaken as refused:
            error = self._refusal(refused, outbound)
            if refused.reply.code in ABOUT_US:
                self._lost(round_, error)
        else:
            if self._detours:
                self._detours.open(_domain(outbound))
            return
        if offered and not line.heard and self._line is None:
            # It hung up after the text before: this one has met nothing yet.
            self._admitted(round_, outbound, offered=False)
            return
        raise error

    def _refusal(self, refused: NotTaken, outbound: Outbound) -> DeliveryError:
        error = failure(refused.reply, recipient=refused.to_recipient)
        others_too = refused.to_recipient and not of_one_mailbox(refused.reply)
        if others_too and isinstance(error, TemporaryFailure):
            error.retry_after = self._detours.put_off(_domain(outbound), outbound.attempts)
        return error

    def _ready(self, round_: "_Round") -> Line:
        """The kept connection if the server still holds it, else a new one."""
        if round_.trouble is not None:
            raise untried(round_.trouble)
        line, worn = self._line, self._line is not None and self._line.carried >= self._most
        if line is not None and not worn and (round_.checked is line or line.alive()):
            round_.checked = line
            return line
        self._drop(politely=worn)
        house, name = self._smarthost, self._letters.domain
        try:
            server = house.greeted(name, self._timeout, self._tls)
        except smtplib.SMTPAuthenticationError as error:
            round_.trouble = ChannelShut(str(error.smtp_code), "the user or the password is wrong")
            raise round_.trouble from None
        except (OSError, smtplib.SMTPException) as error:
            round_.trouble = no_way(type(error).__name__)
            raise round_.trouble from None
        assert server.sock is not None
        pipelining = server.has_extn("pipelining") and not self._one_by_one
        self._line = round_.checked = Line(server.sock, self._timeout, pipelining=pipelining)
        return self._line

    def _lost(self, round_: "_Round", error: DeliveryError) -> DeliveryError:
        """Hang up. A server that does so again and again gets no more of this batch."""
        self._drop()
        round_.lost += 1
        if round_.lost >= _MOST_LOST:
            round_.trouble = error
        return error

    def _bounces_to(self, outbound: Outbound) -> str:
        return f"bounces+{self._tokens.bounce(outbound.id)}@{self._letters.domain}"

    def _drop(self, *, politely: bool = False) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close(politely=politely)


def _no_mailbox() -> PermanentFailure:
    return PermanentFailure("5.1.3", "not an address", bad_address=True)


def _domain(outbound: Outbound) -> str:
    return outbound.recipient.rpartition("@")[2].lower()
