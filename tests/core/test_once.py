"""The same key twice: one effect, one answer, whenever the second comes and wherever."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from gateway.core import handlers
from gateway.core.commands import Post
from gateway.core.desk import Asking, Device, Session
from gateway.core.errors import Busy, KeyReused
from gateway.core.models import Inbox
from gateway.core.models import Post as PostRow
from tests.support.town import Town

ASKING = Asking("key-0001", Post("quai3", "palette"), "fr", fingerprint="one")


@pytest.fixture
def device(any_town: Town) -> Device:
    found = any_town.gateway.desk.device(any_town.gateway.office.add_kiosk("Depot"))
    assert found is not None
    return found


@contextmanager
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The first command runs until the block ends; the event says that it has begun."""
    begun, go_on = threading.Event(), threading.Event()
    run = handlers.run

    def slow(*given: object) -> object:
        first = not begun.is_set()
        begun.set()
        if first:
            go_on.wait(30)
        return run(*given)  # type: ignore[arg-type]  # what it is given

    monkeypatch.setattr(handlers, "run", slow)
    try:
        yield begun
    finally:
        go_on.set()


def asks(town: Town, device: Device, asking: Asking = ASKING) -> Callable[[], bool]:
    zoe = Session(town.id_of("Zoe"), device.id, "fr")
    return lambda: town.gateway.desk.run(device, zoe, asking).duplicate


def posts(town: Town) -> int:
    with town.database.read() as session:
        return session.scalar(select(func.count()).select_from(PostRow)) or 0


def test_while_the_first_runs_the_second_is_sent_away_and_then_told_the_same(
    any_town: Town, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    any_town.gateway.desk._once.patience = 0.2
    ask = asks(any_town, device)
    with ThreadPoolExecutor(1) as pool:
        with stuck(monkeypatch) as begun:
            first = pool.submit(ask)
            assert begun.wait(30)
            with pytest.raises(Busy):
                ask()
        assert first.result(30) is False
    assert ask() is True
    assert posts(any_town) == 1


def test_a_second_that_comes_a_moment_later_waits_and_is_told_the_same(
    any_town: Town, device: Device
) -> None:
    ask = asks(any_town, device)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: ask(), range(4)))
    assert sorted(told) == [False, True, True, True]
    assert posts(any_town) == 1


def test_another_process_that_runs_the_first_is_not_waited_for_long(
    big_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = big_town.gateway.desk.device(big_town.gateway.office.add_kiosk("Depot"))
    assert device is not None
    url = big_town.database.engine.url.render_as_string(hide_password=False)
    other = big_town.copy(url, big_town.clock())
    other.gateway.desk._once.patience = 0.2
    with ThreadPoolExecutor(1) as pool:
        with stuck(monkeypatch) as begun:
            first = pool.submit(asks(big_town, device))
            assert begun.wait(30)
            since = monotonic()
            with pytest.raises(Busy):
                asks(other, device)()
            assert monotonic() - since < 5
        assert first.result(30) is False
    assert asks(other, device)() is True
    other.close()
    assert posts(big_town) == 1


def test_another_key_runs_meanwhile(big_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    device = big_town.gateway.desk.device(big_town.gateway.office.add_kiosk("Depot"))
    assert device is not None
    ana = Session(big_town.id_of("Ana"), device.id, "fr")
    with ThreadPoolExecutor(1) as pool:
        with stuck(monkeypatch) as begun:
            first = pool.submit(asks(big_town, device))
            assert begun.wait(30)
            other = big_town.gateway.desk.run(
                device, ana, Asking("key-0002", Post("quai3", "b"), "fr")
            )
            assert other.state == "done"
        first.result(30)


def test_another_body_under_the_key_is_no_repeat(any_town: Town, device: Device) -> None:
    asks(any_town, device)()
    other = Asking("key-0001", Post("quai3", "palette"), "fr", fingerprint="two")
    with pytest.raises(KeyReused):
        asks(any_town, device, other)()


def test_the_effect_and_the_answer_are_kept_together_or_not_at_all(
    any_town: Town, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = "gateway.core.inbox.settle"
    ask = asks(any_town, device)

    def broken(*_: object) -> None:
        raise OperationalError("the disk is full", None, Exception())

    with monkeypatch.context() as patch:
        patch.setattr(settle, broken)
        with pytest.raises(OperationalError):
            ask()
    assert posts(any_town) == 0
    with any_town.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Inbox)) == 0
    assert ask() is False
    assert posts(any_town) == 1
