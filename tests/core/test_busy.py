"""A database that another process keeps: whoever waits is told to come again, and nothing hangs."""

import threading

import pytest
from sqlalchemy.exc import TimeoutError as SqlTimeoutError

from gateway.core import database
from tests.support.town import Town


def test_nobody_waits_for_ever_for_a_turn(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.02)
    inside, leave = threading.Event(), threading.Event()

    def keep() -> None:
        with town.database.write():
            inside.set()
            leave.wait(30)

    keeper = threading.Thread(target=keep)
    keeper.start()
    assert inside.wait(30)
    try:
        with pytest.raises(SqlTimeoutError):
            town.sms("Ana", "NEUF", "SM1")
    finally:
        leave.set()
        keeper.join()
    assert town.sms("Ana", "NEUF", "SM1")
