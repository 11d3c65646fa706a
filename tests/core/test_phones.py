"""Another number in place of the old one, and a phone that is lost: who is the member now."""

import pytest

from gateway.channels.sms.segments import measure
from gateway.channels.sms.transliterate import for_gsm7
from gateway.core.envelope import SMS
from gateway.core.errors import Refused
from gateway.core.people import Person
from tests.core.test_doors import ledger
from tests.support.numbers import (
    MAYA,
    NAME,
    NEW,
    activate,
    kiosk_code,
    lose,
    months_pass,
    move_in,
    posts,
    state,
    texts,
)
from tests.support.town import Town


@pytest.fixture
def maya(town: Town) -> Town:
    return move_in(town)


class TestANewNumber:
    def test_a_code_from_another_phone_closes_the_old_one(self, maya: Town) -> None:
        told = activate(maya, NEW)
        assert "remplace" in told
        assert measure(for_gsm7(told)).count == 1
        assert (state(maya, MAYA), state(maya, NEW)) == ("lost", "active")
        assert ledger(maya, NAME)[-2:] == [
            (SMS, False, "replaced"),
            (SMS, True, "activated"),
        ]
        maya.sms("Ana", "P quai3 une palette")
        assert any("palette" in text for text in texts(maya, NEW))
        assert texts(maya, MAYA) == [], "it may be another's: not a word"

    def test_what_was_owed_to_the_old_number_is_unread_on_the_new(self, maya: Town) -> None:
        maya.sms("Ana", "P quai3 une palette")
        activate(maya, NEW)
        assert texts(maya, MAYA) == []
        assert not any("palette" in text for text in texts(maya, NEW)), "no history is pushed"
        assert "palette" in maya.receive(SMS, NEW, "NEUF").words

    def test_whoever_writes_from_the_old_number_is_a_stranger(self, maya: Town) -> None:
        activate(maya, NEW)
        told = maya.receive(SMS, MAYA, "NEUF").words
        assert "Maya" not in told
        maya.receive(SMS, MAYA, "START")
        assert state(maya, MAYA) == "lost"

    def test_several_mailboxes_may_be_one_persons(self, maya: Town) -> None:
        for mailbox in ("maya@depot.example", "maya@home.example"):
            code = maya.gateway.office.invite(maya.id_of(NAME))
            assert "remplace" not in maya.mail(mailbox, f"ACTIVER {code}").words
        assert state(maya, "maya@depot.example") == state(maya, "maya@home.example") == "active"
        assert state(maya, MAYA) == "active"

    def test_the_old_number_is_free_for_its_next_owner(self, maya: Town) -> None:
        activate(maya, NEW)
        code = maya.gateway.office.invite(maya.id_of("Zoe"))
        assert "Zoe" in maya.receive(SMS, MAYA, f"ACTIVER {code}").words
        assert state(maya, MAYA) == "active"
        assert ledger(maya, NAME)[-1] == (SMS, False, "moved")

    def test_what_a_stranger_wrote_is_not_run_for_the_next_owner(self, maya: Town) -> None:
        months_pass(maya)
        maya.receive(SMS, MAYA, "P quai3 de qui ?")
        code = maya.gateway.office.invite(maya.id_of("Zoe"))
        maya.receive(SMS, MAYA, f"ACTIVER {code}")
        maya.clock.advance(days=1)
        maya.receive(SMS, MAYA, "OUI")
        assert posts(maya) == []

    def test_a_silent_number_goes_to_whoever_has_a_code_for_it(self, maya: Town) -> None:
        maya.clock.advance(days=91)
        code = maya.gateway.office.invite(maya.id_of("Zoe"))
        assert "Zoe" in maya.receive(SMS, MAYA, f"ACTIVER {code}").words


class TestALostPhone:
    def test_whoever_found_it_is_a_stranger_at_once(self, maya: Town) -> None:
        maya.sms("Ana", "P quai3 une palette")
        maya.receive(SMS, MAYA, "NEUF")  # the answer is still owed
        lose(maya)
        assert not any("palette" in text for text in texts(maya))
        for text in ("NEUF", "START", "OUI", "CODE"):
            assert "palette" not in maya.receive(SMS, MAYA, text).words
        assert state(maya, MAYA) == "lost"
        assert ledger(maya, NAME)[-1] == (SMS, False, "lost")

    def test_no_file_opens_it(self, maya: Town) -> None:
        lose(maya)
        row = Person(NAME, phone=MAYA, badge="1021")
        maya.gateway.office.import_members([row], consented=True)
        assert state(maya, MAYA) == "lost"

    def test_its_codes_and_sessions_are_over(self, maya: Town) -> None:
        office, desk = maya.gateway.office, maya.gateway.desk
        device = desk.device(office.add_kiosk("Nord"))
        assert device is not None
        letter = office.invite(maya.id_of(NAME))
        here = desk.sign_in(device, badge="", pin="", code=kiosk_code(maya))
        shown = kiosk_code(maya)
        lose(maya)
        assert desk.session(device, here.token) is None
        with pytest.raises(Refused, match="wrong_sign_in"):
            desk.sign_in(device, badge="", pin="", code=shown)
        assert "Maya" not in maya.receive(SMS, NEW, f"ACTIVER {letter}").words

    def test_a_code_opens_it_again_once_it_is_found(self, maya: Town) -> None:
        lose(maya)
        assert "Maya" in activate(maya, MAYA)
        assert state(maya, MAYA) == "active"

    def test_losing_it_twice_is_no_error(self, maya: Town) -> None:
        assert lose(maya) == 1
        assert lose(maya) == 0


def test_a_second_letter_makes_the_first_one_void(maya: Town) -> None:
    first = maya.gateway.office.invite(maya.id_of("Zoe"))
    second = maya.gateway.office.invite(maya.id_of("Zoe"))
    assert "Zoe" not in maya.receive(SMS, NEW, f"ACTIVER {first}").words
    assert "Zoe" in maya.receive(SMS, NEW, f"ACTIVER {second}").words
