"""Errors in families, by who must act: the member, the transport, or the outbox."""

from collections.abc import Mapping
from types import MappingProxyType


class Refused(Exception):
    """A no to a member, answered in words of their language. It is never logged as an error.

    `reason` is one of the keys of `gateway.core.wording.refusals`; `details` fills its words in.
    """

    def __init__(self, reason: str, **details: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details: Mapping[str, object] = MappingProxyType(details)


class NotAccepted(Exception):
    """A transport brought what we cannot take: bad signature, unknown recipient, malformed form."""


class Busy(Exception):
    """The first of two requests with the same idempotency key is still running: ask again."""


class KeyReused(Exception):
    """An idempotency key came back with another request behind it."""


class DeliveryError(Exception):
    """Why one message did not go out. `code` is the carrier's own, for the operator.

    `harm` is what it says against the address (`gone`, `hard`, `soft`), where it says anything.
    `for_all`: not this message's own trouble, so all that met it can leave as soon as it is over.
    """

    harm = ""
    for_all = False

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


class TemporaryFailure(DeliveryError):
    """Not now: send it again later, not before `retry_after` seconds where the carrier said so."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        retry_after: float | None = None,
        *,
        for_all: bool = False,
        harm: str = "",
    ) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after
        self.for_all = for_all
        self.harm = harm


class PutOff(TemporaryFailure):
    """Not tried, for others have just met trouble on the same way: it was no attempt."""


class ChannelShut(TemporaryFailure):
    """Nothing leaves on this channel until somebody mends its settings, or its account."""


class PermanentFailure(DeliveryError):
    """Never: this message cannot go. `bad_address` where no message can go to that address."""

    def __init__(
        self, code: str, detail: str = "", *, bad_address: bool = False, harm: str = ""
    ) -> None:
        super().__init__(code, detail)
        self.bad_address = bad_address
        self.harm = harm


class OptedOut(DeliveryError):
    """The carrier holds a STOP of this recipient: we take it as one said to us."""


class UnknownOutcome(DeliveryError):
    """The wire was touched and then cut: the message may have gone. It is not blindly repeated."""
