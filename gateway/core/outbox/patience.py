"""How long a message waits: between two tries, for others' trouble to end, to come to light."""

import random
from datetime import timedelta

LEASE = timedelta(minutes=5)
FIRST_WAIT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 3600.0
MOST_ATTEMPTS = 14
LONGEST_PUT_OFF = timedelta(days=4)
"""For so long a message may wait for others' trouble to end, untried (RFC 5321, 4.5.4.1)."""

STALE_DIGEST = timedelta(hours=12)
"""A text with a digest that is older is of no use: what it shows is in the next one."""

LATE = timedelta(hours=2)
"""A digest that is later than this is not for the middle of the night."""

FIRST_ASK = timedelta(seconds=5)
"""A carrier is not asked earlier for what may have left: it has to come to light there."""


def back_off(attempts: int) -> float:
    """Seconds: twice as many each time, with jitter, so that a crowd does not come back as one."""
    full = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** (attempts - 1))
    return full * random.uniform(0.5, 1.0)  # noqa: S311  # jitter is no secret
