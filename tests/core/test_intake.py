"""The door: once, ended, answered once; nothing lost by our own faults."""

from dataclasses import replace
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from gateway.core import handlers
from gateway.core.commands import News
from gateway.core.commands import Post as PostCommand
from gateway.core.envelope import SMS, Inbound
from gateway.core.models import Inbox, Outbox, Post
from tests.support.town import Town

ANA = "+33600000001"


def posts(town: Town) -> int:
    with town.database.read() as session:
        return session.scalar(select(func.count()).select_from(Post)) or 0


def test_a_message_that_comes_twice_is_one_post_and_one_answer(town: Town) -> None:
    first = town.sms("Ana", "P quai3 palette", "SM1")
    second = town.sms("Ana", "P quai3 palette", "SM1")
    assert first == second
    assert posts(town) == 1
    assert len(town.heard("Ana")) == 1


def test_fifty_copies_at_the_same_moment_are_one_post(big_town: Town) -> None:
    _at_the_same_moment(big_town, 50)
    assert posts(big_town) == 1
    assert len(big_town.heard("Ana")) == 1


def test_fifty_copies_at_the_same_moment_are_one_post_on_sqlite(town: Town) -> None:
    _at_the_same_moment(town, 50)
    assert posts(town) == 1


def _at_the_same_moment(town: Town, copies: int) -> None:
    barrier = Barrier(copies)

    def send() -> None:
        barrier.wait()
        town.gateway.intake.receive(Inbound(SMS, "SM1", ANA, "P quai3 palette"))

    threads = [Thread(target=send) for _ in range(copies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_bug_parks_the_message_and_says_that_it_is_kept(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(handlers.HANDLERS, PostCommand, broken)
    told = town.sms("Ana", "P quai3 palette")
    assert told
    assert posts(town) == 0
    (row,) = town.gateway.office.parked()
    monkeypatch.undo()
    again = town.gateway.intake.replay(row)
    assert again.state == "done"
    assert posts(town) == 1
    assert town.gateway.office.parked() == []


def test_replaying_what_has_ended_changes_nothing(town: Town) -> None:
    town.sms("Ana", "P quai3 palette")
    town.gateway.intake.replay(1)
    assert posts(town) == 1


def test_a_stranger_gets_one_answer_a_day(town: Town) -> None:
    for _ in range(5):
        town.sms("+33699999999", "bonjour")
    town.settle()
    assert len(town.carriers[SMS].taken) == 1
    town.clock.advance(days=1)
    town.sms("+33699999999", "bonjour")
    town.settle()
    assert len(town.carriers[SMS].taken) == 2


def test_a_machine_is_recorded_and_never_answered(town: Town) -> None:
    received = town.mail("Paul", "Je suis absent", automatic="auto-submitted")
    assert received.state == "automatic"
    assert town.heard("Paul") == []


def test_a_doubtful_sender_is_held_and_the_owner_of_the_token_is_told(town: Town) -> None:
    town.sms("Ana", "P quai3 palette")
    received = town.mail("Paul", "ok", about="post:100", sender="eve@evil.example", held="sender")
    assert received.state == "held"
    assert posts(town) == 1
    assert town.carriers["email"].taken == []
    town.settle()
    assert {message.recipient for message in town.carriers["email"].taken} == {"paul@depot.example"}


def test_a_number_that_nobody_activated_is_not_written_to_until_its_owner_does(town: Town) -> None:
    town.person("Max", phone="+33600000009", groups=("quai3",), consented=False)
    town.sms("Ana", "URGENT quai3 feu")
    town.sms("Ana", "OUI")
    assert town.heard("Max") == []
    code = town.gateway.office.invite(town.id_of("Max"))
    assert "Max" in town.sms("Max", f"activer {code.lower()}")
    town.sms("Ana", "URGENT quai3 feu")
    town.sms("Ana", "OUI")
    assert "feu" in town.heard("Max")[-1]


def test_an_activation_code_ties_a_new_number_once(town: Town) -> None:
    code = town.gateway.office.invite(town.id_of("Zoe"))
    assert "Zoe" in town.sms("+33600000008", f"ACTIVER {code}")
    assert "Zoe" not in town.sms("+33600000007", f"ACTIVER {code}")


def test_a_code_with_a_slip_in_its_verb_is_not_asked_about_where_nobody_can_be_asked(
    town: Town,
) -> None:
    codes = iter(lambda: town.gateway.office.invite(town.id_of("Zoe")), "")
    code = next(code for code in codes if any(sign.isdigit() for sign in code))
    assert "Zoe" in town.sms("+33600000008", f"activé mon compte {code} merci, Zoé")


def test_wrong_codes_lock_the_number_that_tries_them(town: Town) -> None:
    for _ in range(10):
        town.sms("+33600000007", "ACTIVER AAAAAAAA")
    code = town.gateway.office.invite(town.id_of("Zoe"))
    assert "Zoe" not in town.sms("+33600000007", f"ACTIVER {code}")
    town.clock.advance(hours=23, minutes=59)
    assert "Zoe" not in town.sms("+33600000007", f"ACTIVER {code}")
    town.clock.advance(minutes=1)
    assert "Zoe" in town.sms("+33600000007", f"ACTIVER {code}")


def test_the_carrier_that_has_answered_is_not_answered_over(town: Town) -> None:
    inbound = Inbound(SMS, "SM9", ANA, "STOP", carrier_answered=True)
    town.gateway.intake.receive(inbound)
    assert town.heard("Ana") == []


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "😀" * 800, "P quai3 " + "x" * 100_000])
def test_nothing_that_comes_in_is_too_strange(town: Town, text: str) -> None:
    received = town.receive(SMS, ANA, text)
    assert received.state in ("done", "refused")
    assert received.words


def test_what_came_in_is_kept_as_it_came(town: Town) -> None:
    inbound = Inbound(SMS, "SM5", ANA, "NEUF", raw=b"Body=NEUF", command=News("quai3"))
    town.gateway.intake.receive(inbound)
    with town.database.read() as session:
        row = session.scalars(select(Inbox)).one()
        from gateway.core.inbox import inbound_of

        assert inbound_of(row) == replace(inbound)
        assert session.scalar(select(func.count()).select_from(Outbox)) == 1


def test_an_answer_to_a_notice_is_a_reply_even_if_it_begins_like_a_command(town: Town) -> None:
    town.sms("Ana", "P quai3 Qui peut venir samedi ?")
    received = town.mail("Paul", "Qui vient avec moi", about="post:100")
    assert received.words.startswith("OK, réponse à 1007")
    assert "Qui vient avec moi" in town.heard("Ana")[-1]


def test_stop_in_an_answer_to_a_notice_is_a_stop(town: Town) -> None:
    town.sms("Ana", "P quai3 palette")
    town.mail("Paul", "STOP", about="post:100")
    town.sms("Ana", "P quai3 encore")
    assert not [text for text in town.heard("Paul") if "encore" in text]


def test_a_line_in_an_answered_digest_finds_its_item(town: Town) -> None:
    town.mail("Paul", "RYTHME jour")
    town.sms("Ana", "P quai3 première")
    town.sms("Ana", "P quai3 deuxième")
    town.clock.advance(hours=12)
    town.gateway.delivery.send_digests()
    town.settle()
    digest = town.carriers["email"].taken[-1]
    received = town.mail("Paul", "2 ok merci", about=f"digest:{digest.id}")
    assert "1010" in received.words
