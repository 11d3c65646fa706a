"""Pause, time, rhythm, language, quiet hours: when somebody is written to."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from gateway.core.house import SHIFTS
from gateway.core.members import next_digest
from gateway.core.models import Member
from tests.support.town import Town

NIGHT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
"""Half past eleven in Paris."""


def member(town: Town, name: str) -> Member:
    with town.database.read() as session:
        return session.scalars(select(Member).where(Member.name == name)).one()


def heard(town: Town, name: str, word: str) -> int:
    return sum(word in text for text in town.heard(name))


def test_quiet_hours_hold_an_sms_until_they_end(town: Town) -> None:
    town.sms("Leo", "RHYTHM each")
    town.clock.set(NIGHT)
    town.sms("Ana", "P quai3 palette cassée")
    assert heard(town, "Leo", "cassée") == 0
    town.clock.advance(hours=7)
    assert heard(town, "Leo", "cassée") == 1


def test_quiet_hours_hold_no_alert_no_mail_and_no_answer(town: Town) -> None:
    town.clock.set(NIGHT)
    town.sms("Ana", "URGENT quai3 fuite de gaz")
    town.sms("Ana", "OUI")
    assert heard(town, "Leo", "fuite") == 1
    assert heard(town, "Paul", "fuite") == 1
    town.sms("Leo", "STATUS")
    assert heard(town, "Leo", "Leo") == 1


def test_whoever_writes_at_night_is_awake_for_two_hours(town: Town) -> None:
    town.sms("Leo", "RHYTHM each")
    town.clock.set(NIGHT)
    town.sms("Leo", "STATUS")
    town.sms("Ana", "P quai3 palette un")
    assert heard(town, "Leo", "palette un") == 1
    town.clock.advance(hours=2)
    town.sms("Ana", "P quai3 palette deux")
    assert heard(town, "Leo", "palette deux") == 0


def test_a_digest_that_was_wanted_at_night_comes_at_night(town: Town) -> None:
    town.sms("Leo", "TIME 23")
    town.sms("Ana", "P quai3 palette cassée")
    town.clock.set(NIGHT)
    town.gateway.delivery.send_digests()
    assert heard(town, "Leo", "cassée") == 1


def test_a_digest_that_is_late_waits_for_the_morning(town: Town) -> None:
    town.sms("Ana", "P quai3 palette cassée")
    town.clock.set(NIGHT)
    town.gateway.delivery.send_digests()
    assert heard(town, "Leo", "cassée") == 0
    town.clock.advance(hours=7)
    assert heard(town, "Leo", "cassée") == 1


def test_a_pause_holds_all_but_alerts_and_answers(town: Town) -> None:
    town.sms("Leo", "RHYTHM each")
    town.sms("Leo", "MUTE 3")
    town.sms("Ana", "P quai3 palette cassée")
    town.sms("Ana", "URGENT quai3 fuite")
    town.sms("Ana", "OUI")
    assert heard(town, "Leo", "fuite") == 1
    assert heard(town, "Leo", "cassée") == 0
    town.clock.advance(hours=3)
    assert heard(town, "Leo", "cassée") == 1


def test_a_pause_holds_what_was_owed_before_it(town: Town) -> None:
    town.sms("Leo", "RHYTHM each")
    town.sms("Ana", "P quai3 palette cassée")
    town.sms("Leo", "MUTE 3")
    assert heard(town, "Leo", "cassée") == 0
    town.clock.advance(hours=3)
    assert heard(town, "Leo", "cassée") == 1


@pytest.mark.parametrize("word", ["UNMUTE", "UNDO"])
def test_the_end_of_a_pause_brings_what_it_held(town: Town, word: str) -> None:
    town.sms("Leo", "RHYTHM each")
    town.sms("Leo", "MUTE 8")
    town.sms("Ana", "P quai3 palette cassée")
    assert heard(town, "Leo", "cassée") == 0
    town.sms("Leo", word)
    assert heard(town, "Leo", "cassée") == 1


def test_a_digest_is_put_off_by_a_pause_and_keeps_its_time_afterwards(town: Town) -> None:
    town.sms("Ana", "P quai3 palette cassée")
    town.sms("Leo", "MUTE 12")
    town.clock.set(datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
    town.gateway.delivery.send_digests()
    assert heard(town, "Leo", "cassée") == 0
    town.sms("Leo", "UNMUTE")
    assert member(town, "Leo").next_digest_at == datetime(2026, 3, 3, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["MUTE 0", "MUTE 99999", "TIME 25", "RHYTHM sometimes"])
def test_what_makes_no_sense_changes_nothing(town: Town, text: str) -> None:
    before = vars(member(town, "Leo"))
    told = town.sms("Leo", text)
    after = vars(member(town, "Leo"))
    assert told
    for name in ("paused_until", "digest_minute", "rhythm"):
        assert before[name] == after[name]


def test_never_is_silence_and_news_still_answers(town: Town) -> None:
    town.sms("Leo", "RHYTHM never")
    town.sms("Ana", "P quai3 palette cassée")
    town.clock.advance(days=8)
    town.gateway.delivery.send_digests()
    assert heard(town, "Leo", "cassée") == 0
    assert "cassée" in town.sms("Leo", "NEWS")
    assert "cassée" not in town.sms("Leo", "NEWS")


def test_each_sends_at_once_and_week_waits_for_monday(town: Town) -> None:
    town.sms("Leo", "RHYTHM week")
    assert member(town, "Leo").next_digest_at == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    town.clock.advance(hours=10)
    town.sms("Leo", "RHYTHM week")
    assert member(town, "Leo").next_digest_at == datetime(2026, 3, 9, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("said", ["RHYTHM shift", "RYTHME poste", "rythme équipe"])
def test_a_shift_s_beginning_is_when_news_come(said: str, town: Town) -> None:
    told = town.sms("Leo", said)
    assert "each shift" in told
    assert "each shift" in town.sms("Leo", "STATUS")
    # It is 9:00 in Paris: the next shift begins there at 13:00, and the ones after it at 21 and 5.
    seen: list[str] = []
    for _ in range(3):
        due = member(town, "Leo").next_digest_at
        assert due is not None
        town.sms("Ana", f"P quai3 palette {len(seen)}")
        town.clock.set(due)
        town.gateway.delivery.send_digests()
        assert heard(town, "Leo", f"palette {len(seen)}") == 1
        seen.append(f"{due:%d %H:%M}")
    assert seen == ["02 12:00", "02 20:00", "03 04:00"]
    town.clock.advance(hours=8)
    before = len(town.heard("Leo"))
    town.gateway.delivery.send_digests()
    assert len(town.heard("Leo")) == before  # nothing new, and so no digest


def test_shifts_begin_at_the_local_hour_on_the_nights_that_change_it() -> None:
    leo = Member(rhythm="shift", timezone="Europe/Paris", digest_minute=0)
    night = datetime(2026, 3, 28, 21, 0, tzinfo=UTC)
    assert next_digest(leo, night, SHIFTS) == datetime(2026, 3, 29, 3, 0, tzinfo=UTC)
    assert next_digest(leo, night - timedelta(days=1), SHIFTS) == datetime(
        2026, 3, 28, 4, 0, tzinfo=UTC
    )
    assert next_digest(leo, night, (150,)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_words_come_in_the_language_that_was_chosen(town: Town) -> None:
    assert "NEWS" in town.sms("Ana", "ENGLISH") or "English" in town.sms("Ana", "ENGLISH")
    assert "unread" in town.sms("Ana", "NEWS") or "new" in town.sms("Ana", "NEWS")


def test_what_is_kept_about_somebody_shows_no_number(town: Town) -> None:
    told = town.sms("Ana", "MOI")
    assert "600000001" not in told
    assert "01" in told
    assert "paul@" not in town.mail("Paul", "MOI").words


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "now", "due"),
    [
        # The hour that does not exist: 02:30 on 29 March is 03:30.
        ("HEURE 2:30", utc(3, 28, 12), utc(3, 29, 1, 30)),
        # The hour that comes twice: the first of them.
        ("HEURE 2:30", utc(10, 24, 12), utc(10, 25, 0, 30)),
        # Between the two of them: tomorrow, not an hour ago.
        ("HEURE 2:30", utc(10, 25, 1, 15), utc(10, 26, 1, 30)),
        # The same wall clock before and after.
        ("HEURE 18", utc(3, 28, 18), utc(3, 29, 16)),
    ],
)
def test_a_time_is_one_of_the_members_own_clock(
    town: Town, typed: str, now: datetime, due: datetime
) -> None:
    town.clock.set(now)
    town.sms("Ana", typed)
    town.sms("Ana", "OUI")  # months later it is asked whether the number is still hers
    assert member(town, "Ana").next_digest_at == due
