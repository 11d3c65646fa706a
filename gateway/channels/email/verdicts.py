"""What a server's reply means for a message, for its mailbox and for its domain (RFC 5321, 4.2)."""

from functools import lru_cache

from gateway.channels.email.harm import harm_of, status_in
from gateway.channels.email.pipeline import Reply
from gateway.core.errors import (
    ChannelShut,
    DeliveryError,
    PermanentFailure,
    TemporaryFailure,
)

ABOUT_US = (421, 432, 530, 534, 535, 538)
"""Said of the connection or of our login, whatever it was said to. 432 is Exchange's for one
connection too many."""

NO_WAY_SECONDS = 30.0
"""Until it is looked whether there is a way to the server again."""

_NO_MAILBOX = (550, 551, 553)
_BUSY = 450
_FULL = 552  # the mailbox, or their disk: RFC 5321, 4.5.3.1.10, says to try again
_NOT_NOW = (450, 452, _FULL)


def failure(reply: Reply, *, recipient: bool) -> DeliveryError:
    """Who is to act on a reply, by its code (RFC 5321, 4.2) and what it was said to."""
    code, detail = reply.code, printable(reply.words)
    status = status_in(detail)
    if code // 100 != 5 or code in ABOUT_US or (recipient and code == _FULL):
        about_them = recipient and code in _NOT_NOW
        harm = harm_of(status or "4.0.0") if about_them else ""
        return TemporaryFailure(str(code), detail, harm=harm)
    # One refusal closes nothing: a server that was set up wrongly has said 550 of everybody.
    harm = harm_of(status) if recipient and code in _NO_MAILBOX else ""
    return PermanentFailure(str(code), detail, harm=harm)


def no_way(kind: str) -> TemporaryFailure:
    """No server greeted us: nothing was sent, and the next message would fare no better."""
    return TemporaryFailure("connection", kind, retry_after=NO_WAY_SECONDS, for_all=True)


def untried(trouble: DeliveryError) -> TemporaryFailure:
    """Of a message that was not even begun, for `trouble` of those before it."""
    if isinstance(trouble, ChannelShut):
        return ChannelShut(trouble.code, trouble.detail)
    return TemporaryFailure(trouble.code, trouble.detail, retry_after=NO_WAY_SECONDS, for_all=True)


def of_one_mailbox(reply: Reply) -> bool:
    """Whether a recipient put off is no reason to put off others: by its words, else its code."""
    status = status_in(printable(reply.words))
    if reply.code in (*ABOUT_US, _FULL):
        return True
    # RFC 3463. 4.2.0 says nothing of the mailbox: greylisting says it.
    return (status.startswith(("4.1.", "4.2.")) and status != "4.2.0") or (
        not status and reply.code == _BUSY
    )


@lru_cache(64)
def printable(words: bytes) -> str:
    """What a server said, as an operator may read it."""
    text = words.decode("ascii", "replace")
    return text[:200] if text.isprintable() else "".join(filter(str.isprintable, text))[:200]
