"""What each of Twilio's codes does to a message."""

import pytest

from gateway.channels.sms.outcomes import OUTCOMES, is_sender_wide, of_answer, outcome
from gateway.core.errors import (
    ChannelShut,
    DeliveryError,
    OptedOut,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21610, OptedOut),
        (400, 21211, PermanentFailure),
        (400, 21614, PermanentFailure),
        (400, 21617, PermanentFailure),
        (400, 99999, PermanentFailure),
        (429, 20429, TemporaryFailure),
        (429, None, TemporaryFailure),
        (400, 21611, TemporaryFailure),
        (401, 20003, ChannelShut),
        (404, None, ChannelShut),
        (302, None, ChannelShut),
        (400, 21606, ChannelShut),
        (408, None, UnknownOutcome),
        (500, None, UnknownOutcome),
        (503, 20503, UnknownOutcome),
        (500, 21610, UnknownOutcome),
    ],
)
def test_who_must_act(status: int, code: int | None, kind: type[DeliveryError]) -> None:
    assert type(of_answer(status, code)) is kind


@pytest.mark.parametrize("code", [21211, 21401, 21614, 21635, 30006])
def test_a_number_that_takes_no_sms_is_closed(code: int) -> None:
    error = of_answer(400, code)
    assert isinstance(error, PermanentFailure)
    assert error.bad_address


@pytest.mark.parametrize("code", [21602, 21617, 30007, 30004])
def test_a_message_that_cannot_go_closes_no_number(code: int) -> None:
    error = of_answer(400, code)
    assert isinstance(error, PermanentFailure)
    assert not error.bad_address


@pytest.mark.parametrize("code", [20003, 21606, 21701, 30002])
def test_what_an_operator_must_mend_shuts_the_channel(code: int) -> None:
    error = of_answer(400, code)
    assert isinstance(error, ChannelShut)
    assert is_sender_wide(error)


@pytest.mark.parametrize(("status", "code"), [(400, 21610), (400, 21211), (500, None), (400, 1)])
def test_what_concerns_one_recipient_stops_no_other(status: int, code: int | None) -> None:
    assert not is_sender_wide(of_answer(status, code))


def test_a_door_that_is_shut_is_shut_for_all() -> None:
    assert is_sender_wide(of_answer(403, None))
    assert is_sender_wide(TemporaryFailure("unreachable"))


@pytest.mark.parametrize("code", sorted(OUTCOMES))
def test_every_row_says_what_it_means(code: int) -> None:
    row = outcome(code)
    assert row is not None
    error = row.build(str(code), row.meaning)
    assert error.code == str(code)
    assert row.meaning in str(error)


def test_a_code_of_nobody_is_in_no_row() -> None:
    assert outcome(12345) is None
