"""Offices that one process at a time may hold: the timer's, the mailbox'."""

from tests.support.town import Town


def test_an_office_has_one_holder_until_its_time_is_over(any_town: Town) -> None:
    delivery = any_town.gateway.delivery
    assert delivery.hold_office("timer", "one")
    assert not delivery.hold_office("timer", "two")
    assert delivery.hold_office("timer", "one")
    any_town.clock.advance(seconds=31)
    assert delivery.hold_office("timer", "two")
    assert not delivery.hold_office("timer", "one")


def test_who_stops_leaves_the_office_to_the_next(any_town: Town) -> None:
    delivery = any_town.gateway.delivery
    assert delivery.hold_office("timer", "one")
    assert delivery.hold_office("recall", "one")
    assert delivery.hold_office("mailbox", "three")
    delivery.leave_office("one")
    assert delivery.hold_office("timer", "two")
    assert delivery.hold_office("recall", "two")
    assert not delivery.hold_office("mailbox", "two")


def test_who_died_under_a_clock_that_was_years_ahead_keeps_no_office(any_town: Town) -> None:
    delivery = any_town.gateway.delivery
    any_town.clock.advance(days=3_000)
    assert delivery.hold_office("timer", "one")
    any_town.clock.advance(days=-3_000)
    assert delivery.hold_office("timer", "two")
    assert not delivery.hold_office("timer", "three")
