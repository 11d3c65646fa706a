"""Stop, start, activation and the operator's file: who may be written to, and who decides it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.core.envelope import EMAIL, SMS, DeliveryReport
from gateway.core.models import Address, Consent
from gateway.core.people import Person
from tests.support.town import Town

ANA, MAX = "+33600000001", "+33600000009"


def both(town: Town) -> None:
    """Eve has a phone and a mailbox, and wants each post at once."""
    town.person("Eve", phone="+33600000005", email="eve@depot.example", groups=("quai3",))
    town.sms("Eve", "RYTHME chaque")


def posts_heard(town: Town, channel: str, word: str = "palette") -> list[str]:
    town.settle()
    return [
        message.recipient
        for message in town.carriers[channel].taken
        if word in str(message.content) and "Answer" not in type(message.content).__name__
    ]


def address(town: Town, value: str) -> Address:
    with town.database.read() as session:
        return session.scalars(select(Address).where(Address.value == value)).one()


def ledger(town: Town, name: str) -> list[tuple[str, bool, str]]:
    member_id = town.id_of(name)
    with town.database.read() as session:
        rows = session.scalars(
            select(Consent).where(Consent.member_id == member_id).order_by(Consent.id)
        )
        return [(row.channel, row.given, row.cause) for row in rows]


@pytest.mark.parametrize("word", ["STOP", "stop", "Arrêt", "UNSUBSCRIBE", "désabonner"])
def test_stop_holds_everything_but_answers_until_start(town: Town, word: str) -> None:
    town.sms("Leo", "RHYTHM each")
    town.sms("Leo", word)
    town.sms("Ana", "P quai3 une palette")
    town.sms("Ana", "URGENT quai3 une palette en feu")
    town.sms("Ana", "OUI")
    assert "+33600000002" not in posts_heard(town, SMS)
    assert "palette" in town.sms("Leo", "NEWS"), "an answer to a command still comes"
    town.sms("Leo", "START")
    town.sms("Ana", "P quai3 autre palette")
    assert "+33600000002" in posts_heard(town, SMS, "autre")


def test_what_was_owed_before_a_stop_does_not_leave_after_it(town: Town) -> None:
    town.sms("Leo", "RHYTHM each")
    town.sms("Ana", "P quai3 une palette")
    town.sms("Leo", "STOP")
    assert "+33600000002" not in posts_heard(town, SMS)


def test_a_mailbox_that_says_stop_is_written_to_no_more(town: Town) -> None:
    town.mail("Paul", "STOP")
    town.sms("Ana", "P quai3 une palette")
    assert posts_heard(town, EMAIL) == []
    town.mail("Paul", "START")
    town.sms("Ana", "P quai3 autre palette")
    assert posts_heard(town, EMAIL, "autre") == ["paul@depot.example"]


def test_one_click_stops_the_mails_and_a_second_click_is_no_error(town: Town) -> None:
    assert town.gateway.directory.unsubscribe(town.id_of("Paul"))
    assert town.gateway.directory.unsubscribe(town.id_of("Paul"))
    assert not town.gateway.directory.unsubscribe(9_999)
    town.sms("Ana", "P quai3 une palette")
    assert posts_heard(town, EMAIL) == []
    assert ledger(town, "Paul")[-1] == (EMAIL, False, "unsubscribe")


def test_after_a_stop_by_sms_posts_come_by_mail_and_start_brings_them_back(town: Town) -> None:
    both(town)
    told = town.sms("Eve", "STOP")
    assert "mail" in told
    town.sms("Ana", "P quai3 une palette")
    assert "eve@depot.example" in posts_heard(town, EMAIL)
    town.sms("Eve", "START")
    town.sms("Ana", "P quai3 autre palette")
    assert "+33600000005" in posts_heard(town, SMS, "autre")
    assert "eve@depot.example" not in posts_heard(town, EMAIL, "autre")


def test_the_kiosk_stops_and_starts_the_channel_that_posts_come_by(town: Town) -> None:
    both(town)
    town.kiosk("Eve", "STOP")
    assert address(town, "+33600000005").state == "stopped"
    town.kiosk("Eve", "START")
    assert address(town, "+33600000005").state == "active"
    town.sms("Ana", "P quai3 une palette")
    assert "+33600000005" in posts_heard(town, SMS)


def test_start_opens_no_number_that_its_owner_never_activated(town: Town) -> None:
    town.gateway.office.import_members([Person("Ana", phone=MAX, badge="1001")])
    town.sms("Ana", "STOP")
    town.sms("Ana", "START")
    assert address(town, ANA).state == "active"
    assert address(town, MAX).state != "active"


def test_start_opens_no_other_number_that_its_holder_stopped(town: Town) -> None:
    town.gateway.office.import_members([Person("Ana", phone=MAX, badge="1001")], consented=True)
    town.receive(SMS, MAX, "STOP")
    town.sms("Ana", "START")
    assert address(town, MAX).state == "stopped"


def test_a_number_that_is_not_activated_may_say_stop_and_no_file_opens_it(town: Town) -> None:
    row = Person("Max", phone=MAX, groups=("quai3",))
    town.gateway.office.import_members([row])
    told = town.receive(SMS, MAX, "STOP").words
    assert "START" in told
    town.gateway.office.import_members([row], consented=True)
    assert address(town, MAX).state != "active"
    assert ledger(town, "Max") == [(SMS, False, "stop:sms")]


def test_stop_and_start_are_no_way_around_the_activation_code(town: Town) -> None:
    """A slip in the file put a stranger's number beside a name: the stranger does not become it."""
    town.gateway.office.import_members([Person("Max", phone=MAX, groups=("quai3",))])
    town.sms("Ana", "P quai3 une palette")
    town.receive(SMS, MAX, "STOP")
    town.receive(SMS, MAX, "START")
    assert "palette" not in town.receive(SMS, MAX, "L1007").words


