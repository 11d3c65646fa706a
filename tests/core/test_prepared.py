"""Statements that are compiled once can be compiled at all, for both databases."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from sqlalchemy import Boolean, bindparam, literal, select

import gateway.core
from gateway.core import fanout, flow
from gateway.core.models import Counter, Member
from gateway.core.prepared import Prepared
from tests.support.town import Town


def prepared() -> Iterator[Prepared]:
    """Every one that stands in a module of the core."""
    for found in pkgutil.walk_packages(gateway.core.__path__, "gateway.core."):
        if "migrations.versions" not in found.name and not found.name.endswith(".env"):
            module = importlib.import_module(found.name)
            yield from (one for one in vars(module).values() if isinstance(one, Prepared))
    yield from fanout._POSTED.values()
    yield flow._taken_of(3)


def test_every_one_is_compiled_for_both_databases(any_town: Town) -> None:
    with any_town.database.write() as session:
        ready = [one._ready(session) for one in prepared()]
    assert len(ready) >= 20


def test_a_list_of_values_is_refused_when_it_is_compiled(town: Town) -> None:
    of_these = Prepared(select(Member.name).where(Member.id.in_(bindparam("ids", expanding=True))))
    with town.database.read() as session, pytest.raises(ValueError, match="a list of values"):
        of_these.rows(session, ids=[1])


def test_constants_are_as_they_were_written(any_town: Town) -> None:
    named = Prepared(
        select(
            Counter.value, literal("it's 100 %? :so"), literal(True, Boolean), literal(0.25)
        ).where(Counter.name == "it's 5 %?", Counter.value == bindparam("value"))
    )
    with any_town.database.write() as session:
        session.add(Counter(name="it's 5 %?", value=7))
        assert named.rows(session, value=8) == []
        assert list(named.first(session, value=7) or ()) == [7, "it's 100 %? :so", True, 0.25]


def test_one_value_or_none_is_read_outside_of_a_write_as_well(any_town: Town) -> None:
    named = Prepared(select(Counter.value).where(Counter.name == bindparam("name")))
    every = Prepared(select(Counter.value))
    with any_town.database.read() as session:
        assert named.rows(session, name="nobody's") == []
        assert len(every.rows(session)) >= 1


def test_sqlite_plans_a_statement_once_though_an_index_has_but_a_part(town: Town) -> None:
    with town.database.write() as session:
        ready = fanout._POSTED["post", False]._ready(session)
    assert "'active'" in ready._text
    assert ready._fixed == {}
