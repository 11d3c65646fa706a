"""Questions of ours: one waits on each channel, and a yes answers the one that was asked."""

import pytest

from gateway.core import handlers
from gateway.core.commands import Confirm, Reply
from gateway.core.envelope import KIOSK, Inbound
from tests.support.town import Town


def test_an_alert_with_a_slip_is_asked_with_whom_it_wakes_and_what_it_costs(town: Town) -> None:
    asked = town.sms("Ana", "URGNT quai3 fuite de gaz")
    assert asked.startswith("ALERTE Quai 3: 3 pers., 1 SMS.")
    assert "alerte à 3 pers" in town.sms("Ana", "OUI")


def test_an_alert_with_a_slip_is_refused_to_whom_an_alert_is_refused(town: Town) -> None:
    assert "Only an animator" in town.sms("Leo", "ALERTT quai3 fire")


def test_free_text_is_asked_once_and_posted_on_a_yes(town: Town) -> None:
    assert town.sms("Ana", "le quai est plein").startswith('Publier dans Quai 3: "le quai est')
    assert "1007" in town.sms("Ana", "OUI")
    assert "1007" not in town.sms("Ana", "OUI"), "a second yes answers nothing"


def test_a_no_does_nothing(town: Town) -> None:
    town.sms("Ana", "le quai est plein")
    town.sms("Ana", "NON")
    assert "1007" not in town.sms("Ana", "OUI")


def test_a_question_waits_for_ten_minutes(town: Town) -> None:
    town.sms("Ana", "le quai est plein")
    town.clock.advance(minutes=10)
    assert "1007" not in town.sms("Ana", "OUI")


def test_a_newer_question_takes_the_place_of_the_older(town: Town) -> None:
    town.sms("Ana", "première chose")
    town.sms("Ana", "seconde chose")
    assert "seconde" in town.sms("Ana", "OUI")
    assert "première" not in town.sms("Ana", "OUI")


def test_a_near_yes_is_shown_the_word_and_the_question_goes_on_waiting(town: Town) -> None:
    town.sms("Ana", "le quai est plein")
    assert "OUI" in town.sms("Ana", "ok")
    assert "le quai est plein" in town.sms("Ana", "OUI")


def test_a_near_yes_to_nothing_is_words_like_any_others(town: Town) -> None:
    assert town.sms("Ana", "ok").startswith('Publier dans Quai 3: "ok"')


def test_a_yes_by_sms_does_not_answer_what_the_kiosk_asked(town: Town) -> None:
    town.sms("Ana", "ceci est pour le quai")
    town.kiosk("Ana", "autre chose")
    assert "ceci est pour le quai" in town.sms("Ana", "OUI")
    assert "autre chose" in town.kiosk("Ana", "OUI")


def test_a_yes_that_is_run_again_later_answers_no_later_question(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(handlers, "run", broken)
        town.sms("Ana", "OUI")
    (row,) = town.gateway.office.parked()
    town.clock.advance(hours=1)
    town.sms("Ana", "tout autre chose")
    assert town.gateway.intake.replay(row).state == "refused"
    assert "tout autre chose" in town.sms("Ana", "OUI")


def test_a_yes_answers_what_was_asked_last_although_a_request_waits(town: Town) -> None:
    town.sms("Leo", "JOIN secu")
    town.clock.advance(days=1)
    town.sms("Ana", "le quai est plein")
    assert "1007" in town.sms("Ana", "OUI")
    assert "Leo" in town.sms("Ana", "OUI")


def test_a_yes_with_two_requests_open_asks_which(town: Town) -> None:
    town.sms("Leo", "JOIN secu")
    town.mail("Paul", "REJOINDRE secu")
    asked = town.sms("Ana", "OUI")
    assert "Leo" in asked
    assert "Paul" in asked
    assert "Paul" in town.sms("Ana", "2")
    assert "Sécurité" in town.mail("Paul", "GROUPES").words.split("rejoindre")[0]
    assert "Sécurité" not in town.sms("Leo", "GROUPS").split("To join")[0]


def test_a_no_with_two_requests_open_asks_which_to_turn_away(town: Town) -> None:
    town.sms("Leo", "JOIN secu")
    town.mail("Paul", "REJOINDRE secu")
    asked = town.sms("Ana", "NON")
    assert "Leo" in asked
    assert "Paul" in asked
    town.sms("Ana", "2")
    assert "Leo" in town.sms("Ana", "OUI"), "the other one still waits"
    assert "Sécurité" not in town.mail("Paul", "GROUPES").words.split("rejoindre")[0]


def test_a_number_in_an_answer_to_a_digest_is_its_item_and_no_choice(town: Town) -> None:
    town.mail("Paul", "RYTHME jour")
    town.sms("Ana", "P quai3 première")
    town.clock.advance(hours=12)
    town.gateway.delivery.send_digests()
    town.settle()
    digest = town.carriers["email"].taken[-1]
    town.mail("Paul", "REJOINDRE quai30")
    town.mail("Paul", "P quai bonjour à tous")
    assert "première" in town.mail("Paul", "1", about=f"digest:{digest.id}").words


def test_an_alert_to_a_group_chosen_from_a_list_still_says_how_many_it_wakes(town: Town) -> None:
    town.person("Ana", phone="+33600000001", groups=("quai30",), role="animator")
    asked = town.sms("Ana", "URGENT quai fuite de gaz")
    assert "1 Quai 3" in asked
    assert "ALERTE" in town.sms("Ana", "1")
    assert town.heard("Leo") == []
    town.sms("Ana", "OUI")
    assert "fuite de gaz" in town.heard("Leo")[-1]


def test_an_operator_outside_of_the_group_alerts_all_of_it(town: Town) -> None:
    town.person("Ola", phone="+33600000004", role="operator")
    assert "4 pers" in town.sms("Ola", "URGENT quai3 fuite de gaz")


def test_a_number_that_begins_what_is_typed_at_the_kiosk_is_not_lost(town: Town) -> None:
    command = Reply(12, "palettes manquent", explicit=False)
    inbound = Inbound(
        KIOSK, "k1", "kiosk:1", command.text, command=command, member_id=town.id_of("Ana")
    )
    assert "12 palettes manquent" in town.gateway.intake.receive(inbound).words


def test_a_carriers_yes_is_explained(town: Town) -> None:
    town.sms("Leo", "the dock is full")
    assert "SURE" in town.sms("Leo", "YES")


def test_a_yes_to_nothing_is_refused(town: Town) -> None:
    inbound = Inbound(KIOSK, "k1", "kiosk:1", "", command=Confirm(), member_id=town.id_of("Ana"))
    assert town.gateway.intake.receive(inbound).state == "refused"


@pytest.mark.parametrize("word", ["RJOINDRE velo", "QUITER quai3"])
def test_a_slip_is_done_or_asked_and_never_posted(town: Town, word: str) -> None:
    town.sms("Ana", word)
    assert "0" in town.sms("Leo", "NEWS") or "new" in town.sms("Leo", "NEWS")


def test_help_shows_a_group_that_one_may_post_in(town: Town) -> None:
    assert "P quai3 text" in town.sms("Leo", "COMMANDS")  # and not `direction`, which announces


def test_a_letter_and_one_digit_may_be_a_machine(town: Town) -> None:
    assert 'Quai 3: "R2 sensor is broken"' in town.sms("Leo", "R2 sensor is broken")
