"""What Kannel's answers and reports mean, each by its words and by its kind."""

import pytest

from gateway.channels.sms.kannel.outcomes import EVERY_REPORT, code_of, is_sender_wide, of_answer
from gateway.core.errors import (
    ChannelShut,
    DeliveryError,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)

LATER, NEVER, UNKNOWN = TemporaryFailure, PermanentFailure, UnknownOutcome
SHUT = ChannelShut
"""Until the operator has mended it."""


@pytest.mark.parametrize("said", ["0: Accepted for delivery", "3: Queued for later delivery"])
def test_what_is_taken_is_taken(said: str) -> None:
    assert of_answer(202, said) is None


@pytest.mark.parametrize(
    ("status", "said", "kind", "stops_the_rest"),
    [
        (503, "Temporal failure, try again later.", LATER, True),
        (403, "Authorization failed for sendsms", SHUT, True),
        (403, "Forbidden by a proxy", SHUT, True),
        (401, "", SHUT, True),
        (404, "", SHUT, True),
        (302, "", SHUT, True),
        (429, "", LATER, True),
        (400, "Sender missing and no global set, rejected", SHUT, True),
        (403, "Not routable. Do not try again.", NEVER, False),
        (400, "Number(s) has/have been denied by white- and/or black-lists.", NEVER, False),
        (400, "Charset or body misformed, rejected", NEVER, False),
        (413, "", NEVER, False),
        (202, "", UNKNOWN, False),
        (200, "<html>welcome</html>", UNKNOWN, False),
        (202, "4: something new", UNKNOWN, False),
        (503, "no backend", UNKNOWN, False),
        (500, "", UNKNOWN, False),
        (502, "0: Accepted for delivery", UNKNOWN, False),
        (408, "", UNKNOWN, False),
    ],
)
def test_what_is_not_taken(
    status: int, said: str, kind: type[DeliveryError], stops_the_rest: bool
) -> None:
    error = of_answer(status, said)
    assert type(error) is kind
    assert is_sender_wide(error) is stops_the_rest


def test_a_number_that_kannel_does_not_take_is_no_bad_number() -> None:
    for said in ("Not routable. Do not try again.", "Number(s) has/have been denied by lists."):
        for status in (400, 403):
            error = of_answer(status, said)
            assert not getattr(error, "bad_address", False)


def test_kannels_words_are_not_kept() -> None:
    for status in range(200, 600):
        error = of_answer(status, "rejected. Denied receivers are: +33612345678")
        assert "33612345678" not in str(error)


def test_every_kind_of_report_is_asked_for() -> None:
    assert EVERY_REPORT == 31


SMPP = (
    "id:0123 sub:001 dlvrd:000 submit date:26 done date:26 stat:UNDELIV err:027 text:err:9 secret"
)


@pytest.mark.parametrize(
    ("kind", "reply", "code"),
    [
        (1, "", ""),
        (8, "ACK/", ""),
        (4, "NACK/88", ""),
        (16, "NACK/0x0000000b/Invalid Destination Address", "0x0000000b"),
        (16, "NACK/", "dlr 16"),
        (16, "", "dlr 16"),
        (2, SMPP, "UNDELIV/027"),
        (2, "stat:EXPIRED", "EXPIRED"),
        (2, "the words of a person", "dlr 2"),
        (2, "text:stat:secret err:secret", "dlr 2"),
    ],
)
def test_the_networks_code_is_kept_and_nothing_of_the_text(
    kind: int, reply: str, code: str
) -> None:
    assert code_of(kind, reply) == code
