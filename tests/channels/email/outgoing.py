"""Mails on their way to a server that plays a script, and what became of each, in a word."""

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.channels.email.render import Letters
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.smtp import SmtpMail
from gateway.core.envelope import Failure, Outbound, Receipt
from tests.channels.email.support import DOMAIN, TOKENS, answer, clock, outbound
from tests.support.smtp_script import Fault, Script, scripted

LETTERS = Letters(DOMAIN, "https://gateway.example", TOKENS, clock)


def to(number: int) -> str:
    """Each at a domain of their own, so that none is put off for another."""
    return f"m{number}@d{number}.example"


def message(number: int) -> Outbound:
    return outbound(answer(f".{number}"), id=number, recipient=to(number))


@contextmanager
def channel_to(script: Script, timeout: float = 2, most: int = 100) -> Iterator[SmtpMail]:
    with scripted(script):
        host = Smarthost("127.0.0.1", script.port)
        channel = SmtpMail(host, LETTERS, TOKENS, timeout=timeout, messages_per_connection=most)
        try:
            yield channel
        finally:
            channel.close()


def sent(
    script: Script, count: int, timeout: float = 2, most: int = 1_000
) -> list[Receipt | Failure]:
    with channel_to(script, timeout, most) as channel:
        return list(channel.send([message(number) for number in range(count)]))


def kinds(outcomes: list[Receipt | Failure]) -> list[str]:
    return ["taken" if isinstance(one, Receipt) else type(one.error).__name__ for one in outcomes]


def at(number: int, where: str, what: str) -> dict[str, Fault]:
    key = TOKENS.bounce(number) if where == "MAIL" else to(number)
    return {key: (where, what)}