def test_an_import_never_opens_what_was_stopped(town: Town) -> None:
    town.sms("Leo", "STOP")
    row = Person("Leo", phone="+33600000002", badge="1002")
    town.gateway.office.import_members([row], consented=True)
    assert address(town, "+33600000002").state == "stopped"
    new_phone = replace(row, phone="+33600000012")
    town.gateway.office.import_members([new_phone], consented=True)
    assert address(town, "+33600000012").state != "active", "STOP was said to SMS, not to a number"


def test_a_new_number_in_the_file_takes_the_place_of_the_old(town: Town) -> None:
    both(town)
    town.gateway.office.import_members(
        [Person("Eve", phone="+33600000015", email="eve@depot.example")], consented=True
    )
    town.sms("Ana", "P quai3 une palette")
    assert "+33600000015" in posts_heard(town, SMS)
    assert "+33600000005" not in posts_heard(town, SMS)


def test_the_carriers_own_opt_out_is_a_stop(town: Town) -> None:
    town.sms("Leo", "NEWS")
    town.settle()
    sent = town.carriers[SMS].taken[-1]
    report = DeliveryReport(SMS, "opted_out", outbound_id=sent.id, code="21610")
    town.gateway.intake.report(report)
    town.gateway.intake.report(report)
    assert ledger(town, "Leo")[-1] == (SMS, False, "carrier:21610")
    assert len(ledger(town, "Leo")) == 2


def test_an_address_that_moves_takes_no_message_of_its_old_owner_along(town: Town) -> None:
    town.person("Max", phone=MAX, groups=("quai3", "secu"))
    town.sms("Max", "RYTHME chaque")
    town.sms("Ana", "P secu une palette secrète")
    town.sms("Max", "STOP")
    code = town.gateway.office.invite(town.id_of("Zoe"))
    assert "Zoe" in town.receive(SMS, MAX, f"ACTIVER {code}").words
    assert MAX not in posts_heard(town, SMS, "secrète")


def test_a_member_whose_address_moved_is_written_to_at_another(town: Town) -> None:
    both(town)
    town.sms("Eve", "STOP")
    town.sms("Eve", "START")
    town.sms("Eve", "STOP")
    code = town.gateway.office.invite(town.id_of("Zoe"))
    town.receive(SMS, "+33600000005", f"ACTIVER {code}")
    town.sms("Ana", "P quai3 une palette")
    assert "eve@depot.example" in posts_heard(town, EMAIL)


def test_an_active_number_is_nobody_elses_whatever_code_it_sends(town: Town) -> None:
    code = town.gateway.office.invite(town.id_of("Zoe"))
    town.sms("Leo", f"ACTIVATE {code}")
    assert address(town, "+33600000002").member_id == town.id_of("Leo")
    assert "Zoe" in town.receive(SMS, MAX, f"ACTIVER {code}").words, "and the code is unspent"


def test_a_wrong_code_is_answered_although_the_number_was_told_something_today(town: Town) -> None:
    town.receive(SMS, MAX, "bonjour")
    town.receive(SMS, MAX, "ACTIVER AAAAAAAA")
    town.settle()
    assert len(town.carriers[SMS].taken) == 2


def test_a_code_is_good_once_and_for_sixty_days(town: Town) -> None:
    code = town.gateway.office.invite(town.id_of("Zoe"))
    town.clock.advance(days=60)
    assert "Zoe" not in town.receive(SMS, MAX, f"ACTIVER {code}").words


def test_a_number_that_failed_and_writes_again_is_asked_whose_it_is(town: Town) -> None:
    """It was opened at once before numbers could be doubted: somebody else may have it by now."""
    from gateway.core.errors import PermanentFailure

    town.sms("Leo", "RHYTHM each")
    town.settle()
    town.carriers[SMS].faults.append(PermanentFailure("30006", bad_address=True))
    town.sms("Ana", "P quai3 une palette")
    town.carriers[SMS].faults[:] = town.carriers[SMS].faults[:1]
    town.settle()
    failed = [v for v in (ANA, "+33600000002") if address(town, v).state == "failed"]
    assert len(failed) == 1
    assert "palette" not in town.receive(SMS, failed[0], "NEWS").words
    assert address(town, failed[0]).state == "doubted"
    town.receive(SMS, failed[0], "SURE")
    assert address(town, failed[0]).state == "active"


def test_a_doubtful_mail_sends_nothing_to_a_stopped_mailbox(town: Town) -> None:
    town.mail("Paul", "STOP")
    town.settle()
    before = len(town.carriers[EMAIL].taken)
    town.sms("Ana", "P quai3 palette")
    town.mail("Paul", "ok", about="post:100", sender="eve@evil.example", held="sender")
    town.settle()
    assert len(town.carriers[EMAIL].taken) == before


def test_many_doubtful_mails_are_asked_about_a_few_times_a_day(town: Town) -> None:
    for number in range(20):
        text = f"ok pour le {number}"
        town.mail("Paul", text, about="post:100", sender="eve@evil.example", held="sender")
    town.settle()
    told = len(town.carriers[EMAIL].taken)
    assert 1 <= told <= 6
    town.clock.advance(timedelta(days=2))
    town.mail("Paul", "ok", about="post:100", sender="eve@evil.example", held="sender")
    town.settle()
    assert len(town.carriers[EMAIL].taken) == told + 1
