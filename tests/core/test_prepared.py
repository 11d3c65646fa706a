"""Statements that are compiled once can be compiled at all, for both databases."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, select

import gateway.core
from gateway.core import fanout, flow
from gateway.core.models import Member
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
