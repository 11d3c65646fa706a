"""A number that may be another's by now, for it was silent for long, or failed.

Whoever has it next must never read a word of a group, nor learn more of its old owner than what
they are called.
"""

from datetime import timedelta

import pytest

from gateway.channels.sms.segments import measure
from gateway.channels.sms.transliterate import for_gsm7
from gateway.core.envelope import EMAIL, SMS
from gateway.core.errors import OptedOut, PermanentFailure
from gateway.core.people import Person
from tests.core.test_doors import ledger
from tests.support.numbers import (
    MAYA,
    NAME,
    NEW,
    QUESTION,
    a_turn_of_the_timer,
    dropped,
    fail,
    months_pass,
    move_in,
    only_maya_is_silent,
    posts,
    state,
    texts,
    written,
)
from tests.support.town import Town


@pytest.fixture
def maya(town: Town) -> Town:
    return move_in(town)


def test_a_number_that_was_silent_for_90_days_is_asked_and_gets_nothing(maya: Town) -> None:
    maya.clock.advance(days=91)
    maya.mail("Paul", "", command=written("une palette"))
    assert texts(maya) == [], "not even before the timer has looked"
    a_turn_of_the_timer(maya)
    assert len(texts(maya)) == 1
    assert texts(maya)[0].startswith(QUESTION)
    assert state(maya, MAYA) == "doubted"
    assert ledger(maya, NAME)[-1] == (SMS, False, "silent")


def test_the_question_is_one_segment_and_says_nothing_but_a_first_name(maya: Town) -> None:
    months_pass(maya)
    asked = texts(maya)[0]
    assert measure(for_gsm7(asked)).count == 1
    assert "Duvallon" not in asked
    assert "uai" not in asked.replace("quai", "Quai").replace("Quai 3", "QUAI3!")
    assert "OUI" in asked
    assert "STOP" in asked


def test_89_days_are_no_silence(maya: Town) -> None:
    maya.clock.advance(days=89)
    maya.mail("Paul", "", command=written("une palette"))
    a_turn_of_the_timer(maya)
    assert state(maya, MAYA) == "active"
    assert any("palette" in text for text in texts(maya))


def test_whoever_writes_now_and_then_is_never_asked(maya: Town) -> None:
    for _ in range(5):
        maya.clock.advance(days=80)
        maya.receive(SMS, MAYA, "NEUF")
        a_turn_of_the_timer(maya)
    assert state(maya, MAYA) == "active"


def test_an_alert_goes_to_no_number_in_doubt(maya: Town) -> None:
    months_pass(maya)
    maya.sms("Ana", "URGENT quai3 au feu")
    maya.sms("Ana", "OUI")
    assert not any("feu" in text for text in texts(maya))


def test_yes_opens_it_again_and_pushes_nothing_of_what_was_missed(maya: Town) -> None:
    months_pass(maya)
    maya.mail("Paul", "", command=written("une palette"))
    told = maya.receive(SMS, MAYA, "oui").words
    assert "Merci Maya" in told
    assert "Duvallon" not in told
    assert state(maya, MAYA) == "active"
    a_turn_of_the_timer(maya)
    assert not any("palette" in text for text in texts(maya))
    assert "palette" in maya.receive(SMS, MAYA, "NEUF").words
    maya.mail("Paul", "", command=written("une caisse"))
    assert any("caisse" in text for text in texts(maya))
    assert ledger(maya, NAME)[-1] == (SMS, True, "confirmed")


