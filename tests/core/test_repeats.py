"""The same message by another name: written once. What only asks is answered each time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from gateway.core import handlers
from gateway.core.commands import Post as PostCommand
from gateway.core.envelope import SMS, Inbound, MediaRef, Received
from gateway.core.models import Inbox, Post
from tests.support.town import Town

ANA = "+33600000001"
WORDS = "P quai3 palette cassée"


def comes(town: Town, external_id: str, text: str = WORDS, **more: object) -> Received:
    inbound = Inbound(SMS, external_id, ANA, text)
    return town.gateway.intake.receive(replace(inbound, **more))  # type: ignore[arg-type]  # a test's own fields


def posts(town: Town, state: str = "live") -> int:
    with town.database.read() as session:
        return session.scalar(select(func.count()).where(Post.state == state)) or 0


def test_a_phone_that_was_not_sure_posts_once_and_is_answered_once(any_town: Town) -> None:
    assert comes(any_town, "SM1").state == "done"
    any_town.clock.advance(seconds=9)
    second = comes(any_town, "SM2")
    assert (second.state, second.words) == ("duplicate", "")
    assert posts(any_town) == 1
    assert len(any_town.heard("Ana")) == 1


def test_two_tries_that_come_at_the_same_moment_are_one_post(any_town: Town) -> None:
    barrier = Barrier(4)

    def send(number: int) -> None:
        barrier.wait()
        comes(any_town, f"SM{number}")

    threads = [Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert posts(any_town) == 1


def test_who_says_it_again_later_means_it_again(town: Town) -> None:
    comes(town, "SM1")
    town.clock.advance(seconds=11)
    assert comes(town, "SM2").state == "done"
    assert posts(town) == 2


def test_one_undo_takes_back_one_post(town: Town) -> None:
    comes(town, "SM1")
    comes(town, "SM2", "P quai3 une autre")
    assert comes(town, "SM3", "ANNULE").state == "done"
    assert comes(town, "SM4", "ANNULE").state == "duplicate"
    assert (posts(town), posts(town, "withdrawn")) == (1, 1)


def test_who_undoes_again_after_something_else_means_it(town: Town) -> None:
    comes(town, "SM1")
    comes(town, "SM2", "ANNULE")
    comes(town, "SM3", "P quai3 une autre")
    assert comes(town, "SM4", "ANNULE").state == "done"
    assert posts(town) == 0


def test_a_try_that_comes_behind_another_text_is_no_second_post(town: Town) -> None:
    comes(town, "SM1")
    comes(town, "SM2", "P quai3 une autre")
    assert comes(town, "SM3").state == "duplicate"


@pytest.mark.parametrize("text", ["NEUF", "SUITE", "MOI"])
def test_who_only_asks_is_answered_each_time(town: Town, text: str) -> None:
    comes(town, "SM1", text)
    second = comes(town, "SM2", text)
    assert second.state != "duplicate"
    assert second.words


def test_two_pictures_without_words_are_two(town: Town) -> None:
    for number in range(2):
        picture = MediaRef("image/jpeg", f"https://api.twilio.com/{number}")
        assert comes(town, f"SM{number}", "P quai3 [photo]", media=(picture,)).state == "done"
    assert posts(town) == 2


def test_the_same_words_of_two_people_are_two(town: Town) -> None:
    comes(town, "SM1")
    town.sms("Leo", WORDS)
    assert posts(town) == 2


def test_one_delivery_runs_once_by_whatever_name_and_after_hours(town: Town) -> None:
    comes(town, "SM1", delivery="token-1")
    town.clock.advance(hours=30)
    assert comes(town, "SM2", delivery="token-1").state == "duplicate"
    assert comes(town, "SM3", delivery="token-2").state == "done"
    town.clock.advance(hours=1)
    assert comes(town, "SM4").state == "done", "no name is no name of the same"
    town.clock.advance(hours=49)
    assert comes(town, "SM5", delivery="token-1").state == "done", "names are not for ever"


def test_what_is_found_in_the_list_later_counts_by_when_it_was_said(town: Town) -> None:
    comes(town, "SM1")
    said_at = town.clock() + timedelta(seconds=3)
    town.clock.advance(minutes=10)
    assert comes(town, "SM2", said_at=said_at).state == "duplicate"
    later = said_at + timedelta(minutes=5)
    assert comes(town, "SM3", said_at=later).state == "done"
    again = comes(town, "SM4", said_at=later + timedelta(seconds=1))
    assert again.state == "duplicate", "both were found in the list"


def _held_back(town: Town, _: pytest.MonkeyPatch) -> None:
    for number in range(20):
        town.sms("Ana", f"R1413 {number}")
    assert comes(town, "SM1").state == comes(town, "SM2").state == "waiting"
    town.clock.advance(minutes=1)
    town.gateway.intake.run_waiting()


def _parked(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patched:
        patched.setitem(handlers.HANDLERS, PostCommand, broken)
        first, second = comes(town, "SM1"), comes(town, "SM2")
    assert (first.state, second.state) == ("failed", "failed")
    assert town.gateway.intake.replay(second.inbox_id).state == "done"
    assert town.gateway.intake.replay(first.inbox_id).state == "duplicate"


@pytest.mark.parametrize("happens", [_held_back, _parked])
def test_of_what_runs_late_one_runs(
    town: Town, happens: Callable[[Town, pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    happens(town, monkeypatch)
    assert posts(town) == 1
    with town.database.read() as session:
        states = session.scalars(select(Inbox.state).where(Inbox.text == WORDS)).all()
    assert sorted(states) == ["done", "duplicate"]
