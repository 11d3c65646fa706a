"""How many are marked and claimed at a time, by how fast the carrier is."""

from datetime import timedelta

from gateway.core.envelope import EMAIL
from gateway.core.gateway.delivery import PACES
from gateway.core.gateway.pace import Pace

AGAIN = 200
"""So many mails may leave twice when a process dies."""

MOMENT = timedelta(milliseconds=20)


def test_a_fast_mail_server_gets_large_claims_of_which_few_are_marked() -> None:
    pace = Pace(*PACES[EMAIL])
    for _ in range(10):
        pace.went(pace.at_once, MOMENT)
        assert pace.at_once <= AGAIN
    assert pace.claimed == 2_000


def test_a_slow_mail_server_gets_small_claims_and_large_ones_when_it_is_well_again() -> None:
    pace = Pace(*PACES[EMAIL])
    assert pace.is_too_slow(1, timedelta(seconds=2), pace.claimed)
    assert pace.claimed == 20
    for _ in range(10):
        pace.went(pace.at_once, MOMENT)
    assert (pace.at_once, pace.claimed) == (AGAIN, 2_000)
