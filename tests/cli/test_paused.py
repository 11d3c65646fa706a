"""What an operator sees of a channel that waits for them."""

from gateway.core.envelope import SMS
from gateway.core.errors import ChannelShut
from tests.cli.conftest import Operator
from tests.support.town import Town


def test_a_paused_channel_is_named_with_its_reason(town: Town, operator: Operator) -> None:
    town.sms("Leo", "STATUS")
    town.carriers[SMS].faults = [ChannelShut("20003", "the account SID or the token is wrong")]
    town.settle()
    why = "sms is paused, and its messages wait: 20003 the account SID or the token is wrong"
    assert why in operator("status").out
    said = operator("doctor")
    assert said.code == 1
    assert why in said.out


def test_a_channel_that_works_is_not(town: Town, operator: Operator) -> None:
    assert "paused" not in operator("status").out
    assert "paused" not in operator("doctor").out
