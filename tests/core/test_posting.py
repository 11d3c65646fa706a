"""Posting, answering, thanking, alerting, and taking it back."""

import pytest

from gateway.core.numbers import number_of, serial_of
from tests.support.town import Town


def test_a_post_gets_a_number_and_is_told_back_with_its_group(town: Town) -> None:
    told = town.sms("Ana", "P quai3 Palette cassée quai 4")
    assert told.startswith('OK, publié dans Quai 3 (3 pers.): 1007 "Palette cassée quai 4"')


def test_a_reply_by_number_reaches_the_author_and_echoes_its_target(town: Town) -> None:
    town.sms("Ana", "P quai3 Palette cassée")
    told = town.sms("Leo", "R1007 on my way")
    assert "1007 (Ana, Quai 3)" in told
    assert town.heard("Ana")[-1] == "Quai 3 1010 > 1007 Leo: on my way. R1007 texte"


def test_a_reply_to_a_reply_joins_the_same_thread(town: Town) -> None:
    town.sms("Ana", "P quai3 Palette cassée")
    town.sms("Leo", "1007 which one?")
    town.sms("Ana", "1010 la bleue")
    assert "Ana: la bleue" in town.sms("Leo", "L1007")


@pytest.mark.parametrize("typed", ["1070 ok", "1017 ok", "R1006 ok", "7001 ok", "1008ok"])
def test_a_mistyped_number_reaches_no_thread(town: Town, typed: str) -> None:
    town.sms("Ana", "P quai3 Palette cassée")
    town.sms("Leo", typed)
    assert "0 rép" not in town.sms("Ana", "L1007")
    assert "ok" not in town.sms("Ana", "L1007")


def test_two_digits_are_enough_for_what_was_just_shown(town: Town) -> None:
    for which in ("une", "deux"):
        town.sms("Ana", f"P quai3 encore {which} palettes")
    town.sms("Leo", "NEWS")
    assert "reply to 1010" in town.sms("Leo", "10 got it")
    assert "reply to 1007" in town.sms("Leo", "07 got it")


def test_two_digits_that_name_nothing_shown_are_words(town: Town) -> None:
    told = town.sms("Leo", "12 pallets are missing")
    assert told == 'Post in Quai 3: "12 pallets are missing"? SURE or NO'


def test_thanks_count_once_a_person(town: Town) -> None:
    town.sms("Ana", "P quai3 Palette réparée")
    first, again = town.sms("Leo", "1007 +"), town.sms("Leo", "THANKS 1007")
    assert first != again


def test_undo_takes_a_post_back_before_it_leaves(town: Town) -> None:
    town.sms("Ana", "P quai3 Palette cassée")
    assert "Palette cassée" in town.sms("Ana", "ANNULE")
    assert town.heard("Paul") == []
    assert "1007" in town.sms("Leo", "L1007")
    assert "Palette" not in town.sms("Leo", "L1007")


def test_undo_is_over_after_ten_minutes(town: Town) -> None:
    town.sms("Ana", "P quai3 Palette cassée")
    town.clock.advance(minutes=11)
    town.sms("Ana", "ANNULE")
    assert "Palette cassée" in town.sms("Leo", "L1007")


def test_undo_takes_back_a_join_a_leave_a_pause_and_a_language(town: Town) -> None:
    town.sms("Leo", "JOIN velo")
    town.sms("Leo", "UNDO")
    assert "velo (Vélo)" in town.sms("Leo", "GROUPS").split("To join")[1]
    town.sms("Leo", "LEAVE quai3")
    town.sms("Leo", "UNDO")
    assert "Quai 3" in town.sms("Leo", "GROUPS").split("To join")[0]
    town.sms("Leo", "RHYTHM each")
    town.sms("Leo", "UNDO")
    town.sms("Ana", "P quai3 rien que pour voir")
    assert not [text for text in town.heard("Leo") if "rien que" in text]


def test_an_alert_is_asked_first_then_goes_to_everybody_at_once(town: Town) -> None:
    assert town.sms("Ana", "URGENT quai3 fuite de gaz").startswith("ALERTE Quai 3: 3 pers., 1 SMS.")
    assert not [text for text in town.heard("Leo") if "gaz" in text]
    town.sms("Ana", "OUI")
    assert town.heard("Leo")[-1] == "URGENT Quai 3 1007 Ana: fuite de gaz. R1007 text"
    assert "fuite de gaz" in town.heard("Paul")[-1]


def test_only_an_animator_may_alert(town: Town) -> None:
    town.sms("Leo", "ALERT quai3 fire")
    town.sms("Leo", "SURE")
    assert not [text for text in town.heard("Ana") if "fire" in text]


def test_only_animators_post_where_things_are_announced_but_all_may_answer(town: Town) -> None:
    assert "only its animators" in town.sms("Leo", "P direction hello")
    town.sms("Ana", "P direction Bonne année")
    assert "1007" in town.sms("Leo", "1007 same to you")


def test_who_is_not_in_the_group_cannot_post_there(town: Town) -> None:
    told = town.sms("Leo", "P velo hello")
    assert "Vélo" in told
    assert "OK" not in told


def test_a_closed_group_is_invisible_from_outside(town: Town) -> None:
    town.sms("Ana", "P secu ronde à 22 h")
    assert "1007" in town.sms("Leo", "L1007")
    assert "ronde" not in town.sms("Leo", "L1007") + town.sms("Leo", "FIND ronde")
    town.sms("Leo", "1007 I know")
    assert not [text for text in town.heard("Ana") if "I know" in text]


def test_an_inexact_group_is_asked_about_never_guessed(town: Town) -> None:
    town.sms("Leo", "JOIN quai30")
    told = town.sms("Leo", "P quai hello there")
    assert "1 Quai 3" in told
    assert "2 Quai 30" in told
    assert "Quai 30" in town.sms("Leo", "2")


def test_an_unknown_group_is_refused_with_the_ones_there_are(town: Town) -> None:
    told = town.sms("Leo", "P cuisine hello")
    assert "cuisine" in told
    assert "quai3" in told


def test_numbers_count_up_and_carry_their_check_digit() -> None:
    numbers = [number_of(serial) for serial in range(100, 2000)]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        for wrong in _slips(number):
            assert serial_of(wrong) is None, (number, wrong)


def _slips(number: int) -> set[int]:
    """Every number that is one wrong digit or one swap of neighbours away."""
    digits = str(number)
    wrong = {
        digits[:at] + other + digits[at + 1 :]
        for at in range(len(digits))
        for other in "0123456789"
    }
    swapped = {
        digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        for at in range(len(digits) - 1)
    }
    return {int(text) for text in wrong | swapped} - {number}
