"""Settings that are each allowed, but not all of them together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.config import Settings

Name = Callable[[str], str]
"""The variable of a field."""


def conflicts(given: Mapping[str, str], settings: "Settings", of: Name) -> Iterator[str]:
    """A line for each thing to mend; `given` are the fields that were set."""
    twilio = ("twilio_account_sid", "twilio_auth_tokens", "twilio_sender")
    yield from _all_or_none(given, twilio, of, "or none of the three, to go without SMS")
    kannel = ("kannel", "kannel_sender", "kannel_secrets")
    yield from _all_or_none(given, kannel, of, "or none of the three")
    if given.keys() & set(twilio) and given.keys() & set(kannel):
        yield f"{of('kannel')}: texts leave by one carrier: set up Twilio or Kannel, not both"
    yield from _mail(given, of)
    if settings.sms_budget is not None and settings.sms_reserve > settings.sms_budget:
        yield f"{of('sms_reserve')}: is more than {of('sms_budget')}: set at most that"
    if "redis_url" in given and "secret" not in given:
        yield (
            f"{of('secret')}: not set, but with Redis every process must have the same: "
            "set it on each (openssl rand -hex 32)"
        )
    listening = {"http": settings.http, "lmtp": settings.lmtp, "smtp_in": settings.smtp_in}
    for one, other in combinations(listening, 2):
        if listening[one] is not None and listening[one] == listening[other]:
            yield f"{of(other)}: {of(one)} has {listening[one]}: choose another port"


def _mail(given: Mapping[str, str], of: Name) -> Iterator[str]:
    dkim = ("dkim_key", "dkim_selector")
    yield from _all_or_none(given, dkim, of, "or none of the two, to sign nothing here")
    if "dkim_key" in given and "smtp_out" not in given:
        yield f"{of('smtp_out')}: not set, but {of('dkim_key')} is: no mail leaves to be signed"
    if "smtp_out" in given and "mail_domain" not in given:
        yield f"{of('mail_domain')}: not set, but {of('smtp_out')} is: set where mail comes from"
    if "mail_certificate_key" in given and "mail_certificate" not in given:
        yield f"{of('mail_certificate')}: not set, but {of('mail_certificate_key')} is: set both"
    if "imap" in given and not given.keys() & {"smtp_out", "mail_domain"}:
        yield f"{of('mail_domain')}: not set, but {of('imap')} is: set it and {of('smtp_out')}"


def _all_or_none(
    given: Mapping[str, str], together: Sequence[str], of: Name, else_: str
) -> Iterator[str]:
    names = {field: of(field) for field in together}
    there = [names[field] for field in together if field in given]
    for field in together:
        if there and field not in given:
            yield f"{names[field]}: not set, but {there[0]} is: set it, {else_}"
