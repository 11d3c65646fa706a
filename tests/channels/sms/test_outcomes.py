"""What each of Twilio's codes does to a message."""

import pytest

from gateway.channels.sms.outcomes import (
    OUTCOMES,
    again_after,
    is_sender_wide,
    of_answer,
    outcome,
    shuts,
)
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


@pytest.mark.parametrize(
    ("code", "seconds"),
    [
        ("30003", 3600),
        ("30008", 900),
        ("30017", 900),
        ("30001", 60),
        ("30036", 3600),
        ("30002", 60),
        ("30005", 0),
        ("30006", 0),
        ("30007", 0),
        ("21610", 0),
        ("12345", 0),
        ("", 0),
        ("3000\u0663", 0),
    ],
)
def test_what_is_worth_sending_once_more(code: str, seconds: int) -> None:
    assert again_after(code) == seconds


def test_a_report_shuts_the_channel_where_an_operator_must_mend_it() -> None:
    assert shuts("30002") == "the account is suspended"
    assert shuts("30003") == ""


@pytest.mark.parametrize(
    ("code", "for_all"),
    [(21611, True), (20429, True), (30003, False), (30034, True), (21408, True)],
)
def test_what_waits_for_the_sender_and_what_for_one_phone(code: int, for_all: bool) -> None:
    error = of_answer(400, code)
    assert isinstance(error, TemporaryFailure)
    assert error.for_all is for_all
