"""Sends mail by SMTP over kept connections, and says of each message what became of it.

A batch begins on one, and where it turns out to be long it goes on over several by turns: while
one waits for its server, the next is given its text. Bounces come back to an address of each
message's own (VERP).
"""

import logging
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from time import monotonic

from gateway.channels.email import sizes
from gateway.channels.email.compose import doubled
from gateway.channels.email.detours import Detours
from gateway.channels.email.lane import Lane, Server, domain_of
from gateway.channels.email.pipeline import LEAVE_SECONDS, PATIENCE
from gateway.channels.email.render import Letters, NoSuchMailbox, is_mailbox
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.tokens import Tokens
from gateway.channels.email.verdicts import untried
from gateway.core.commands import Page
from gateway.core.envelope import EMAIL, Failure, Outbound, Receipt
from gateway.core.errors import DeliveryError, PermanentFailure, PutOff, TemporaryFailure

MAX_TEXT = 8_000
"""Octets of text that leave the whole mail, HTML and headers included, under 20 kB."""

CONNECTIONS = 3
"""By turns, at most: so many Exchange Online allows a mailbox (learn.microsoft.com, SMTP AUTH)."""

JOINED_EVERY = 8
"""Messages of a batch until one more connection is worth its greetings."""

FULL_FOR = timedelta(minutes=10)
"""Where a server had no more connections for us, it is not asked for one again so soon."""

log = logging.getLogger(__name__)


class SmtpMail:
    """The e-mail channel's way out. Threads may share it; they take turns on its connections."""

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
        self._letters = letters
        self._tokens = tokens
        self._sign = sign
        self._lock = threading.Lock()
        self._detours = Detours(letters.clock)
        self._full = CONNECTIONS, letters.clock()
        self._longest_turn = PATIENCE * timeout
        server = Server(smarthost, letters.domain, timeout, tls)
        most = messages_per_connection
        self._lanes = [
            Lane(server, self._bounces_to, self._detours, most, aside=number > 0)
            for number in range(CONNECTIONS)
        ]

    def fits(self, text: str, pages: int = 1) -> bool:  # noqa: ARG002  # a mail has no parts
        """May `text` be one small mail?"""
        return len(text.encode("utf-8", "replace")) <= MAX_TEXT

    def fits_page(self, page: Page) -> bool:
        """May a digest of `page` be one small mail?"""
        return sizes.fits(page, self._letters.domain)

    def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        """Send each once: on each connection one text on the wire, and behind it who is next.

        So two messages a connection at most are begun and without an outcome.
        """
        with self._lock:
            for lane in self._lanes:
                lane.begin()
            try:
                yield from self._sent(messages)
            finally:
                for lane in self._lanes:
                    lane.drop_unless_idle()

    def _sent(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        source, lanes, begun = iter(messages), self._lanes[:1], 0
        for first in source:
            if begun >= JOINED_EVERY * len(lanes):
                self._let_join(lanes)
            others = islice(source, len(lanes) - 1)
            turn = list(zip(lanes, (first, *others), strict=False))
            yield from self._turn(lanes, turn)
            begun += len(turn)
            self._let_go(lanes)
        for lane in lanes:
            lane.speak()
        for lane in lanes:
            if ended := lane.ended():
                yield ended

    def _turn(
        self, lanes: Sequence[Lane], turn: Sequence[tuple[Lane, Outbound]]
    ) -> Iterator[Receipt | Failure]:
        """One more message on each connection.

        All that is to be said is said in one go, and the server looks at the texts before while
        the next ones are written: it is woken once for all of them, and nobody waits for it.
        """
        offered = [self._offered(lane, outbound) for lane, outbound in turn]
        for lane in lanes:
            lane.speak()
        texts = [self._written(outbound) for _, outbound in turn]
        over = monotonic() + self._longest_turn
        for (lane, outbound), offer, text in zip(turn, offered, texts, strict=True):
            if ended := lane.ended():
                yield ended
            if monotonic() > over and lane is not turn[0][0]:
                lane.drop()  # the others took so long that the claim may soon be over
                yield Failure(outbound.id, untried(TemporaryFailure("connection", "too slow")))
            elif failed := self._begun(lane, outbound, offer, text):
                yield failed

    def close(self) -> None:
        """Take leave of the server; not where somebody still waits for its answer."""
        if self._lock.acquire(timeout=LEAVE_SECONDS):
            try:
                for lane in self._lanes:
                    lane.drop(politely=True)
            finally:
                self._lock.release()

    def _let_join(self, lanes: list[Lane]) -> None:
        """One more connection for the rest of a batch, where the server has one for us."""
        free = next((one for one in self._lanes if one not in lanes and not one.trouble), None)
        if free is None or len(lanes) >= self._room():
            return
        if free.joins():
            lanes.append(free)
        else:
            self._full = len(lanes), self._letters.clock()

    def _let_go(self, lanes: list[Lane]) -> None:
        """Go on without those for which the server has no connection, while there are others."""
        for lane in [lane for lane in lanes if lane.trouble is not None]:
            if len(lanes) > 1:
                lanes.remove(lane)
                self._full = len(lanes), self._letters.clock()

    def _room(self) -> int:
        """How many connections the server has for us, as far as it said."""
        many, since = self._full
        recent = timedelta() <= self._letters.clock() - since < FULL_FOR
        return many if recent else CONNECTIONS

    def _offered(self, lane: Lane, outbound: Outbound) -> bool | DeliveryError:
        """Whether it was said who a message is for, or why it is not to leave."""
        try:
            self._may_go(outbound)
        except DeliveryError as error:
            return error
        return lane.offered_behind(outbound)

    def _begun(
        self,
        lane: Lane,
        outbound: Outbound,
        offered: bool | DeliveryError,
        text: bytes | DeliveryError,
    ) -> Failure | None:
        """Give the text to the server once it asks for it; why not, where that is not to be."""
        if isinstance(offered, DeliveryError):
            return Failure(outbound.id, offered)
        if isinstance(text, DeliveryError):
            if offered:  # a text was asked for that there is not: nothing of it has left
                lane.drop()
            return Failure(outbound.id, text)
        try:
            line = lane.admit(outbound, offered=offered)
        except DeliveryError as error:
            return Failure(outbound.id, error)
        lane.give(outbound, line, text)
        return None

    def _written(self, outbound: Outbound) -> bytes | DeliveryError:
        try:
            if self._sign is None:
                return self._letters.on_the_wire(outbound)
            return doubled(self._sign(self._letters.render(outbound)))
        except NoSuchMailbox:
            return _no_mailbox()
        except Exception as error:  # one that cannot be written must not hold up the others
            log.exception("the message %d cannot be written", outbound.id)
            return PermanentFailure("render", type(error).__name__)

    def _may_go(self, outbound: Outbound) -> None:
        if not is_mailbox(outbound.recipient):
            raise _no_mailbox()
        seconds = self._detours and self._detours.seconds(domain_of(outbound))
        if seconds:
            raise PutOff("domain", "takes nothing for now", retry_after=seconds)

    def _bounces_to(self, outbound: Outbound) -> str:
        return f"bounces+{self._tokens.bounce(outbound.id)}@{self._letters.domain}"


def _no_mailbox() -> PermanentFailure:
    return PermanentFailure("5.1.3", "not an address", bad_address=True)
