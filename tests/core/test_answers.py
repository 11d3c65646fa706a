"""Who is answered, and how often: people always, machines not for ever, strangers once a day."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from gateway.channels.sms.destinations import refusal
from gateway.channels.sms.render import text as sms_text
from gateway.core.envelope import SMS
from gateway.core.gateway import Gateway
from gateway.core.grammar import auto_reply
from gateway.core.models import Inbox
from tests.support.town import Town

ANA, STRANGER = "+33600000001", "+33699999999"
COMMANDS = (
    *("NEUF", "GROUPES", "MOI", "AIDE", "P quai3 un", "P quai3 deux", "QUI quai3", "HEURE 12"),
    *("RYTHME jour", "PAUSE 2", "REPRISE", "CHERCHE un", "L1007", "R1007 ok", "MERCI 1007"),
)


def reached(town: Town, number: str) -> list[str]:
    town.settle()
    return [sms_text(m) for m in town.carriers[SMS].taken if m.recipient == number]


def reasons(town: Town) -> list[str]:
    with town.database.read() as session:
        return list(session.scalars(select(Inbox.reason).order_by(Inbox.id)))


def abroad(town: Town, *countries: str) -> None:
    """From now on, texts go to these countries only."""
    parts = replace(
        town.gateway.parts, destinations=lambda number: refusal(number, countries or ("FR",))
    )
    town.gateway = Gateway.build(parts, lambda *_: "")


def test_whoever_sends_fifteen_commands_in_ten_minutes_gets_fifteen_answers(town: Town) -> None:
    for command in COMMANDS:
        town.sms("Ana", command)
        town.clock.advance(seconds=40)
    assert len(reached(town, ANA)) == len(COMMANDS)


def test_the_same_words_go_out_three_times_in_ten_minutes(town: Town) -> None:
    for _ in range(8):
        town.sms("Ana", "GROUPES")
        town.clock.advance(minutes=1)
    assert len(reached(town, ANA)) == 3
    assert reasons(town)[3] == "groups; unanswered: loop"
    town.clock.advance(minutes=3)
    town.sms("Ana", "GROUPES")
    assert len(reached(town, ANA)) == 4


def test_it_is_done_all_the_same_where_nobody_is_told(town: Town) -> None:
    for _ in range(5):
        assert town.receive(SMS, ANA, "RYTHME jour").state == "done"


def test_a_machine_that_we_do_not_understand_is_told_so_five_times(town: Town) -> None:
    for number in range(9):
        town.sms("Ana", f"L{2000 + number}")
    assert len(reached(town, ANA)) == 5
    assert town.sms("Ana", "GROUPES")
    assert len(reached(town, ANA)) == 6


def test_two_machines_fall_silent(town: Town) -> None:
    """One that sends each of our answers back, with a word of its own in front."""
    text = "bonjour"
    for number in range(200):
        text = f"{number} " + (town.sms("Ana", text) or text)
        town.clock.advance(seconds=3)
        town.gateway.intake.run_waiting()
    assert len(reached(town, ANA)) <= 31


def test_no_more_than_thirty_answers_go_to_one_number_in_ten_minutes(town: Town) -> None:
    for number in range(20):
        town.sms("Ana", f"P quai3 palette {number}")
    town.clock.advance(minutes=4)
    for number in range(20, 40):
        town.sms("Ana", f"P quai3 palette {number}")
    assert len(reached(town, ANA)) == 30
    assert town.gateway.ledger.troubles().looped == 10


@pytest.mark.parametrize("last", ["STOP", "START"])
def test_stop_and_start_are_answered_whatever_came_before(town: Town, last: str) -> None:
    for number in range(20):
        town.sms("Ana", f"P quai3 palette {number}")
    town.clock.advance(minutes=4)
    for number in range(15):
        town.sms("Ana", f"P quai3 rouleau {number}")
    told = town.sms("Ana", last)
    assert reached(town, ANA)[-1] == told


def test_our_own_words_that_come_back_are_a_machines(town: Town) -> None:
    told = town.sms("Ana", "P quai3 palette cassée")
    (said,) = reached(town, ANA)
    assert town.receive(SMS, ANA, said).state == "automatic"
    assert town.receive(SMS, ANA, told.upper()).state == "automatic"
    assert len(reached(town, ANA)) == 1
    town.clock.advance(minutes=11)
    assert town.receive(SMS, ANA, said).state != "automatic"
    assert town.receive(SMS, "+33600000002", said).state != "automatic"


@pytest.mark.parametrize(
    "text",
    [
        "Je conduis",
        "je conduis.",
        "I'm driving",
        "I\u2019m driving with Focus turned on. I\u2019ll see your message when I get where "
        "I\u2019m going.",
        "I'm driving with Do Not Disturb While Driving turned on. I'll see your message when I get "
        "where I'm going.",
        "I\u2019m not receiving notifications. If this is urgent, reply \u201curgent\u201d to send "
        "a notification through with your original message.",
        "Je suis au volant. Je verrai votre message \u00e0 mon arriv\u00e9e.",
        "Absent du bureau",
        "Out of office",
        "R\u00e9ponse automatique : je suis en cong\u00e9s jusqu'au 3",
        "Auto-reply: back on Monday",
        "[Auto Reply] - away",
    ],
)
def test_what_a_phone_sends_by_itself_is_recorded_and_not_answered(town: Town, text: str) -> None:
    assert town.receive(SMS, ANA, text).state == "automatic"
    assert reached(town, ANA) == []


@pytest.mark.parametrize(
    "text",
    [
        "Je conduis le chariot 4 demain",
        "P quai3 je conduis",
        "R1007 je suis au volant, j'arrive",
        "la r\u00e9ponse automatique de la pompe est en panne",
        "I'm driving the forklift today",
        "Pierre est absent du bureau demain",
        "OK",
        "",
    ],
)
def test_what_a_person_writes_is_no_machines(text: str) -> None:
    assert auto_reply(text) == ""


def test_who_writes_a_mail_like_a_phone_is_heard(town: Town) -> None:
    town.sms("Ana", "P quai3 qui conduit ?")
    assert town.mail("Paul", "Je conduis", about="post:100").state == "done"


def test_a_stranger_is_told_once_in_24_hours_and_not_at_midnight(town: Town) -> None:
    town.clock.advance(hours=14, minutes=50)
    town.sms(STRANGER, "bonjour")
    town.clock.advance(minutes=20)
    town.sms(STRANGER, "allo")
    assert len(reached(town, STRANGER)) == 1
    town.clock.advance(hours=23, minutes=39)
    town.sms(STRANGER, "allo")
    assert len(reached(town, STRANGER)) == 1
    town.clock.advance(minutes=1)
    town.sms(STRANGER, "allo")
    assert len(reached(town, STRANGER)) == 2


def test_no_more_than_fifty_strangers_are_told_in_an_hour(town: Town) -> None:
    numbers = [f"+336222222{n:02}" for n in range(60)]
    for number in numbers:
        town.sms(number, "bonjour")
    town.settle()
    assert len(town.carriers[SMS].taken) == 50
    assert reasons(town)[-1].endswith("unanswered: too many strangers")
    town.clock.advance(hours=1)
    for number in numbers:
        town.sms(number, "bonjour")
    town.settle()
    assert len(town.carriers[SMS].taken) == 60


@pytest.mark.parametrize("number", ["+32470123456", "+33899000000", "+33810123456", "+19005550100"])
def test_nothing_is_answered_abroad_and_at_no_premium_number(town: Town, number: str) -> None:
    abroad(town)
    received = town.receive(SMS, number, "bonjour")
    assert received.state == "refused"
    assert reached(town, number) == []
    assert reasons(town)[-1].split(": ")[-1] in ("country", "premium")


def test_a_number_abroad_is_not_tied_and_the_code_stays_good(town: Town) -> None:
    abroad(town)
    code = town.gateway.office.invite(town.id_of("Zoe"))
    assert town.receive(SMS, "+32470123456", f"ACTIVER {code}").state == "refused"
    assert reached(town, "+32470123456") == []
    abroad(town, "FR", "BE")
    assert "Zoe" in town.sms("+32470123456", f"ACTIVER {code}")
    assert town.gateway.ledger.unwritable() == 0
    abroad(town)
    assert town.gateway.ledger.unwritable() == 1
    assert town.receive(SMS, "+32470123456", "STOP").state == "done"


def test_ten_wrong_codes_lock_a_number_and_it_is_told_so_once(town: Town) -> None:
    for number in range(15):
        town.sms(STRANGER, f"ACTIVER AAAAAAA{number % 8 + 2}")
    said = reached(town, STRANGER)
    assert len([text for text in said if "24" in text or "aujourd'hui" in text]) == 1
    assert len(said) == 3 + 1
    assert town.gateway.ledger.troubles().locked == 1


def test_nine_wrong_codes_and_a_right_one_open(town: Town) -> None:
    code = town.gateway.office.invite(town.id_of("Zoe"))
    for _ in range(9):
        town.sms(STRANGER, "ACTIVER AAAAAAAA")
    assert "Zoe" in town.sms(STRANGER, f"ACTIVER {code}")


def test_whoever_asks_the_manager_as_told_may_try_again(town: Town) -> None:
    town.person("Max", phone="+33600000009", groups=("quai3",), consented=False)
    for _ in range(10):
        town.sms("Max", "ACTIVER AAAAAAAA")
    code = town.gateway.office.invite(town.id_of("Max"))
    assert "Max" in town.sms("Max", f"ACTIVER {code}")


def test_made_up_senders_make_us_write_no_end_of_mails_and_right_codes_still_work(
    town: Town,
) -> None:
    for number in range(170):
        town.mail("", "ACTIVER AAAAAAAA", sender=f"eve{number}@evil.example")
    town.settle()
    assert len(town.carriers["email"].taken) == 150
    code = town.gateway.office.invite(town.id_of("Zoe"))
    assert town.mail("", f"ACTIVER {code}", sender="zoe@home.example").state == "done"
    assert town.heard("Paul") == []
    town.settle()
    assert town.carriers["email"].taken[-1].recipient == "zoe@home.example"


def test_what_was_answered_by_nobody_is_counted_for_prometheus(town: Town) -> None:
    for _ in range(5):
        town.sms("Ana", "GROUPES")
    _, _, values = town.gateway.watch.measures()["gateway_inbox_unanswered"]
    assert values == [({"reason": "loop"}, 2.0)]
