"""Two transactions that wait for each other: PostgreSQL breaks one off, and it runs once more."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from gateway.core.database import MOST_TRIES
from gateway.core.models import Member
from tests.support.town import Town


def test_who_had_to_give_way_goes_again_and_both_are_written(big_town: Town) -> None:
    """Each has changed one member when it asks for the other's."""
    met, runs = threading.Barrier(2), []

    def change(first: str, second: str) -> None:
        def work(session: Session) -> None:
            runs.append(first)
            _rename(session, first)
            if len(runs) <= 2:
                met.wait(30)
            _rename(session, second)

        big_town.database.transact(work)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(change, *two) for two in (("1001", "1004"), ("1004", "1001"))]:
            done.result(timeout=30)
    assert len(runs) in (3, 4)  # whoever goes again may be quicker than who waited
    with big_town.database.read() as session:
        names = session.scalars(select(Member.name).where(Member.badge.in_(("1001", "1004"))))
        assert sorted(names) == ["Ana!!", "Zoe!!"]


def test_it_does_not_go_again_for_ever(big_town: Town) -> None:
    runs = 0

    def work(session: Session) -> None:
        nonlocal runs
        runs += 1
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$"))

    with pytest.raises(OperationalError):
        big_town.database.transact(work)
    assert runs == MOST_TRIES


def test_other_trouble_is_told_at_once(any_town: Town) -> None:
    runs = 0

    def work(session: Session) -> None:
        nonlocal runs
        runs += 1
        raise OperationalError("", {}, Exception("the disk is full"))

    with pytest.raises(OperationalError):
        any_town.database.transact(work)
    assert runs == 1


def _rename(session: Session, badge: str) -> None:
    quietly = {"synchronize_session": False}
    longer = update(Member).where(Member.badge == badge).values(name=Member.name.concat("!"))
    session.execute(longer.execution_options(**quietly))
