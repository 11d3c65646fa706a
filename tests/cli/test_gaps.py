"""What an operator sees of what came in while nobody answered the carrier."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.envelope import SMS
from gateway.core.models import CaughtUp
from tests.cli.conftest import Operator
from tests.support.town import Town


@pytest.fixture
def with_twilio(monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that can be asked, at an address where nobody answers."""
    for name, value in (
        ("ACCOUNT_SID", "AC" + "0" * 32),
        ("AUTH_TOKEN", "x" * 32),
        ("SENDER", "+33700000001"),
        ("API_URL", "http://127.0.0.1:9"),
    ):
        monkeypatch.setenv(f"GATEWAY_TWILIO_{name}", value)


def caught_up(town: Town, minutes: float, recovered: int) -> None:
    with town.database.write() as session:
        until = datetime.now(UTC) - timedelta(minutes=minutes)  # a command has the real clock
        session.add(CaughtUp(channel=SMS, until=until, recovered=recovered))


@pytest.mark.usefixtures("with_twilio")
@pytest.mark.parametrize(
    ("minutes", "found", "state"), [(3, 0, "ok"), (3, 7, "ok"), (90, 7, "warn")]
)
def test_how_far_it_was_looked_and_how_much_was_found(
    town: Town, operator: Operator, minutes: float, found: int, state: str
) -> None:
    caught_up(town, minutes, found)
    status, doctor = operator("status").out, operator("doctor").out
    assert f"({found} found by asking the carrier)" in status
    (said,) = (line for line in doctor.splitlines() if line.startswith("recall"))
    assert f" {state}: all that came in by sms until" in said
    assert ("7 messages found only by asking" in said) is bool(found)


def test_where_no_carrier_can_be_asked_nothing_is_said(town: Town, operator: Operator) -> None:
    caught_up(town, 3, 1)
    assert "asking the carrier" not in operator("status").out
    assert "recall" not in operator("doctor").out
