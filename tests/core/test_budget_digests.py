"""Digests that find no room in the budget: held, made anew, and nothing of them read meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gateway.channels.email.render import sent_text
from gateway.core.envelope import SMS
from tests.core.spending import LEO, at_once, free, limit, rows, texts, wake
from tests.support.town import Town


@pytest.fixture
def town(any_town: Town) -> Town:
    """Leo gets each post at once."""
    at_once(any_town, "Leo")
    return any_town


@pytest.fixture
def digest(town: Town) -> Callable[[int], None]:
    """Leo's digest of a post is due at six in the evening, and so much is left for it."""

    def of(segments: int) -> None:
        town.sms("Leo", "RHYTHM day")
        town.sms("Leo", "TIME 18")
        town.sms("Ana", "P quai3 palette")
        town.settle()
        town.carriers[SMS].taken.clear()
        free(town, segments)
        town.clock.set(datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
        wake(town)

    return of


def held_digests(town: Town) -> list[tuple[str, str]]:
    return [(row.state, row.code) for row in rows(town, kind="digest", channel=SMS)]


def test_a_digest_with_room_is_sent(town: Town, digest: Callable[[int], None]) -> None:
    digest(1)
    assert texts(town) == ["Digest"]


def test_a_held_digest_has_shown_nothing(town: Town, digest: Callable[[int], None]) -> None:
    digest(0)
    assert held_digests(town) == [("held", "budget")]
    assert "palette" in town.kiosk("Leo", "NEWS")


def test_a_digest_that_was_held_for_too_long_comes_with_the_next_one(
    town: Town, digest: Callable[[int], None]
) -> None:
    digest(0)
    town.clock.advance(hours=12, minutes=1)
    wake(town)
    assert held_digests(town) == [("dropped", "stale")]
    free(town, 100)
    town.clock.set(datetime(2026, 3, 3, 17, 0, tzinfo=UTC))
    wake(town)
    (late,) = town.carriers[SMS].taken
    assert "palette" in sent_text(late.content, "en")


def test_a_held_digest_is_made_anew_once_there_is_room(
    town: Town, digest: Callable[[int], None]
) -> None:
    digest(0)
    town.sms("Ana", "P quai3 balai")
    free(town, 100)
    town.clock.advance(minutes=30)
    wake(town)
    assert held_digests(town) == [("dropped", "made anew"), ("sent", "")]
    (made,) = [m for m in town.carriers[SMS].taken if m.recipient == LEO]
    assert "palette" in sent_text(made.content, "en")
    assert "balai" in sent_text(made.content, "en")


def test_a_held_digest_of_what_was_read_meanwhile_does_not_come(
    town: Town, digest: Callable[[int], None]
) -> None:
    digest(0)
    assert "palette" in town.kiosk("Leo", "NEWS")
    free(town, 100)
    wake(town)
    assert held_digests(town) == [("dropped", "made anew")]
    assert not town.carriers[SMS].taken


def test_a_new_month_wakes_nobody_with_a_digest(town: Town, digest: Callable[[int], None]) -> None:
    town.clock.set(datetime(2026, 3, 31, 9, 0, tzinfo=UTC))
    town.sms("Leo", "RHYTHM day")
    town.sms("Leo", "TIME 20:30")
    town.sms("Ana", "P quai3 palette")
    town.settle()
    town.carriers[SMS].taken.clear()
    free(town, 0)
    town.clock.set(datetime(2026, 3, 31, 18, 30, tzinfo=UTC))
    wake(town)
    assert held_digests(town) == [("held", "budget")]
    town.budget(10)
    for hours, sent in ((3, 0), (4, 0), (9, 0), (10, 1)):
        town.clock.set(datetime(2026, 3, 31, 18, 30, tzinfo=UTC) + timedelta(hours=hours))
        wake(town)
        assert len(town.carriers[SMS].taken) == sent, hours


def test_a_digest_shows_what_is_held_and_it_is_not_sent_as_well(town: Town) -> None:
    """The group has no room for its posts; the organisation has some for digests."""
    limit(town, "quai3", 0)
    town.sms("Ana", "P quai3 palette")
    town.settle()
    town.sms("Leo", "RHYTHM day")
    town.sms("Leo", "TIME 18")
    town.clock.set(datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
    wake(town)
    assert [row.code for row in rows(town, kind="post", channel=SMS)] == ["seen"]
    limit(town, "quai3", None)
    wake(town)
    assert [m for m in texts(town) if m != "Answer"] == ["Digest"]
