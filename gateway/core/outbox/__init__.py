"""What we owe: claimed for a while, sent by a channel, settled; never two at the same time.

A claim is one conditional UPDATE under a fresh token, with a lease. Between claim and settlement
no transaction is open. An outcome that nobody knows is `unknown`, and is not blindly repeated.
"""

from gateway.core.outbox.claiming import Claim, claim, give_back, mark
from gateway.core.outbox.order import PRIORITIES, due_channels, is_due_before
from gateway.core.outbox.patience import (
    FIRST_ASK,
    LEASE,
    LONGEST_WAIT_SECONDS,
    MOST_ATTEMPTS,
    STALE_DIGEST,
    back_off,
)
from gateway.core.outbox.queue import answered
from gateway.core.outbox.rate import allowance
from gateway.core.outbox.settling import settle
from gateway.core.outbox.sweeping import MOST_UNKNOWN, let_go_of, release_all, sweep

__all__ = [
    "FIRST_ASK",
    "LEASE",
    "LONGEST_WAIT_SECONDS",
    "MOST_ATTEMPTS",
    "MOST_UNKNOWN",
    "PRIORITIES",
    "STALE_DIGEST",
    "Claim",
    "allowance",
    "answered",
    "back_off",
    "claim",
    "due_channels",
    "give_back",
    "is_due_before",
    "let_go_of",
    "mark",
    "release_all",
    "settle",
    "sweep",
]
