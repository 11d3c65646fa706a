"""Digests: each at its member's own time, once, over exactly what was shown."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from gateway.core.envelope import Digest
from gateway.core.gateway.delivery import STREAMS
from gateway.core.models import Outbox
from tests.support.town import Town

SIX = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""The evening, in Paris."""


def digests(town: Town, name: str) -> list[str]:
    """The digests that reached a member."""
    heard = town.heard(name)
    own = {town._phones.get(name), town._mails.get(name)} - {"", None}
    count = sum(
        isinstance(message.content, Digest) and message.recipient in own
        for carrier in town.carriers.values()
        for message in carrier.taken
    )
    return heard[len(heard) - count :] if count else []


def pages(town: Town) -> list[list[int]]:
    """The serials of every digest that is owed or was sent."""
    with town.database.read() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == "digest").order_by(Outbox.id))
        return [json.loads(row.payload)["digest"] for row in rows]


def send(town: Town, at: datetime) -> None:
    town.clock.set(at)
    town.gateway.delivery.send_digests()


def test_a_digest_comes_at_its_members_time_and_holds_what_is_unread(any_town: Town) -> None:
    town = any_town
    town.sms("Ana", "P quai3 première")
    town.sms("Ana", "P quai3 deuxième")
    send(town, SIX.replace(minute=0, hour=16))
    assert digests(town, "Leo") == []
    send(town, SIX)
    (text,) = digests(town, "Leo")
    assert "première" in text
    assert "deuxième" in text
    assert "première" not in town.sms("Leo", "NEWS")


def test_each_has_their_own_time_and_zone(town: Town) -> None:
    town.person("Kim", phone="+33600000021", groups=("quai3",), timezone="America/New_York")
    town.sms("Leo", "TIME 12")
    town.sms("Ana", "P quai3 bonjour à tous")
    send(town, datetime(2026, 3, 2, 11, 0, tzinfo=UTC))
    assert len(digests(town, "Leo")) == 1
    assert digests(town, "Kim") == []
    send(town, datetime(2026, 3, 2, 23, 0, tzinfo=UTC))
    assert len(digests(town, "Kim")) == 1


def test_running_it_twice_owes_nothing_twice(any_town: Town) -> None:
    any_town.sms("Ana", "P quai3 première")
    for _ in range(3):
        send(any_town, SIX)
    assert len(digests(any_town, "Leo")) == 1


def test_two_timers_at_once_owe_nothing_twice(any_town: Town) -> None:
    town = any_town
    for number in range(40):
        town.person(f"P{number}", phone=f"+336000001{number:02}", groups=("quai3",))
    town.sms("Ana", "P quai3 première")
    town.clock.set(SIX)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: town.gateway.delivery.send_digests(), range(4)))
    town.gateway.delivery.send_digests()
    assert len(pages(town)) == 41  # the forty and Leo


