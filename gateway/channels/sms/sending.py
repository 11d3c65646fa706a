"""What every carrier's way out has in common: to whom, in which words, for how long."""

import re
from collections.abc import Collection

from gateway.channels.sms import render, segments
from gateway.channels.sms.transliterate import for_gsm7
from gateway.core.envelope import Answer, Digest, Notice, Outbound
from gateway.core.errors import PermanentFailure

TIMEOUT = 10.0
VALIDITY = {Answer: 900, Notice: 14_400, Digest: 36_000}
"""Seconds that a message may wait at a carrier: an answer is no use once its question is past."""

_RECIPIENT = re.compile(r"\+[1-9]\d{6,14}")


def fits(text: str, pages: int = 1) -> bool:
    """Does `text` cost no more than so many SMS once its letters are written in GSM-7?"""
    return segments.fits(for_gsm7(text), pages)


def check_destination(message: Outbound, countries: Collection[str] | None) -> None:
    """`PermanentFailure` where we never write to; with `None`, any country will do."""
    if countries is None:
        return
    from gateway.channels.sms.destinations import refusal  # not for those who send nothing

    why = refusal(message.recipient, countries)
    if why:
        raise PermanentFailure(why, "not among the numbers that may be written to")


def words(message: Outbound, reply_to: str) -> str:
    """What goes on the wire. `PermanentFailure` where there is nobody to tell or nothing to say."""
    if not _RECIPIENT.fullmatch(message.recipient):
        raise PermanentFailure("no number", "not a number in E.164", bad_address=True)
    said = render.text(message, reply_to)
    if not said.strip():
        raise PermanentFailure("no words", "nothing to say")
    return said


def cost(message: Outbound, reply_to: str) -> int:
    """The segments that `message` is billed as; none where there is nothing to say."""
    said = render.text(message, reply_to)
    return segments.measure(said).count if said.strip() else 0
