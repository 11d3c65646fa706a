"""What a refusal says against a mailbox, by its status code (RFC 3463, 5248) or SMTP's own.

| code | of | harm | because |
| --- | --- | --- | --- |
| 4.x.x, 5.2.2, 5.2.4, 5.3.1, 5.3.2, 5.4.7, 5.4.300 | time, room | soft | it may pass |
| 5.1.1, 5.1.2, 5.1.3, 5.1.6, 5.1.10, 5.2.1, 5.4.4 | mailbox, domain | gone | nobody is there |
| 5.7.17, 5.7.18 | mailbox, domain | gone | it is somebody else's by now |
| 5.1.5, 5.1.7, 5.1.8, 5.1.9 | our own address | none | not theirs to mend |
| 5.2.3, 5.3.3, 5.3.4, 5.5.1 and above, 5.6.x | size, protocol, content | none | it was this mail |
| 5.7.x, 4.7.x | policy | none | a quarrel about us |
| any other 5.x.x, or a failure without a code | not said | hard | it failed, and not why |
"""

import re

from gateway.core.envelope import GONE, HARD, SOFT

_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")
_SMTP = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])")
_SOFT = frozenset({"5.2.2", "5.2.4", "5.3.1", "5.3.2", "5.4.7", "5.4.300"})
_GONE = frozenset(
    {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4", "5.7.17", "5.7.18"}
)
_OURS = frozenset({"5.1.5", "5.1.7", "5.1.8", "5.1.9", "5.2.3", "5.3.3", "5.3.4"})
_ABOUT_US = re.compile(r"[45]\.7\.\d+|5\.6\.\d+|5\.5\.[1-9]\d*|2\.\d+\.\d+")
_FULL_WORDS = re.compile(
    r"quota|(?:mailbox|inbox|mail\s?box|storage|disk)\s+(?:is\s+|was\s+)?full|insufficient\s+(?:disk|stor)"
    r"|exceeded\s+(?:its\s+|the\s+|their\s+)?(?:storage|mailbox)|too\s+many\s+messages",
    re.IGNORECASE,
)
_GONE_WORDS = re.compile(
    r"(?:user|recipient|mailbox|addressee?|account|host|domain)\s+(?:is\s+)?unknown"
    r"|(?:unknown|invalid|no\s+such|bad)\s+(?:local\s+)?(?:user|recipient|mailbox|address|account|host|domain)"
    r"|(?:user|mailbox|address|account|recipient)(?:\s+\S{1,80})?\s+"
    r"(?:does\s+not|doesn't|did\s+not)\s+exist"
    r"|no\s+mailbox\s+here|(?:user|mailbox|account|recipient)\s+(?:could\s+)?not\s+(?:be\s+)?found"
    r"|doesn't\s+have\s+an?\s+\S{1,80}\s+account|no\s+longer\s+(?:available|valid|in\s+use)",
    re.IGNORECASE,
)
_LONGEST = 2_000


def status_in(*texts: str) -> str:
    """The first status code in these texts, a telling one before one that says nothing (5.0.0)."""
    found = [code for text in texts for code in _STATUS.findall(text[:_LONGEST])]
    telling = (code for code in found if not code.endswith(".0"))
    return next(telling, next(iter(found), ""))


def is_passing(text: str) -> bool:
    """Is the first reply of SMTP in this text one that asks to come again?"""
    found = _SMTP.search(text[:_LONGEST])
    return found is not None and found[1] == "4"


def harm_in_words(text: str) -> str:
    """What a failure that has no code says of its mailbox in words; `hard` where it says nothing.

    Room comes first: a full mailbox may be called an invalid one in the same breath.
    """
    said = text[:_LONGEST]
    if _FULL_WORDS.search(said):
        return SOFT
    return GONE if _GONE_WORDS.search(said) else HARD


def harm_of(status: str) -> str:
    """What a status code says against the mailbox; a failure without a code is `hard`."""
    if status in _GONE:
        return GONE
    if status in _OURS or _ABOUT_US.fullmatch(status):
        return ""
    return SOFT if status in _SOFT or status.startswith("4") else HARD
