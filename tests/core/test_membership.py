"""Join, leave, be let in and turned away; animators who go."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import event, select

from gateway.core.envelope import SMS
from gateway.core.models import Question, Subscription
from tests.support.town import Town


def row(town: Town, name: str, group_id: int) -> Subscription:
    member_id = town.id_of(name)
    with town.database.read() as session:
        return session.get_one(Subscription, (member_id, group_id))


def questions(town: Town) -> int:
    with town.database.read() as session:
        return len(list(session.scalars(select(Question))))


def test_joining_an_open_group_is_immediate_and_old_posts_are_no_news(town: Town) -> None:
    town.sms("Leo", "JOIN quai30")
    town.person("Max", phone="+33600000009")
    town.sms("Leo", "P quai30 old news")
    assert "Quai 30" in town.sms("Max", "REJOINDRE quai30")
    assert "old news" not in town.sms("Max", "NEUF")
    town.sms("Leo", "P quai30 fresh news")
    assert "fresh news" in town.sms("Max", "NEUF")


def test_joining_twice_and_leaving_twice_say_so(town: Town) -> None:
    first, again = town.sms("Leo", "JOIN velo"), town.sms("Leo", "JOIN velo")
    assert first != again
    first, again = town.sms("Leo", "LEAVE velo"), town.sms("Leo", "LEAVE velo")
    assert first != again


def test_a_closed_group_asks_its_animator_who_lets_in(town: Town) -> None:
    assert "Sécurité" in town.sms("Leo", "JOIN secu")
    assert "Leo" in town.heard("Ana")[-1]
    assert "closed" in town.sms("Leo", "WHO secu")
    assert "Leo" in town.sms("Ana", "OUI")
    assert "Sécurité" in town.heard("Leo")[-1]
    town.sms("Ana", "P secu ronde à 22 h")
    assert "ronde" in town.sms("Leo", "NEWS")
    assert questions(town) == 0


def test_a_request_that_nobody_answered_for_a_week_may_be_made_again(town: Town) -> None:
    town.sms("Leo", "JOIN secu")
    assert "already" in town.sms("Leo", "JOIN secu")
    town.clock.advance(days=8)
    town.sms("Leo", "JOIN secu")
    assert "Leo" in town.sms("Ana", "OUI")


def test_whoever_takes_a_request_back_is_not_let_in(town: Town) -> None:
    town.sms("Leo", "JOIN secu")
    town.sms("Leo", "UNDO")
    assert "Leo" not in town.sms("Ana", "OUI")
    town.sms("Leo", "JOIN secu")
    town.sms("Leo", "LEAVE secu")
    assert "Leo" not in town.sms("Ana", "OUI")
    assert row(town, "Leo", 4).state == "out"


def test_whoever_was_turned_away_may_ask_again(town: Town) -> None:
    town.sms("Leo", "JOIN secu")
    town.sms("Ana", "NON")
    assert row(town, "Leo", 4).state == "out"
    town.sms("Leo", "JOIN secu")
    assert "Leo" in town.sms("Ana", "OUI")


def test_a_closed_group_without_animators_asks_the_operators(town: Town) -> None:
    town.person("Ola", phone="+33600000004", role="operator")
    town.sms("Ana", "QUITTER secu")
    town.sms("Leo", "JOIN secu")
    assert "Leo" in town.heard("Ola")[-1]
    assert "Leo" in town.sms("Ola", "OUI")
    assert row(town, "Leo", 4).state == "in"


def test_an_animator_who_leaves_hands_the_role_back_unless_it_was_a_slip(town: Town) -> None:
    town.sms("Ana", "QUITTER quai3")
    town.sms("Ana", "ANNULE")
    assert row(town, "Ana", 1).animator
    town.sms("Ana", "QUITTER quai3")
    town.sms("Ana", "REJOINDRE quai3")
    assert not row(town, "Ana", 1).animator


def test_an_animator_who_left_lets_nobody_in(town: Town) -> None:
    town.sms("Leo", "JOIN secu")
    town.sms("Ana", "QUITTER secu")
    town.sms("Ana", "OUI")
    assert row(town, "Leo", 4).state == "asked"


def test_whoever_left_gets_nothing_that_was_still_on_its_way(town: Town) -> None:
    town.person("Max", phone="+33600000009", groups=("secu", "quai3"))
    town.sms("Max", "RYTHME chaque")
    town.clock.advance(hours=14)
    town.sms("Ana", "P secu le code est 4711")
    town.settle()
    town.sms("Max", "QUITTER secu")
    town.clock.advance(hours=10)
    assert not [text for text in town.heard("Max") if "4711" in text]


def test_two_who_ask_one_another_at_the_same_moment_both_get_through(big_town: Town) -> None:
    """Each turn holds its own member and writes a question to the other."""
    town = big_town
    town.gateway.office.add_group("coffre", "Coffre", "closed")
    town.person("Max", phone="+33600000009", groups=("coffre",), role="animator")
    barrier = Barrier(2, timeout=2)

    def meet(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM member" in statement and "FOR " in statement:
            with suppress(BrokenBarrierError):
                barrier.wait()

    event.listen(town.database.engine, "after_cursor_execute", meet)
    with ThreadPoolExecutor(2) as pool:
        states = pool.map(
            lambda said: town.receive(SMS, *said).state,
            [("+33600000001", "REJOINDRE coffre"), ("+33600000009", "REJOINDRE secu")],
        )
        assert list(states) == ["done", "done"]


@pytest.mark.parametrize("text", ["LEAVE secu", "STOP secu", "stop the group secu"])
def test_whoever_leaves_a_group_they_are_not_in_is_told_so(town: Town, text: str) -> None:
    assert "You were not in" in town.sms("Leo", text)