def test_what_was_parked_is_run_months_later_for_whoever_wrote_it(
    maya: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("gateway.core.handlers.run", lambda *_: 1 / 0)
        parked = maya.receive(SMS, MAYA, "P quai3 ma palette")
    assert parked.state == "failed"
    maya.clock.advance(days=100)
    assert maya.gateway.intake.replay(parked.inbox_id).state == "done"
    assert posts(maya) == ["ma palette"]
    a_turn_of_the_timer(maya)
    assert state(maya, MAYA) == "doubted", "it was not heard of since"


def test_it_is_asked_three_times_a_month_apart_and_then_no_more(maya: Town) -> None:
    months_pass(maya)
    asked = [len(texts(maya))]
    for _ in range(6):
        maya.clock.advance(days=15)
        a_turn_of_the_timer(maya)
        asked.append(len(texts(maya)))
    assert asked == [1, 1, 2, 2, 3, 3, 3]
    maya.clock.advance(days=400)
    a_turn_of_the_timer(maya)
    assert len(texts(maya)) == 3
    assert state(maya, MAYA) == "doubted"


def test_the_question_waits_for_the_morning(maya: Town) -> None:
    maya.clock.advance(days=91, hours=14)  # 23:00 in Paris
    a_turn_of_the_timer(maya)
    assert texts(maya) == []
    maya.clock.advance(hours=9)
    assert len(texts(maya)) == 1


def test_a_question_that_was_answered_meanwhile_is_not_asked(maya: Town) -> None:
    maya.clock.advance(days=91, hours=14)
    a_turn_of_the_timer(maya)
    maya.receive(SMS, MAYA, "OUI")
    maya.clock.advance(hours=9)
    assert [text for text in texts(maya) if text.startswith(QUESTION)] == []


def test_what_is_written_meanwhile_is_kept_and_run_once_after_the_yes(maya: Town) -> None:
    months_pass(maya)
    told = maya.receive(SMS, MAYA, "P quai3 ma palette")
    assert told.state == "held"
    assert told.words.startswith(QUESTION)
    assert posts(maya) == []
    maya.receive(SMS, MAYA, "OUI", "SM-yes")
    maya.receive(SMS, MAYA, "OUI", "SM-yes")  # the carrier brings it twice
    maya.receive(SMS, MAYA, "OUI")
    assert posts(maya) == ["ma palette"]
    said = texts(maya)
    assert said[1].startswith(QUESTION)
    assert "Merci Maya" in said[2]
    assert "OK" in said[3]
    assert "ma palette" in said[3]


def test_who_writes_before_the_timer_looked_is_asked_once(maya: Town) -> None:
    only_maya_is_silent(maya)
    assert maya.receive(SMS, MAYA, "NEUF").words.startswith(QUESTION)
    a_turn_of_the_timer(maya)
    assert len(texts(maya)) == 1


def test_several_texts_are_run_in_the_order_in_which_they_were_written(maya: Town) -> None:
    months_pass(maya)
    for text in ("P quai3 un", "P quai3 deux"):
        maya.receive(SMS, MAYA, text)
        maya.clock.advance(hours=1)
    maya.receive(SMS, MAYA, "OUI")
    assert posts(maya) == ["un", "deux"]


def test_what_was_written_long_before_the_yes_is_not_run_any_more(maya: Town) -> None:
    months_pass(maya)
    maya.receive(SMS, MAYA, "P quai3 vieux")
    maya.clock.advance(days=8)
    maya.receive(SMS, MAYA, "OUI")
    assert posts(maya) == []


@pytest.mark.parametrize(
    "text", ["NEUF", "QUI quai3", "GROUPES", "MOI", "CODE", "L1007", "CHERCHE palette", "1007 ok"]
)
def test_whoever_has_the_number_now_learns_nothing(maya: Town, text: str) -> None:
    maya.mail("Paul", "", command=written("une palette"))
    texts(maya)
    maya.carriers[SMS].taken.clear()
    months_pass(maya)
    told = maya.receive(SMS, MAYA, text).words
    assert told.startswith(QUESTION)
    seen = " ".join(texts(maya))
    for secret in ("palette", "Quai 3", "Duvallon", "Leo", "Paul"):
        assert secret not in seen


def test_no_closes_the_number_for_good(maya: Town) -> None:
    months_pass(maya)
    maya.receive(SMS, MAYA, "P quai3 ma palette")
    told = maya.receive(SMS, MAYA, "NON").words
    assert "code" in told
    assert state(maya, MAYA) == "lost"
    assert ledger(maya, NAME)[-1] == (SMS, False, "denied")
    for word in ("OUI", "START", "NEUF"):
        maya.receive(SMS, MAYA, word)
    assert state(maya, MAYA) == "lost"
    assert posts(maya) == []
    a_turn_of_the_timer(maya)
    maya.clock.advance(days=40)
    a_turn_of_the_timer(maya)
    assert sum(text.startswith(QUESTION) for text in texts(maya)) == 2


def test_stop_is_instant_and_what_comes_back_after_it_is_asked_first(maya: Town) -> None:
    months_pass(maya)
    maya.receive(SMS, MAYA, "STOP")
    assert state(maya, MAYA) == "stopped"
    assert maya.receive(SMS, MAYA, "START").words.startswith(QUESTION)
    assert state(maya, MAYA) == "stopped"
    maya.receive(SMS, MAYA, "OUI")
    assert state(maya, MAYA) == "active", "the START was kept, and is run now"


def test_a_yes_undoes_no_stop(maya: Town) -> None:
    maya.receive(SMS, MAYA, "STOP")
    months_pass(maya)
    assert state(maya, MAYA) == "stopped"
    assert maya.receive(SMS, MAYA, "NEUF").words.startswith(QUESTION)
    assert "START" in maya.receive(SMS, MAYA, "OUI").words
    assert state(maya, MAYA) == "stopped"


def test_a_stop_from_a_number_in_doubt_closes_no_other(maya: Town) -> None:
    row = Person(NAME, phone=NEW, badge="1021")
    maya.gateway.office.import_members([row], consented=True)
    months_pass(maya)
    maya.receive(SMS, NEW, "OUI")
    assert state(maya, NEW) == "active"
    maya.receive(SMS, MAYA, "STOP")
    assert (state(maya, MAYA), state(maya, NEW)) == ("stopped", "active")


def test_a_failed_number_is_asked_a_month_later_and_when_it_writes(maya: Town) -> None:
    fail(maya)
    assert ledger(maya, NAME)[-1] == (SMS, False, "failed:30005")
    a_turn_of_the_timer(maya)
    assert texts(maya) == []
    maya.clock.advance(days=31)
    a_turn_of_the_timer(maya)
    assert len(texts(maya)) == 1
    assert maya.receive(SMS, MAYA, "NEUF").words.startswith(QUESTION)
    maya.receive(SMS, MAYA, "OUI")
    assert state(maya, MAYA) == "active"
    assert any("la panne" in text for text in texts(maya)), "NEUF was kept, and is answered now"


def test_a_yes_out_of_the_blue_is_no_answer(maya: Town) -> None:
    fail(maya)
    assert maya.receive(SMS, MAYA, "OUI").words.startswith(QUESTION)
    assert state(maya, MAYA) == "doubted"
    maya.receive(SMS, MAYA, "OUI")
    assert state(maya, MAYA) == "active"


def test_a_question_that_reaches_nobody_makes_the_number_a_failed_one(maya: Town) -> None:
    only_maya_is_silent(maya)
    maya.carriers[SMS].faults.append(PermanentFailure("21211", bad_address=True))
    a_turn_of_the_timer(maya)
    assert state(maya, MAYA) == "failed"


def test_the_carriers_opt_out_stops_a_number_in_doubt_as_well(maya: Town) -> None:
    only_maya_is_silent(maya)
    maya.carriers[SMS].faults.append(OptedOut("21610"))
    a_turn_of_the_timer(maya)
    assert state(maya, MAYA) == "stopped"
    assert maya.receive(SMS, MAYA, "START").words.startswith(QUESTION)


def test_what_failed_once_does_not_keep_a_file_from_giving_a_new_number(maya: Town) -> None:
    fail(maya)
    row = Person(NAME, phone=NEW, badge="1021")
    maya.gateway.office.import_members([row], consented=True)
    assert state(maya, NEW) == "active"


def test_a_mailbox_takes_over_while_the_phone_is_in_doubt(maya: Town) -> None:
    row = Person(NAME, email="maya@depot.example", badge="1021")
    maya.gateway.office.import_members([row], consented=True)
    months_pass(maya)
    maya.sms("Ana", "P quai3 une palette")
    maya.settle()
    assert "maya@depot.example" in [m.recipient for m in maya.carriers[EMAIL].taken]
    told = maya.receive(EMAIL, "maya@depot.example", "MOI").words
    assert "...21" in told
    assert "OUI" in told
    maya.receive(SMS, MAYA, "OUI")
    assert "OUI" not in maya.receive(EMAIL, "maya@depot.example", "MOI").words
    maya.sms("Ana", "P quai3 une caisse")
    assert any("caisse" in text for text in texts(maya))


def test_a_mailbox_is_never_in_doubt(town: Town) -> None:
    town.clock.advance(days=400)
    a_turn_of_the_timer(town)
    assert state(town, "paul@depot.example") == "active"


def test_at_the_kiosk_start_asks_a_phone_that_was_silent(maya: Town) -> None:
    maya.receive(SMS, MAYA, "STOP")
    maya.clock.advance(days=91)
    told = maya.kiosk(NAME, "START")
    assert "OUI" in told
    assert state(maya, MAYA) == "doubted"
    maya.kiosk(NAME, "START")
    assert sum(text.startswith(QUESTION) for text in texts(maya)) == 1
    maya.receive(SMS, MAYA, "OUI")
    assert state(maya, MAYA) == "active"


def test_at_the_kiosk_start_opens_no_number_that_was_never_activated(maya: Town) -> None:
    row = Person("Zoe", phone=NEW, badge="1004")
    maya.gateway.office.import_members([row])
    code = maya.gateway.office.invite(maya.id_of("Zoe"))
    maya.mail("zoe@depot.example", f"ACTIVER {code}")
    maya.kiosk("Zoe", "STOP")
    maya.kiosk("Zoe", "START")
    assert state(maya, NEW) == "pending"


@pytest.mark.parametrize("rhythm", ["RYTHME jour", "RYTHME chaque"])
def test_a_digest_or_post_that_was_held_when_the_number_fell_silent_is_unread_again(
    maya: Town, rhythm: str
) -> None:
    maya.receive(SMS, MAYA, rhythm)
    maya.sms("Ana", "P quai3 une palette")
    maya.clock.advance(hours=12)
    maya.gateway.delivery.send_digests()
    maya.clock.advance(days=91)
    maya.settle()
    assert dropped(maya) == {"doubted"}
    a_turn_of_the_timer(maya)
    maya.receive(SMS, MAYA, "OUI")
    assert "palette" in maya.receive(SMS, MAYA, "NEUF").words


def test_no_digest_is_made_for_a_number_in_doubt(maya: Town) -> None:
    maya.receive(SMS, MAYA, "RYTHME jour")
    maya.settle()
    months_pass(maya)
    maya.sms("Ana", "P quai3 une palette")
    for _ in range(3):
        maya.clock.advance(days=1)
        a_turn_of_the_timer(maya)
    assert len(texts(maya)) == 2, "the answer about the rhythm, and the question"
    assert dropped(maya) == set()
    maya.receive(SMS, MAYA, "OUI")
    maya.clock.advance(days=1)
    a_turn_of_the_timer(maya)
    assert any("palette" in text for text in texts(maya))


def test_ten_thousand_silent_numbers_are_asked_in_turns(
    maya: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.core.doubts.BATCH", 2)
    people = [Person(f"Max {n}", phone=f"+336000001{n:02}", groups=("quai3",)) for n in range(7)]
    maya.gateway.office.import_members(people, consented=True)
    maya.clock.advance(timedelta(days=91))
    a_turn_of_the_timer(maya)
    assert {state(maya, one.phone) for one in people} == {"doubted"}


def test_everything_on_postgresql_too(big_town: Town) -> None:
    big_town.clock.advance(days=91)
    a_turn_of_the_timer(big_town)
    assert state(big_town, "+33600000001") == "doubted"
    held = big_town.receive(SMS, "+33600000001", "P quai3 ma palette")
    assert held.state == "held"
    big_town.receive(SMS, "+33600000001", "OUI")
    assert posts(big_town) == ["ma palette"]
    assert state(big_town, "+33600000001") == "active"
