"""A way out that is gone for hours costs no message its tries; nothing is given up for it."""

import socket
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.channels.email.render import Letters
from gateway.channels.email.smarthost import Smarthost
from gateway.channels.email.smtp import SmtpMail
from gateway.channels.email.tokens import Tokens
from gateway.channels.sms.kannel.sendsms import KannelSms
from gateway.channels.sms.twilio import TwilioSms
from gateway.core.envelope import EMAIL, SMS
from gateway.core.errors import TemporaryFailure
from gateway.core.models import Outbox
from gateway.core.ports import Channel
from tests.support.town import Carrier, Town

HERE = "http://gateway.example"
NAMELESS = "carrier.invalid"
"""No resolver knows it, nor ever will (RFC 6761)."""

Way = Callable[[Town, str], Channel]


def nobody() -> int:
    """A port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def twilio(_town: Town, host: str) -> Channel:
    url = f"http://{host}:{nobody()}"
    return TwilioSms("AC" + "0" * 32, "token", "+33700000000", HERE, api_url=url)


def kannel(_town: Town, host: str) -> Channel:
    url = f"http://{host}:{nobody()}/cgi-bin/sendsms"
    return KannelSms(url, "user", "password", "+33700000000", HERE, "s" * 32)


def mail(town: Town, host: str) -> Channel:
    tokens = Tokens(b"s" * 32)
    letters = Letters("depot.example", HERE, tokens, town.clock)
    return SmtpMail(Smarthost(host, nobody()), letters, tokens)


WAYS = [(SMS, twilio), (SMS, kannel), (EMAIL, mail)]


def states(town: Town, channel: str) -> set[str]:
    with town.database.read() as session:
        return set(session.scalars(select(Outbox.state).where(Outbox.channel == channel)))


def tries(town: Town, channel: str) -> set[int]:
    """How many tries were spent."""
    with town.database.read() as session:
        return set(session.scalars(select(Outbox.attempts).where(Outbox.channel == channel)))


def passes(town: Town, channel: str, hours: float, every: float = 60) -> None:
    """That time, with a worker that looks every so many seconds."""
    for _ in range(int(hours * 3600 / every)):
        town.gateway.delivery.sweep()
        while town.gateway.delivery.deliver(channel):
            pass
        town.clock.advance(seconds=every)


@pytest.mark.parametrize(("channel", "way"), WAYS)
def test_what_is_owed_waits_for_the_way_out(town: Town, channel: str, way: Way) -> None:
    working = town.carriers[channel]
    town.gateway.parts.channels[channel] = way(town, "127.0.0.1")  # type: ignore[index]  # others only read it
    town.sms("Ana", "URGENT quai3 feu au quai 4")
    town.sms("Ana", "SURE")
    passes(town, channel, hours=0.05, every=5)
    passes(town, channel, hours=5, every=300)
    assert states(town, channel) == {"due"}
    town.gateway.parts.channels[channel] = working  # type: ignore[index]  # as above
    passes(town, channel, hours=0.02)
    assert states(town, channel) == {"sent"}


@pytest.mark.parametrize(("channel", "way"), WAYS)
def test_what_is_owed_waits_for_the_carrier_s_name(town: Town, channel: str, way: Way) -> None:
    working = town.carriers[channel]
    town.gateway.parts.channels[channel] = way(town, NAMELESS)  # type: ignore[index]  # as above
    town.sms("Ana", "URGENT quai3 feu au quai 4")
    town.sms("Ana", "SURE")
    passes(town, channel, hours=5, every=1_800)
    assert (states(town, channel), tries(town, channel)) == ({"due"}, {0})
    town.gateway.parts.channels[channel] = working  # type: ignore[index]  # as above
    passes(town, channel, hours=0.02)
    assert states(town, channel) == {"sent"}


def test_a_mail_is_tried_for_days_as_mail_servers_do(town: Town) -> None:
    carrier = town.carriers[EMAIL]
    town.sms("Ana", "P quai3 palette cassée")
    carrier.faults = [TemporaryFailure("452", "4.3.1 disk full") for _ in range(1_000)]
    passes(town, EMAIL, hours=72, every=1_800)
    assert states(town, EMAIL) == {"due"}
    carrier.faults = []
    passes(town, EMAIL, hours=2, every=1_800)
    assert states(town, EMAIL) == {"sent"}


def test_and_not_for_ever(town: Town) -> None:
    town.sms("Ana", "P quai3 palette cassée")
    town.carriers[EMAIL].faults = [TemporaryFailure("452") for _ in range(1_000)]
    passes(town, EMAIL, hours=100, every=1_800)
    assert states(town, EMAIL) == {"failed"}


def test_a_carrier_that_says_soon_each_time_does_not_use_up_all_tries(town: Town) -> None:
    carrier: Carrier = town.carriers[SMS]
    town.sms("Leo", "STATUS")
    carrier.faults = [TemporaryFailure("odd", retry_after=2) for _ in range(10)]
    passes(town, SMS, hours=timedelta(minutes=2) / timedelta(hours=1), every=5)
    assert states(town, SMS) == {"due"}
    passes(town, SMS, hours=2)
    assert states(town, SMS) == {"sent"}


def test_without_a_way_out_one_is_tried_now_and_then_and_with_one_all_leave(
    any_town: Town,
) -> None:
    carrier = any_town.carriers[SMS]
    for number in range(20):
        any_town.sms("Leo", f"P quai3 palette {number}")
    gone = [TemporaryFailure("unreachable", retry_after=10, for_all=True) for _ in range(40)]
    carrier.faults = [*gone]
    assert any_town.gateway.delivery.deliver(SMS) == 0
    tried_at_once = len(gone) - len(carrier.faults)
    for turn in range(1, 6):
        any_town.clock.advance(seconds=20)
        assert any_town.gateway.delivery.deliver(SMS) == 0
        assert len(gone) - len(carrier.faults) == tried_at_once + turn
    carrier.faults = []
    any_town.clock.advance(seconds=20)
    any_town.settle()
    assert len(carrier.taken) == 20
    assert states(any_town, SMS) == {"sent"}
