"""The trail of each message in the log: from what came in to what each carrier made of it.

Every line names the row of the inbox that it follows from, where there is one: `inbox=12` finds all
of one message's way. Lines hold numbers and states; never what was written, nor anybody's address.
"""

import logging

log = logging.getLogger("gateway.trail")


def is_on() -> bool:
    """Whether anybody reads it: some of it costs a look into the tables."""
    return log.isEnabledFor(logging.INFO)


def say(what: str, **facts: object) -> None:
    """One step; facts that are empty or 0 are left out."""
    if is_on():
        log.info(what, extra={"facts": {name: fact for name, fact in facts.items() if fact}})
