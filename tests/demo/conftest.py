"""The made-up carrier with a webhook to call, and twilio-python to call it with."""

from collections.abc import Iterator
from typing import Any

import pytest
from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

from gateway.channels.sms.wire import Wire
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, FakeTwilio
from tests.support.clock import Clock
from tests.support.hook import SERVICE, Hook


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as hook:
        yield hook


@pytest.fixture
def carrier(hook: Hook, clock: Clock) -> Iterator[FakeTwilio]:
    webhook = f"{hook.url}/sms/inbound"
    with FakeTwilio(services={SERVICE: "+33700000002"}, webhook=webhook, now=clock) as carrier:
        yield carrier


@pytest.fixture
def api(carrier: FakeTwilio) -> Any:
    return Client(ACCOUNT_SID, AUTH_TOKEN, http_client=Wire(5, carrier.url))
