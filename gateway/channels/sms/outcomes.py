"""What a carrier's no means for the outbox: Twilio's error codes as a table.

The carrier's own words are left aside: they quote the recipient's number. Codes that come later,
in a status callback, are in the table too: the outbox asks `outcome` for those as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from gateway.core.errors import (
    ChannelShut,
    DeliveryError,
    OptedOut,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)

SOON, MINUTE, QUARTER, HOUR, DAY = 2.0, 60.0, 900.0, 3600.0, 86400.0
NO_WAY = 10.0
"""Seconds until it is looked whether there is a way to the carrier again."""

Build = Callable[[str, str], DeliveryError]


def _later(seconds: float) -> Build:
    return lambda code, detail: TemporaryFailure(code, detail, retry_after=seconds)


def _all_later(seconds: float) -> Build:
    return lambda code, detail: TemporaryFailure(code, detail, retry_after=seconds, for_all=True)


_never: Build = PermanentFailure
_bad_address: Build = partial(PermanentFailure, bad_address=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`meaning` is for the operator. `sender_wide`: the next message would fare no better.

    `bad_after`: so many in a row mean that nothing can reach the number; 0: no number does.
    `again_after`: where the code comes in a report on a message that was taken, it is worth sending
    once more after so many seconds; 0: it is not.
    """

    build: Build
    meaning: str
    sender_wide: bool = False
    bad_after: int = 0
    again_after: float = 0.0


OUTCOMES: dict[int, Outcome] = {
    # The recipient's will, and the recipient's number.
    21610: Outcome(OptedOut, "the recipient sent STOP"),
    21211: Outcome(_bad_address, "no such number", bad_after=1),
    21401: Outcome(_bad_address, "no such number", bad_after=1),
    21614: Outcome(_bad_address, "not a mobile number", bad_after=1),
    21635: Outcome(_bad_address, "a landline", bad_after=1),
    30006: Outcome(_bad_address, "a landline, or a carrier that cannot be reached", bad_after=1),
    30005: Outcome(_never, "no such handset", bad_after=2),
    30004: Outcome(_never, "blocked by the recipient's carrier"),
    30007: Outcome(_never, "filtered by a carrier"),
    # The message.
    21602: Outcome(_never, "an empty message"),
    21617: Outcome(_never, "longer than 1600 characters"),
    30036: Outcome(_never, "waited longer than it was good for", again_after=HOUR),
    14107: Outcome(_never, "two machines answering one another"),
    # Not now.
    20429: Outcome(_all_later(SOON), "too many requests at once", sender_wide=True),
    21611: Outcome(_all_later(MINUTE), "this sender's queue is full", sender_wide=True),
    30001: Outcome(_all_later(MINUTE), "the queue is full", sender_wide=True, again_after=MINUTE),
    30003: Outcome(_later(HOUR), "the handset is off or out of reach", again_after=HOUR),
    30008: Outcome(_later(QUARTER), "not delivered, for no reason given", again_after=QUARTER),
    30017: Outcome(_later(QUARTER), "the carrier is congested", again_after=QUARTER),
    30022: Outcome(
        _all_later(MINUTE), "above the sender's rate", sender_wide=True, again_after=MINUTE
    ),
    30023: Outcome(
        _all_later(DAY), "above the sender's daily limit", sender_wide=True, again_after=DAY
    ),
    63017: Outcome(
        _all_later(MINUTE), "above the account's rate", sender_wide=True, again_after=MINUTE
    ),
    # The operator: nothing goes until somebody has mended it.
    20003: Outcome(ChannelShut, "the account SID or the token is wrong", sender_wide=True),
    20006: Outcome(ChannelShut, "the account may not do this", sender_wide=True),
    20404: Outcome(ChannelShut, "no such account", sender_wide=True),
    30002: Outcome(ChannelShut, "the account is suspended", sender_wide=True),
    21212: Outcome(ChannelShut, "the sender is no sender", sender_wide=True),
    21603: Outcome(ChannelShut, "no sender is set", sender_wide=True),
    21606: Outcome(ChannelShut, "the sender is not this account's", sender_wide=True),
    21609: Outcome(ChannelShut, "the public URL is not one", sender_wide=True),
    21701: Outcome(ChannelShut, "no such messaging service", sender_wide=True),
    21702: Outcome(ChannelShut, "the messaging service has no sender", sender_wide=True),
    21703: Outcome(ChannelShut, "the messaging service has no sender", sender_wide=True),
    21704: Outcome(ChannelShut, "the messaging service has no short code", sender_wide=True),
    21705: Outcome(ChannelShut, "the messaging service is not valid", sender_wide=True),
    21408: Outcome(_all_later(HOUR), "this country is not enabled for the account"),
    21612: Outcome(_later(HOUR), "this sender cannot write to this number"),
    30018: Outcome(_all_later(HOUR), "this sender must be registered for the country"),
    30024: Outcome(_all_later(HOUR), "this sender is not registered"),
    30032: Outcome(_all_later(HOUR), "this toll-free number is not verified"),
    30034: Outcome(_all_later(HOUR), "this number is not registered for companies' messages"),
}


def outcome(code: int) -> Outcome | None:
    """What one of Twilio's codes means, None where it is not in the table."""
    return OUTCOMES.get(code)


def bad_after(code: str) -> int:
    """How many reports with this code in a row mean that nothing can reach the number."""
    known = _reported(code)
    return known.bad_after if known else 0


def again_after(code: str) -> int:
    """After how many seconds a message that was reported with this code is sent once more."""
    known = _reported(code)
    if known is None:
        return 0
    return int(MINUTE if known.build is ChannelShut else known.again_after)


def shuts(code: str) -> str:
    """Why a report with this code means that nothing can leave; "" where it does not."""
    known = _reported(code)
    return known.meaning if known and known.build is ChannelShut else ""


def of_answer(status: int, code: int | None) -> DeliveryError:
    """Why a request with this HTTP status and code sent nothing, or may have sent something."""
    if status >= 500 or status == 408:
        return UnknownOutcome(str(code or f"http {status}"), "the carrier broke off")
    known = OUTCOMES.get(20429 if status == 429 else code or 0)
    if known is not None:
        return known.build(str(code or status), known.meaning)
    if status in (401, 403, 404) or status < 400:
        return ChannelShut(f"http {status}", "the carrier's door is shut")
    return PermanentFailure(str(code or f"http {status}"), "refused by the carrier")


def is_sender_wide(error: DeliveryError) -> bool:
    """Would the next message to somebody else meet the same?"""
    known = _reported(error.code)
    return known.sender_wide if known else error.code in ("429", "unreachable", *_SHUT)


def _reported(code: str) -> Outcome | None:
    return OUTCOMES.get(int(code)) if code.isascii() and code.isdecimal() else None


_SHUT = tuple(f"http {status}" for status in (401, 403, 404))