def test_a_timer_that_dies_half_way_loses_and_doubles_nothing(
    any_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = any_town
    for number in range(5):
        town.person(f"P{number}", phone=f"+336000001{number:02}", groups=("quai3",))
    town.sms("Ana", "P quai3 première")
    town.clock.set(SIX)
    monkeypatch.setattr("gateway.core.digest.BATCHES", {"sqlite": 2, "postgresql": 2})
    calls = 0

    def dies(*_: object) -> bool:
        nonlocal calls
        calls += 1
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("gateway.core.digest._move_cursors", dies)
        with pytest.raises(KeyboardInterrupt):
            town.gateway.delivery.send_digests()
    assert 1 <= calls <= (1 if town.database.is_sqlite else STREAMS)
    assert pages(town) == []
    town.gateway.delivery.send_digests()
    assert len(pages(town)) == 6


def test_a_page_is_cut_and_the_rest_follows_on_demand_and_tomorrow(town: Town) -> None:
    for number in range(12):
        town.sms("Ana", f"P quai3 palette numéro {number:02} " + "x" * 60)
    send(town, SIX)
    (text,) = digests(town, "Leo")
    assert "numéro 00" in text
    shown = pages(town)[0]
    assert shown == list(range(100, 100 + len(shown)))
    assert len(shown) < 12
    follow = town.sms("Leo", "MORE")
    assert f"numéro {len(shown):02}" in follow
    seen = len(shown)
    for day in range(3, 15):
        send(town, SIX.replace(day=day))
    rest = [serial for page in pages(town)[1:] for serial in page]
    assert rest == sorted(set(rest)), "nothing twice"
    assert rest[-1] == 111, "nothing left out at the end"
    assert rest[0] > 100 + seen, "what MORE showed is not shown again"


def test_nothing_unread_is_no_digest(town: Town) -> None:
    send(town, SIX)
    assert pages(town) == []


def test_ones_own_posts_are_no_news(town: Town) -> None:
    town.sms("Leo", "P quai3 mine")
    send(town, SIX)
    assert digests(town, "Leo") == []


def test_whoever_gets_each_post_gets_no_digest_of_the_same(town: Town) -> None:
    town.sms("Leo", "RHYTHM each")
    town.sms("Ana", "P quai3 première")
    town.settle()
    send(town, SIX)
    assert digests(town, "Leo") == []


def test_a_post_taken_back_before_the_digest_leaves_is_not_in_it(town: Town) -> None:
    town.clock.set(SIX)
    town.sms("Ana", "P quai3 une erreur")
    town.gateway.delivery.send_digests()
    town.sms("Ana", "ANNULE")
    assert digests(town, "Leo") == []
    assert not [text for text in town.heard("Leo") if "erreur" in text]


def test_who_has_no_address_keeps_their_news_for_the_kiosk(town: Town) -> None:
    town.sms("Ana", "P quai3 première")
    send(town, SIX)
    assert "première" in town.kiosk("Zoe", "NEUF")


def test_an_hour_taken_back_after_its_digest_loses_no_post(town: Town) -> None:
    """The digest of 18:00 is out; undoing HEURE makes 18:00 due once more."""
    town.clock.set(SIX.replace(hour=16, minute=56))
    town.sms("Leo", "TIME 18")
    town.sms("Ana", "P quai3 première")
    send(town, SIX)
    town.sms("Ana", "P quai3 deuxième")
    town.clock.advance(minutes=3)
    town.sms("Leo", "UNDO")
    town.gateway.delivery.send_digests()
    assert "deuxième" in town.sms("Leo", "NEWS")


def test_weekly_is_on_mondays(town: Town) -> None:
    town.clock.set(SIX.replace(hour=18))
    town.sms("Leo", "RHYTHM week")
    town.sms("Ana", "P quai3 première")
    for day in range(3, 9):
        send(town, SIX.replace(day=day))
    assert digests(town, "Leo") == []
    send(town, SIX.replace(day=9))
    assert len(digests(town, "Leo")) == 1


def test_the_clock_change_moves_no_digest_and_doubles_none(town: Town) -> None:
    for day in (28, 29, 30):
        town.clock.set(datetime(2026, 3, day, 7, 0, tzinfo=UTC))
        town.sms("Ana", f"P quai3 jour {day}")
        for hour in range(8, 20):
            send(town, datetime(2026, 3, day, hour, 0, tzinfo=UTC))
            town.settle()
    assert len(digests(town, "Leo")) == 3


@contextmanager
def meanwhile(town: Town, place: int, act: Callable[[], object]) -> Iterator[None]:
    """Do something, committed by somebody else, just before the `place`th statement of ours."""
    count, busy = 0, False

    def before(*_: object) -> None:
        nonlocal count, busy
        count += not busy
        if count == place and not busy:
            busy = True
            with ThreadPoolExecutor(1) as pool:
                pool.submit(act).result()

    event.listen(town.database.engine, "before_cursor_execute", before)
    yield
    event.remove(town.database.engine, "before_cursor_execute", before)


@pytest.mark.parametrize("place", range(1, 11))
def test_a_post_at_any_moment_of_a_digest_is_in_it_or_in_the_next(
    big_town: Town, place: int
) -> None:
    town = big_town
    # Whoever writes must not be waited for by the digest: they want none themselves.
    town.person("Max", phone="+33600000009", groups=("quai3",))
    town.sms("Max", "RYTHME jamais")
    town.sms("Ana", "P quai3 première")
    town.clock.set(SIX)
    with meanwhile(town, place, lambda: town.sms("Max", "P quai3 deuxième")):
        town.gateway.delivery.send_digests()
    send(town, SIX.replace(day=3))
    assert sum("deuxième" in text for text in digests(town, "Leo")) == 1


def owed_to_leo(town: Town) -> int:
    with town.database.read() as session:
        own = select(func.count()).where(
            Outbox.kind == "digest", Outbox.member_id == town.id_of("Leo")
        )
        return session.scalar(own) or 0


def test_a_slip_in_the_year_ends_nobodys_digests(any_town: Town) -> None:
    town, delivery = any_town, any_town.gateway.delivery
    town.sms("Ana", "P quai3 Palette cassée")
    delivery.send_digests(town.clock() + timedelta(days=13_000))
    town.sms("Ana", "P quai3 Palette réparée")
    for _ in range(2):  # what was due today has been sent
        town.clock.advance(days=1)
        delivery.send_digests()
    assert owed_to_leo(town) == 2
